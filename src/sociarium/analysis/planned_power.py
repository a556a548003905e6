"""The power of hypotheses before their runs, by simulation of the tests that they declare."""

from __future__ import annotations

from dataclasses import dataclass, replace

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.power import PlannedContrast, power, required_replicates
from sociarium.analysis.statistics.group_sequential import nominal_levels

# isort: split
from sociarium.errors import NotEstimable
from sociarium.experiment.definition import Definition
from sociarium.experiment.hypotheses import Hypothesis
from sociarium.experiment.validation import design_of

_GOAL = 0.8
_REPETITIONS = 2_000


@dataclass(frozen=True, slots=True)
class PlannedPower:
    """A hypothesis with the power of its test.

    Attributes:
        power: to find the smallest effect that matters, under Holm's strictest alpha; None where `note` says why.
        low, high: Wilson's interval of the simulation.
        replicates_for_80: the fewest that reach 80 %; None where none was found.
    """

    hypothesis: str
    power: float | None
    low: float | None
    high: float | None
    replicates: int
    replicates_for_80: int | None
    note: str


def planned_power(definition: Definition, sweep: str) -> list[PlannedPower]:
    """The power of every hypothesis in a sweep; runs of a replicate are taken as unlike, which is careful."""
    sizes: dict[str, int] = {}
    for one in definition.hypotheses:
        sizes[one.family] = sizes.get(one.family, 0) + 1
    return [_power_of(definition, sweep, one, sizes[one.family]) for one in definition.hypotheses]


def _power_of(definition: Definition, sweep: str, one: Hypothesis, comparisons: int) -> PlannedPower:
    written = definition.all_sweeps[sweep]
    factors = {factor.name: len(factor.levels) for factor in design_of(definition, sweep).factors}
    note = ""
    if one.smallest is None or one.spread is None:
        note = "no power without `smallest:` and `spread:`"
    elif one.compare is None:
        note = "power is simulated for `compare:` alone"
    elif factors.get(one.compare.factor, 0) < 2:
        note = f"{one.compare.factor} does not differ in this sweep"
    elif written.replicates < 2:
        note = "one replicate has no spread"
    if note or one.smallest is None or one.spread is None or one.compare is None:
        return PlannedPower(one.name, None, None, None, written.replicates, None, note)
    cells = max(1, design_of(definition, sweep).size // factors[one.compare.factor])
    plan = PlannedContrast(
        written.replicates, one.smallest / one.spread, shared=written.streams == "common", rows=cells, icc=0.0,
        alpha=one.alpha, comparisons=comparisons,
    )  # fmt: skip
    if written.sequential is not None:  # of its last look; what ends earlier adds little
        fractions = written.sequential.fractions_until(written.replicates)
        plan = replace(plan, alpha=nominal_levels(fractions, one.alpha, written.sequential.spending)[-1])
    result = power(plan, repetitions=_REPETITIONS).power
    enough: int | None = None
    try:
        enough = required_replicates(plan, goal=_GOAL, repetitions=_REPETITIONS).plan.replicates
    except NotEstimable as refused:
        note = refused.what
    return PlannedPower(one.name, result.share, result.low, result.high, written.replicates, enough, note)
