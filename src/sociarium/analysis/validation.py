"""How far judges agree with people: on texts that were kept for the test, in numbers with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, fsum
from typing import Any

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.intervals import Proportion, clustered_share

# isort: split
import numpy as np
import pandas as pd

from sociarium.analysis.agreement import Coefficient, Kappa, agreement
from sociarium.analysis.consensus import Value
from sociarium.analysis.detection import Confusion, confusion
from sociarium.analysis.student_t import Estimate, estimate
from sociarium.errors import NotEstimable
from sociarium.experiment.rng import Draws

PEOPLE, JUDGES = "people", "judges"


@dataclass(frozen=True, slots=True)
class Pair:
    """A text with what people and what judges say of it.

    Attributes:
        condition: factor -> level of its run, as text.
    """

    run: str
    subject: str
    people: Value
    judges: Value
    condition: Mapping[str, str]

    @property
    def difference(self) -> float | None:
        """Of numbers, the judges' less the people's."""
        if isinstance(self.people, str) or isinstance(self.judges, str):
            return None
        return self.judges - self.people


@dataclass(frozen=True, slots=True)
class LevelAgreement:
    """Agreement in a level of a factor.

    Attributes:
        same: share of texts that get the same value; of numbers, rounded.
        difference: of numbers, judges less people, means of runs with their t interval; None for categories.
    """

    factor: str
    level: str
    same: Proportion
    difference: Estimate | None


@dataclass(frozen=True, slots=True)
class SideAgreement:
    """Agreement on one side of the split.

    Attributes:
        kappa: Cohen's, of numbers with quadratic weights and rounded; None where `note` says why.
        alpha: Krippendorff's, nominal or interval.
        drift: by level of each factor that differs; agreement that differs between conditions biases their contrast.
    """

    texts: int
    runs: int
    kappa: Kappa | None
    alpha: Coefficient | None
    percent: Proportion | None
    confusion: Confusion
    drift: tuple[LevelAgreement, ...]
    note: str = ""


def is_for_test(run: str, *, codebook: str, item: str, seed: int, dev: float) -> bool:
    """Whether a run's texts are kept for the test. It is decided for each run by itself, so that further labels move
    none, and so that texts of one conversation never stand on both sides.

    Args:
        dev: share of runs by which the rubric may be improved.
    """
    return Draws("validation", codebook, item, seed, run).random() >= dev


def side_agreement(pairs: Sequence[Pair]) -> SideAgreement:
    """Agreement of judges with people on some texts; intervals take runs as independent, not their texts."""
    numeric = all(pair.difference is not None for pair in pairs)
    rounded = [(_whole(pair.people), _whole(pair.judges)) for pair in pairs]
    table = confusion([one for one, _ in rounded], [other for _, other in rounded])
    runs = len({pair.run for pair in pairs})
    share = _same_share(pairs) if pairs else None
    drift = tuple(_drift(pairs))
    try:
        whole = agreement(
            _frame(pairs, rounded), scale="ordinal" if numeric else "nominal",
            weights="quadratic" if numeric else "none",
        )  # fmt: skip
        exact = [(pair.people, pair.judges) for pair in pairs]
        alpha = agreement(_frame(pairs, exact), scale="interval" if numeric else "nominal").alpha
    except NotEstimable as refused:
        return SideAgreement(len(pairs), runs, None, None, share, table, drift, str(refused))
    return SideAgreement(len(pairs), runs, whole.kappas[0], alpha, share, table, drift)


def _frame(pairs: Sequence[Pair], values: Sequence[tuple[Value, Value]]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number, (pair, (people, judges)) in enumerate(zip(pairs, values, strict=True)):
        rows += [{"unit": number, "run": pair.run, "annotator": PEOPLE, "label": people},
                 {"unit": number, "run": pair.run, "annotator": JUDGES, "label": judges}]  # fmt: skip
    return pd.DataFrame(rows, columns=["unit", "run", "annotator", "label"])


def _same_share(pairs: Sequence[Pair]) -> Proportion:
    same = np.array([_whole(one.people) == _whole(one.judges) for one in pairs])
    return clustered_share(same, pd.factorize(np.array([one.run for one in pairs]))[0])


def _drift(pairs: Sequence[Pair]) -> Iterable[LevelAgreement]:
    levels: dict[str, dict[str, list[Pair]]] = {}
    for pair in pairs:
        for factor, level in pair.condition.items():
            levels.setdefault(factor, {}).setdefault(level, []).append(pair)
    for factor, by_level in levels.items():
        if len(by_level) < 2:
            continue
        for level, some in sorted(by_level.items()):
            yield LevelAgreement(factor, level, _same_share(some), _difference(some))


def _difference(pairs: Sequence[Pair]) -> Estimate | None:
    by_run: dict[str, list[float]] = {}
    for pair in pairs:
        if pair.difference is None:
            return None
        by_run.setdefault(pair.run, []).append(pair.difference)
    return estimate([fsum(some) / len(some) for some in by_run.values()])


def _whole(value: Value) -> Value:
    """A number rounded half up; a category as it is."""
    return value if isinstance(value, str) else float(floor(value + 0.5))
