"""Who is in a feed so far: handles, and archetypes as the questions about prompts take roles."""

from __future__ import annotations

from typing import Any

from sociarium.editing.document import Document
from sociarium.experiment.feed.people import DEFAULT_ROLE


def archetypes(tree: Document) -> list[str]:
    """The roles that somebody has, in the order in which they first appear."""
    entries = [*tree.get("people", ()), *([tree["newcomers"]] if "newcomers" in tree else [])]
    return list(dict.fromkeys(entry.get("role", DEFAULT_ROLE) for entry in entries))


def handles(tree: Document) -> list[str]:
    """Those of the people who are described one by one."""
    return [entry["handle"] for entry in tree["people"] if "handle" in entry]


def with_roles(tree: Document) -> Document:
    """A feed with every archetype among its roles, which a file may leave out."""
    written: dict[str, Any] = tree.get("roles", {})
    return {**tree, "roles": {role: written.get(role, {}) for role in archetypes(tree)}}


def without_roles_of_nobody(tree: Document) -> Document:
    """A feed whose roles say nothing of archetypes that nobody has any more."""
    names = archetypes(tree)
    roles = {role: spec for role, spec in tree.get("roles", {}).items() if role in names}
    rest = {key: part for key, part in tree.items() if key != "roles"}
    return {**rest, "roles": roles} if roles else rest
