"""How far annotators agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.clusters import BOOTSTRAP

# isort: split
import krippendorff
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sociarium.analysis.missing_labels import is_missing
from sociarium.analysis.statistics.design import level_name, require_columns
from sociarium.analysis.statistics.intervals import Proportion, clustered_share, require_level
from sociarium.analysis.statistics.vectors import Reals
from sociarium.errors import BadInput, NotEstimable

Scale = Literal["nominal", "ordinal", "interval", "ratio"]
"""What differences of labels mean. It decides the number, so it is never guessed."""

Weights = Literal["none", "linear", "quadratic"]
"""Of kappa's disagreements, by the distance of labels in their order."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of agreement.

    Attributes:
        low, high: percentile bootstrap over runs, or over units that are of no run; None where `note` says why.
    """

    value: float
    low: float | None
    high: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa of two annotators."""

    first: str
    second: str
    weights: Weights
    units: int
    kappa: Coefficient
    percent: Proportion


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of any number of annotators.

    Attributes:
        percent: share of pairs of labels of one unit that are the same.
        alpha: Krippendorff's.
        units: with two labels or more, on which all rests; `single` have one, `empty` none.
        labels, missing: cells of units by annotators that are filled, and not.
        seed: of the bootstrap.
    """

    scale: Scale
    annotators: tuple[str, ...]
    percent: float
    alpha: Coefficient
    kappas: tuple[Kappa, ...]
    units: int
    single: int
    empty: int
    labels: int
    missing: int
    seed: int


def agreement(
    frame: pd.DataFrame,
    *,
    scale: Scale,
    order: Sequence[object] | None = None,
    weights: Weights = "none",
    confidence: float = 0.95,
    repetitions: int = 2_000,
    seed: int = 0,
) -> Agreement:
    """Percent agreement, Krippendorff's alpha and Cohen's kappas of a table of labels.

    Args:
        frame: columns `unit`, `annotator`, `label`; an empty label is missing. Where it has a column `run`, units of a
            run are drawn together by the bootstrap, for messages of one conversation are not independent.
        order: of the labels from low to high; needed for an ordinal scale of words.
        weights: of the kappas.

    Raises:
        BadInput: for an absent column, two labels of one annotator for one unit, or labels that do not suit the scale.
        NotEstimable: if no unit has two labels, or all labels are the same.
    """
    require_level(confidence)
    require_columns(frame, ("unit", "annotator", "label"))
    if frame.duplicated(["unit", "annotator"]).any():
        raise BadInput("an annotator has two labels for one unit; keep the last, or number the rounds as annotators")
    table = frame.pivot(index="unit", columns="annotator", values="label")
    domain, codes = _codes(table, scale, order)
    runs = _runs_of_units(frame, table.index)
    filled = (codes >= 0).sum(axis=1)
    counts = np.stack([(codes == code).sum(axis=1) for code in range(len(domain))], axis=1)[filled >= 2]
    if not len(counts):
        raise NotEstimable(
            "too few", what="no unit has two labels", where="agreement", mend="let two annotators label the same units"
        )
    rng = np.random.default_rng(seed)
    alpha = _alpha(counts, domain, scale)
    names = tuple(map(str, table.columns))
    pairs = combinations(range(len(names)), 2)
    return Agreement(
        scale, names, _pair_agreement(counts),
        _bootstrap(alpha, counts, runs.of(filled >= 2), lambda sample: _alpha(sample, domain, scale),
                   (confidence, repetitions, rng)),
        tuple(_kappa((codes, runs), names, pair, len(domain), weights, (confidence, repetitions, rng)) for pair in pairs
              if ((codes[:, pair[0]] >= 0) & (codes[:, pair[1]] >= 0)).any()),
        len(counts), int((filled == 1).sum()), int((filled == 0).sum()), int(filled.sum()),
        int(codes.size - filled.sum()), seed,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Runs:
    """The run of each unit, by number; each unit is one of its own where none is known.

    Attributes:
        unit: what is resampled, in words.
    """

    numbers: NDArray[np.int64]
    unit: str

    def of(self, chosen: NDArray[np.bool_]) -> _Runs:
        """Those of some units."""
        return _Runs(self.numbers[chosen], self.unit)


def _runs_of_units(frame: pd.DataFrame, units: pd.Index) -> _Runs:
    if "run" not in frame:
        return _Runs(np.arange(len(units)), "units")
    run = frame.groupby("unit", sort=False)["run"]
    if (run.nunique() > 1).any():
        raise BadInput("a unit has two runs; name each unit of a run by a name of its own")
    return _Runs(pd.factorize(run.first().reindex(units))[0].astype(np.int64), "runs")


def _codes(
    table: pd.DataFrame, scale: Scale, order: Sequence[object] | None
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """The domain of labels, and each cell's number in it (-1 for missing), of shape (units, annotators)."""
    cells = table.to_numpy(dtype=object)
    missing = np.array([[is_missing(cell) for cell in row] for row in cells]).reshape(cells.shape)
    present = [cell for cell, gone in zip(cells.ravel(), missing.ravel(), strict=True) if not gone]
    if scale in {"interval", "ratio"} or (scale == "ordinal" and order is None):
        try:
            values = {cell: float(cell) for cell in present}
        except (TypeError, ValueError) as error:
            mend = "give the order of its labels" if scale == "ordinal" else "choose another scale"
            raise BadInput(f"a scale that is {scale} has numbers as labels: {error}; {mend}") from error
        domain = sorted(set(values.values()))
        place = {cell: domain.index(value) for cell, value in values.items()}
    else:
        names = {cell: level_name(cell) for cell in present}
        domain_names = [level_name(one) for one in order] if order is not None else sorted(set(names.values()))
        if unknown := sorted(set(names.values()) - set(domain_names)):
            raise BadInput(f"labels {', '.join(map(repr, unknown))} are not in the order {', '.join(domain_names)}")
        place = {cell: domain_names.index(name) for cell, name in names.items()}
        domain = [float(number) for number in range(len(domain_names))]
    if len(set(place.values())) < 2:
        raise NotEstimable(
            "constant outcome", what="all labels are the same, and chance cannot be told from agreement",
            where="agreement", mend="label units that differ",
        )  # fmt: skip
    codes = np.array(
        [-1 if gone else place[cell] for cell, gone in zip(cells.ravel(), missing.ravel(), strict=True)], dtype=np.int64
    )
    return np.array(domain, dtype=object), codes.reshape(cells.shape)


