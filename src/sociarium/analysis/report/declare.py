"""A declared analysis put upon the runs of a sweep: its outcomes, its rules, its baselines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sociarium.analysis.declaration import Declaration
from sociarium.analysis.declaration_keys import LOG, LOG_WORDS, OutcomeKeys, RuleKeys
from sociarium.analysis.report.inputs import EXCLUDED, Exclusion, ReportInputs
from sociarium.analysis.report.table_cells import names_of
from sociarium.analysis.statistics.design import NO_LEVEL, level_name
from sociarium.errors import BadInput
from sociarium.experiment.problems import did_you_mean

# isort: split
import numpy as np
import pandas as pd


def declare(inputs: ReportInputs, declaration: Declaration) -> ReportInputs:
    """The runs of a sweep as a declaration wants them looked at; its rules hold beside those of the experiment's file.

    Raises:
        BadInput: for an outcome, factor or column that the runs do not have, or values beyond declared bounds.
    """
    columns = {inputs.factor_column(name): factor for name, factor in declaration.keys.factors.items()}
    declaration = replace(declaration, keys=declaration.keys.model_copy(update={"factors": columns}))
    keys = declaration.keys
    for name, outcome in keys.outcomes.items():
        if name not in inputs.outcomes and name not in inputs.mirrors:
            raise BadInput(
                f"{declaration.name}, outcomes: no finished run has {name!r}; "
                f"{did_you_mean(name, inputs.outcomes, most=20)}"
            )
        values = inputs.finished[name].dropna()
        low = -float("inf") if outcome.from_ is None else outcome.from_
        high = float("inf") if outcome.to is None else outcome.to
        if len(beyond := values[(values < low) | (values > high)]):
            raise BadInput(f"{declaration.name}, outcomes.{name}: a run has {beyond.iloc[0]:g}, beyond its bounds")
    for name in keys.factors:
        if name not in inputs.factors:
            raise BadInput(
                f"{declaration.name}, factors: {name!r} is no factor that differs; "
                f"{did_you_mean(name, inputs.factors, most=20)}"
            )
    runs = _with_logarithms(inputs, declaration)
    left_out = pd.Series(False, index=runs.index)
    finished = runs.index.isin(inputs.finished.index)
    exclusions = []
    for rule in keys.exclusions:
        holds = _rule_holds(rule, runs, declaration)
        left_out |= holds
        exclusions.append(Exclusion(rule.words, int(runs[holds & finished]["id"].nunique())))
    runs[EXCLUDED] = left_out
    return replace(
        inputs,
        runs=runs if exclusions else runs.drop(columns=[EXCLUDED]),
        outcomes=dict(_column_and_meaning(inputs, name, outcome) for name, outcome in keys.outcomes.items()),
        declaration=declaration,
        exclusions=tuple(exclusions),
    )


def _column_and_meaning(inputs: ReportInputs, name: str, outcome: OutcomeKeys) -> tuple[str, str]:
    meaning = outcome.meaning or inputs.outcomes.get(name, f"probe {name}")
    return (f"{LOG}{name}", f"{meaning}, {LOG_WORDS}") if outcome.logarithm else (name, meaning)


def _with_logarithms(inputs: ReportInputs, declaration: Declaration) -> pd.DataFrame:
    """The runs with columns of their own for logarithms, so that hypotheses are tested on what they are about."""
    runs = inputs.runs.copy()
    for name, outcome in declaration.keys.outcomes.items():
        if not outcome.logarithm:
            continue
        values = inputs.finished[name]
        if len(beyond := values[values <= 0]):
            raise BadInput(
                f"{declaration.name}, outcomes.{name}: a run has {beyond.iloc[0]:g}, which has no logarithm; leave out "
                "`logarithm`"
            )
        runs[f"{LOG}{name}"] = np.log(runs[name].where(runs[name] > 0))
    return runs


def declared_baselines(inputs: ReportInputs, typed: Mapping[str, str]) -> dict[str, str]:
    """Factor -> baseline as the declaration has it; what is typed on the command line comes before it.

    Raises:
        BadInput: for a baseline that is no level, or a level to compare that no run has.
    """
    keys = inputs.declaration.keys.factors if inputs.declaration else {}
    result: dict[str, str] = {}
    for name, factor in keys.items():
        levels = inputs.factors.get(name)
        for level in factor.compare or ():
            if levels is not None and level_name(level) not in levels:
                raise BadInput(f"factors.{name}.compare: no run has {level!r}; its levels are {', '.join(levels)}")
        if levels is None or factor.baseline is None:
            continue
        if level_name(factor.baseline) not in levels:
            raise BadInput(
                f"factors.{name}.baseline: no run has {factor.baseline!r}; its levels are {', '.join(levels)}"
            )
        result[name] = level_name(factor.baseline)
    return {**result, **typed}


def _rule_holds(rule: RuleKeys, runs: pd.DataFrame, declaration: Declaration) -> pd.Series:
    if rule.column not in runs:
        names = [str(name) for name in runs.columns]
        raise BadInput(
            f"{declaration.name}, exclusions: runs have no {rule.column!r}; {did_you_mean(rule.column, names, most=30)}"
        )
    column = runs[rule.column]
    missing = column.isna() | (column == NO_LEVEL) | (column == "")
    if rule.empty is not None:
        return missing == rule.empty
    if rule.below is not None or rule.above is not None:
        try:
            numbers = pd.to_numeric(column)
        except (ValueError, TypeError) as error:
            raise BadInput(
                f"{declaration.name}, exclusions: {rule.column!r} holds no numbers; use is or is_not"
            ) from error
        return numbers < rule.below if rule.below is not None else numbers > rule.above
    some = names_of(rule.is_ if rule.is_ is not None else rule.is_not)
    holds = column.map(level_name).isin(some)
    return holds if rule.is_ is not None else ~missing & ~holds
