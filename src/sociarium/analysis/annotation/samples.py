"""What is drawn to be labelled: messages or finished runs, with the probability of each, kept when they are drawn.

A sample is a record beside the codebooks of its experiment; each of its units is a measure, named `sample`, whose value
is the probability with which it was drawn, or null where it was chosen for what it is. So samples go where labels go,
and what is estimated from labels can be weighted by how they came about.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

from loguru import logger

from sociarium.analysis.annotation.codebook import CodebookText, text_of
from sociarium.analysis.annotation.codebooks import append_codebook
from sociarium.errors import BadInput, NotFound
from sociarium.exchange.selection import RunFilter, Selection
from sociarium.experiment.canonical import short_id
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.events import SPOKEN, Event
from sociarium.records.labels import SAMPLE, WHOLE_RUN, Codebook, Measure, is_sample
from sociarium.records.runs import RunState
from sociarium.runner.library.status import distinct

Rule = Literal["all", "random", "flag", "check"]
_MOST_SEED = 2**31
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Unit:
    """What gets one label of each item: a message, or a run where `subject` is empty."""

    run: str
    subject: str


@dataclass(frozen=True, slots=True)
class Draw:
    """How units are drawn.

    Attributes:
        size: of a random sample.
        criterion: the flag or the check of those that are chosen.
        seed: of a random sample; drawn where left out.
    """

    rule: Rule = "all"
    size: int | None = None
    criterion: str = ""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn for a codebook.

    Attributes:
        number: from 1, among those of the codebook.
        size, of: how many units were drawn, and from how many.
        runs: finished runs of the frame.
        probability: with which each was drawn; None where they were chosen by a flag or check.
        rows: under which its units are kept.
    """

    id: str
    codebook: str
    number: int
    sweeps: tuple[str, ...]
    rule: Rule
    criterion: str
    size: int
    of: int
    runs: int
    seed: int | None
    probability: float | None
    rows: str
    creator: str
    created: str

    @property
    def words(self) -> str:
        """How it was drawn: `200 of 1,920 messages at random` without the noun."""
        drawn = f"{self.size:,} of {self.of:,}"
        match self.rule:
            case "all":
                return f"all {self.size:,}"
            case "random":
                return f"{drawn} at random"
            case _:
                return f"{drawn} by the {self.rule} {self.criterion!r}"

    @property
    def blind_words(self) -> str:
        """As `words`, without the flag or check by which they were chosen: who labels is not to know it."""
        return f"{self.size:,} of {self.of:,}" if self.criterion else self.words


def draw_sample(store: Store, codebook: Codebook, selection: Selection, draw: Draw, *, me: str, clock: Clock) -> Sample:
    """Draw units of the finished runs of a selection, and keep which they are.

    Raises:
        BadInput: there is nothing to draw from, more is asked for than there is, or there is no such flag or check.
        MissingExtra: a check needs libraries that are not here.
    """
    text = text_of(codebook)
    runs = [slot.status.run for _, slot in selection.runs(store, RunFilter(RunState.DONE))]
    if not runs:
        raise BadInput("there is no finished run to draw from yet; play some first")
    frame = list(_frame(store, text, runs))
    if not frame:
        raise BadInput("nobody said anything in these runs, so there is nothing to label")
    units, seed = _draw_units(store, text, runs, frame, draw)
    probability = None if draw.rule in {"flag", "check"} else len(units) / len(frame)
    rows = short_id("sample", codebook.id, draw.rule, draw.criterion, seed, [[one.run, one.subject] for one in units])
    at = clock.now()
    measures = [Measure(SAMPLE, rows, one.run, one.subject, probability, at) for one in units]
    # The units first, so that a sample that can be seen is whole.
    for start in range(0, len(measures), _AT_ONCE):
        store.put_measures(measures[start : start + _AT_ONCE])
    number = len(samples_of(store, codebook)) + 1
    document = {"sample": {
        "codebook": codebook.id, "sweeps": [one.id for one in selection.sweeps], "rule": draw.rule,
        "criterion": draw.criterion, "size": len(units), "of": len(frame), "runs": len(runs), "seed": seed,
        "probability": probability, "rows": rows,
    }}  # fmt: skip
    record = Codebook("", codebook.experiment, f"{SAMPLE} of {codebook.id}", number, document, me, at)
    sample = sample_of(append_codebook(store, record))
    logger.info("{} drew the sample {} of the codebook {} {!r}: {} ({}s)", me, sample.number, codebook.id,
                codebook.title, sample.words, text.unit)  # fmt: skip
    return sample


