"""The people of a feed who are described by themselves: their fields, and one more of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    EditPaging,
    Sent,
    entry_name_field,
    last_value,
    name_of,
    value_field,
)

MOST_PEOPLE = 60
"""Whose fields stand in one form at a time."""
_PERSONA = "What they are like; only they read it"
_BIO = "Bio, which everybody can read"
_FOLLOWS = "Follows: handles between commas"
_NAME = "Name, as the network shows it"


@dataclass(frozen=True, slots=True)
class PeopleShown:
    """Which of the people who are described stand in the form.

    Attributes:
        start: the first of them, counted from 0 among those who are looked for.
        like: a part of a handle, a name or a role; empty for everybody.
    """

    start: int = 0
    like: str = ""


EVERYBODY = PeopleShown()
"""From the first one on."""


def paging(document: Document, shown: PeopleShown) -> EditPaging | None:
    """Where in the list of people a form is; None where all of them stand in it."""
    everybody = len(handles(document))
    if everybody <= MOST_PEOPLE and not shown.like:
        return None
    total = len(_people_like(document, shown.like))
    start = _start(total, shown)
    following = start + MOST_PEOPLE
    return EditPaging(
        first=start + 1 if total else 0,
        last=min(following, total),
        total=total,
        like=shown.like,
        former=max(start - MOST_PEOPLE, 0) if start else None,
        following=following if following < total else None,
    )


def person_groups(document: Document, shown: PeopleShown) -> Iterator[EditGroup]:
    """A group for each of the people who are shown; `MOST_PEOPLE` says of how many."""
    described = _people_like(document, shown.like)
    start = _start(len(described), shown)
    is_alone = sum(1 for _ in entries_of(document, "people")) < 2
    for position, handle in described[start : start + MOST_PEOPLE]:
        loc: Loc = ("people", position)
        label = f"Take @{handle} out"
        remove = EditButton(label, name_of("remove", "people", handle), partial(_remove, at=position), is_by_place=True)
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


def _people_like(document: Document, like: str) -> list[tuple[int, str]]:
    """Places and handles of people."""
    part = like.strip().removeprefix("@").casefold()
    return [
        (position, str(entry["handle"]))
        for position, entry in entries_of(document, "people")
        if "handle" in entry
        and (not part or any(part in str(entry.get(key, "")).casefold() for key in ("handle", "name", "role")))
    ]


def _start(total: int, shown: PeopleShown) -> int:
    """Where those who are shown begin, of a list that may have become shorter."""
    return shown.start if shown.start < total else max(total - 1, 0) // MOST_PEOPLE * MOST_PEOPLE


def _remove(document: Document, at: int) -> Change:
    # A handle that was typed into the same form is theirs by now.
    return remove_person(document, str(value_at(document, ("people", at, "handle"))))


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


ABOUT_PEOPLE = "Rarer things, as a past or a rule, are changed in the guided program: sociarium menu."
"""What is said above them."""


def _typed_handles(line: str) -> list[str]:
    return [name.removeprefix("@") for name in names(line)]
