"""A table from elsewhere, as what a report is computed from: the same as runs of a store are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.design import BlockDesign, level_name
from sociarium.count_text import count_text, one_or_many

# isort: split
import pandas as pd

from sociarium.analysis.declaration import Declaration
from sociarium.analysis.declaration_keys import LOG_WORDS, DeclarationKeys
from sociarium.analysis.report.columns import MessageColumns
from sociarium.analysis.report.inputs import BLOCK, EXCLUDED, LOSS, PLACE, Exclusion, OutsideTable, ReportInputs
from sociarium.analysis.report.outcomes import without_mirrors
from sociarium.analysis.report.table_cells import (
    columns_of,
    names_of,
    numbers_of_cells,
    outcome_columns,
    refuse_absent_columns,
    rule_test,
    runs_of,
)
from sociarium.analysis.statistics.loss import KINDS
from sociarium.analysis.statistics.outcomes import How, run_outcomes
from sociarium.errors import BadInput
from sociarium.exchange.tables.csv_reading import SEPARATORS, CsvTable, Layout, read_csv
from sociarium.exchange.tables.read import RunAccount
from sociarium.experiment.problems import did_you_mean
from sociarium.records.runs import RunState

TAKEN = frozenset({PLACE, "id", BLOCK, "state", LOSS, "flagged", "rows", EXCLUDED})
"""Names that no factor or outcome may have: a report has columns of its own by them."""


def gather_table(path: Path, declaration: Declaration) -> ReportInputs:
    """Read a table by its declaration.

    Raises:
        BadInput: for a cell, column or level that is not as declared, with its line.
        SetupError: the file cannot be opened.
    """
    keys = declaration.keys
    layout = Layout(keys.encoding, keys.separator, tuple(keys.missing))
    table = read_csv(path, layout)
    refuse_absent_columns(table, columns_of(keys))
    _refuse_taken_names(keys)
    rows, intake = _rows(table, keys)
    columns, how = _add_outcomes(table, keys, rows)
    runs = _runs(table, keys, rows, columns, how)
    meanings = {column: _meaning(keys, column) for column in columns}
    outcomes, mirrors = without_mirrors(meanings, _values_of_categories(columns, keys))
    levels = {name: _levels(keys, name, rows) for name in keys.factors}
    several = len(rows) > len(runs)
    if several:
        intake.append(f"{count_text(len(rows), 'row is', 'rows are')} of {count_text(len(runs), 'run')}")
    exclusions = [
        Exclusion(rule.words, int(rows.groupby(PLACE)[_rule_column(number)].any().sum()))
        for number, rule in enumerate(keys.exclusions)
    ]
    return ReportInputs(
        runs,
        MessageColumns(with_texts=False).frame(),
        outcomes,
        {name: order for name, order in levels.items() if len(order) > 1},
        {name: order[0] for name, order in levels.items() if len(order) == 1},
        keys.block is not None,
        (),
        RunAccount(len(runs), len(runs), {}),
        0, 0, (), runs[BLOCK].nunique(), (),
        hashlib.sha256(f"{table.digest}\n{declaration.digest}".encode()).hexdigest(),
        declaration=declaration,
        exclusions=tuple(exclusions),
        table=OutsideTable(table.name, rows, tuple(intake), several),
        mirrors=mirrors,
    )  # fmt: skip


def _rows(table: CsvTable, keys: DeclarationKeys) -> tuple[pd.DataFrame, list[str]]:
    """Rows that are taken: run, block, the factors, what models and curves take; and what was left out, why."""
    frame = pd.DataFrame(list(table.rows), columns=list(table.columns), dtype=object)
    frame["(line)"] = table.lines
    separated = SEPARATORS.get(table.separator, repr(table.separator))
    intake = [
        f"{count_text(len(frame), 'row')} of {count_text(len(table.columns), 'column')}, separated by {separated}"
    ]
    if table.unnamed:
        intake.append(
            f"{count_text(table.unnamed, 'column')} without a name {one_or_many(table.unnamed, 'is', 'are')} not read"
        )

    def leave_out(frame: pd.DataFrame, keep: pd.Series, why: str) -> pd.DataFrame:
        if not bool(keep.all()):
            intake.append(f"left out: {count_text(int((~keep).sum()), 'row')}, {why}")
        return frame[keep]

    for rule in keys.rows:
        holds = rule_test(rule, keys.decimal)
        keep = pd.Series([holds(cell) for cell in frame[rule.column]], index=frame.index, dtype=bool)
        frame = leave_out(frame, keep, f"for which it does not hold that {rule.words}")
    placing = [*runs_of(keys), *([keys.block] if keys.block else [])]
    placing += [factor.column or name for name, factor in keys.factors.items()]
    for column in dict.fromkeys(placing):
        frame = leave_out(frame, frame[column].notna(), f"in which {column!r} is empty")
    if frame.empty:
        raise BadInput(f"{table.name}: no row is left; {'; '.join(intake)}")
    # Each column that is declared stands under the name of what it is, others under their own.
    result = frame[[column for column in frame if column not in TAKEN]].copy()
    names = runs_of(keys)
    result[PLACE] = frame[names].agg(" · ".join, axis=1) if names else [f"line {line}" for line in frame["(line)"]]
    result[BLOCK] = frame[keys.block] if keys.block else result[PLACE]
    for name, factor in keys.factors.items():
        result[name] = frame[factor.column or name]
        if factor.levels is not None:
            _refuse_other_levels(table, name, names_of(factor.levels), result)
    for number, rule in enumerate(keys.exclusions):
        holds = rule_test(rule, keys.decimal)
        result[_rule_column(number)] = [holds(cell) for cell in frame[rule.column]]
    if keys.loss is not None:
        kinds = {cell: kind for kind in KINDS for cell in names_of(getattr(keys.loss, kind))}
        result[LOSS] = [kinds.get(cell, "") for cell in frame[keys.loss.column].fillna("")]
    for column in keys.moments:
        result[column] = numbers_of_cells(table, column, list(frame[column]), list(frame["(line)"]), keys.decimal)
    return result.reset_index(drop=True), intake


def _rule_column(number: int) -> str:
    return f"(exclusion {number})"


def _add_outcomes(table: CsvTable, keys: DeclarationKeys, rows: pd.DataFrame) -> tuple[list[str], dict[str, How]]:
    """Put every outcome into the rows as numbers; returns their columns, and how each becomes a run's."""
    made: dict[str, list[float]] = {}
    how: dict[str, How] = {}
    lines = list(rows["(line)"])
    for name, outcome in keys.outcomes.items():
        # Not out of `rows`: an outcome may have the name of another column.
        cells = pd.Series(table.column(outcome.column or name), index=list(table.lines), dtype=object)[lines]
        columns = outcome_columns(
            table, name, outcome, [None if pd.isna(cell) else cell for cell in cells], lines, keys.decimal
        )
        made |= columns
        how |= dict.fromkeys(columns, outcome.how)
    for column, values in made.items():
        rows[column] = values
    return list(made), how


