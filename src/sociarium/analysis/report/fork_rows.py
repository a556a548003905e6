"""Forks beside their shams: what a change made midway does, origin by origin."""

from __future__ import annotations

from dataclasses import replace

from sociarium.analysis.report.inputs import ORIGIN, ReportInputs
from sociarium.analysis.report.records import ForkRow
from sociarium.analysis.statistics.forks import ForkColumns, fork_effect
from sociarium.analysis.statistics.multiplicity import adjusted_p
from sociarium.errors import BadInput, NotEstimable
from sociarium.runner.sweep.derive import SHAM, arm_among


def fork_rows(inputs: ReportInputs) -> tuple[ForkRow, ...]:
    """Every outcome of every arm less the sham; nothing where the runs are no forks, or have no sham.

    What stands before the fork is the same in both and falls out of the difference.
    """
    frame = inputs.primary
    column = arm_among(inputs.factors)
    if ORIGIN not in frame or SHAM not in inputs.factors.get(column, ()):
        return ()
    forks = frame[frame[ORIGIN].notna()]
    rows: list[ForkRow] = []
    for outcome in inputs.outcomes:
        for arm in inputs.factors[column]:
            if arm == SHAM or not (forks[column] == arm).any():
                continue
            try:
                effect = fork_effect(forks, ForkColumns(ORIGIN, column, outcome), arm=arm, sham=SHAM)
                rows.append(ForkRow(outcome, arm, effect, None, ""))
            except (BadInput, NotEstimable) as refused:
                rows.append(ForkRow(outcome, arm, None, None, str(refused)))
    superseded = inputs.superseded
    counted = [row for row in rows if row.outcome not in superseded]
    adjusted = iter(adjusted_p([row.effect.result.p if row.effect else None for row in counted], inputs.correction))
    return tuple(replace(row, p_adjusted=next(adjusted)) if row.outcome not in superseded else row for row in rows)
