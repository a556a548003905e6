"""Codebooks: which there are, what one says, what was drawn for it, and how far everybody is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sociarium.analysis.annotation.codebook import CodebookText, Item, text_of
from sociarium.analysis.annotation.codebooks import codebooks_of, latest_codebooks
from sociarium.analysis.annotation.labelling import read_labels
from sociarium.analysis.annotation.samples import Sample, samples_of, units_of
from sociarium.errors import BadInput
from sociarium.experiment.identity import fold_title
from sociarium.ports.store import Store
from sociarium.records.labels import Codebook
from sociarium.records.lists import ExperimentQuery
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.viewer.words import number


@dataclass(frozen=True, slots=True)
class CodebookRow:
    """A codebook in a list.

    Attributes:
        samples: how many were drawn for the latest version.
    """

    codebook: Codebook
    unit: str
    items: tuple[str, ...]
    samples: int


@dataclass(frozen=True, slots=True)
class LabelPage:
    """All codebooks, by experiment."""

    groups: tuple[tuple[Experiment, tuple[CodebookRow, ...]], ...]
    experiments: int


@dataclass(frozen=True, slots=True)
class LabelProgress:
    """How many units somebody has labelled in full."""

    annotator: str
    done: int


@dataclass(frozen=True, slots=True)
class SampleRow:
    """What was drawn.

    Attributes:
        words: what it is; by what it was chosen stands there only for who has labelled it.
        here: units that are still there; fewer than were drawn where runs were deleted.
    """

    sample: Sample
    words: str
    people: tuple[LabelProgress, ...]
    mine: int
    here: int


@dataclass(frozen=True, slots=True)
class CodebookPage:
    """A version of a codebook.

    Attributes:
        versions: all of its title.
        sweeps: id and name of those that can be drawn from.
    """

    codebook: Codebook
    experiment: Experiment
    text: CodebookText
    noun: str
    versions: tuple[Codebook, ...]
    samples: tuple[SampleRow, ...]
    sweeps: tuple[tuple[str, str], ...]

    @property
    def is_latest(self) -> bool:
        """Whether no later version stands."""
        return self.codebook == self.versions[-1]


def label_page(store: Store) -> LabelPage:
    """All codebooks of a store."""
    groups = []
    experiments = [one.experiment for one in store.list_experiments(ExperimentQuery())]
    for experiment in experiments:
        rows = tuple(_rows(store, latest_codebooks(store, experiment.id)))
        if rows:
            groups.append((experiment, rows))
    return LabelPage(tuple(groups), len(experiments))


def codebook_page(store: Store, id_: str, *, me: str) -> CodebookPage:
    """A version of a codebook. Raises `NotFound`, and `BadInput` for one that this program cannot read."""
    codebook = store.codebook(id_)
    text = text_of(codebook)
    versions = [one for one in codebooks_of(store, codebook.experiment) if _is_same(one, codebook)]
    sweeps = tuple((one.id, _sweep_words(one)) for one in store.sweeps(codebook.experiment))
    samples = tuple(_sample_row(store, codebook, one, text, me) for one in samples_of(store, codebook))
    return CodebookPage(
        codebook,
        store.experiment(codebook.experiment),
        text,
        noun_of(text),
        tuple(versions),
        samples[::-1],
        sweeps,
    )


def noun_of(text: CodebookText, count: int = 2) -> str:
    """What is labelled: messages or runs."""
    return text.unit if count == 1 else f"{text.unit}s"


def sample_words(sample: Sample, text: CodebookText) -> str:
    """`200 of 1,920 messages at random`."""
    noun = noun_of(text, sample.of)
    match sample.rule:
        case "all":
            return f"all {number(sample.size)} {noun}"
        case "random":
            return f"{number(sample.size)} of {number(sample.of)} {noun} at random"
        case rule:
            return f"{number(sample.size)} of {number(sample.of)} {noun}, chosen by the {rule} {sample.criterion!r}"


def blind_words(sample: Sample, text: CodebookText) -> str:
    """As `sample_words`, without the flag or check by which they were chosen: who labels is not to know it."""
    if sample.criterion:
        return f"{number(sample.size)} of {number(sample.of)} {noun_of(text, sample.of)}"
    return sample_words(sample, text)


def item_words(item: Item) -> str:
    """`nominal`, or with the ends of a scale: `1 to 5, ordinal`."""
    return f"{item.scale.low} to {item.scale.high}, {item.measurement}" if item.scale else item.measurement


def _rows(store: Store, codebooks: Iterable[Codebook]) -> Iterable[CodebookRow]:
    for codebook in codebooks:
        try:
            text = text_of(codebook)
        except BadInput:
            continue  # of another program; its page says what is wrong with it
        items = tuple(item.name for item in text.items)
        yield CodebookRow(codebook, noun_of(text), items, len(samples_of(store, codebook)))


def _sample_row(store: Store, codebook: Codebook, sample: Sample, text: CodebookText, me: str) -> SampleRow:
    units = units_of(store, sample)
    marks = read_labels(store, codebook, units)
    people = tuple(
        LabelProgress(name, sum(marks.is_done(unit, name, text) for unit in units)) for name in marks.annotators(units)
    )
    mine = next((one.done for one in people if one.annotator == me), 0)
    words = sample_words(sample, text) if mine == len(units) else blind_words(sample, text)
    return SampleRow(sample, words, people, mine, len(units))


def _sweep_words(sweep: SweepRecord) -> str:
    """`main, fork at day2/turn7, begun by ana, 1a2b3c4d`: what tells it from the others that there are."""
    return f"{sweep.label}, begun by {sweep.creator}, {sweep.id[:8]}"


def _is_same(one: Codebook, other: Codebook) -> bool:
    return fold_title(one.title) == fold_title(other.title)
