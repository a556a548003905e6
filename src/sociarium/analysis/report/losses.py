"""Differential loss of the runs of a report, factor by factor."""

from __future__ import annotations

from sociarium.analysis.report.inputs import LOSS, ReportInputs
from sociarium.analysis.statistics.loss import DifferentialLoss, differential_loss
from sociarium.errors import BadInput, NotEstimable


def losses_of(inputs: ReportInputs) -> tuple[tuple[DifferentialLoss, ...], str]:
    """Losses by each factor, of all runs where none differs; and why there are none, empty where there are."""
    if inputs.runs.empty:
        return (), "no run was begun"
    factors = [[factor] for factor in inputs.factors] or [[]]
    try:
        return tuple(differential_loss(inputs.runs, factors=one, loss=LOSS) for one in factors), ""
    except (BadInput, NotEstimable) as refused:
        return (), str(refused)
