"""Cells of a table from elsewhere as a declaration understands them: rules, levels, outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import log

from sociarium.analysis.declaration_keys import LOG, DeclarationKeys, OutcomeKeys, RuleKeys
from sociarium.analysis.options import NO, YES
from sociarium.analysis.statistics.design import level_name
from sociarium.errors import BadInput
from sociarium.exchange.tables.csv_reading import CsvTable, number_mend, number_of
from sociarium.experiment.level import Level
from sociarium.experiment.problems import did_you_mean

Cells = Sequence[str | None]

_LARGEST = 1e100
"""Squares of larger ones, and sums of these, are no numbers any more."""


def refuse_absent_columns(table: CsvTable, columns: Iterable[tuple[str, str]]) -> None:
    """Raise `BadInput` that names every column which the table lacks.

    Args:
        columns: names, and what names them.
    """
    faults = [
        f"{where}: there is no column {name!r}; {did_you_mean(name, table.columns, most=12)}"
        for name, where in dict.fromkeys(columns)
        if name not in table.columns
    ]
    if faults:
        raise BadInput("\n  ".join([f"{table.name} lacks columns that the declaration names", *faults]))


def columns_of(keys: DeclarationKeys) -> Iterator[tuple[str, str]]:
    """Every column of the table that a declaration names, and where it does."""
    for name in runs_of(keys):
        yield name, "run"
    if keys.block is not None:
        yield keys.block, "block"
    for name, factor in keys.factors.items():
        yield factor.column or name, f"factors.{name}"
    for name, outcome in keys.outcomes.items():
        yield outcome.column or name, f"outcomes.{name}"
    for part, rules in (("rows", keys.rows), ("exclusions", keys.exclusions)):
        for number, rule in enumerate(rules):
            yield rule.column, f"{part}[{number}]"
    if keys.loss is not None:
        yield keys.loss.column, "loss"
    for name in keys.moments:
        yield name, "moments"
    for number, model in enumerate(keys.models):
        if model.cluster is not None:
            yield model.cluster, f"models[{number}].cluster"


def runs_of(keys: DeclarationKeys) -> list[str]:
    """The columns that name a run together; none where each row is one."""
    return [] if keys.run is None else [keys.run] if isinstance(keys.run, str) else keys.run


def names_of(levels: Sequence[Level] | Level | None) -> frozenset[str]:
    """Values of a declaration as cells show them."""
    if levels is None:
        return frozenset()
    return frozenset(map(level_name, levels if isinstance(levels, list) else [levels]))


def rule_test(rule: RuleKeys, decimal: str) -> Callable[[str | None], bool]:
    """Whether a rule holds of a cell."""
    some = names_of(rule.is_ if rule.is_ is not None else rule.is_not)
    if rule.empty is not None:
        return lambda cell: (cell is None) == rule.empty
    if rule.is_ is not None:
        return lambda cell: cell in some
    if rule.is_not is not None:
        return lambda cell: cell is not None and cell not in some

    def compare(cell: str | None) -> bool:
        if cell is None:
            return False
        number = number_of(cell, decimal)
        if number is None:
            raise BadInput(f"rule {rule.words!r}: {cell!r} is no number; {number_mend(cell, decimal)}")
        return number < rule.below if rule.below is not None else rule.above is not None and number > rule.above

    return compare


def numbers_of_cells(table: CsvTable, column: str, cells: Cells, lines: Sequence[int], decimal: str) -> list[float]:
    """A column as numbers, NaN where nothing stands. Raises `BadInput` with the first line that holds none."""
    values = []
    for cell, line in zip(cells, lines, strict=True):
        number = float("nan") if cell is None else number_of(cell, decimal)
        if number is None:
            raise BadInput(
                f"{table.name}, line {line}: {column!r} is {cell!r}, no number; {number_mend(cell or '', decimal)}"
            )
        if abs(number) > _LARGEST:
            raise BadInput(
                f"{table.name}, line {line}: {column!r} is {cell!r}, too large to compute with; name such a text "
                "in `missing`, or bring the column to another unit"
            )
        values.append(number)
    return values


def outcome_columns(
    table: CsvTable, name: str, outcome: OutcomeKeys, cells: Cells, lines: Sequence[int], decimal: str
) -> dict[str, list[float]]:
    """An outcome as one column of numbers, or of a category as one of 0 and 1 for each value.

    Raises:
        BadInput: for a cell that is not of the declared type or lies beyond its bounds, with its line.
    """
    column = outcome.column or name
    if outcome.type == "category":
        return _category_columns(table, name, outcome, cells, lines)
    if outcome.type == "yes_no":
        return {name: _truth_values(table, outcome, column, cells, lines)}
    values = numbers_of_cells(table, column, cells, lines, decimal)
    low, high = outcome.from_, outcome.to
    for value, line in zip(values, lines, strict=True):
        if (low is not None and value < low) or (high is not None and value > high):
            bounds = " to ".join("any" if one is None else f"{one:g}" for one in (low, high))
            raise BadInput(
                f"{table.name}, line {line}: {column!r} is {value:g}, beyond its bounds ({bounds}); mend the bounds or "
                "the table, or leave such rows out by `rows`"
            )
        if outcome.logarithm and value <= 0:
            raise BadInput(
                f"{table.name}, line {line}: {column!r} is {value:g}, which has no logarithm; leave out `logarithm`, "
                "or such rows by `rows`"
            )
    return {f"{LOG}{name}": [log(value) for value in values]} if outcome.logarithm else {name: values}


def _truth_values(
    table: CsvTable, outcome: OutcomeKeys, column: str, cells: Cells, lines: Sequence[int]
) -> list[float]:
    yes = YES if outcome.yes is None else names_of(outcome.yes)
    no = NO if outcome.no is None else names_of(outcome.no)
    folds = outcome.yes is None and outcome.no is None
    values = []
    for cell, line in zip(cells, lines, strict=True):
        word = cell.lower() if folds and cell is not None else cell
        if word is not None and word not in yes and word not in no:
            raise BadInput(
                f"{table.name}, line {line}: {column!r} is {cell!r}, neither yes nor no; say which cells are, "
                "e.g. `yes: [agreed]` and `no: [refused]`"
            )
        values.append(float("nan") if word is None else float(word in yes))
    return values


def _category_columns(
    table: CsvTable, name: str, outcome: OutcomeKeys, cells: Cells, lines: Sequence[int]
) -> dict[str, list[float]]:
    present = list(dict.fromkeys(cell for cell in cells if cell is not None))
    values = sorted(present) if outcome.values is None else [level_name(one) for one in outcome.values]
    for cell, line in zip(cells, lines, strict=True):
        if cell is not None and cell not in values:
            raise BadInput(
                f"{table.name}, line {line}: {outcome.column or name!r} is {cell!r}, none of its values; "
                f"{did_you_mean(cell, values)}"
            )
    if len(values) > 40:
        raise BadInput(f"{table.name}: {name!r} has {len(values)} values; a category has at most 40")
    return {
        f"{name} = {value}": [float("nan") if cell is None else float(cell == value) for cell in cells]
        for value in values
    }
