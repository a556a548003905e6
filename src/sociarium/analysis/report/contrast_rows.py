"""Contrasts of an outcome: every level of a factor against its baseline, with and without runs that are left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sociarium.analysis.positive_spread import spread_among
from sociarium.analysis.report.formula_rows import compared_levels
from sociarium.analysis.report.inputs import BLOCK, CALLED_ALIKE, ReportInputs
from sociarium.analysis.report.records import ContrastRow, OutcomeResult
from sociarium.analysis.statistics.contrasts import Contrast, Contrasts, contrasts
from sociarium.analysis.statistics.multiplicity import Correction, adjusted_p
from sociarium.errors import BadInput, NotEstimable
from sociarium.runner.sweep.derive import SHAM, arm_among

# isort: split
import pandas as pd


def baselines_of(inputs: ReportInputs, declared: Mapping[str, str]) -> dict[str, str]:
    """Factor -> baseline: as declared, else its first level.

    Raises:
        BadInput: for a factor that does not differ, or a level that it does not have.
    """
    named = {inputs.factor_column(factor): level for factor, level in declared.items()}
    for factor, level in named.items():
        if factor not in inputs.factors:
            names = ", ".join(one.removesuffix(CALLED_ALIKE) for one in inputs.factors) or "none"
            raise BadInput(f"--baseline {factor}={level}: {factor!r} is no factor that differs; those are {names}")
        if level not in inputs.factors[factor]:
            levels = ", ".join(inputs.factors[factor])
            raise BadInput(f"--baseline {factor}={level}: no run has this level; its levels are {levels}")
    # Forks are compared with those in which nothing was changed.
    arm = arm_among(inputs.factors)
    first = {
        factor: SHAM if factor == arm and SHAM in levels else levels[0] for factor, levels in inputs.factors.items()
    }
    return {**first, **named}


def contrast_rows(
    inputs: ReportInputs, outcome: str, baselines: Mapping[str, str]
) -> tuple[list[ContrastRow], list[str], list[str]]:
    """Rows, why factors have none, and what limits the rows."""
    rows: list[ContrastRow] = []
    refused: list[str] = []
    notes: dict[str, None] = {}
    for factor, baseline in baselines.items():
        compared = compared_levels(inputs, factor, baseline)
        if not compared:
            continue
        family = _family(inputs, inputs.primary, outcome, factor, baseline)
        if isinstance(family, str):
            # Each level has a reason of its own: the family's is that of its first.
            own = {level: _family(inputs, inputs.primary, outcome, factor, baseline, [level]) for level in compared}
            reasons = {level: one if isinstance(one, str) else family for level, one in own.items()}
            refused += dict.fromkeys(reasons.values())
            rows += [_refused_row(factor, level, baseline, reason) for level, reason in reasons.items()]
            continue
        limits = inputs.limits(outcome, family.notes)
        notes.update(dict.fromkeys(limits))
        same = len(inputs.secondary) == len(inputs.primary)
        second = family if same else _family(inputs, inputs.secondary, outcome, factor, baseline)
        others = {one.level: one for one in second.contrasts} if isinstance(second, Contrasts) else {}
        note = second if isinstance(second, str) else f"no run of this level, {inputs.second}"
        rows += [_row(factor, one, others.get(one.level), note, spread_among(limits)) for one in family.contrasts]
        absent = [level for level in compared if level not in {one.level for one in family.contrasts}]
        rows += [_refused_row(factor, level, baseline, "no run of this level has a value") for level in absent]
    return rows, refused, list(notes)


def _family(
    inputs: ReportInputs, rows: pd.DataFrame, outcome: str, factor: str, baseline: str, levels: Sequence[str] = ()
) -> Contrasts | str:
    """Levels of a factor, all that are compared if none is named, that have runs; or why none can be estimated."""
    if rows.empty:
        return f"{factor}: no run is left"
    try:
        present = set(rows.dropna(subset=[outcome])[factor])
        named = levels or compared_levels(inputs, factor, baseline)
        compared = [one for one in named if one in present]
        if not compared:
            return f"{factor}: no run of {', '.join(named)} has a value"
        return contrasts(rows, inputs.design(outcome), factor=factor, baseline=baseline, levels=compared)
    except (NotEstimable, BadInput) as refused:
        return str(refused)


def _refused_row(factor: str, level: str, baseline: str, note: str) -> ContrastRow:
    return ContrastRow(factor, level, baseline, "", (0, 0), 0, None, None, note, None, note)


def _row(factor: str, one: Contrast, other: Contrast | None, note: str, spread: str) -> ContrastRow:
    without = other.result if other else None
    refusal = str(other.refused) if other and other.refused else note
    return ContrastRow(
        factor,
        one.level,
        one.baseline,
        one.method,
        (one.n, one.n_baseline),
        one.pairs,
        one.result,
        None,
        str(one.refused) if one.refused else "",
        without,
        "" if without else refusal,
        one.correlation,
        one.standardized,
        spread=spread if one.result else "",
    )


def with_adjusted_p(
    outcomes: Sequence[OutcomeResult],
    declared: Collection[tuple[str, str, str, str]] = (),
    correction: Correction = "benjamini-hochberg",
    superseded: Collection[str] = (),
) -> tuple[tuple[OutcomeResult, ...], int]:
    """Outcomes with p adjusted over the exploratory contrasts of all of them, and how many these are.

    Args:
        declared: outcome, factor, level and baseline of contrasts that a hypothesis tests; they are corrected there.
        superseded: outcomes of judges' numbers that stand corrected among the others.
    """
    marked = [
        replace(
            one,
            contrasts=tuple(
                replace(row, is_declared=_is_declared(one, row, declared), is_superseded=one.name in superseded)
                for row in one.contrasts
            ),
        )
        for one in outcomes
    ]
    rows = [row for one in marked for row in one.contrasts if row.counts]
    adjusted = iter(adjusted_p([row.result.p if row.result else None for row in rows], correction))
    result = tuple(
        replace(
            one,
            contrasts=tuple(replace(row, p_adjusted=next(adjusted)) if row.counts else row for row in one.contrasts),
        )
        for one in marked
    )
    return result, len(rows)


def _is_declared(one: OutcomeResult, row: ContrastRow, declared: Collection[tuple[str, str, str, str]]) -> bool:
    return (one.name, row.factor, row.level, row.baseline) in declared


def by_replicate(rows: pd.DataFrame, factor: str, outcome: str) -> pd.DataFrame:
    """A row a replicate and level: the mean over the other factors, since runs of a replicate share their draws."""
    means = rows.groupby([BLOCK, factor], sort=False)[outcome].mean().reset_index()
    means["run"] = [f"{block}/{level}" for block, level in zip(means[BLOCK], means[factor], strict=True)]
    return means
