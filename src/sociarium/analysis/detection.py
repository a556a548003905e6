"""How well a check or a model finds what people labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.intervals import Proportion, wilson

# isort: split
import numpy as np

from sociarium.analysis.missing_labels import is_missing
from sociarium.analysis.statistics.design import level_name
from sociarium.errors import BadInput


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often a label of the first meets one of the second.

    Attributes:
        counts: a row a label of the first (of people, the truth), a column one of the second.
        missing: pairs left out because one side has no label.
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    units: int
    missing: int


@dataclass(frozen=True, slots=True)
class Detection:
    """How well something finds a label.

    Attributes:
        precision: share of what it marks that is right; None if it marks nothing.
        recall: share of what is there that it marks; None if nothing is there.
        missing: pairs left out because one side has no label.
    """

    positive: str
    precision: Proportion | None
    recall: Proportion | None
    f1: float | None
    units: int
    missing: int


def confusion(first: Sequence[object], second: Sequence[object]) -> Confusion:
    """Labels of one against labels of another, unit by unit.

    Raises:
        BadInput: for sides of different length.
    """
    pairs, missing = _pairs(first, second)
    labels = tuple(sorted({one for pair in pairs for one in pair}))
    place = {label: number for number, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), dtype=int)
    for one, other in pairs:
        counts[place[one], place[other]] += 1
    return Confusion(labels, tuple(tuple(map(int, row)) for row in counts), len(pairs), missing)


def detection(
    truth: Sequence[object], predicted: Sequence[object], *, positive: object = True, confidence: float = 0.95
) -> Detection:
    """Precision and recall of a label, with Wilson intervals; units are taken as independent.

    Raises:
        BadInput: for sides of different length.
    """
    pairs, missing = _pairs(truth, predicted)
    label = level_name(positive)
    hits = sum(one == other == label for one, other in pairs)
    marked, there = sum(other == label for _, other in pairs), sum(one == label for one, _ in pairs)
    return Detection(
        label,
        wilson(hits, marked, confidence) if marked else None,
        wilson(hits, there, confidence) if there else None,
        2 * hits / (marked + there) if marked + there else None,
        len(pairs),
        missing,
    )


def _pairs(first: Sequence[object], second: Sequence[object]) -> tuple[list[tuple[str, str]], int]:
    if len(first) != len(second):
        raise BadInput(f"{len(first)} labels stand against {len(second)}; give both sides a place for every unit")
    pairs = [
        (level_name(one), level_name(other))
        for one, other in zip(first, second, strict=True)
        if not is_missing(one) and not is_missing(other)
    ]
    return pairs, len(first) - len(pairs)
