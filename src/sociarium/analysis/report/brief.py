"""What a report says of forks, of likeness and of loss, for a reader who wants no report: the same numbers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sociarium.analysis.report.fork_rows import fork_rows
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.analysis.report.likeness_rows import likeness_of
from sociarium.analysis.report.losses import losses_of
from sociarium.analysis.report.outcomes import MEASURES
from sociarium.analysis.report.records import ForkRow
from sociarium.analysis.statistics.correlation import Icc
from sociarium.analysis.statistics.loss import DifferentialLoss


@dataclass(frozen=True, slots=True)
class OutcomeLikeness:
    """How alike rows of a run, and runs of a replicate, are in an outcome."""

    outcome: str
    values: tuple[Icc, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """Some parts of a report.

    Attributes:
        forks: changed less sham; none where runs are no forks.
        losses: by factor, over all runs that were begun.
        loss_note: why there are none.
    """

    forks: tuple[ForkRow, ...]
    likeness: tuple[OutcomeLikeness, ...]
    losses: tuple[DifferentialLoss, ...]
    loss_note: str


def brief_of(inputs: ReportInputs, probes: Collection[str], *, without_flagged: bool = False) -> Brief:
    """Compute them.

    Args:
        probes: whose outcomes count, measures among them; what was said counts always.
        without_flagged: whether forks and likeness are of runs without a flagged message. Losses are of all runs.
    """
    runs = inputs.runs
    names = [one for one in inputs.outcomes if one in MEASURES or one.split(" · ")[0] in probes]
    chosen = replace(
        inputs,
        runs=runs[~(runs["flagged"] > 0)] if without_flagged and len(runs) else runs,
        outcomes={name: inputs.outcomes[name] for name in names},
    )
    likeness = []
    for name in names:
        values = chosen.primary.dropna(subset=[name])
        if len(values) and (alike := likeness_of(chosen, values, name)):
            likeness.append(OutcomeLikeness(name, alike))
    losses, note = losses_of(inputs)
    return Brief(fork_rows(chosen), tuple(likeness), losses, note)
