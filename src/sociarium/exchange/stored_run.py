"""What a store has of runs, read of many at once: so many questions for a hundred runs as for one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from sociarium.errors import NotFound
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.interviews import Interview
from sociarium.records.journal import JournalEntry
from sociarium.records.judgements import is_judgement
from sociarium.records.labels import Codebook, Label, Measure, latest_labels
from sociarium.records.plans import Edit, Member, SweepOrigin
from sociarium.records.runs import Claim, DerivedRun, Run, RunState, RunStatus

T = TypeVar("T")

RUNS_AT_ONCE = 100
_RECORDS_AT_ONCE = 5000
"""Messages and calls of the runs that are held at once; a run that has more by itself is alone."""
_UNCOUNTED = 500
"""What a conversation is taken to have that was not counted, as those that failed."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run with what it left behind and what was put to it, each in the order that the store's ports say.

    Attributes:
        sweep_origin: what the latest of its sweeps that has an origin was made from; None for a run that has none.
        derived: what was made from it.
        records: of its journal, those that no model made; of a fork or extension that did not begin, its origin's.
        labels: of each annotator the latest, those that were taken back among them.
        measures: empty unless they were asked for, or the run has labels.
        codebooks: by id, where labels or judgements are about one: its experiment's, and those that labels name.
    """

    run: Run
    status: RunStatus
    members: Sequence[Member]
    edit: Edit | None
    claims: Sequence[Claim]
    sweep_origin: SweepOrigin | None
    derived: Sequence[DerivedRun]
    journal: Sequence[JournalEntry]
    records: Sequence[JournalEntry]
    events: Sequence[Event]
    interviews: Sequence[Interview]
    labels: Sequence[Label]
    measures: Sequence[Measure]
    codebooks: Mapping[str, Codebook]


def stored_run(store: Store, run: str, *, measures: bool = False) -> StoredRun:
    """One run. Raises `NotFound`."""
    return next(stored_runs(store, [run], measures=measures))


def stored_runs(store: Store, runs: Iterable[str], *, measures: bool = False) -> Iterator[StoredRun]:
    """Runs in the order asked for; no more of them are held at once than come to some thousand messages and calls.

    Args:
        runs: their ids, taken a hundred at a time.
        measures: read them, too.

    Raises:
        NotFound: there is no such run.
    """
    shared = _Shared(store)
    for ids in batches(runs, RUNS_AT_ONCE):
        heads = zip(store.runs(ids), store.run_statuses(ids), strict=True)
        for batch in _batches_by_size(heads):
            yield from _read(store, batch, shared, measures=measures)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items, so many at a time; no more are taken than that before they are asked for."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


_Head = tuple[Run, RunStatus]


def _batches_by_size(heads: Iterable[_Head]) -> Iterator[list[_Head]]:
    batch: list[_Head] = []
    room = _RECORDS_AT_ONCE
    for head in heads:
        size = _size(*head)
        if batch and size > room:
            yield batch
            batch, room = [], _RECORDS_AT_ONCE
        batch.append(head)
        room -= size
    if batch:
        yield batch


def _size(run: Run, status: RunStatus) -> int:
    """Messages and calls; a conversation that was not counted is small, and whatever else may be of any size."""
    if status.state is RunState.DONE:
        return status.counters.messages + status.counters.calls
    return _UNCOUNTED if json.loads(run.content).get("environment") == "conversation" else _RECORDS_AT_ONCE


def _read(store: Store, heads: Sequence[_Head], shared: _Shared, *, measures: bool) -> Iterator[StoredRun]:
    ids = [run.id for run, _ in heads]
    # Of a run that goes on meanwhile what is read later may be longer, and no event is there without its answer.
    events = _by_run(store.events_of(ids), lambda one: one.run)
    members = _by_run(store.members_of(ids), lambda one: one.run)
    edits = store.latest_edits("run", ids)
    claims = _by_run(store.claims_of(ids), lambda one: one.run)
    derived = _by_run(store.derived_runs_of(ids), lambda pair: pair[0])
    journals = _by_run(store.journals_of(ids), lambda one: one.run)
    records = _records(store, [run for run, _ in heads], journals)
    interviews = _by_run(store.interviews_of(ids), lambda one: one.run)
    labels = _by_run(latest_labels(store.labels_of(ids)), lambda one: one.run)
    measured = ids if measures else list(labels)
    values = _by_run(store.measures_of(measured) if measured else (), lambda one: one.run)
    for run, status in heads:
        own_labels, own_values, own_members = labels.get(run.id, ()), values.get(run.id, ()), members.get(run.id, ())
        yield StoredRun(
            run=run,
            status=status,
            members=own_members,
            edit=edits.get(run.id),
            claims=claims.get(run.id, ()),
            sweep_origin=None if run.origin is None else shared.origin(own_members),
            derived=[one for _, one in derived.get(run.id, ())],
            journal=journals.get(run.id, ()),
            records=records.get(run.id, ()),
            events=events.get(run.id, ()),
            interviews=interviews.get(run.id, ()),
            labels=own_labels,
            measures=own_values,
            codebooks=shared.codebooks(run.experiment, own_labels, own_values),
        )


def _records(
    store: Store, runs: Iterable[Run], journals: Mapping[str, Sequence[JournalEntry]]
) -> dict[str, Sequence[JournalEntry]]:
    """By run; one that goes on from another has what that recorded as soon as it begins."""
    holders = {run.id: run.id if run.id in journals or run.origin is None else run.origin.run for run in runs}
    others = sorted(set(holders.values()) - holders.keys())
    recorded = (entry for entry in (store.journals_of(others) if others else ()) if entry.source == "record")
    every = {**journals, **_by_run(recorded, lambda one: one.run)}
    return {run: [one for one in every.get(holder, ()) if one.source == "record"] for run, holder in holders.items()}


def _by_run(records: Iterable[T], run_of: Callable[[T], str]) -> dict[str, list[T]]:
    records_by_run: dict[str, list[T]] = {}
    for record in records:
        records_by_run.setdefault(run_of(record), []).append(record)
    return records_by_run


@dataclass(slots=True)
class _Shared:
    """What many runs have in common, asked for once."""

    store: Store
    _origins: dict[str, SweepOrigin | None] = field(default_factory=dict)
    _of_experiments: dict[str, list[Codebook]] = field(default_factory=dict)
    _by_id: dict[str, Codebook | None] = field(default_factory=dict)

    def origin(self, members: Iterable[Member]) -> SweepOrigin | None:
        """What the first of some sweeps that has an origin was made from."""
        for sweep in dict.fromkeys(member.sweep for member in members):
            if sweep not in self._origins:
                self._origins[sweep] = self.store.sweep(sweep).origin
            if (origin := self._origins[sweep]) is not None:
                return origin
        return None

    def codebooks(self, experiment: str, labels: Sequence[Label], measures: Sequence[Measure]) -> dict[str, Codebook]:
        """The codebooks that labels and judgements of a run are about, with all others of their experiments."""
        if not labels and not any(map(is_judgement, measures)):
            return {}
        books = {one.id: one for one in self._of_experiment(experiment)}
        for id_ in {label.codebook for label in labels} - books.keys():
            # Of an experiment that was merged from elsewhere, or deleted since.
            if (book := self._codebook(id_)) is not None:
                books |= {one.id: one for one in (*self._of_experiment(book.experiment), book)}
        return books

    def _of_experiment(self, experiment: str) -> list[Codebook]:
        if experiment not in self._of_experiments:
            self._of_experiments[experiment] = self.store.codebooks(experiment)
        return self._of_experiments[experiment]

    def _codebook(self, id_: str) -> Codebook | None:
        if id_ not in self._by_id:
            try:
                self._by_id[id_] = self.store.codebook(id_)
            except NotFound:
                self._by_id[id_] = None
        return self._by_id[id_]