def _runs(
    table: CsvTable, keys: DeclarationKeys, rows: pd.DataFrame, columns: list[str], how: dict[str, How]
) -> pd.DataFrame:
    """A row a run: block, factors, outcomes, how it is lost, whether it is left out."""
    fixed = [BLOCK, *keys.factors, *([LOSS] if keys.loss else [])]
    clusters = dict.fromkeys(one.cluster for one in keys.models if one.cluster)
    fixed += [name for name in clusters if name in rows and name not in fixed]
    groups = rows.groupby(PLACE, sort=False)
    for column in [BLOCK, *keys.factors, *([LOSS] if keys.loss else [])]:
        counts = groups[column].nunique(dropna=False)
        if len(several := counts[counts > 1]):
            name = keys.block if column == BLOCK else column
            raise BadInput(
                f"{table.name}: run {several.index[0]!r} has {several.iloc[0]} values of {name!r}; a run has one: name "
                "more columns in `run`, such as [model, scenario, seed]"
            )
    runs = groups[fixed].first()
    for column in columns:
        design = BlockDesign((), column, PLACE, BLOCK, shared=False)
        outcomes = run_outcomes(rows[[PLACE, column]], design, how=how[column])
        runs[column] = outcomes.frame.set_index(PLACE)[column].reindex(runs.index)
    runs[EXCLUDED] = False
    for number in range(len(keys.exclusions)):
        runs[EXCLUDED] |= groups[_rule_column(number)].any()
    if keys.loss is None:
        runs[LOSS] = ["empty" if none else "" for none in runs[columns].isna().all(axis=1)]
    runs["state"] = [RunState.FAILED.value if one == "failed" else RunState.DONE.value for one in runs[LOSS]]
    runs["flagged"] = 0.0
    runs = runs.reset_index()
    runs["id"] = runs[PLACE]
    return runs


def _levels(keys: DeclarationKeys, name: str, rows: pd.DataFrame) -> tuple[str, ...]:
    """The levels of a factor that rows have, in order; the baseline first where no order is declared."""
    factor = keys.factors[name]
    present = list(dict.fromkeys(rows[name]))
    if factor.levels is not None:
        return tuple(one for one in map(level_name, factor.levels) if one in present)
    return tuple(present)


def _refuse_other_levels(table: CsvTable, name: str, levels: frozenset[str], rows: pd.DataFrame) -> None:
    for level, line in zip(rows[name], rows["(line)"], strict=True):
        if level not in levels:
            raise BadInput(
                f"{table.name}, line {line}: {name!r} is {level!r}, none of its levels; "
                f"{did_you_mean(level, sorted(levels))}"
            )


def _values_of_categories(columns: Sequence[str], keys: DeclarationKeys) -> dict[str, list[str]]:
    """Outcome -> its values in order, of those that are categories."""
    return {
        name: [value for column in columns if (value := column.removeprefix(f"{name} = ")) != column]
        for name, outcome in keys.outcomes.items()
        if outcome.type == "category"
    }


def _meaning(keys: DeclarationKeys, column: str) -> str:
    _, _, value = column.partition(" = ")
    outcome = keys.outcome_of(column)
    words = outcome.meaning or {
        "number": "a number", "scale": f"from {outcome.from_:g} to {outcome.to:g}" if outcome.type == "scale" else "",
        "yes_no": "share that is a yes", "category": f"share that is {value}",
    }[outcome.type]  # fmt: skip
    words = f"{words}, {LOG_WORDS}" if outcome.logarithm else words
    return words if outcome.how == "mean" else f"{words}; {outcome.how} of a run's rows"


def _refuse_taken_names(keys: DeclarationKeys) -> None:
    for name in [*keys.factors, *keys.outcomes, *keys.moments]:
        if name in TAKEN:
            raise BadInput(
                f"{name!r} cannot name a factor, outcome or moment; give it another name and say `column: {name}`"
            )
