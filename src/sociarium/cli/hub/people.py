"""The part People of a feed: those who are described, those whom a model writes, and those who arrive later."""

from __future__ import annotations

from functools import partial
from typing import Any

from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.page import NOTHING, PageRow
from sociarium.cli.hub.people_adding import HINT, add_people
from sociarium.cli.hub.people_archive import read_archives
from sociarium.cli.hub.people_later import open_archetypes, open_newcomers
from sociarium.cli.hub.person import person_rows
from sociarium.cli.hub.things import Kind, open_things
from sociarium.editing.change import names_of
from sociarium.editing.people import remove_crowd, remove_person, rename_person
from sociarium.editing.roles import role_names
from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.problems import Loc


def ask_first_people(editor: Editor) -> bool:
    """The first people of a new feed."""
    return add_people(editor) or bool(editor.document.get("people"))


def open_people(editor: Editor) -> None:
    """The page of people."""
    kind = Kind("people", "person or a crowd", _value, _rows, add_people, rename_person, remove_person,
                label=_label,
                remove_at=remove_crowd, more=_more_rows)  # fmt: skip
    open_things(editor, "People:", kind, hint=HINT)


def _rows(editor: Editor, loc: Loc) -> list[PageRow]:
    if "archive" in (editor.value(loc) or {}):
        return [PageRow("Read the archive", lambda: read_archives(editor))]
    return person_rows(editor, loc)


def _label(entry: dict[str, Any]) -> str:
    if "archive" in entry:
        return str(entry.get("handle") or "somebody's archive")
    if "count" in entry:
        return f"{entry['count']} of the role {entry.get('role', DEFAULT_ROLE)}, by a rule"
    return f"{entry.get('generate', '?')} of the role {entry.get('role', DEFAULT_ROLE)}"


def _value(entry: dict[str, Any]) -> str:
    if "generate" in entry:
        return f"written by {entry.get('model', '?')}: {entry.get('prompt', '')}"
    if "count" in entry:
        return f"act by a rule: {', '.join(entry.get('rule') or ()) or 'only read'}"
    if "archive" in entry:
        return f"not read yet: {entry['archive']}"
    persona = entry.get("persona", "")
    words = persona if isinstance(persona, str) else "a persona of several values"
    return " · ".join(text for text in (str(entry.get("role", DEFAULT_ROLE)), entry.get("bio", ""), words) if text)


def _more_rows(editor: Editor) -> list[PageRow]:
    newcomers = names_of(editor.document, "newcomers")
    value = f"{newcomers.get('per_day', 1)} a day" if newcomers else NOTHING
    rows = [PageRow("Who arrives later", partial(open_newcomers, editor), value)]
    roles = role_names(editor.document)
    return [*rows, PageRow("Words for roles", partial(open_archetypes, editor), ", ".join(roles))] if roles else rows
