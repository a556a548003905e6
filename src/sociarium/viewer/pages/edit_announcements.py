"""What the researcher says into a conversation, or posts into a feed: its fields; the words stand below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sociarium.editing.announcements import add_announcement, announcer, text_key, usual_announcer
from sociarium.editing.change import Change
from sociarium.editing.document import Document, is_a_feed
from sociarium.editing.levels import typed_value
from sociarium.editing.values import with_value
from sociarium.errors import BadInput
from sociarium.experiment.problems import Loc
from sociarium.viewer.pages.edit_fields import (
    EditAddition,
    EditField,
    EditPart,
    Sent,
    last_value,
    name_of,
    named_groups,
    value_field,
)

_SAID = (
    "What you say into the conversation at a fixed moment, and everybody reads. A version without words says nothing, "
    "which is the comparison to make. The words are below."
)
_POSTED = (
    "What you put before everybody on a fixed day, in the name of one of the people or of an account outside. A "
    "version without words posts nothing, which is the comparison to make. The words are below."
)
_NUMBERS = {"day": ("Day", "1"), "after_message": ("After how many messages of that day", "0")}
_POST_NUMBERS = {"day": ("Day", "1"), "every": ("Comes again after days; 0: once", "0")}
_TIME = ("Time of that day, as 09:30", "00:00")


def announcements_part(document: Document) -> EditPart:
    """The announcements."""
    about = _POSTED if is_a_feed(document) else _SAID
    groups = named_groups(document, "events", _event_fields)
    return EditPart("announcements", "Announcements", groups, about, (_new_announcement(document),))


def _event_fields(document: Document, loc: Loc) -> tuple[EditField, ...]:
    moments = [
        value_field(document, (*loc, key), label, read=read, hint=usual, kind="line" if key == "time" else "number")
        for key, label, usual, read in _moments(document)
    ]
    author = value_field(document, (*loc, "author"), _author_label(document), hint=usual_announcer(document))

    def apply(document: Document, sent: Sequence[str]) -> Change:
        typed = sent[-1]
        return Change(with_value(document, author.loc, announcer(document, typed) if typed.strip() else None))

    return (*moments, EditField(author.name, author.label, author.values, apply, author.loc, hint=author.hint))


def _moments(document: Document) -> list[tuple[str, str, str, Callable[[str], Any]]]:
    """Of each moment its key, its label, what is usual, and how it is read."""
    if not is_a_feed(document):
        return [(key, *words, typed_value) for key, words in _NUMBERS.items()]
    return [*((key, *words, typed_value) for key, words in _POST_NUMBERS.items()), ("time", *_TIME, str.strip)]


def _author_label(document: Document) -> str:
    return "Who posts it: a handle" if is_a_feed(document) else "Who says it, as it stands before the words"


def _new_announcement(document: Document) -> EditAddition:
    def field(key: str, label: str, hint: str = "") -> EditField:
        return EditField(name_of("new", "events", key), label, ("",), hint=hint)

    name = field("name", "Its name in your tables", "search")
    moments = {key: (field(key, label, usual), read) for key, label, usual, read in _moments(document)}
    author = field("author", _author_label(document), usual_announcer(document))
    words = EditField(name_of("new", "events", "text"), "The words", ("",), kind="text")

    def add(document: Document, sent: Sent) -> Change:
        text = last_value(sent, words.name)
        if not text.strip():
            raise BadInput("Write what is announced.")
        typed = {key: (last_value(sent, field.name), read) for key, (field, read) in moments.items()}
        who = last_value(sent, author.name).strip()
        event = {
            "name": last_value(sent, name.name),
            **{key: read(line) for key, (line, read) in typed.items() if line.strip()},
            **({"author": who or usual_announcer(document)} if who or is_a_feed(document) else {}),
            text_key(document): text,
        }
        return add_announcement(document, event)

    fields = (name, *(field for field, _ in moments.values()), author, words)
    return EditAddition("One more announcement", fields, add)
