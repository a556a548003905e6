"""The JSON Schema of experiment files, for editors; and which keys it allows where."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sociarium.experiment.environments import DEFAULT_ENVIRONMENT, ENVIRONMENTS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an experiment file, of whatever environment."""
    parts = {environment: dict(_schema_at(environment)) for environment in ENVIRONMENTS}
    definitions: dict[str, Any] = {}
    # What a key means is said by its environment; all are named here too, so that editors know them.
    keys: dict[str, Any] = {key: True for part in parts.values() for key in part["properties"]}
    for part in parts.values():
        for name, definition in part.pop("$defs", {}).items():
            assert definitions.setdefault(name, definition) == definition, name
    otherwise: dict[str, Any] = {"$ref": f"#/$defs/{parts[DEFAULT_ENVIRONMENT]['title']}"}
    for environment, part in parts.items():
        definitions[part["title"]] = part
        if environment != DEFAULT_ENVIRONMENT:
            condition = {"properties": {"environment": {"const": environment}}, "required": ["environment"]}
            otherwise = {"if": condition, "then": {"$ref": f"#/$defs/{part['title']}"}, "else": otherwise}
    return {
        "$schema": _DIALECT,
        "title": "Sociarium experiment",
        "type": "object",
        "properties": keys | {"environment": {"enum": list(ENVIRONMENTS), "default": DEFAULT_ENVIRONMENT}},
        **otherwise,
        "$defs": definitions,
    }


@cache
def _schema_at(environment: str) -> dict[str, Any]:
    schema: dict[str, Any] = ENVIRONMENTS[environment].definition.model_json_schema(by_alias=True)
    return schema


def valid_keys(environment: str, loc: Sequence[str | int]) -> list[str]:
    """The keys that may stand in the mapping at a path of a file; none where any may."""
    schema = _schema_at(environment)
    nodes: list[dict[str, Any]] = [schema]
    for part in loc:
        nodes = [step for node in nodes for step in _steps(node, part, schema)] or nodes
    return sorted(
        {key for node in nodes for part in _resolve_references(node, schema) for key in part.get("properties", ())}
    )


def _resolve_references(node: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in node:
        return _resolve_references(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    for union in ("anyOf", "oneOf"):
        if union in node:
            return [part for member in node[union] for part in _resolve_references(member, schema)]
    return [node]


def _steps(node: dict[str, Any], part: str | int, schema: dict[str, Any]) -> list[dict[str, Any]]:
    steps = []
    for option in _resolve_references(node, schema):
        if isinstance(part, int):
            step = option.get("items")
        else:
            step = option.get("properties", {}).get(part) or option.get("additionalProperties")
        if isinstance(step, dict):
            steps.append(step)
    return steps
