"""Lists as queries of the embedded store."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from sociarium.records.events import OUTLINED, Happening
from sociarium.records.lists import ExperimentQuery, ListedExperiment, ListedRun, RunQuery, levels_of
from sociarium.stores.sqlite import rows, tables

_NOT_DELETED = "NOT IN (SELECT of FROM deletions WHERE kind = 'experiment')"
"""Leaves out experiments that are being deleted."""

_FAVOURITES = (
    "SELECT of FROM edits e WHERE kind = 'run' AND favourite = 1 AND revision = "
    "(SELECT MAX(revision) FROM edits WHERE kind = 'run' AND of = e.of)"
)
_SWEEPS_OF_FAVOURITES = f"SELECT sweep FROM members WHERE run IN ({_FAVOURITES})"  # noqa: S608  # constants

Query = tuple[str, tuple[Any, ...]]


def experiments(criteria: ExperimentQuery) -> Query:
    """A query, with its values, for rows that `listed_experiment` takes."""
    where, values = [f"e.id {_NOT_DELETED}"], []
    if criteria.creator is not None:
        where.append("e.creator = ?")
        values.append(criteria.creator)
    if criteria.favourite:
        where.append("e.favourite = 1")
    if criteria.role is not None:
        where.append("EXISTS (SELECT 1 FROM json_each(v.roles) WHERE value = ?)")
        values.append(criteria.role)
    if criteria.model is not None:
        where.append("(EXISTS (SELECT 1 FROM json_each(v.models) WHERE value = ?) "
                     "OR EXISTS (SELECT 1 FROM json_each(v.served) WHERE value = ?))")  # fmt: skip
        values += [criteria.model, criteria.model]
    columns = ", ".join(f"e.{column}" for column in tables.EXPERIMENTS.columns)
    # The order of the tables is fixed here, so that the first lines come without a look at the last.
    query = (
        f"SELECT {columns}, (SELECT COUNT(*) FROM versions WHERE experiment = e.id), v.roles, v.models, "  # noqa: S608
        "(SELECT COUNT(*) FROM sweeps s WHERE s.experiment = e.id), "
        "(SELECT o.experiment FROM versions o WHERE o.id = e.origin) "
        "FROM experiments e CROSS JOIN versions v "
        "ON v.experiment = e.id AND v.number = "
        "(SELECT MAX(number) FROM versions WHERE experiment = e.id AND by IS NULL) "
        f"WHERE {' AND '.join(where)} ORDER BY e.created DESC, e.id"
    )
    return query, tuple(values)


def listed_experiment(row: rows.Row) -> ListedExperiment:
    """From `experiments`."""
    *experiment, versions, roles, models, sweeps, origin = row
    tags = tuple(json.loads(roles)), tuple(json.loads(models))
    return ListedExperiment(rows.experiment(tuple(experiment)), versions, sweeps, *tags, origin)


def runs(criteria: RunQuery) -> Query:
    """A query, with its values, for rows that `listed_run` takes."""
    where, values = [f"w.experiment {_NOT_DELETED}"], []
    for column, value in (("w.id", criteria.sweep), ("w.experiment", criteria.experiment)):
        if value is not None:
            where.append(f"{column} = ?")
            values.append(value)
    if criteria.creator is not None:
        where.append("w.experiment IN (SELECT id FROM experiments WHERE creator = ?)")
        values.append(criteria.creator)
    if criteria.favourite:
        # Here and below whole sweeps without a match are passed over.
        where += [f"w.id IN ({_SWEEPS_OF_FAVOURITES})", f"s.run IN ({_FAVOURITES})"]
    if criteria.state is not None:
        where.append(
            "EXISTS (SELECT 1 FROM statuses o WHERE o.experiment = w.experiment AND o.state = ?) AND s.state = ?"
        )
        values += [criteria.state.value, criteria.state.value]
    for tag in criteria.tags:
        where.append("EXISTS (SELECT 1 FROM json_each(s.tags) WHERE value = ?)")
        values.append(tag)
    if criteria.where:
        where.append("has_levels(m.condition, ?)")
        values.append(json.dumps(criteria.levels))
    columns = ", ".join(f"s.{column}" for column in tables.STATUSES.columns)
    query = (
        f"SELECT w.id, w.experiment, m.position, m.replicate, m.condition, {columns} "  # noqa: S608  # constants
        "FROM sweeps w CROSS JOIN members m ON m.sweep = w.id CROSS JOIN statuses s ON s.run = m.run "
        f"WHERE {' AND '.join(where)} ORDER BY w.created DESC, w.id, m.position"
    )
    return query, tuple(values)


def listed_run(row: rows.Row) -> ListedRun:
    """From `runs`."""
    sweep, experiment, *slot = row
    return ListedRun(sweep, experiment, rows.slot(tuple(slot)))


def outline(marks: str) -> str:
    """The query for `outline_line`, of as many runs as there are marks."""
    kinds = ", ".join(f"'{kind}'" for kind in sorted(OUTLINED))
    return (
        "SELECT run, kind, day, idx, author, role, flags, data FROM events "  # noqa: S608  # constants
        f"WHERE run IN ({marks}) AND kind IN ({kinds}) ORDER BY run, seq"
    )


def outline_line(row: rows.Row) -> tuple[str, Happening]:
    """From `outline`."""
    run, kind, day, index, author, role, flags, data = row
    return run, Happening(kind, day, index, author, role, "", tuple(json.loads(flags)), json.loads(data))


@lru_cache(maxsize=4096)
def has_levels(condition: str, levels: str) -> bool:
    """Whether a condition, as a column, has all of some levels: a function of the queries."""
    return set(json.loads(levels)) <= set(levels_of(json.loads(condition)))
