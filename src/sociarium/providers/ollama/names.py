"""Names of models, as Ollama takes them."""

from __future__ import annotations

_USUAL = ("registry.ollama.ai/", "library/")
"""What Ollama leaves out of the names that it lists: its own registry, and the part of it that is no user's."""


def full_name(model: str) -> str:
    """A name with its tag, in small letters, as which two names of one model are equal."""
    last = model.rpartition("/")[2]
    name = (model if ":" in last else f"{model}:latest").casefold()
    for usual in _USUAL:
        name = name.removeprefix(usual)
    return name
