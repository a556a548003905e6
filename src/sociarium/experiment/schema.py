"""The JSON Schema of experiment files, for editors; and which keys it allows where."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sociarium.experiment.definition import Definition

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an experiment file."""
    schema = Definition.model_json_schema(by_alias=True)
    return {"$schema": _DIALECT, **schema, "title": "Sociarium experiment"}


def keys_allowed(loc: Sequence[str | int]) -> list[str]:
    """The keys that may stand in the mapping at a path; none where any may."""
    schema = json_schema()
    nodes: list[dict[str, Any]] = [schema]
    for part in loc:
        nodes = [step for node in nodes for step in _steps(node, part, schema)] or nodes
    return sorted({key for node in nodes for part in _resolved(node, schema) for key in part.get("properties", ())})


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in node:
        return _resolved(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    if "anyOf" in node:
        return [part for member in node["anyOf"] for part in _resolved(member, schema)]
    return [node]


def _steps(node: dict[str, Any], part: str | int, schema: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for option in _resolved(node, schema):
        if isinstance(part, int):
            step = option.get("items")
        else:
            step = option.get("properties", {}).get(part) or option.get("additionalProperties")
        if isinstance(step, dict):
            found.append(step)
    return found
