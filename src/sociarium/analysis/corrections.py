"""Judges' values corrected by people's labels of texts that were drawn at random with known probability.

A judge's error that differs between conditions looks like an effect, however well it agrees on the whole. Where texts
were drawn for people with a known probability p, each text's value becomes f + (y - f) / p if it was drawn and labelled
y, and f, the judge's value, if it was not. Its expectation over the draw is y, whatever the judge does, so that means
and contrasts of runs that are made of such values are unbiased; a good judge makes them narrow, a bad one wide.

Sources: Egami, Hinck, Stewart and Wei (2023), Using imperfect surrogates for downstream inference: design-based
supervised learning for social science applications of large language models, NeurIPS 36. With one probability for all
the mean is that of prediction-powered inference: Angelopoulos, Bates, Fannjiang, Jordan and Zrnic (2023), Science 382,
669-674.

It is done where a rubric is validated by a codebook, and texts were drawn for that codebook at random with a stored
probability, all of which are labelled, from all finished runs there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from sociarium.analysis.consensus import Value, consensus
from sociarium.analysis.options import counted_options
from sociarium.analysis.result_rows import PREFIX, MeasureUse
from sociarium.exchange.tables.read import Cells
from sociarium.ports.store import Store
from sociarium.records.judgements import JUDGE, VALIDATION
from sociarium.records.labels import SAMPLE, Codebook
from sociarium.records.runs import RunState
from sociarium.runner.judging.records import validations
from sociarium.runner.library.status import distinct

CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Correction:
    """People's labels of a random sample of what a judge judged.

    Attributes:
        labels: (run, subject) -> what people say of what was drawn.
        probability: with which each text was drawn.
        words: how many of how many were drawn, and by which codebook they are labelled.
    """

    use: MeasureUse
    labels: Mapping[tuple[str, str], Value]
    probability: float
    words: str

    def values(self, run: str, rows: Iterable[Cells]) -> Iterator[tuple[Cells, str, float]]:
        """The rows of a run's texts, each with an outcome and its corrected value; of categories one for each that is
        counted, a share."""
        for row in rows:
            if (row["name"], row["version"]) != (self.use.name, self.use.version) or row["missing"] is not None:
                continue
            label = self.labels.get((run, row["subject"] or ""))
            judge = row["number"] if row["number"] is not None else row["value"]
            for name, value, truth in self._values(judge, label):
                yield row, name, corrected_value(value, truth, self.probability)

    def _values(self, judge: Value, label: Value | None) -> Iterable[tuple[str, float, float | None]]:
        name = f"{PREFIX}{self.use.name} {CORRECTED}"
        if not self.use.choices:
            yield name, float(judge), None if label is None else float(label)
            return
        for choice in counted_options(self.use.choices):
            truth = None if label is None else float(str(label) == choice)
            yield f"{name} = {choice}", float(str(judge) == choice), truth


def corrected_value(judge: float, label: float | None, probability: float) -> float:
    """A text's value whose mean is unbiased: the judge's, moved by the error that people saw, over the probability."""
    return judge if label is None else judge + (label - judge) / probability


def correction_of(store: Store, experiment: str, use: MeasureUse) -> tuple[Correction | None, str]:
    """How a judge's numbers are corrected, or why not; nothing is said of what is no judge's, or not validated.

    Args:
        experiment: its id.
    """
    record = validations(store, experiment).get(use.version) if use.name.startswith(JUDGE) else None
    if record is None:
        return None, ""
    validation = record.document[VALIDATION]
    codebook, item = str(validation["codebook"]), str(validation["item"])
    samples = [one for one in store.codebooks(experiment) if _is_random_sample(one, codebook)]
    if not samples:
        return None, "not corrected: no text was drawn at random, with a stored probability, to be labelled by people"
    sample = max(samples, key=attrgetter("number")).document[SAMPLE]
    finished = _finished_runs(store, sample["sweeps"])
    if len(finished) != sample["runs"]:
        return None, f"not corrected: texts were drawn from {sample['runs']} runs, and {len(finished)} are finished"
    drawn = list(store.measures(SAMPLE, str(sample["rows"]), finished))
    labels = _labels(store, codebook, item, finished)
    lacking = sum((one.run, one.subject) not in labels for one in drawn)
    if lacking or not drawn:
        return None, f"not corrected: {lacking} of {len(drawn)} texts that were drawn are not labelled, or not settled"
    words = (
        f"{CORRECTED} by people's labels of {len(drawn):,} of {sample['of']:,} texts, drawn at random "
        f"(probability {sample['probability']:.3g})"
    )
    chosen = {(one.run, one.subject): labels[one.run, one.subject] for one in drawn}
    return Correction(use, chosen, float(sample["probability"]), words), ""


def _is_random_sample(record: Codebook, codebook: str) -> bool:
    sample = record.document.get(SAMPLE)
    if not isinstance(sample, Mapping) or sample.get("codebook") != codebook:
        return False
    return sample.get("rule") in {"random", "all"} and bool(sample.get("probability"))


def _finished_runs(store: Store, sweeps: Sequence[str]) -> list[str]:
    known = {one.id for one in store.sweeps()}
    slots = (slot for sweep in sweeps if sweep in known for slot in distinct(store.slots(sweep)))
    return sorted({slot.status.run for slot in slots if slot.status.state is RunState.DONE})


def _labels(store: Store, codebook: str, item: str, runs: Sequence[str]) -> dict[tuple[str, str], Value]:
    """What people agree on, text by text."""
    own = (one for one in store.labels(codebook, runs) if one.item == item)
    labels = {}
    for key, some in groupby(own, key=attrgetter("run", "subject")):
        value, _ = consensus(some)
        if value is not None:
            labels[key] = value
    return labels
