"""A JSON Schema as words of a prompt, for where a server or a model takes none beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def schema_in_words(schema: Mapping[str, Any]) -> str:
    """What is asked for, as a paragraph of the system prompt."""
    return f"Answer with one JSON value that fits this JSON Schema, and nothing else:\n{json.dumps(schema)}"
