"""People of a feed of whom a number stands in the file: whom a model writes, and who act by one rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from sociarium.editing.change import Change, entries_of, names_of
from sociarium.editing.document import Document
from sociarium.editing.levels import typed_value
from sociarium.editing.people import add_crowd, change_role, remove_crowd
from sociarium.editing.texts import value_at
from sociarium.editing.words import place_words
from sociarium.errors import BadInput
from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.problems import Loc
from sociarium.viewer.pages.edit_fields import (
    EditAddition,
    EditButton,
    EditField,
    EditGroup,
    Sent,
    last_value,
    name_of,
    value_field,
)

_WRITER = "Written by; the same people, whichever model plays them"
_PROMPT = "Who they are: what the model is told of whom to write"
_ROLE = "Role; empty: person"


def crowd_groups(document: Document) -> Iterator[EditGroup]:
    """A group for each entry that stands for several, and one for those who arrive later."""
    is_alone = sum(1 for _ in entries_of(document, "people")) < 2
    for position, entry in entries_of(document, "people"):
        if "generate" in entry or "count" in entry:
            loc: Loc = ("people", position)
            key = "generate" if "generate" in entry else "count"
            many = value_field(document, (*loc, key), "How many", read=typed_value, kind="number")
            written = _writing(document, loc) if key == "generate" else ()
            remove = EditButton("Take them out", name_of("remove", "crowd", position), partial(_remove, at=position),
                                is_by_place=True)  # fmt: skip
            title = place_words(document, loc)
            fields = (many, _role_field(document, position), *written)
            yield EditGroup(title, fields, () if is_alone else (remove,))
    if names_of(document, "newcomers"):
        numbers = {"per_day": "More people a day", "from": "From which day on"}
        fields = tuple(value_field(document, ("newcomers", key), label, read=typed_value, kind="number")
                       for key, label in numbers.items())  # fmt: skip
        yield EditGroup("newcomers", (*fields, *_writing(document, ("newcomers",))))


def new_crowd(document: Document) -> EditAddition:
    """More people, whom a model writes."""
    many = EditField(name_of("new", "crowd", "generate"), "How many", ("",), kind="number", hint="5")
    role = EditField(name_of("new", "crowd", "role"), _ROLE, ("",), hint="citizen")
    models = _models(document)
    # Chosen already, and so no wish for a crowd by itself.
    model = EditField(name_of("new", "crowd", "model"), _WRITER, ("",), kind="choice",
                      choices=(("", models[0][0] if models else ""), *models[1:]))  # fmt: skip
    prompt = EditField(name_of("new", "crowd", "prompt"), _PROMPT, ("",), kind="text")

    def add(document: Document, sent: Sent) -> Change:
        number, words = last_value(sent, many.name), last_value(sent, prompt.name)
        if not number.strip() or not words.strip():
            raise BadInput("Write how many they are, and who.")
        crowd = {
            "generate": typed_value(number),
            "role": " ".join(last_value(sent, role.name).split()),
            "model": last_value(sent, model.name) or next(iter(names_of(document, "models")), ""),
            "prompt": words,
        }
        return add_crowd(document, {key: value for key, value in crowd.items() if value or key == "generate"})

    return EditAddition("People whom a model writes", (many, role, model, prompt), add)


def _writing(document: Document, loc: Loc) -> tuple[EditField, ...]:
    """Who writes them, and what it is told."""
    return (
        value_field(document, (*loc, "model"), _WRITER, choices=_models(document)),
        value_field(document, (*loc, "prompt"), _PROMPT, read=str, kind="text"),
    )


def _models(document: Document) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names_of(document, "models"))


def _role_field(document: Document, position: int) -> EditField:
    loc: Loc = ("people", position, "role")

    def apply(document: Document, sent: Sequence[str]) -> Change:
        return change_role(document, position, " ".join(sent[-1].split()) or DEFAULT_ROLE)

    role = str(value_at(document, loc) or DEFAULT_ROLE)
    # A role that nobody has any more takes its texts along: after them.
    return EditField(name_of("role", *loc[:2]), _ROLE, (role,), apply, loc, is_name=True)


def _remove(document: Document, at: int) -> Change:
    return remove_crowd(document, at)
