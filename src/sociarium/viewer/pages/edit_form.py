"""The whole form of an experiment: its parts, and what becomes of the document by what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sociarium.editing.change import Change, copy_of, entries_of, names_of
from sociarium.editing.document import Document, modelled_roles
from sociarium.editing.faults import Fault
from sociarium.editing.texts import put, strings
from sociarium.editing.words import place_words
from sociarium.errors import BadInput
from sociarium.experiment.problems import Loc
from sociarium.viewer.pages.edit_announcements import announcements_part
from sociarium.viewer.pages.edit_cast import cast_part, models_part
from sociarium.viewer.pages.edit_comparison import comparison_parts, role_fields, slots_of
from sociarium.viewer.pages.edit_fields import EditField, EditGroup, EditPart, Sent, value_field
from sociarium.viewer.pages.edit_landing import landing_of, people_after, with_landing
from sociarium.viewer.pages.edit_people import EVERYBODY, PeopleShown
from sociarium.viewer.pages.edit_sections import questions_part, sections_part

_READERS = {"summarizer": ", for the day's record", "manager": ", for who chooses speakers"}
"""Prompts whose sections may be called like those of agents."""


@dataclass(slots=True)
class FormResult:
    """What a form comes to.

    Attributes:
        sentences: what followed what was changed, for people.
        faults: of fields, by their names: what they asked for cannot be had, and was left out.
        typed: what stands in fields that were left out.
        landing: the name of the field or button at which one lands, because something was added there, or could not
            be; empty for none.
        people: which of the people of a feed stand in the form from now on.
    """

    document: Document
    sentences: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    typed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    landing: str = ""
    people: PeopleShown = EVERYBODY

    def take(self, change: Change) -> None:
        """A change that was made."""
        self.document = change.document
        self.sentences += change.sentences

    def refuse(self, fields: Sequence[EditField], sent: Sent, message: str = "") -> None:
        """Leave out what fields ask for."""
        self.typed |= {one.name: tuple(filter(None, sent.get(one.name, ()))) for one in fields}
        if message:
            self.faults[fields[0].name] = message


def form_parts(document: Document, stored: Document, people: PeopleShown = EVERYBODY) -> list[EditPart]:
    """The parts of the form over a document, whole or not.

    Args:
        stored: the version that is changed; it says what can be compared while the document is not whole.
        people: which of the people of a feed stand in it.
    """
    slots = slots_of(document) or slots_of(stored)
    title = replace(value_field(document, ("title",), "Title"), name="title")
    note = replace(value_field(document, ("note",), "Note"), name="note")
    return [
        EditPart("about", "", (EditGroup("", (title, note)),)),
        cast_part(document, role_fields(document, slots), people),
        models_part(document),
        sections_part(document),
        questions_part(document),
        announcements_part(document),
        *comparison_parts(document, slots),
        EditPart("texts", "Texts", (EditGroup("", (*_texts(document), *_unwritten_texts(document))),)),
    ]


def change_by_form(
    document: Document, sent: Sent, *, stored: Document, act: str = "", people: PeopleShown = EVERYBODY
) -> FormResult:
    """A document with what was sent; what says the same as before stays as it is, to the last character.

    Args:
        stored: the version that is changed.
        act: the name of the button that was pressed, if it is one that changes the form.
        people: which of the people of a feed stood in the form.
    """
    parts, result = form_parts(document, stored, people), FormResult(document, people=people)
    changed = [one for part in parts for one in part.fields if one.name in sent and _is_changed(one, sent[one.name])]
    for one in changed:
        if not one.is_name:
            _apply(result, one, sent)
    names = [one for one in changed if one.is_name]
    wished = [(part, one) for part in parts for one in part.additions if one.is_wished(sent)]
    if result.faults:
        # Fields are called by their places, which names and additions would change.
        result.refuse([*names, *(one for _, addition in wished for one in addition.fields)], sent)
        result.landing = next((one.name for one in changed if one.name in result.faults), "")
        return result
    for part, addition in wished:
        try:
            _add(result, addition.apply(result.document, sent), part, stored)
        except BadInput as error:
            result.refuse(addition.fields, sent, str(error))
            result.landing = addition.fields[0].name
    pressed = [(part, button) for part in parts for button in part.buttons if button.act == act]
    for part, button in ((part, button) for part, button in pressed if not button.is_by_place):
        change = button.apply(result.document)
        if button.is_adding:
            _add(result, change, part, stored)
        else:
            result.take(change)
    for one in names:
        _apply(result, one, sent)
    for button in (button for _, button in pressed if button.is_by_place and not result.faults):
        result.take(button.apply(result.document))
    return result


def _add(result: FormResult, change: Change, part: EditPart, stored: Document) -> None:
    """Take a change that adds something to a part of the form, and land there."""
    people = people_after(result.document, change.document, result.people)
    before = form_parts(result.document, stored, people)
    result.landing = landing_of(before, form_parts(change.document, stored, people), part.id)
    result.people = people
    result.take(change)


def with_outcome(parts: Sequence[EditPart], result: FormResult, faults: Sequence[Fault]) -> list[EditPart]:
    """Parts in which what was left out is shown as it was typed, and each fault at its field."""
    fields = [one for part in parts for one in part.fields]
    told: dict[str, list[str]] = {name: [message] for name, message in result.faults.items()}
    for fault in faults:
        if (place := field_of(fields, fault)) is not None:
            told.setdefault(place.name, []).append(fault.sentence)

    def outcome(one: EditField) -> EditField:
        return replace(one, values=result.typed.get(one.name, one.values), faults=tuple(told.get(one.name, ())))

    shown = [
        replace(
            part,
            groups=tuple(replace(group, fields=tuple(map(outcome, group.fields))) for group in part.groups),
            additions=tuple(replace(one, fields=tuple(map(outcome, one.fields))) for one in part.additions),
        )
        for part in parts
    ]
    return with_landing(shown, result.landing)


def field_of(fields: Sequence[EditField], fault: Fault) -> EditField | None:
    """The field at which a fault stands: the nearest around its place, or the first within; None where none is."""
    placed = [one for one in fields if one.loc]
    whole = [one for one in placed if one.is_name and one.loc == fault.loc]
    around = [one for one in placed if fault.loc[: len(one.loc)] == one.loc and not one.is_name]
    if whole:
        return whole[0]  # of a thing as a whole: at its name
    if around:
        return max(around, key=lambda one: len(one.loc))
    within = [one for one in placed if len(fault.loc) > 1 and one.loc[: len(fault.loc)] == fault.loc]
    return within[0] if within else None


def _apply(result: FormResult, one: EditField, sent: Sent) -> None:
    if one.apply is None:
        return
    try:
        result.take(one.apply(result.document, [_browser_text(text) for text in sent[one.name]]))
    except BadInput as error:
        result.refuse([one], sent, str(error))


def _is_changed(one: EditField, values: Sequence[str]) -> bool:
    if one.kind == "several":
        return {value for value in values if value} != set(one.values)
    typed, before = _browser_text(values[-1]), _browser_text(one.value)
    return typed != before if one.kind == "text" else typed.strip() != before.strip()


def _texts(document: Document) -> Iterator[EditField]:
    texts = [(loc, text) for loc, text in strings(document) if "script" not in loc[2:3]]
    for at, (loc, text) in enumerate(texts):
        yield EditField(f"text-{at}", _label(document, loc), (text,), _puts(loc), loc, "text")


def _unwritten_texts(document: Document) -> Iterator[EditField]:
    """Of sections that each role reads its own of, where one has none."""
    for position, section in entries_of(document, "sections"):
        private = names_of(section, "private")
        for role in modelled_roles(document) if private and names_of(document, "roles") else ():
            if role not in private:
                loc: Loc = ("sections", position, "private", role)
                yield value_field(
                    document,
                    loc,
                    f"{_label(document, loc)} (none yet)",
                    kind="text",
                    read=str,
                )


def _puts(loc: Loc) -> Any:
    def apply(document: Document, values: Sequence[str]) -> Change:
        changed = copy_of(document)
        put(changed, loc, values[-1])
        return Change(changed)

    return apply


def _label(document: Document, loc: Loc) -> str:
    """`Goal, of prisoner`, with the name of a version: `Goal, of prisoner: mild`."""
    at = loc.index("variants") if "variants" in loc else len(loc)
    whose = _READERS.get(str(loc[0]), "")
    version = f": {loc[at + 1]}" if at < len(loc) else ""
    return f"{place_words(document, loc[:at])}{whose}{version}"


def _browser_text(text: str) -> str:
    """A browser writes every line end alike."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