def samples_of(store: Store, codebook: Codebook) -> list[Sample]:
    """What was drawn for a version of a codebook, by number."""
    records = [one for one in store.codebooks(codebook.experiment) if is_sample(one)]
    samples = [sample_of(one) for one in records if one.document[SAMPLE].get("codebook") == codebook.id]
    return sorted(samples, key=lambda one: one.number)


def find_sample(store: Store, codebook: Codebook, number: int | None = None) -> Sample:
    """A sample by its number; the latest by default. Raises `NotFound`."""
    samples = samples_of(store, codebook)
    chosen = samples[-1:] if number is None else [one for one in samples if one.number == number]
    if not chosen:
        what = "nothing was drawn" if number is None else f"there is no sample {number}"
        raise NotFound(
            f"{what} for the codebook {codebook.title!r}, version {codebook.number}; draw messages or runs first"
        )
    return chosen[0]


def sample_of(record: Codebook) -> Sample:
    """A sample from its record."""
    document: Mapping[str, Any] = record.document[SAMPLE]
    return Sample(
        record.id, document["codebook"], record.number, tuple(document["sweeps"]), document["rule"],
        document["criterion"], document["size"], document["of"], document["runs"], document["seed"],
        document["probability"], document["rows"], record.creator, record.created,
    )  # fmt: skip


def units_of(store: Store, sample: Sample) -> list[Unit]:
    """The units of a sample, by run and subject; those of runs that were deleted are gone."""
    runs = sorted({slot.status.run for sweep in sample.sweeps for slot in distinct(_slots(store, sweep))})
    return [Unit(one.run, one.subject) for one in store.measures(SAMPLE, sample.rows, runs)]


def annotator_order(units: Sequence[Unit], sample: Sample, annotator: str) -> list[Unit]:
    """Units in the order in which an annotator gets them: always the same, and another one for everybody."""

    def place(unit: Unit) -> bytes:
        return blake2b(
            "\x1f".join((sample.rows, annotator, unit.run, unit.subject)).encode("utf-8", "replace")
        ).digest()

    return sorted(units, key=place)


def unit_token(sample: Sample, unit: Unit) -> str:
    """What names a unit in pages and sheets, and tells nothing of its run."""
    text = "\x1f".join((sample.rows, unit.run, unit.subject))
    return blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _slots(store: Store, sweep: str) -> Iterator[Any]:
    try:
        yield from store.slots(sweep)
    except NotFound:
        return


def _frame(store: Store, text: CodebookText, runs: Sequence[str]) -> Iterator[Unit]:
    if text.unit == "run":
        yield from (Unit(run, WHOLE_RUN) for run in runs)
        return
    for run in runs:
        yield from (Unit(run, one.key) for one in messages_of(store.events(run)))


def messages_of(events: Sequence[Event]) -> list[Event]:
    """The messages of a conversation or the posts of a feed, in their order."""
    return [one for one in events if one.happening.kind in SPOKEN]


def _draw_units(
    store: Store, text: CodebookText, runs: Sequence[str], frame: Sequence[Unit], draw: Draw
) -> tuple[list[Unit], int | None]:
    if draw.rule == "random":
        if draw.size is None or not 0 < draw.size <= len(frame):
            raise BadInput(f"{len(frame):,} can be drawn, and at least one has to be; {draw.size} cannot")
        seed = secrets.randbelow(_MOST_SEED) if draw.seed is None else draw.seed
        chosen = random.Random(seed).sample(range(len(frame)), draw.size)  # noqa: S311  # draws, not secrets
        return [frame[at] for at in sorted(chosen)], seed
    if draw.rule in {"flag", "check"}:
        marked = _marked_by_check if draw.rule == "check" else _marked_by_flag
        cases = marked(store, runs, draw.criterion)
        runs_with = {one.run for one in cases}
        units = [one for one in frame if one in cases or (one.subject == WHOLE_RUN and one.run in runs_with)]
        if not units:
            raise BadInput(f"nothing in {len(runs):,} finished runs has the {draw.rule} {draw.criterion!r}")
        return units, None
    return list(frame), None


def _marked_by_flag(store: Store, runs: Sequence[str], flag: str) -> set[Unit]:
    return {Unit(run, one.key) for run in runs for one in messages_of(store.events(run)) if flag in one.happening.flags}


def _marked_by_check(store: Store, runs: Sequence[str], check: str) -> set[Unit]:
    # Checks need the libraries of the analysis, and nothing else here does.
    from sociarium.analysis.annotation.check_cases import checked_keys

    return {Unit(run, key) for run in runs for key in checked_keys(run, messages_of(store.events(run)), check)}
