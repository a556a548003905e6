"""The people of a feed who are described by themselves: their fields, and one more of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from sociarium.editing.change import Change, entries_of
from sociarium.editing.document import Document
from sociarium.editing.levels import names
from sociarium.editing.people import add_person, change_role, remove_person, rename_person
from sociarium.editing.people_names import handles
from sociarium.editing.texts import value_at
from sociarium.errors import BadInput
from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.problems import Loc
from sociarium.viewer.pages.edit_fields import (
    EditAddition,
    EditButton,
    EditField,
    EditGroup,
    Sent,
    entry_name_field,
    last_value,
    name_of,
    value_field,
)

MOST_PEOPLE = 60
"""Whose fields stand in one form."""
_PERSONA = "What they are like; only they read it"
_BIO = "Bio, which everybody can read"
_FOLLOWS = "Follows: handles between commas"
_NAME = "Name, as the network shows it"


def person_groups(document: Document) -> Iterator[EditGroup]:
    """A group for each of the first people; `MOST_PEOPLE` says of how many."""
    described = [(at, str(entry["handle"])) for at, entry in entries_of(document, "people") if "handle" in entry]
    for position, handle in described[:MOST_PEOPLE]:
        loc: Loc = ("people", position)
        label = f"Take @{handle} out"
        remove = EditButton(label, name_of("remove", "people", handle), partial(remove_person, handle=handle))
        is_alone = sum(1 for _ in entries_of(document, "people")) < 2
        yield EditGroup(f"@{handle}", _fields(document, loc, handle), () if is_alone else (remove,), is_folded=True)


def _fields(document: Document, loc: Loc, handle: str) -> tuple[EditField, ...]:
    is_plain = isinstance(value_at(document, (*loc, "persona")) or "", str)
    persona = value_field(document, (*loc, "persona"), _PERSONA, read=str, kind="text")
    return (
        value_field(document, (*loc, "name"), _NAME, hint=handle),
        # Found by the handle, and so before that changes.
        _role_field(document, handle, loc),
        entry_name_field(loc, "Handle", handle, rename_person),
        value_field(document, (*loc, "follows"), _FOLLOWS, read=_typed_handles),
        value_field(document, (*loc, "bio"), _BIO, kind="text"),
        *((persona,) if is_plain else ()),
    )


def _role_field(document: Document, handle: str, loc: Loc) -> EditField:
    def apply(document: Document, sent: Sequence[str]) -> Change:
        position = next((at for at, entry in entries_of(document, "people") if entry.get("handle") == handle), None)
        if position is None:
            raise BadInput(f"There is no person {handle!r}.")
        return change_role(document, position, " ".join(sent[-1].split()) or DEFAULT_ROLE)

    role = str(value_at(document, (*loc, "role")) or DEFAULT_ROLE)
    # A role that nobody has any more takes its texts along: after them.
    return EditField(name_of("role", *loc), "Role", (role,), apply, (*loc, "role"), is_name=True)


def new_person() -> EditAddition:
    """One more person."""
    labels = {
        "handle": ("Handle: one word, by which others mention them", "ada_baker"),
        "name": (_NAME, ""),
        "role": ("Role; empty: person", "citizen"),
        "follows": (_FOLLOWS, ""),
    }
    fields = {key: EditField(name_of("new", "people", key), label, ("",), hint=hint)
              for key, (label, hint) in labels.items()}  # fmt: skip
    for key, label in (("bio", _BIO), ("persona", _PERSONA)):
        fields[key] = EditField(name_of("new", "people", key), label, ("",), kind="text")

    def add(document: Document, sent: Sent) -> Change:
        typed = {key: last_value(sent, field.name).strip() for key, field in fields.items()}
        follows = _typed_handles(typed.pop("follows"))
        person = {**typed, **({"follows": follows} if follows else {})}
        return add_person(document, {key: value for key, value in person.items() if value or key == "handle"})

    return EditAddition("One more person", tuple(fields.values()), add)


def about_people(document: Document) -> str:
    """What is said above them."""
    more = len(handles(document)) - MOST_PEOPLE
    what = f"{more:,} more people by name stand in the file; they are" if more > 0 else "Rarer things, as a past, are"
    return f"{what} changed in the guided program: sociarium menu."


def _typed_handles(line: str) -> list[str]:
    return [name.removeprefix("@") for name in names(line)]
