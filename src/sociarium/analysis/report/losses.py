"""Differential loss of the runs of a report, factor by factor."""

from __future__ import annotations

from sociarium.analysis.report.inputs import LOSS, Gathered
from sociarium.analysis.statistics.loss import DifferentialLoss, differential_loss
from sociarium.errors import BadInput, NotEstimable


def losses_of(gathered: Gathered) -> tuple[tuple[DifferentialLoss, ...], str]:
    """Losses by each factor, of all runs where none differs; and why there are none, empty where there are."""
    if gathered.runs.empty:
        return (), "no run was begun"
    factors = [[factor] for factor in gathered.factors] or [[]]
    try:
        return tuple(differential_loss(gathered.runs, factors=one, loss=LOSS) for one in factors), ""
    except (BadInput, NotEstimable) as refused:
        return (), str(refused)