def _alpha(counts: NDArray[np.int64], domain: NDArray[np.object_], scale: Scale) -> float:
    used = counts.sum(axis=0) > 0
    if int(used.sum()) < 2:
        return float("nan")
    return float(
        krippendorff.alpha(value_counts=counts, value_domain=[float(x) for x in domain], level_of_measurement=scale)
    )


def _pair_agreement(counts: NDArray[np.int64]) -> float:
    sizes = counts.sum(axis=1)
    return float((counts * (counts - 1)).sum() / (sizes * (sizes - 1)).sum())


def _kappa(
    labels: tuple[NDArray[np.int64], _Runs],
    names: tuple[str, ...],
    pair: tuple[int, int],
    size: int,
    weights: Weights,
    bootstrap: tuple[float, int, np.random.Generator],
) -> Kappa:
    codes, runs = labels
    both = codes[:, list(pair)]
    chosen: NDArray[np.bool_] = np.all(both >= 0, axis=1)
    both, runs = both[chosen], runs.of(chosen)
    same = np.equal(both[:, 0], both[:, 1])
    value = _kappa_value(both, size, weights)
    coefficient = _bootstrap(value, both, runs, lambda sample: _kappa_value(sample, size, weights), bootstrap)
    percent = clustered_share(same, runs.numbers, bootstrap[0])
    return Kappa(names[pair[0]], names[pair[1]], weights, len(both), coefficient, percent)


def _kappa_value(both: NDArray[np.int64], size: int, weights: Weights) -> float:
    table = np.zeros((size, size))
    np.add.at(table, (both[:, 0], both[:, 1]), 1.0)
    table /= len(both)
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(float)
    cost: Reals = {"none": (distance > 0).astype(float), "linear": distance, "quadratic": distance**2}[weights]
    expected = float((cost * np.outer(table.sum(axis=1), table.sum(axis=0))).sum())
    return 1 - float((cost * table).sum()) / expected if expected > 0 else float("nan")


def _bootstrap(
    value: float,
    units: NDArray[np.int64],
    runs: _Runs,
    statistic: Callable[[NDArray[np.int64]], float],
    how: tuple[float, int, np.random.Generator],
) -> Coefficient:
    """Percentiles over resampled runs, each with all of its units."""
    confidence, repetitions, rng = how
    members = [np.flatnonzero(runs.numbers == one) for one in pd.unique(runs.numbers)]
    n = len(members)
    if n < BOOTSTRAP:
        note = f"{n} {runs.unit}: under {BOOTSTRAP} a percentile bootstrap is too narrow"
        return Coefficient(value, None, None, note)
    draws = (rng.integers(0, n, n) for _ in range(repetitions))
    samples = np.array([statistic(units[np.concatenate([members[one] for one in drawn])]) for drawn in draws])
    usable = samples[np.isfinite(samples)]
    if len(usable) < 0.95 * repetitions:
        note = "labels are so uneven that resampled units often have one label only: no interval"
        return Coefficient(value, None, None, note)
    low, high = np.quantile(usable, [0.5 - confidence / 2, 0.5 + confidence / 2])
    return Coefficient(value, float(low), float(high))
