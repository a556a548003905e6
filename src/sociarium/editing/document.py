"""Experiments as plain documents of the file format, which is what is edited; none is ever changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.errors import DefinitionError
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_tree

Document = Mapping[str, Any]
"""Keys of an experiment file -> their values, plain: dicts, lists, strings, numbers."""

_SOURCE = "your answers"


def definition_of(document: Document) -> Definition:
    """The checked definition of a document. Raises `DefinitionError`."""
    return from_tree(dict(document), source=_SOURCE, read=_no_files)


def problems(document: Document) -> list[str]:
    """What is wrong with a document, in words."""
    try:
        definition_of(document)
    except DefinitionError as error:
        return [str(problem) for problem in error.problems]
    return []


def is_a_feed(document: Document) -> bool:
    """Whether an experiment is about a feed; otherwise it is about conversations."""
    return document.get("environment") == "feed"


def modelled_roles(document: Document) -> list[str]:
    """The roles for which a model, or a person, speaks."""
    roles = document.get("roles")
    specs = roles if isinstance(roles, dict) else {}
    return [role for role, spec in specs.items() if not (isinstance(spec, dict) and spec.get("script"))]


def without_sweeps(document: Document) -> Document:
    """An experiment without its sweeps."""
    return {key: part for key, part in document.items() if key not in {"sweep", "sweeps"}}


def _no_files(name: str) -> bytes:
    raise OSError(0, f"{name}: files cannot be named here; write the text itself")
