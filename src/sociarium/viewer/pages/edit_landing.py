"""Where one lands in the form after something was added: at what is new, in its first field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sociarium.editing.document import Document
from sociarium.editing.people_names import handles
from sociarium.viewer.pages.edit_fields import EditAddition, EditField, EditGroup, EditPart
from sociarium.viewer.pages.edit_people import MOST_PEOPLE, PeopleShown


def landing_of(before: Sequence[EditPart], after: Sequence[EditPart], part: str) -> str:
    """The name of the first field of what is new, or of its button where it has none; empty where nothing is new.

    Args:
        before, after: the whole form.
        part: the id of the part in which something was added; a part of its own goes first.
    """
    known = {one.id for one in before}
    names = {name for one in before for group in one.groups for name in _names(group)}
    places = [one for one in after if one.id not in known] or [one for one in after if one.id == part]
    new = [(group, name) for one in places for group in one.groups for name in _names(group) if name not in names]
    # A role that comes with a person stands before them.
    new.sort(key=lambda pair: _is_of_role(pair[0]))
    return new[0][1] if new else ""


def people_after(before: Document, after: Document, people: PeopleShown) -> PeopleShown:
    """Which of the people of a feed are shown: the last ones, where one was added."""
    number = len(handles(after))
    if number <= len(handles(before)):
        return people
    return PeopleShown((number - 1) // MOST_PEOPLE * MOST_PEOPLE)


def with_landing(parts: Sequence[EditPart], landing: str) -> list[EditPart]:
    """Parts of which the field or button of that name is where one lands."""

    def field(one: EditField) -> EditField:
        return replace(one, is_landing=True) if one.name == landing else one

    def group(one: EditGroup) -> EditGroup:
        is_landing = any(button.act == landing for button in one.buttons)
        return replace(one, fields=tuple(map(field, one.fields)), is_landing=is_landing)

    def addition(one: EditAddition) -> EditAddition:
        return replace(one, fields=tuple(map(field, one.fields)))

    if not landing:
        return list(parts)
    return [
        replace(part, groups=tuple(map(group, part.groups)), additions=tuple(map(addition, part.additions)))
        for part in parts
    ]


def _names(group: EditGroup) -> Iterator[str]:
    yield from (one.name for one in group.fields)
    if not group.fields:
        yield from (one.act for one in group.buttons)


def _is_of_role(group: EditGroup) -> bool:
    return bool(group.fields) and group.fields[0].loc[:1] == ("roles",)
