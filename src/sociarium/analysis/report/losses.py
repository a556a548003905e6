"""Differential loss of the runs of a report, factor by factor."""

from __future__ import annotations

from dataclasses import replace

from sociarium.analysis.report.inputs import LOSS, ReportInputs
from sociarium.analysis.statistics.loss import DifferentialLoss, differential_loss
from sociarium.errors import BadInput, NotEstimable


def losses_of(inputs: ReportInputs) -> tuple[tuple[DifferentialLoss, ...], str]:
    """Losses by each factor, of all runs where none differs; and why there are none, empty where there are."""
    if inputs.runs.empty:
        return (), "no run was begun"
    factors = [[factor] for factor in inputs.factors] or [[]]
    try:
        losses = [differential_loss(inputs.runs, factors=one, loss=LOSS) for one in factors]
    except (BadInput, NotEstimable) as refused:
        return (), str(refused)
    return tuple(_in_order(inputs, one) for one in losses), ""


def _in_order(inputs: ReportInputs, loss: DifferentialLoss) -> DifferentialLoss:
    """Losses with their conditions in the order of the file."""
    conditions = sorted(loss.conditions, key=lambda one: inputs.order_of(loss.factors, one.levels))
    return replace(loss, conditions=tuple(conditions))
