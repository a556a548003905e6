"""Codebooks, labels and measures: what people, judges and functions say of runs and of their messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sociarium.experiment.canonical import short_id
from sociarium.experiment.identity import fold_title

AnnotatorKind = Literal["person", "judge"]
"""person: a human annotator. judge: a model."""

WHOLE_RUN = ""
"""The subject of what is said of a run, and of none of its messages."""

MISSING = "missing"
"""The one key of a measure's value that says why there is none; what a judge answered has it beside others."""

ADJUDICATED = "adjudicated"
"""The annotator whose labels settle what people disagree on; the note of each says who settled it."""

SAMPLE = "sample"
"""The name of measures that say with which probability something was drawn to be labelled, and the key in the document
of a codebook record which is no codebook and says how that was done."""


@dataclass(frozen=True, slots=True)
class Codebook:
    """What is labelled, and how. A further number of the same title is a new version; no version ever changes.

    Attributes:
        id: see `codebook_id`.
        number: of the version, from 1.
        document: JSON object: categories and scales with their descriptions; or, under `SAMPLE`, what was drawn to be
            labelled by a codebook.
        creator: who wrote it.
        created: UTC, ISO 8601.
    """

    id: str
    experiment: str
    title: str
    number: int
    document: Mapping[str, Any]
    creator: str
    created: str


@dataclass(frozen=True, slots=True)
class Label:
    """A judgement; codebook, item, run, subject, annotator and revision are its identity.

    Attributes:
        codebook: id.
        item: name of the category or scale in the codebook.
        subject: key of the message's event, or `WHOLE_RUN`.
        annotator: the person's name, or the judge's.
        revision: from 1; a later one is the annotator's change of mind, and the earlier ones stay.
        value: JSON value.
        at: UTC, ISO 8601.
        note: in the annotator's words; may be empty.
    """

    codebook: str
    item: str
    run: str
    subject: str
    annotator: str
    revision: int
    value: Any
    at: str
    kind: AnnotatorKind = "person"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A value that was computed of a run or message; name, version, run and subject are its identity.

    It stands for ever, so it is computed of what changes no more: a message, or a run that is done.

    Attributes:
        version: of what computes it; another version is another measure.
        subject: key of the message's event, the name of a person, or `WHOLE_RUN`.
        value: JSON value; `{"missing": reason}` where it cannot be had, an object of days (`{"1": 0.5}`) for a course.
        at: UTC, ISO 8601.
    """

    name: str
    version: str
    run: str
    subject: str
    value: Any
    at: str


def codebook_id(experiment: str, title: str, number: int) -> str:
    """The id of a version of a codebook; titles that differ in case, width or spaces are one."""
    return short_id("codebook", experiment, fold_title(title), number)


def is_sample(codebook: Codebook) -> bool:
    """Whether a record says what was drawn, and is no codebook."""
    return isinstance(codebook.document.get(SAMPLE), dict)


def latest_labels(labels: Iterable[Label]) -> Iterator[Label]:
    """Of each annotator's revisions of one label the latest.

    Args:
        labels: with the revisions of one label beside each other, the latest last.
    """
    latest: Label | None = None
    for label in labels:
        if latest is not None and _identity(label) != _identity(latest):
            yield latest
        latest = label
    if latest is not None:
        yield latest


def _identity(label: Label) -> tuple[str, ...]:
    return (label.codebook, label.item, label.run, label.subject, label.annotator)
