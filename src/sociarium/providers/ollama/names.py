"""Names of models, as Ollama takes them."""

from __future__ import annotations


def full_name(model: str) -> str:
    """A name with its tag, in small letters, as which two names of one model are equal."""
    last = model.rpartition("/")[2]
    return (model if ":" in last else f"{model}:latest").casefold()
