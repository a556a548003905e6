"""Power of a planned contrast, by simulation of the very test that will be used."""

from __future__ import annotations

from dataclasses import dataclass, replace

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.intervals import Proportion, wilson
from sociarium.count_text import count_text

# isort: split
import numpy as np
from scipy import stats

from sociarium.analysis.statistics.vectors import Reals
from sociarium.errors import BadInput, NotEstimable


@dataclass(frozen=True, slots=True)
class PlannedContrast:
    """A contrast of two conditions, before there are data.

    Attributes:
        replicates: runs a condition.
        effect: difference of means in standard deviations: of runs within a condition, or of rows where `rows` > 1.
        shared: replicates are blocks (paired t); else runs are independent (Welch's t).
        correlation: of the outcomes of a replicate's two runs; 0 unless shared.
        rows: outcomes a run, of which the run has the mean.
        icc: likeness of rows within a run; matters only where `rows` > 1.
        alpha: two-sided.
        comparisons: in the family; the test takes alpha / comparisons, the least that Holm's leaves to one of them.
    """

    replicates: int
    effect: float
    shared: bool = True
    correlation: float = 0.0
    rows: int = 1
    icc: float = 1.0
    alpha: float = 0.05
    comparisons: int = 1


@dataclass(frozen=True, slots=True)
class Power:
    """How often the planned test finds the effect.

    Attributes:
        power: share of the repetitions, with the Wilson interval of the simulation.
        seed: of the simulation.
    """

    plan: PlannedContrast
    power: Proportion
    repetitions: int
    seed: int


def power(plan: PlannedContrast, *, repetitions: int = 4_000, seed: int = 0) -> Power:
    """Simulate a planned contrast.

    Raises:
        BadInput: for a plan that is none.
    """
    _require_plan(plan)
    if repetitions < 100:
        raise BadInput(f"{repetitions} repetitions say nothing of power; take 1,000 or more")
    rng = np.random.default_rng(seed)
    # A run's outcome is the mean of its rows, whose variance is 1 in all.
    spread = float(np.sqrt(plan.icc + (1 - plan.icc) / plan.rows))
    shared = plan.correlation if plan.shared else 0.0
    block = rng.standard_normal((repetitions, plan.replicates, 1)) * np.sqrt(abs(shared))
    sides = rng.standard_normal((repetitions, plan.replicates, 2)) * np.sqrt(1 - abs(shared))
    # A negative correlation: what lifts one side of the block lowers the other.
    sign = np.array([1.0, 1.0 if shared >= 0 else -1.0])
    runs = spread * (sides + block * sign) + np.array([plan.effect, 0.0])
    p = _paired_p(runs) if plan.shared else stats.ttest_ind(runs[..., 0], runs[..., 1], axis=1, equal_var=False).pvalue
    return Power(plan, wilson(int((p < plan.alpha / plan.comparisons).sum()), repetitions), repetitions, seed)


def required_replicates(
    plan: PlannedContrast, *, goal: float = 0.8, most: int = 1_000, repetitions: int = 4_000, seed: int = 0
) -> Power:
    """The fewest replicates whose simulated power reaches a goal; `plan.replicates` does not matter.

    Raises:
        BadInput: for a plan that is none, or a goal that is no share.
        NotEstimable: if `most` replicates do not reach it.
    """
    if not 0 < goal < 1:
        raise BadInput(f"a power of {goal} is no goal; give one between 0 and 1, such as 0.8")

    def at(replicates: int) -> Power:
        return power(replace(plan, replicates=replicates), repetitions=repetitions, seed=seed)

    enough = 2
    while (result := at(enough)).power.share < goal:
        if enough >= most:
            raise NotEstimable(
                "too few", what=f"{most} replicates have a power of {result.power.share:.0%}, under {goal:.0%}",
                where=f"an effect of {plan.effect:g} SD", mend="look for a larger effect, or measure with less noise",
            )  # fmt: skip
        enough = min(enough * 2, most)
    low, high = enough // 2, enough
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if at(middle).power.share >= goal else (middle, high)
    return at(max(high, 2))


def _paired_p(runs: Reals) -> Reals:
    differences = runs[..., 0] - runs[..., 1]
    return np.asarray(stats.ttest_1samp(differences, 0.0, axis=1).pvalue, dtype=float)


def _require_plan(plan: PlannedContrast) -> None:
    faults = [
        (
            plan.replicates < 2,
            f"{count_text(plan.replicates, 'replicate has', 'replicates have')} no spread; take two or more",
        ),
        (
            not -1 < plan.correlation < 1,
            f"a correlation of {plan.correlation}; give one between -1 and 1",
        ),
        (plan.rows < 1, f"{plan.rows} rows a run; give one or more"),
        (not 0 <= plan.icc <= 1, f"an ICC of {plan.icc}; give one from 0 to 1"),
        (not 0 < plan.alpha < 1, f"an alpha of {plan.alpha}; give one between 0 and 1"),
        (plan.comparisons < 1, f"{plan.comparisons} comparisons; give one or more"),
    ]
    if wrong := [message for is_wrong, message in faults if is_wrong]:
        raise BadInput("; ".join(wrong))
