"""How alike rows of a run, and runs of a replicate, are; of every outcome, shown beside its means."""

from __future__ import annotations

from sociarium.analysis.report.inputs import BLOCK, PLACE, ReportInputs
from sociarium.analysis.statistics.correlation import Icc, icc_of_replicates, icc_of_rows

# isort: split
import pandas as pd


def likeness_of(inputs: ReportInputs, values: pd.DataFrame, outcome: str) -> tuple[Icc, ...]:
    """ICC(1) of rows within runs where runs have several, ICC(3,1) of runs within replicates where these are shared.

    Args:
        values: runs with the outcome, a row each.
    """
    result = []
    below = _rows_below(inputs, outcome)
    if below is not None:
        rows = below.merge(values[[PLACE, *inputs.factors]], on=PLACE)
        if len(rows) > rows[PLACE].nunique():
            condition = rows.groupby(list(inputs.factors), sort=False).ngroup() if inputs.factors else None
            result.append(icc_of_rows(rows["(value)"].to_numpy(dtype=float), rows[PLACE], condition))
    if inputs.shared and inputs.factors:
        place = [BLOCK, *inputs.factors]
        if not values.duplicated(place).any():
            table = values.pivot(index=BLOCK, columns=list(inputs.factors), values=outcome)
            result.append(icc_of_replicates(table.astype(float)))
    return tuple(result)


def _rows_below(inputs: ReportInputs, outcome: str) -> pd.DataFrame | None:
    """Values below the run: columns run and value; None where a run has but one."""
    if inputs.table is not None:
        rows = inputs.table.rows[[PLACE, outcome]].dropna()
        return pd.DataFrame({PLACE: rows[PLACE], "(value)": rows[outcome]})
    if outcome in inputs.answers:
        return pd.DataFrame(inputs.answers[outcome], columns=[PLACE, "agent", "(value)"])
    if outcome == "words" and len(inputs.messages):
        messages = inputs.messages
        return pd.DataFrame({PLACE: messages[PLACE], "(value)": messages["words"]})
    return None
