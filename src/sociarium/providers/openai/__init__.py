"""Any server that speaks the OpenAI chat completions protocol."""

from sociarium.providers.openai.adapter import OFFICIAL, OpenAI

__all__ = ["OFFICIAL", "OpenAI"]
