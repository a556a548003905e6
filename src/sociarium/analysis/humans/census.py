"""Shares of a population beside those of a census table, or of the quotas that it was written by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.intervals import is_constant, t_of_values, wilson

# isort: split
import numpy as np

from sociarium.errors import BadInput
from sociarium.exchange.tables.csv_reading import CsvTable, number_mend, number_of
from sociarium.experiment.problems import did_you_mean

COLUMNS = ("attribute", "value", "share")


@dataclass(frozen=True, slots=True)
class CensusPerson:
    """Somebody of a population: the people who were written together, and the fields of the persona."""

    population: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CensusRow:
    """A value's share among people and in the census.

    Attributes:
        census: share that it should have.
        people: who have the value.
        share: mean over populations.
        difference: share less census, with its 95 % interval; by t over populations, of a single one by Wilson.
        note: what the interval rests on, or why there is none.
    """

    attribute: str
    value: str
    census: float
    people: int
    share: float
    difference: float
    low: float | None
    high: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CensusComparison:
    """A population beside a census.

    Attributes:
        without: attribute -> people who have nothing there, or something that the census does not name.
        apart: attribute -> total variation: the share of people who would have to be others.
    """

    table: str
    populations: int
    people: int
    rows: tuple[CensusRow, ...]
    without: Mapping[str, int]
    apart: Mapping[str, float]


def census_comparison(table: CsvTable, people: Sequence[CensusPerson]) -> CensusComparison:
    """Compare people with a table of columns attribute, value and share.

    Args:
        people: each once.

    Raises:
        BadInput: for an absent column, shares that do not add up to 1 or 100, or an attribute that nobody has.
    """
    return shares_comparison(table.name, _census(table), people)


def shares_comparison(
    name: str, census: Mapping[str, Mapping[str, float]], people: Sequence[CensusPerson]
) -> CensusComparison:
    """Compare people with shares by attribute and value.

    Args:
        name: of where the shares come from.
        people: each once.

    Raises:
        BadInput: for an attribute that nobody has.
    """
    fields = dict.fromkeys(field for person in people for field in person.fields)
    for attribute in census:
        if attribute not in fields:
            raise BadInput(f"{name}: no persona has a field {attribute!r}; {did_you_mean(attribute, fields, most=20)}")
    rows: list[CensusRow] = []
    without: dict[str, int] = {}
    apart: dict[str, float] = {}
    for attribute, shares in census.items():
        values: dict[str, list[str]] = defaultdict(list)
        others = 0
        for person in people:
            value = person.fields.get(attribute)
            # Who has no such value counts in the population's size: a gap is a share that is missing.
            values[person.population].append(value if value is not None and value in shares else "")
            others += value not in shares
        made = [_row(attribute, value, share, values) for value, share in shares.items()]
        rows += made
        without[attribute] = others
        gap = others / len(people)
        apart[attribute] = (sum(abs(row.difference) for row in made) + gap) / 2
    populations = len({person.population for person in people})
    return CensusComparison(name, populations, len(people), tuple(rows), without, apart)


def _row(attribute: str, value: str, census: float, values: Mapping[str, Sequence[str]]) -> CensusRow:
    counts = [(one.count(value), len(one)) for one in values.values()]
    shares = np.array([count / n for count, n in counts])
    share, people = float(shares.mean()), sum(count for count, _ in counts)
    if len(shares) == 1:
        ends = wilson(*counts[0])
        note = "one population, its people taken for independent draws"
        return CensusRow(attribute, value, census, people, share, share - census, ends.low - census,
                         ends.high - census, note)  # fmt: skip
    if is_constant(shares):
        note = f"all {len(shares)} populations have the same share: no interval"
        return CensusRow(attribute, value, census, people, share, share - census, None, None, note)
    result = t_of_values(shares, 0.95, where=f"{attribute}={value}", unit="populations")
    low, high = max(0.0, result.low) - census, min(1.0, result.high) - census
    return CensusRow(attribute, value, census, people, share, share - census, low, high)


def _census(table: CsvTable) -> dict[str, dict[str, float]]:
    for name in COLUMNS:
        if name not in table.columns:
            raise BadInput(
                f"{table.name} has no column {name!r}; a census has the columns attribute, value and share, a line for "
                "each value"
            )
    result: dict[str, dict[str, float]] = defaultdict(dict)
    cells = zip(*(table.column(name) for name in COLUMNS), table.lines, strict=True)
    for attribute, value, text, line in cells:
        if attribute is None or value is None or text is None:
            raise BadInput(f"{table.name}, line {line}: a cell is empty; each line has attribute, value and share")
        share = number_of(text.removesuffix("%").strip(), ".")
        if share is None or share < 0:
            raise BadInput(f"{table.name}, line {line}: share is {text!r}; {number_mend(text, '.')}")
        if value in result[attribute]:
            raise BadInput(f"{table.name}, line {line}: {attribute}={value} stands twice")
        result[attribute][value] = share
    for attribute, shares in result.items():
        total = sum(shares.values())
        whole = next((whole for whole in (1.0, 100.0) if abs(total - whole) <= 0.02 * whole), None)
        if whole is None:
            raise BadInput(
                f"{table.name}: the shares of {attribute!r} add up to {total:g}, neither 1 nor 100; name every value, "
                "such as `other`"
            )
        result[attribute] = {value: share / total for value, share in shares.items()}
    return result


def distinct_people(people: Sequence[tuple[str, str, Mapping[str, str]]]) -> list[CensusPerson]:
    """People each once: runs that share a population have the same ones.

    Args:
        people: population, handle and fields.
    """
    persons = {(population, handle): fields for population, handle, fields in people}
    return [CensusPerson(population, fields) for (population, _), fields in persons.items()]
