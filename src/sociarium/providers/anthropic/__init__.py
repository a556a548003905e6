"""Anthropic's Messages API, through the official package (the extra `anthropic`)."""

from sociarium.providers.anthropic.adapter import OFFICIAL, Anthropic

__all__ = ["OFFICIAL", "Anthropic"]
