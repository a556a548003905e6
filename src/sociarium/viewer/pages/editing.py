"""The form in which an experiment is changed, with what is wrong and the file beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.editing.document import Document
from sociarium.editing.faults import Fault, read_document
from sociarium.errors import BadInput, NotFound
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_json, to_tree, to_yaml
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, Version
from sociarium.runner.library.duplicate import latest
from sociarium.viewer.pages.edit_fields import EditPart
from sociarium.viewer.pages.edit_form import FormResult, field_of, form_parts, with_outcome
from sociarium.viewer.pages.edit_people import EVERYBODY, PeopleShown


@dataclass(frozen=True, slots=True)
class EditPage:
    """An experiment as it is changed.

    Attributes:
        version: what is changed; a form is told when a later one stands.
        loose: faults that stand at no field.
        sentences: what followed the changes so far.
        yaml: the file that it comes to; empty while something is wrong.
        document: what the form is over, as JSON; empty where it is the version.
        is_checked: whether what is shown was sent, rather than what is stored.
        notice: why nothing was saved, where no field is to blame.
    """

    experiment: Experiment
    version: Version
    is_mine: bool
    parts: tuple[EditPart, ...]
    loose: tuple[Fault, ...]
    sentences: tuple[str, ...]
    yaml: str
    document: str
    is_checked: bool
    notice: str

    @property
    def wrong(self) -> tuple[tuple[str, str], ...]:
        """Fields at which something is wrong: the id of each, and what it is called."""
        return tuple(place for part in self.parts for place in part.wrong)

    @property
    def is_wrong(self) -> bool:
        """Whether it cannot be saved as it stands."""
        return bool(self.wrong or self.loose or self.notice)


def edit_page(
    store: Store,
    experiment: Experiment,
    *,
    me: str,
    result: FormResult | None = None,
    faults: Sequence[Fault] = (),
    notice: str = "",
    people: PeopleShown = EVERYBODY,
) -> EditPage:
    """The form over the latest version, or over what was sent.

    Args:
        faults: that were found in saving.
        notice: why nothing was saved.
        people: which of the people of a feed stand in it.
    """
    version, definition = latest(store, experiment)
    stored = to_tree(definition)
    outcome = FormResult(stored) if result is None else result
    read = read_document(outcome.document)
    wrong = [*faults, *(() if isinstance(read, Definition) else read)]
    parts = form_parts(outcome.document, stored, people)
    fields = [one for part in parts for one in part.fields]
    return EditPage(
        experiment=experiment,
        version=version,
        is_mine=experiment.creator == me,
        parts=tuple(with_outcome(parts, outcome, wrong)),
        loose=tuple(fault for fault in wrong if field_of(fields, fault) is None),
        sentences=tuple(dict.fromkeys(outcome.sentences)),
        yaml=to_yaml(read) if isinstance(read, Definition) else "",
        document="" if outcome.document == stored else json.dumps(outcome.document),
        is_checked=result is not None,
        notice=notice,
    )


def version_document(store: Store, experiment: Experiment, version: str) -> Document:
    """What a version of an experiment says. Raises `NotFound` where it has no such version."""
    record = store.version(version)
    if record.experiment != experiment.id:
        raise NotFound(f"{experiment.title!r} has no such version; load the page again")
    return to_tree(from_json(record.document))


def sent_document(text: str) -> Document:
    """The document that a form holds; an empty one where it is over a version. Raises `BadInput` for what is none."""
    try:
        tree = json.loads(text or "{}")
    except (ValueError, RecursionError):
        tree = None
    if not isinstance(tree, dict):
        raise BadInput("this form cannot be read, and nothing was changed; load the page again")
    return tree
