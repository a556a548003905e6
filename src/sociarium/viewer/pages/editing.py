"""The form in which an experiment's texts are changed, with what is wrong and the file beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sociarium.editing.change import copy_of
from sociarium.editing.comparison import sweep_locs
from sociarium.editing.document import Document
from sociarium.editing.faults import Fault, read_document
from sociarium.editing.texts import put, strings, value_at
from sociarium.editing.values import with_value
from sociarium.editing.words import place_words
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_json, to_tree, to_yaml
from sociarium.experiment.problems import Loc
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, Version
from sociarium.runner.library.duplicate import latest

_READERS = {"summarizer": ", for the day's record", "manager": ", for who chooses speakers"}
"""Prompts whose sections may be called like those of agents."""


@dataclass(frozen=True, slots=True)
class EditField:
    """A field.

    Attributes:
        name: in the form.
        is_long: whether it has several lines, or could.
    """

    name: str
    label: str
    value: str
    is_long: bool = True
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class EditPage:
    """An experiment as it is changed.

    Attributes:
        version: what is changed; a form is refused when a later one stands.
        yaml: the file that it comes to; empty while something is wrong.
        is_checked: whether what is shown was sent, rather than what is stored.
    """

    experiment: Experiment
    version: Version
    is_mine: bool
    title: str
    note: str
    texts: tuple[EditField, ...]
    numbers: tuple[EditField, ...]
    faults: tuple[Fault, ...]
    yaml: str
    is_checked: bool


def edit_page(
    store: Store, experiment: Experiment, *, me: str, document: Document | None = None, faults: tuple[Fault, ...] = ()
) -> EditPage:
    """The form over the latest version, or over a document that was sent.

    Args:
        faults: that were found in saving.
    """
    version, definition = latest(store, experiment)
    shown = to_tree(definition) if document is None else document
    result = read_document(shown)
    return EditPage(
        experiment=experiment,
        version=version,
        is_mine=experiment.creator == me,
        title=str(shown.get("title", "")),
        note=str(shown.get("note") or ""),
        texts=tuple(EditField(f"text-{at}", _label(shown, loc), text) for at, (loc, text) in enumerate(strings(shown))),
        numbers=tuple(
            EditField(f"replicates-{at}", f"Replicates of {name or 'the sweep'}", _replicates(shown, loc), False, True)
            for at, (name, loc) in enumerate(sweep_locs(shown).items())
            if isinstance(value_at(shown, loc), dict)
        ),
        faults=(*faults, *(() if isinstance(result, Definition) else result)),
        yaml=to_yaml(result) if isinstance(result, Definition) else "",
        is_checked=document is not None,
    )


def changed_document(version: Version, field: Callable[[str], str], sent: frozenset[str]) -> Document:
    """A version with what was sent; texts that say the same stay as they are, to the last character.

    Args:
        field: gives a field by its name.
        sent: the names of those that were sent.
    """
    before = to_tree(from_json(version.document))
    document = copy_of(before)
    for at, (loc, text) in enumerate(strings(before)):
        name = f"text-{at}"
        # A browser writes every line end alike.
        if name in sent and field(name) != _browser_text(text):
            put(document, loc, field(name))
    for at, (_, loc) in enumerate(sweep_locs(before).items()):
        value = field(f"replicates-{at}").strip()
        if value and value != _replicates(before, loc):
            document = with_value(document, (*loc, "replicates"), int(value) if value.isdecimal() else value)
    for key in ("title", "note"):
        if key in sent and field(key).strip() != str(before.get(key) or "").strip():
            document = with_value(document, (key,), field(key).strip() or (None if key == "note" else ""))
    return document


def _label(document: Document, loc: Loc) -> str:
    """`Goal, of prisoner`, with the name of a version: `Goal, of prisoner: mild`."""
    at = loc.index("variants") if "variants" in loc else len(loc)
    whose = _READERS.get(str(loc[0]), "")
    version = f": {loc[at + 1]}" if at < len(loc) else ""
    return f"{place_words(document, loc[:at])}{whose}{version}"


def _replicates(document: Document, loc: Loc) -> str:
    value = value_at(document, (*loc, "replicates"))
    return "1" if value is None else str(value)


def _browser_text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
