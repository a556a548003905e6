"""Parts of the schemas of structured answers: every number is whole, every string has a length.

llama.cpp, and Ollama by it, turns a schema into a grammar. Its grammars keep `minimum` and `maximum` of an `integer`
and ignore those of a `number`; a string without `maxLength` may go on for ever; and a `maxLength` of 2,000 or more
makes many of its versions refuse the whole schema (`MAX_REPETITION_THRESHOLD`). Answers are read to the same bounds,
because other servers ignore some of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

Schema = Mapping[str, Any]

LONGEST: Final = 1_900
"""Characters of the longest string that is asked for."""
_CHARACTERS_A_WORD = 10
"""With its space: more than an average word of any language that is written with spaces."""
_CLOSED = ("enum", "const", "maxLength", "$ref")
"""A string with one of these is bounded already."""
_OF_SCHEMAS_BY_NAME = ("properties", "$defs", "definitions", "patternProperties")
_OF_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems")
_OF_A_SCHEMA = ("items", "additionalProperties", "not", "contains")
"""Where a JSON Schema holds further ones."""

PERCENT: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 100, "description": "percent"}
"""A stated propensity. The description tells it from a scale from 0 to 100."""


def most_characters(words: int) -> int:
    """How long the string may be that holds at most so many words."""
    return min(_CHARACTERS_A_WORD * words, LONGEST)


@lru_cache
def string(most: int = LONGEST) -> Schema:
    """The schema of a string of at most so many characters; it is shared, never change it."""
    return {"type": "string", "maxLength": most}


def object_schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object that must have all of these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def with_lengths(schema: Schema) -> Schema:
    """A JSON Schema that somebody else wrote, with a length for each of its strings that has none."""
    parts = {name: _bounded_part(name, part) for name, part in schema.items()}
    kind = parts.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if "string" in kinds and not any(name in parts for name in _CLOSED):
        parts["maxLength"] = LONGEST
    return parts


def _bounded_part(name: str, part: Any) -> Any:
    if name in _OF_SCHEMAS_BY_NAME and isinstance(part, Mapping):
        return {key: with_lengths(inner) if isinstance(inner, Mapping) else inner for key, inner in part.items()}
    if name in _OF_SCHEMAS and isinstance(part, list):
        return [with_lengths(inner) if isinstance(inner, Mapping) else inner for inner in part]
    if name in _OF_A_SCHEMA and isinstance(part, Mapping):
        return with_lengths(part)
    return part


def longest_in(schema: Any) -> int:
    """The greatest `maxLength` of a JSON Schema, or `LONGEST` where that is more."""
    if isinstance(schema, list):
        return max(map(longest_in, schema), default=LONGEST)
    if not isinstance(schema, Mapping):
        return LONGEST
    own = schema.get("maxLength")
    return max(own if isinstance(own, int) else 0, *map(longest_in, schema.values()), LONGEST)


def within_bounds(value: Any, most: int = LONGEST) -> tuple[Any, bool]:
    """A value with its strings cut at so many characters, and whether one of them reached that.

    A string that is exactly as long was ended by the server's grammar, most likely in the middle.
    """
    if isinstance(value, str):
        return value[:most], len(value) >= most
    if isinstance(value, list):
        items = [within_bounds(item, most) for item in value]
        return [item for item, _ in items], any(cut for _, cut in items)
    if isinstance(value, dict):
        entries = {name: within_bounds(entry, most) for name, entry in value.items()}
        return {name: entry for name, (entry, _) in entries.items()}, any(cut for _, cut in entries.values())
    return value, False
