"""Experiments as plain trees of the file format, which the questions build up; none is ever changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.errors import DefinitionError
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_tree

Tree = Mapping[str, Any]

_SOURCE = "your answers"


def definition_of(tree: Tree) -> Definition:
    """The checked definition of a tree. Raises `DefinitionError`."""
    return from_tree(dict(tree), source=_SOURCE, read=_no_files)


def problems(tree: Tree) -> list[str]:
    """What is wrong with a tree, in words."""
    try:
        definition_of(tree)
    except DefinitionError as error:
        return [str(problem) for problem in error.problems]
    return []


def is_a_feed(tree: Tree) -> bool:
    """Whether an experiment is about a feed; otherwise it is about conversations."""
    return tree.get("environment") == "feed"


def modelled_roles(tree: Tree) -> list[str]:
    """The roles for which a model, or a person, speaks."""
    return [role for role, spec in tree["roles"].items() if not (spec or {}).get("script")]


def without_sweeps(tree: Tree) -> Tree:
    """An experiment without its sweeps."""
    return {key: part for key, part in tree.items() if key not in {"sweep", "sweeps"}}


def with_part(tree: Tree, key: str, value: Any) -> Tree:
    """A tree with another part; an empty one is left out, as a file would."""
    rest = {name: part for name, part in tree.items() if name != key}
    if value in (None, "", [], {}, False):
        return rest
    return (
        {name: value if name == key else part for name, part in tree.items()} if key in tree else {**rest, key: value}
    )


def _no_files(name: str) -> bytes:
    raise OSError(0, f"{name}: files cannot be named here; write the text itself")
