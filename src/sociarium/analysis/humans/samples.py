"""Values of agents and of people, as samples that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.design import level_name

# isort: split
import pandas as pd

from sociarium.analysis.humans.mapping import HumanKeys
from sociarium.analysis.humans.texts import FEATURES
from sociarium.analysis.report.inputs import BLOCK, PLACE, ReportInputs
from sociarium.analysis.report.table_cells import numbers_of_cells, rule_test
from sociarium.errors import BadInput
from sociarium.exchange.tables.csv_reading import CsvTable
from sociarium.experiment.problems import did_you_mean

TEXT = "text"
Fields = Mapping[tuple[str, str], Mapping[str, str]]
"""Fields of personas, by run and handle."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Values of one side.

    Attributes:
        rows: columns unit (what counts as one), run (of the agents; the person again of people), value (a number, or a
            category's name), and a column for each subgroup, with None where there is none.
        options: of a category, in order; empty for numbers.
    """

    rows: pd.DataFrame
    options: tuple[str, ...] = ()


def agent_samples(inputs: ReportInputs, name: str, keys: HumanKeys, fields: Fields) -> dict[str, Sample]:
    """Outcome -> values of the agents in finished runs; several outcomes for texts.

    Raises:
        BadInput: no run has the outcome or subgroup.
    """
    if name == TEXT:
        messages = inputs.messages
        rows = pd.DataFrame({PLACE: messages[PLACE], "agent": messages["speaker"], "value": messages["content"]})
        frame = _rows_with_units(inputs, rows, keys, fields)
        return {
            f"{TEXT}: {feature}": Sample(frame.assign(value=frame["value"].map(count).astype(float)).dropna(
                subset=["value"]))
            for feature, count in FEATURES.items()
        }  # fmt: skip
    prefix = f"{name} = "
    options = tuple(one.removeprefix(prefix) for one in inputs.answers if one.startswith(prefix))
    if options:
        columns = [inputs.answers[f"{prefix}{option}"] for option in options]
        answers = [
            (*several[0][:2], next((option for option, one in zip(options, several, strict=True) if one[2]), None))
            for several in zip(*columns, strict=True)
        ]
        rows = pd.DataFrame(answers, columns=[PLACE, "agent", "value"])
        return {name: Sample(_rows_with_units(inputs, rows.dropna(subset=["value"]), keys, fields), options)}
    if name not in inputs.answers:
        known = [*dict.fromkeys(one.partition(" = ")[0] for one in inputs.answers), TEXT]
        raise BadInput(f"--map: no finished run has {name!r}; {did_you_mean(name, known, most=20)}")
    rows = pd.DataFrame(inputs.answers[name], columns=[PLACE, "agent", "value"])
    return {name: Sample(_rows_with_units(inputs, rows, keys, fields))}


def human_samples(
    table: CsvTable, name: str, keys: HumanKeys, agents: Mapping[str, Sample], scale: tuple[float, float] | None
) -> tuple[dict[str, Sample], list[str]]:
    """Outcome -> values of the people, and how many rows have none.

    Args:
        agents: the same of the agents.
        scale: bounds of the probe; None where it has none.

    Raises:
        BadInput: for a cell that is no number, no option or beyond the scale, with its line.
    """
    frame = pd.DataFrame(list(table.rows), columns=list(table.columns), dtype=object)
    frame["(line)"] = table.lines
    for rule in keys.rows:
        holds = rule_test(rule, keys.decimal)
        frame = frame[[holds(cell) for cell in frame[rule.column]]]
    outcome = keys.outcomes[name]
    column = outcome.column or name
    person = frame[keys.respondent] if keys.respondent else [f"line {line}" for line in frame["(line)"]]
    recode = {cell: level_name(level) for cell, level in outcome.recode.items()}
    rows = pd.DataFrame({
        "unit": person, "run": person, "value": [recode.get(cell, cell) for cell in frame[column]],
        "(line)": frame["(line)"], **{subgroup_column(group): frame[own] for group, own in keys.by.items()},
    })  # fmt: skip
    usable = rows[rows["value"].notna() & rows["unit"].notna()]
    intake = [f"{name}: {len(usable)} of {len(table.rows)} rows of people have a value"]
    if name == TEXT:
        return {
            f"{TEXT}: {feature}": Sample(usable.assign(value=usable["value"].map(count).astype(float)).dropna(
                subset=["value"]))
            for feature, count in FEATURES.items()
        }, intake  # fmt: skip
    options = agents[name].options
    if options:
        for cell, line in zip(usable["value"], usable["(line)"], strict=True):
            if cell not in options:
                raise BadInput(
                    f"{table.name}, line {line}: {column!r} is {cell!r}, no answer of {name!r}; "
                    f"{did_you_mean(cell, options)}, or `recode` says which it is"
                )
        return {name: Sample(usable, options)}, intake
    numbers = numbers_of_cells(table, column, list(usable["value"]), list(usable["(line)"]), keys.decimal)
    for number, line in zip(numbers, usable["(line)"], strict=True):
        if scale is not None and not scale[0] <= number <= scale[1]:
            raise BadInput(
                f"{table.name}, line {line}: {column!r} is {number:g}, and agents answer {name!r} from {scale[0]:g} to "
                f"{scale[1]:g}; bring both to one scale, e.g. by `recode`"
            )
    return {name: Sample(usable.assign(value=numbers))}, intake


def _rows_with_units(inputs: ReportInputs, rows: pd.DataFrame, keys: HumanKeys, fields: Fields) -> pd.DataFrame:
    """Rows of finished runs with their unit and subgroups; a run of several conditions has the rows of each."""
    # A factor may be called like one of our columns.
    rows = rows.rename(columns={"agent": "(agent)", "value": "(value)"})
    runs = inputs.primary
    several = bool(inputs.factors) and len(runs.groupby(list(inputs.factors))) > 1
    frame = rows.merge(runs[[PLACE, "id", BLOCK, *inputs.factors]], on=PLACE)
    result = pd.DataFrame({
        "unit": frame[BLOCK] if inputs.shared and several else frame["id"], "run": frame["id"],
        "value": frame["(value)"], "place": frame[PLACE],
    })  # fmt: skip
    for group in keys.by:
        if group in inputs.factors:
            result[subgroup_column(group)] = frame[group]
        elif any(group in one for one in fields.values()):
            places = zip(frame["id"], frame["(agent)"], strict=True)
            result[subgroup_column(group)] = [fields.get(place, {}).get(group) for place in places]
        else:
            known = [*inputs.factors, *dict.fromkeys(field for one in fields.values() for field in one)]
            raise BadInput(
                f"--by: {group!r} is neither a factor that differs nor a field of personas; "
                f"{did_you_mean(group, known, most=20)}"
            )
    return result


def rows_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in which a run that stands in several conditions has its values once."""
    if "place" not in rows:
        return rows
    first = rows.drop_duplicates("run")[["run", "place"]]
    return rows.merge(first, on=["run", "place"])


def subgroup_column(group: str) -> str:
    """The column of a subgroup's levels."""
    return f"by {group}"
