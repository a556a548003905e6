"""At which declared look the runs of a report stand, and what a test comes to there."""

from __future__ import annotations

from dataclasses import dataclass, replace

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.group_sequential import nominal_levels, p_of_look, repeated_interval

# isort: split
from sociarium.analysis.report.inputs import BLOCK, ReportInputs
from sociarium.analysis.report.records import TestedHypothesis
from sociarium.experiment.sequential import SequentialDesign
from sociarium.records.runs import RunState

_ENDED = {RunState.DONE.value, RunState.FAILED.value, RunState.CANCELLED.value}
_CONFIDENCE_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class DeclaredLook:
    """A declared look.

    Attributes:
        replicates: that are whole; number: of the look, from 1.
    """

    design: SequentialDesign
    replicates: int

    @property
    def number(self) -> int:
        """From 1."""
        return self.design.looks.index(self.replicates) + 1

    @property
    def fractions(self) -> tuple[float, ...]:
        """Of the planned replicates, at each look until this one."""
        return self.design.fractions_until(self.replicates)

    def level(self, alpha: float) -> float:
        """At which a single test of this look is made."""
        return nominal_levels(self.fractions, alpha, self.design.spending)[-1]

    def p(self, p: float | None) -> float | None:
        """A test's p, for all looks until this one."""
        return None if p is None else p_of_look(p, self.fractions, self.design.spending)

    def at_this_look(self, tested: TestedHypothesis) -> TestedHypothesis:
        """A test with intervals that hold at all looks."""
        level = self.level(_CONFIDENCE_ALPHA)
        result, every = (one and repeated_interval(one, level) for one in (tested.result, tested.every))
        return replace(tested, result=result, every=every)


def look_at_hand(inputs: ReportInputs) -> DeclaredLook | None:
    """The declared look that is due; None where the runs are at none, or nothing is declared."""
    design, replicates = inputs.registered.sequential, whole_replicates(inputs)
    return DeclaredLook(design, replicates) if design is not None and replicates in design.looks else None


def whole_replicates(inputs: ReportInputs) -> int | None:
    """How many replicates are whole; None while one is begun, and for runs of several sweeps."""
    sizes = inputs.runs.groupby(BLOCK).size()
    is_ended = inputs.runs["state"].isin(_ENDED)
    is_whole = len(inputs.seeds) == 1 and bool(is_ended.all()) and sizes.nunique() == 1
    return len(sizes) if is_whole else None
