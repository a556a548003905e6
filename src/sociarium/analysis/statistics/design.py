"""Which columns of a data frame are run, replicate, factors and outcome, and the rows that can be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from sociarium.errors import BadInput

NO_LEVEL = "(none)"
"""Stands for the level of a run that has none of a factor."""


@dataclass(frozen=True, slots=True)
class BlockDesign:
    """Columns of a data frame, and what replicates have in common.

    Attributes:
        factors: columns that make up the condition.
        outcome: column of the outcome; numbers or truth values.
        run: column of the run's id.
        replicate: column of the replicate; need not be there unless replicates are shared.
        shared: replicate k has the same draws or people in every condition, so that runs of a replicate are a block.
            False for sweeps with `streams: independent`, and for data from elsewhere that are not blocked.
    """

    factors: tuple[str, ...]
    outcome: str = "outcome"
    run: str = "run"
    replicate: str = "replicate"
    shared: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that must be there."""
        return (*self.placing, *self.factors, self.outcome)

    @property
    def placing(self) -> tuple[str, ...]:
        """Columns that no row may lack."""
        return (self.run, self.replicate) if self.shared else (self.run,)


@dataclass(frozen=True, slots=True)
class Intake:
    """What went in, and what did not.

    Attributes:
        rows: of the data frame.
        missing: rows without an outcome, left out.
        runs: with at least one outcome.
        runs_without: runs all of whose rows have no outcome, left out.
    """

    rows: int
    missing: int
    runs: int
    runs_without: int


def level_name(level: Any) -> str:
    """A level as text: true and false as in experiment files, `(none)` where there is none."""
    if level is None or level is pd.NA or (isinstance(level, float) and np.isnan(level)):
        return NO_LEVEL
    if isinstance(level, bool | np.bool_):
        return "true" if level else "false"
    if isinstance(level, float | np.floating) and float(level).is_integer():
        return str(int(level))
    return str(level)


def require_columns(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raise `BadInput` with the nearest names unless every column is there."""
    absent = [name for name in columns if name not in frame.columns]
    if not absent:
        return
    present = [str(name) for name in frame.columns]
    near = {name: get_close_matches(name, present, n=1) for name in absent}
    hints = [f"{name!r}" + (f" (did you mean {near[name][0]!r}?)" if near[name] else "") for name in absent]
    raise BadInput(f"the table has no column {', '.join(hints)}; its columns are {', '.join(present)}")


def numbers(values: pd.Series, column: str) -> pd.Series:
    """A column as real numbers, with NaN where nothing stands.

    Raises:
        BadInput: for a cell that is no finite number.
    """
    try:
        result = pd.to_numeric(values.astype(object).where(values.notna(), np.nan)).astype(float)
    except (ValueError, TypeError) as error:
        raise BadInput(
            f"column {column!r} must hold numbers or truth values: {error}; choose another outcome"
        ) from error
    if bool(np.isinf(result).any()):
        raise BadInput(f"column {column!r} holds an infinite value; mend or remove these rows")
    return result


def usable_rows(frame: pd.DataFrame, design: BlockDesign) -> tuple[pd.DataFrame, Intake]:
    """Rows with an outcome, levels as text and outcomes as real numbers; and what was left out.

    Raises:
        BadInput: for a column that is absent or not of its kind.
    """
    require_columns(frame, design.columns)
    rows = frame.loc[:, list(dict.fromkeys(design.columns))].copy()
    for column in design.placing:
        if rows[column].isna().any():
            raise BadInput(f"column {column!r} is empty in some rows; fill or leave out these rows")
    rows[design.outcome] = numbers(rows[design.outcome], design.outcome)
    for factor in design.factors:
        # Texts are their own names, and a report asks for the same rows a hundred times.
        if pd.api.types.infer_dtype(rows[factor], skipna=False) != "string":
            rows[factor] = [level_name(level) for level in rows[factor]]
    complete = rows[rows[design.outcome].notna()].reset_index(drop=True)
    runs, every = complete[design.run].nunique(), rows[design.run].nunique()
    return complete, Intake(len(rows), len(rows) - len(complete), runs, every - runs)


def require_one_row_a_run(rows: pd.DataFrame, design: BlockDesign, where: str) -> None:
    """Raise `BadInput` if a run has several rows, or a condition several runs of one replicate."""
    double = rows[rows[design.run].duplicated()][design.run]
    if len(double):
        raise BadInput(
            f"{where}: run {double.iloc[0]!r} has several rows; bring outcomes to runs with `run_outcomes` first"
        )
    if not design.shared:
        return
    place = [design.replicate, *design.factors]
    double = rows[rows.duplicated(place)]
    if len(double):
        stands = ", ".join(f"{name}={double.iloc[0][name]}" for name in place)
        raise BadInput(
            f"{where}: two runs stand at one place ({stands}); name every factor that tells them apart, "
            "or analyse without shared replicates"
        )


def condition_name(factors: Sequence[str], levels: Sequence[str]) -> str:
    """A condition as text, like `goal=escape · risks=on`."""
    return " · ".join(f"{factor}={level}" for factor, level in zip(factors, levels, strict=True)) or "all runs"
