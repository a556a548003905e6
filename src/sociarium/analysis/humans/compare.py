"""People beside agents: outcome by outcome, subgroup by subgroup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.humans.distances import (
    Profiles,
    distance,
    mean_profiles,
    scale_profiles,
    share_profiles,
)
from sociarium.count_text import count_text

# isort: split
import numpy as np
import pandas as pd

from sociarium.analysis.humans.equivalence import equivalence, welch_difference
from sociarium.analysis.humans.mapping import HumanKeys, HumanMapping
from sociarium.analysis.humans.records import HumanComparison, MeanComparison, OutcomeComparison
from sociarium.analysis.humans.samples import Fields, Sample, agent_samples, human_samples, rows_once, subgroup_column
from sociarium.analysis.options import counted_options
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.analysis.report.table_cells import refuse_absent_columns
from sociarium.analysis.statistics.vectors import Reals
from sociarium.errors import NotEstimable
from sociarium.exchange.tables.csv_reading import CsvTable

ABOUT = (
    "The unit of agents is the run (the replicate, where runs of several conditions are pooled that share draws): "
    "agents of one run are alike, and a person is one person. Agents who answer like the average person may still "
    "answer all alike: look at the spreads and the distance, not at means alone.",
    "p values shrink with every run that one buys, and a difference that is not significant shows no likeness: "
    "equivalence needs a margin that was declared beforehand (two one-sided tests).",
    "Halves of the people show how far people are from people; a sample of people is one sample of them.",
)


def compare_with_humans(
    inputs: ReportInputs,
    table: CsvTable,
    mapping: HumanMapping,
    *,
    fields: Fields,
    scales: Mapping[str, tuple[float, float]],
) -> HumanComparison:
    """Compare finished runs with a table of people.

    Args:
        fields: of personas, for subgroups that are no factor.
        scales: probe -> bounds of its answers.

    Raises:
        BadInput: for an outcome, column or subgroup that is not there, or a cell that cannot be meant.
    """
    keys = mapping.keys
    refuse_absent_columns(table, _columns(keys))
    outcomes: list[OutcomeComparison] = []
    intake: list[str] = []
    notes: dict[str, None] = {}
    for name in keys.outcomes:
        agents = agent_samples(inputs, name, keys, fields)
        humans, sentences = human_samples(table, name, keys, agents, scales.get(name.split(" · ")[0]))
        intake += sentences
        for outcome, sample in agents.items():
            outcomes += _comparisons(outcome, sample, humans[outcome], keys, keys.outcomes[name].margin, notes)
    conditions = len(inputs.primary.groupby(list(inputs.factors))) if inputs.factors else 1
    if conditions > 1:
        notes[f"all agents together are of {conditions} conditions, each of as much weight as it has runs; --where or "
              "--by parts them"] = None  # fmt: skip
    runs = inputs.primary["id"].nunique()
    left_out = [
        f"{count_text(count, 'run is', 'runs are')} left out: {why}" for why, count in inputs.account.left_out.items()
    ]
    if inputs.offline:
        notes[f"{count_text(inputs.offline, 'run is', 'runs are')} offline: stand-in words, not a model's"] = None
    return HumanComparison(
        table.name, table.digest, mapping.name, mapping.digest, tuple(outcomes),
        (f"{runs} finished runs", *left_out, *intake), tuple(notes),
    )  # fmt: skip


def _columns(keys: HumanKeys) -> Iterator[tuple[str, str]]:
    for name, outcome in keys.outcomes.items():
        yield outcome.column or name, f"--map {name}"
    for group, column in keys.by.items():
        yield column, f"--by {group}"
    for number, rule in enumerate(keys.rows):
        yield rule.column, f"rows[{number}]"
    if keys.respondent is not None:
        yield keys.respondent, "respondent"


def _comparisons(
    outcome: str, agents: Sample, humans: Sample, keys: HumanKeys, margin: float | None, notes: dict[str, None]
) -> Iterator[OutcomeComparison]:
    yield from _comparison(outcome, "", agents, (rows_once(agents.rows), humans.rows), margin, notes)
    for group in keys.by:
        column = subgroup_column(group)
        sides = agents.rows, humans.rows
        levels = [list(dict.fromkeys(one[column].dropna())) for one in sides]
        for level in levels[0]:
            if level in levels[1]:
                part = tuple(one[one[column] == level] for one in sides)
                yield from _comparison(
                    outcome, f"{group}={level}", agents, (rows_once(part[0]), part[1]), margin, notes
                )  # fmt: skip
        for who, own, other in (("agents", *levels), ("people", levels[1], levels[0])):
            if alone := [str(level) for level in own if level not in other]:
                notes[f"{group}: only {who} are {', '.join(alone[:10])}; there is nothing to compare"] = None


def _comparison(
    outcome: str,
    group: str,
    sample: Sample,
    sides: tuple[pd.DataFrame, pd.DataFrame],
    margin: float | None,
    notes: dict[str, None],
) -> Iterator[OutcomeComparison]:
    """One comparison; nothing, with a note, where a side has no value."""
    agents, humans = sides
    where = f"{outcome}{f', {group}' if group else ''}"
    if agents.empty or humans.empty:
        notes[f"{where}: {'agents' if agents.empty else 'people'} have no value"] = None
        return
    profiles, values = _profiles(agents, humans, sample.options)
    unit = "run" if (agents["unit"] == agents["run"]).all() else "replicate"
    means = []
    counted = counted_options(sample.options) or ("",)
    for number, option in enumerate(sample.options or ("",)):
        if option not in counted:
            continue
        own, people = (side[:, number] for side in values)
        try:
            result = welch_difference(own, people, where=f"{where} {option}".strip(), unit=unit)
            tested = equivalence(result, margin) if margin is not None else None
            means.append(MeanComparison(option, float(own.mean()), float(people.mean()), result, tested))
        except NotEstimable as refused:
            means.append(MeanComparison(option, float(own.mean()), float(people.mean()), None, None, str(refused)))
    spreads = (None, None) if sample.options else (_spread(agents), _spread(humans))
    yield OutcomeComparison(
        outcome, group, "categories" if sample.options else "scale", f"{unit}s", len(profiles.agents), len(agents),
        len(profiles.humans), len(humans), *spreads, tuple(means), distance(profiles, unit=unit),
    )  # fmt: skip


def _profiles(
    agents: pd.DataFrame, humans: pd.DataFrame, options: tuple[str, ...]
) -> tuple[Profiles, tuple[Reals, Reals]]:
    """Profiles, and the mean or the shares of each unit and person, of shape (units, options or 1)."""
    by_run = [(str(group["unit"].iloc[0]), group["value"]) for _, group in agents.groupby("run", sort=False)]
    by_person = [group["value"] for _, group in humans.groupby("unit", sort=False)]
    units = [unit for unit, _ in by_run]
    if options:
        shares = np.array([[float((one == option).mean()) for option in options] for _, one in by_run])
        people = np.array([[float((one == option).mean()) for option in options] for one in by_person])
        own = mean_profiles(shares, units)
        return share_profiles(own, people), (own, people)
    runs = [one.to_numpy(dtype=float) for _, one in by_run]
    persons = [one.to_numpy(dtype=float) for one in by_person]
    rows = scale_profiles(runs, persons)
    means = mean_profiles(np.array([[one.mean()] for one in runs]), units)
    profiles = Profiles(mean_profiles(rows.agents, units), rows.humans, rows.weights)
    return profiles, (means, np.array([[one.mean()] for one in persons]))


def _spread(rows: pd.DataFrame) -> float | None:
    """Standard deviation of all values, units, their runs and these runs' values weighing the same."""
    values = rows["value"].to_numpy(dtype=float)
    in_run = rows.groupby("run")["value"].transform("size").to_numpy(dtype=float)
    runs = rows.groupby("unit")["run"].transform("nunique").to_numpy(dtype=float)
    weights = 1 / (in_run * runs)
    weights /= weights.sum()
    rest = 1 - float((weights**2).sum())
    if rest <= 0:
        return None
    mean = float((weights * values).sum())
    return float(np.sqrt((weights * (values - mean) ** 2).sum() / rest))
