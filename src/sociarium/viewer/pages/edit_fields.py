"""Fields of the form in which an experiment is changed: what each shows, and what it does to the document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from sociarium.editing.change import Change, entries_of
from sociarium.editing.document import Document
from sociarium.editing.people import Named, remove_named, rename_named
from sociarium.editing.texts import value_at
from sociarium.editing.values import with_value
from sociarium.experiment.problems import Loc

Sent = Mapping[str, Sequence[str]]
"""What was sent: the values of each field by its name."""
LANDING = "landing"
"""The id of where one lands after something was added: a browser goes there by the button that was pressed."""
Apply = Callable[[Document, Sequence[str]], Change]
"""The document with what was sent of a field. Raises `BadInput` where that cannot be had."""


@dataclass(frozen=True, slots=True)
class EditField:
    """A field.

    Attributes:
        name: in the form; it is the same as long as the place in the document is.
        loc: the place, at which faults are told; empty for none.
        values: what stands there; several only where several can be chosen.
        choices: value and words, where one of some is chosen.
        hint: what is usual, inside of an empty field.
        apply: None where it changes nothing by itself.
        is_name: whether other things are called by it, or go with it; names change last, so that every place is still
            called as the form calls it.
        is_landing: whether one lands there, after something was added.
    """

    name: str
    label: str
    values: tuple[str, ...]
    apply: Apply | None = field(default=None, repr=False)
    loc: Loc = ()
    kind: Literal["line", "number", "text", "choice", "several"] = "line"
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    is_name: bool = False
    faults: tuple[str, ...] = ()
    is_landing: bool = False

    @property
    def value(self) -> str:
        """What stands there, of a field that has one value."""
        return self.values[0] if self.values else ""

    @property
    def id(self) -> str:
        """Of the element; the name, in characters that any link can hold."""
        return f"e-{self.name.encode().hex() if not self.name.isascii() or not self.name.isalnum() else self.name}"

    @property
    def anchor(self) -> str:
        """The id that it has in the page."""
        return LANDING if self.is_landing else self.id


@dataclass(frozen=True, slots=True)
class EditButton:
    """A button that changes the form; nothing is saved by it.

    Attributes:
        act: names it in the form.
        is_by_place: whether what it changes is found by its place, which others may lose by it: it comes last.
        is_adding: whether it adds something, at which one lands.
    """

    label: str
    act: str
    apply: Callable[[Document], Change] = field(repr=False)
    is_by_place: bool = False
    is_adding: bool = False


@dataclass(frozen=True, slots=True)
class EditAddition:
    """Fields by which something is added, together; they are empty where nothing is."""

    title: str
    fields: tuple[EditField, ...]
    apply: Callable[[Document, Sent], Change] = field(repr=False)

    @property
    def is_open(self) -> bool:
        """Whether there is something to be seen at once."""
        return any(one.faults or one.is_landing for one in self.fields)

    def is_wished(self, sent: Sent) -> bool:
        """Whether anything was written."""
        return any(text.strip() for field in self.fields for text in sent.get(field.name, ()))


@dataclass(frozen=True, slots=True)
class EditGroup:
    """Fields that belong to one thing, such as a role; without a title they stand alone.

    Attributes:
        is_folded: whether they are opened by whoever wants them, because there are many such things.
        is_landing: whether one lands at it as a whole, because nothing can be typed there.
    """

    title: str
    fields: tuple[EditField, ...]
    buttons: tuple[EditButton, ...] = ()
    is_folded: bool = False
    is_landing: bool = False

    @property
    def is_open(self) -> bool:
        """Of one that is folded: whether there is something to be seen at once."""
        return any(one.faults or one.is_landing for one in self.fields)


@dataclass(frozen=True, slots=True)
class EditPaging:
    """Which things of a long list stand in the form.

    Attributes:
        first: the number of the first one, from 1; 0 where there is none.
        total: how many there are, of those that were looked for.
        like: what was looked for; empty for all.
        former: where those before begin, counted from 0; None where there are none.
        following: where those after begin.
    """

    first: int
    last: int
    total: int
    like: str
    former: int | None
    following: int | None

    @property
    def start(self) -> int:
        """Where those that are shown begin, counted from 0."""
        return max(self.first - 1, 0)


@dataclass(frozen=True, slots=True)
class EditPart:
    """A part of an experiment.

    Attributes:
        id: of its place in the page.
        about: a sentence under its heading.
        additions: what can be added.
        paging: of a list that is too long for one form.
    """

    id: str
    title: str
    groups: tuple[EditGroup, ...]
    about: str = ""
    additions: tuple[EditAddition, ...] = ()
    paging: EditPaging | None = None

    @property
    def fields(self) -> tuple[EditField, ...]:
        """Those of what is there."""
        return tuple(field for group in self.groups for field in group.fields)

    @property
    def buttons(self) -> tuple[EditButton, ...]:
        """All of its buttons."""
        return tuple(button for group in self.groups for button in group.buttons)

    @property
    def wrong(self) -> tuple[tuple[str, str], ...]:
        """Its fields at which something is wrong: the id of each, and what it is called."""
        things = [(thing.title, thing.fields) for thing in self.groups]
        things += [(thing.title, thing.fields) for thing in self.additions]
        return tuple(
            (one.anchor, f"{title}, {one.label}" if title else one.label)
            for title, fields in things
            for one in fields
            if one.faults
        )


def name_of(what: str, *place: str | int) -> str:
    """A name in the form, for something at a place."""
    return json.dumps([what, *place], ensure_ascii=False)


def value_field(
    document: Document,
    loc: Loc,
    label: str,
    *,
    read: Callable[[str], Any] = str.strip,
    kind: Literal["line", "number", "text"] = "line",
    choices: tuple[tuple[str, str], ...] = (),
    hint: str = "",
) -> EditField:
    """The field of a single value; an empty one takes it away.

    Args:
        read: makes the value of what was typed. What is no such value is kept as it was typed, and told as a fault.
        choices: where one of some is chosen; the first is meant where nothing stands.
    """
    value = value_at(document, loc)
    usual = choices[0][0] if choices else ""

    def apply(document: Document, sent: Sequence[str]) -> Change:
        text = sent[-1] if sent else ""
        return Change(with_value(document, loc, read(text) if text.strip() else None))

    shown = (_text(value) or usual,)
    return EditField(name_of("value", *loc), label, shown, apply, loc, "choice" if choices else kind, choices, hint)


def several_field(
    document: Document,
    loc: Loc,
    label: str,
    choices: Sequence[tuple[str, str]],
    *,
    read: Callable[[Sequence[str]], Sequence[str] | None] = tuple,
) -> EditField:
    """The field of a list of which each entry is one of some; none marked takes it away.

    Args:
        read: makes the list of what was marked; None takes it away.
    """
    value = value_at(document, loc)
    marked = tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()

    def apply(document: Document, sent: Sequence[str]) -> Change:
        return Change(with_value(document, loc, list(read([one for one in sent if one]) or ()) or None))

    unknown = [(one, one) for one in marked if one not in dict(choices)]
    return EditField(name_of("value", *loc), label, marked, apply, loc, "several", (*choices, *unknown))


def entry_name_field(loc: Loc, label: str, name: str, rename: Callable[[Document, str, str], Change]) -> EditField:
    """The field of the name of an entry in a list; everything that speaks of the thing follows it."""
    return EditField(
        name_of("name", *loc), label, (name,), lambda document, sent: rename(document, name, sent[-1].strip()), loc,
        is_name=True,
    )  # fmt: skip


def named_groups(
    document: Document, kind: Named, fields: Callable[[Document, Loc], tuple[EditField, ...]]
) -> tuple[EditGroup, ...]:
    """A group for each entry of a list whose entries have names: its name, its fields, and a button that takes it out.

    Args:
        fields: those of an entry besides its name, by its place.
    """

    def group(position: int, name: str) -> EditGroup:
        named = entry_name_field(
            (kind, position), "Name in your tables", name,
            lambda document, old, new: rename_named(document, kind, old, new),
        )  # fmt: skip
        remove = EditButton(
            f"Take {name} out", name_of("remove", kind, name), partial(remove_named, kind=kind, name=name)
        )
        return EditGroup(name, (named, *fields(document, (kind, position))), (remove,))

    return tuple(group(position, str(entry.get("name", ""))) for position, entry in entries_of(document, kind))


def last_value(sent: Sent, name: str) -> str:
    """The last value of a field; empty where none was sent."""
    values = sent.get(name, ())
    return values[-1] if values else ""


def new_name_field(
    document: Document, loc: Loc, label: str, rename: Callable[[Document, str, str], Change]
) -> EditField:
    """The field of a name; everything that speaks of the thing follows it."""
    return entry_name_field(loc, label, str(loc[-1]), rename)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
