"""Records as rows of the embedded store, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any, TypeVar

from sociarium.experiment import listing_tags
from sociarium.records.counts import ModelCounts, read_counts
from sociarium.records.events import Event, Happening
from sociarium.records.inputs import Input
from sociarium.records.journal import Call, JournalEntry
from sociarium.records.plans import Deletion, Edit, Experiment, Member, ModelVersion, SweepRecord, Version
from sociarium.records.runs import (
    Claim,
    Counters,
    Outcome,
    Run,
    RunState,
    RunStatus,
    SweepSlot,
    Worker,
    read_counters,
)
from sociarium.stores.sqlite import tables

Row = tuple[Any, ...]
_FIRST_CALL_VALUES = 7
R = TypeVar("R")


_STATUS_COLUMN_COUNT = tables.STATUSES.columns.index("experiment")
"""The first columns of STATUSES are the status itself; the rest is what runs are listed by."""
_COUNTERS_COLUMNS = tables.STATUSES.columns[
    tables.STATUSES.columns.index("messages") : tables.STATUSES.columns.index("started")
]


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
    return tuple(getattr(record, column) for column in tables.SWEEPS.columns)


def sweep(row: Row) -> SweepRecord:
    """From SWEEPS."""
    return SweepRecord(*row)


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
    return tuple(getattr(record, column) for column in tables.RUNS.columns)


def run(row: Row) -> Run:
    """From RUNS."""
    return Run(*row)


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
    return (record.run, record.token, record.worker, record.at, record.protocol, outcome, record.by)


def claim(row: Row) -> Claim:
    """From CLAIMS."""
    run_, token, worker_, at, protocol, outcome, by = row
    release = unless_none(outcome, lambda text: _outcome(json.loads(text)))
    return Claim(run_, token, worker_, at, protocol, release, by)


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


def entry_row(record: JournalEntry) -> Row:
    """Columns of JOURNAL."""
    call = record.call
    call_text = call and json_text(_call_values(call))
    return (
        record.run,
        record.key,
        record.ordinal,
        record.token,
        record.fingerprint,
        record.source,
        json_text(record.answer),
        record.at,
        call_text,
    )


def _call_values(call: Call) -> list[Any]:
    values = [call.model, dict(call.sent), call.seconds, call.attempts, call.served_model, call.digest]
    values += [call.fingerprint, call.endpoint, call.cached_tokens]
    while values[-1] is None and len(values) > _FIRST_CALL_VALUES:
        values.pop()  # versions that knew fewer read what has no more
    return values


def entry(row: Row) -> JournalEntry:
    """From JOURNAL."""
    run_, key, ordinal, token, fingerprint, source, answer, at, call = row
    reply = unless_none(call, lambda text: Call(*json.loads(text)))
    return JournalEntry(run_, key, ordinal, token, fingerprint, source, json.loads(answer), at, reply)


def input_row(record: Input) -> Row:
    """Columns of INPUTS."""
    return tuple(getattr(record, column) for column in tables.INPUTS.columns)


def input_(row: Row) -> Input:
    """From INPUTS."""
    return Input(*row)


def event_row(record: Event) -> Row:
    """Columns of EVENTS."""
    happening = record.happening
    return (
        record.run,
        record.key,
        record.seq,
        happening.kind,
        happening.day,
        happening.index,
        happening.author,
        happening.role,
        happening.content,
        json_text(happening.flags),
        json_text(dict(happening.data)),
        record.digest,
    )


def event(row: Row) -> Event:
    """From EVENTS."""
    run_, key, seq, kind, day, index, author, role, content, flags, data, digest = row
    happening = Happening(kind, day, index, author, role, content, tuple(json.loads(flags)), json.loads(data))
    return Event(run_, key, seq, happening, digest)
