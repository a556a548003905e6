"""A JSON Schema as words of a prompt, for where a server or a model takes none beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sociarium.ports.model import ChatMessage

LEARNED = "takes no JSON Schema as we write it; it is asked in words for structured answers"
"""What is said once of a model, going on from its name."""

FORM = {"schema": "in words"}
"""What is kept of a call that went out so."""


def schema_in_words(schema: Mapping[str, Any]) -> str:
    """What is asked for, as a paragraph of the system prompt."""
    return f"Answer with one JSON value that fits this JSON Schema, and nothing else:\n{json.dumps(schema)}"


def with_schema_in_words(messages: tuple[ChatMessage, ...], schema: Mapping[str, Any]) -> tuple[ChatMessage, ...]:
    """The same with the schema as the last paragraph of the system prompt, or as one where there is none."""
    # Strict chat templates take one system message, at the beginning.
    words = schema_in_words(schema)
    if messages and messages[0].role == "system":
        return (ChatMessage("system", f"{messages[0].content}\n\n{words}"), *messages[1:])
    return (ChatMessage("system", words), *messages)
