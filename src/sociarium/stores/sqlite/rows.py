"""Records as rows of the embedded store, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any, TypeVar

from sociarium.experiment import listing_tags
from sociarium.records.counts import ModelCounts, read_counts
from sociarium.records.plans import Deletion, Edit, Experiment, Member, ModelVersion, SweepOrigin, SweepRecord, Version
from sociarium.records.runs import (
    Claim,
    Counters,
    Outcome,
    Run,
    RunOrigin,
    RunState,
    RunStatus,
    SweepSlot,
    Worker,
    read_counters,
)
from sociarium.stores.sqlite import tables

Row = tuple[Any, ...]
R = TypeVar("R")


_STATUS_COLUMN_COUNT = tables.STATUSES.columns.index("experiment")
"""The first columns of STATUSES are the status itself; the rest is what runs are listed by."""
_COUNTERS_COLUMNS = tables.STATUSES.columns[
    tables.STATUSES.columns.index("messages") : tables.STATUSES.columns.index("started")
]
_SWEEP_COLUMN_COUNT = tables.SWEEPS.columns.index("origin_kind")
_RUN_COLUMN_COUNT = tables.RUNS.columns.index("origin")
"""The first columns of SWEEPS and of RUNS are their own; the rest says what they were made from."""

_ENCODER = json.JSONEncoder(separators=(",", ":"))


def json_text(value: Any) -> str:
    """A JSON column."""
    return _ENCODER.encode(value)


def unless_none(value: Any, convert: Callable[[Any], R]) -> R | None:
    """A column that may be empty."""
    return None if value is None else convert(value)


def experiment_row(record: Experiment) -> Row:
    """Columns of EXPERIMENTS."""
    return (
        record.id,
        record.creator,
        record.title,
        record.note,
        int(record.favourite),
        record.created,
        record.origin,
        record.revision,
    )


def experiment(row: Row) -> Experiment:
    """From EXPERIMENTS."""
    id_, creator, title, note, favourite, created, origin, revision = row
    return Experiment(id_, creator, title, note, bool(favourite), created, origin, revision)


def version_row(record: Version, number: int) -> Row:
    """Columns of VERSIONS."""
    tags = listing_tags.document_tags(record.document)
    listing_columns = (json_text(tags.roles), json_text(tags.models), json_text(tags.served))
    return (record.id, record.experiment, number, record.document, record.created, record.by, *listing_columns)


def version(row: Row) -> Version:
    """From VERSIONS."""
    return Version(*row[:6])


def sweep_row(record: SweepRecord) -> Row:
    """Columns of SWEEPS."""
    origin = record.origin
    values = tuple(getattr(record, column) for column in tables.SWEEPS.columns[:_SWEEP_COLUMN_COUNT])
    if origin is None:
        return (*values, None, None, None, None)
    return (*values, origin.kind, origin.of, origin.at, json_text(dict(origin.changes)))


def sweep(row: Row) -> SweepRecord:
    """From SWEEPS."""
    kind, of, at, changes = row[_SWEEP_COLUMN_COUNT:]
    origin = unless_none(kind, lambda kind: SweepOrigin(kind, of, at, json.loads(changes)))
    return replace(SweepRecord(*row[:_SWEEP_COLUMN_COUNT]), origin=origin)


def model_version_row(record: ModelVersion) -> Row:
    """Columns of EPOCHS."""
    return tuple(getattr(record, column) for column in tables.EPOCHS.columns)


def model_version(row: Row) -> ModelVersion:
    """From EPOCHS."""
    return ModelVersion(*row)


def member_row(record: Member) -> Row:
    """Columns of MEMBERS."""
    return (record.sweep, record.position, record.run, record.replicate, json_text(dict(record.condition)))


def member(row: Row) -> Member:
    """From MEMBERS."""
    sweep_, position, run_, replicate, condition = row
    return Member(sweep_, position, run_, replicate, json.loads(condition))


def run_row(record: Run) -> Row:
    """Columns of RUNS."""
    values = tuple(getattr(record, column) for column in tables.RUNS.columns[:_RUN_COLUMN_COUNT])
    return (*values, record.origin and record.origin.run, record.origin and record.origin.at)


def run(row: Row) -> Run:
    """From RUNS."""
    *values, origin, origin_at = row
    return replace(Run(*values), origin=unless_none(origin, lambda origin: RunOrigin(origin, origin_at)))


def status_row(run_: Run) -> Row:
    """Columns of STATUSES for a run before its first claim; they name what runs are listed by."""
    new = RunStatus(run_.id)
    return (
        new.run,
        new.state.value,
        new.token,
        new.worker,
        new.protocol,
        new.ended,
        new.error,
        *counters_columns(new.counters),
        new.started,
        new.finished,
        new.by,
        run_.experiment,
        json_text(listing_tags.content_tags(run_.content).tags),
    )


def status(row: Row) -> RunStatus:
    """From STATUSES."""
    run_, state, token, worker_, protocol, ended, error, *counts, by_model, started, finished, by = row[
        :_STATUS_COLUMN_COUNT
    ]
    counters = replace(Counters(*counts), by_model=unless_none(by_model, _read_counts))
    return RunStatus(run_, RunState(state), token, worker_, protocol, ended, error, counters, started, finished, by)


def counters_columns(counters: Counters) -> Row:
    """The columns of STATUSES that hold counters, in their order."""
    by_model = unless_none(counters.by_model, lambda counts: json_text([asdict(count) for count in counts]))
    return tuple(by_model if name == "by_model" else getattr(counters, name) for name in _COUNTERS_COLUMNS)


@lru_cache(maxsize=4096)
def _read_counts(text: str) -> tuple[ModelCounts, ...] | None:
    # Most runs of a sweep count the same, and lists read them by the thousand.
    return read_counts(json.loads(text))


def slot(row: Row) -> SweepSlot:
    """From position, replicate and condition of MEMBERS, then STATUSES."""
    position, replicate, condition, *rest = row
    return SweepSlot(position, replicate, json.loads(condition), status(tuple(rest)))


def claim_row(record: Claim) -> Row:
    """Columns of CLAIMS."""
    outcome = unless_none(record.outcome, lambda value: json_text(asdict(value)))
    return (record.run, record.token, record.worker, record.at, record.protocol, outcome, record.by, record.hypotheses)


def claim(row: Row) -> Claim:
    """From CLAIMS."""
    run_, token, worker_, at, protocol, outcome, by, hypotheses = row
    release = unless_none(outcome, lambda text: _outcome(json.loads(text)))
    return Claim(run_, token, worker_, at, protocol, release, by, hypotheses)


def _outcome(value: Mapping[str, Any]) -> Outcome:
    return Outcome(RunState(value["state"]), value["ended"], value["error"], read_counters(value["counters"]))


def edit_row(record: Edit) -> Row:
    """Columns of EDITS."""
    return tuple(getattr(record, column) for column in tables.EDITS.columns)


def edit(row: Row) -> Edit:
    """From EDITS."""
    kind, of, revision, editor, at, note, favourite = row
    return Edit(kind, of, revision, editor, at, note, bool(favourite))


def deletion_row(record: Deletion) -> Row:
    """Columns of DELETIONS."""
    return tuple(getattr(record, column) for column in tables.DELETIONS.columns)


def deletion(row: Row) -> Deletion:
    """From DELETIONS."""
    return Deletion(*row)


def worker_row(record: Worker) -> Row:
    """Columns of WORKERS."""
    return (
        record.id,
        record.host,
        record.boot,
        record.pid,
        record.started,
        record.beat,
        json_text(dict(record.doing)),
        record.by,
    )


def worker(row: Row) -> Worker:
    """From WORKERS."""
    id_, host, boot, pid, started, beat, doing, by = row
    return Worker(id_, host, boot, pid, started, beat, json.loads(doing), by)
