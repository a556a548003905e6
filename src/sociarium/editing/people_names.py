"""Names of people of a feed: who is there, and what nobody can be called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sociarium.editing.change import entries_of
from sociarium.editing.document import Document
from sociarium.editing.roles import refuse_role_name, role_names
from sociarium.errors import BadInput
from sociarium.experiment.feed.people import HANDLE

_LONGEST_HANDLE = 50


def handles(document: Document) -> list[str]:
    """Those of the people who are described one by one."""
    return [str(entry["handle"]) for _, entry in entries_of(document, "people") if "handle" in entry]


def handle_fault(line: str, others: Sequence[str]) -> str:
    """What is wrong with the handle of a new person; empty when nothing is."""
    handle = line.strip().removeprefix("@")
    if not handle:
        return "Write something."
    if not re.match(HANDLE, handle) or len(handle) > _LONGEST_HANDLE:
        return f"{handle!r} is no handle: one word of at most {_LONGEST_HANDLE} characters, without @ # < > / \\."
    if handle.casefold() in {other.casefold() for other in others}:
        return f"There is @{handle} already; choose another one (capitals make no difference)."
    return ""


def archetype_fault(document: Document, line: str) -> str:
    """What is wrong with the role of a person, which others may have too; empty when nothing is."""
    role = line.strip()
    if not role:
        return "Write something."
    try:
        refuse_role_name(document, role, others=[other for other in role_names(document) if other != role])
    except BadInput as error:
        return str(error)
    return ""
