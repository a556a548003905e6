"""Effects by wording, as a report has them."""

from __future__ import annotations

from collections.abc import Mapping

from sociarium.analysis.report.formula_rows import compared_levels
from sociarium.analysis.report.inputs import BLOCK, ReportInputs
from sociarium.analysis.statistics.wordings import WordingEffect, effects_over_wordings
from sociarium.experiment.design.wordings import WORDING


def wording_effects(
    inputs: ReportInputs, outcome: str, baselines: Mapping[str, str]
) -> tuple[tuple[str, tuple[WordingEffect, ...]], ...]:
    """Text and effects, of every text that has several wordings; over the runs that results speak of, averaged in each
    replicate; none of a factor that a declaration does not compare."""
    effects = []
    for column, factor in inputs.wordings.items():
        if not compared_levels(inputs, factor, baselines[factor]):
            continue
        rows = inputs.primary.dropna(subset=[outcome])
        # A replicate has one wording of a level.
        units = rows.groupby([BLOCK, factor], sort=False, dropna=False)[[outcome, column]].mean().reset_index()
        effects.append(
            (
                column.removeprefix(WORDING),
                effects_over_wordings(
                    units, factor=factor, baseline=baselines[factor], outcome=outcome, wording=column
                ),
            )
        )
    return tuple(effects)
