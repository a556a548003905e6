"""The list of runs of the shared store.

From the outside in: sweeps, the latest first, then the slots of a sweep, as its members say them, and how these runs
stand. All comes in pages that begin small and grow, one query for many sweeps at once, so that a screenful takes few
round trips and little is read that is not shown. Where few runs of the whole store can match, the way is the other
one: from these runs to their sweeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from sociarium.records.lists import ListedRun, RunQuery
from sociarium.records.runs import RunState
from sociarium.stores.mongo import claim_documents, documents, paging, schema
from sociarium.stores.mongo.documents import Document
from sociarium.stores.mongo.experiment_list import deleted_experiments
from sociarium.stores.mongo.paging import distinct, latest_pages, page_sizes, pages, read, slices

_FEW = 100
"""So many runs of the whole store are looked up by themselves; more are met on the way through the sweeps."""
_RARE = 4
"""Runs of some sweeps are looked up by themselves when no more than one in so many of the planned ones matches."""
_BY_POSITION = [("position", ASCENDING)]
_SWEEP_FIELDS = {"experiment": 1, "created": 1, "conditions": 1, "replicates": 1}


def runs(database: Database[Document], criteria: RunQuery) -> Iterator[ListedRun]:
    """Runs that meet the criteria, in each of their slots: the latest sweep first, then by position."""
    candidates = _rare_members(database, criteria)
    members = (
        _members_by_sweep(database, criteria) if candidates is None else _rare_in_order(database, criteria, candidates)
    )
    for page in pages(members):
        statuses = _statuses_by_run(database, [member["run"] for member in page])
        for member in page:
            status = statuses.get(member["run"])
            if status is not None and _matches_status(status, criteria):
                slot = documents.slot(member, claim_documents.status(status))
                yield ListedRun(member["sweep"], status["experiment"], slot)


def _rare_members(database: Database[Document], criteria: RunQuery) -> list[Document] | None:
    """All members that can meet the criteria, in any order, when they are few in the whole store; else None."""
    if criteria.favourite:
        return _members_of(database, _favourites(database))
    if criteria.sweep is not None or criteria.experiment is not None:
        return None
    if levels := _level_filter(criteria):
        members = read(database[schema.MEMBERS], levels, limit=_FEW + 1)
        if len(members) <= _FEW:
            return members
    if state := _status_filter(criteria):
        ids = [status["_id"] for status in read(database[schema.STATUSES], state, {"_id": 1}, limit=_FEW + 1)]
        if len(ids) <= _FEW:
            return _members_of(database, ids)
    return None


def _rare_in_order(
    database: Database[Document], criteria: RunQuery, candidates: Sequence[Document]
) -> Iterator[Document]:
    """Those of some members that meet the criteria for levels, sweeps and experiments, in order."""
    levels = set(criteria.levels)
    members = [
        document
        for document in candidates
        if levels <= set(document["levels"]) and criteria.sweep in {None, document["sweep"]}
    ]
    if not members:
        return
    deleted = deleted_experiments(database)
    ids = sorted({document["sweep"] for document in members})
    candidate_sweeps = [
        document
        for page in pages(ids)
        for document in read(database[schema.SWEEPS], {"_id": {"$in": page}}, _SWEEP_FIELDS)
    ]
    experiment_ids = _experiment_ids(database, criteria)
    sweeps = [
        document
        for document in candidate_sweeps
        if document["experiment"] not in deleted
        and (experiment_ids is None or document["experiment"] in experiment_ids)
    ]
    sweeps.sort(key=lambda document: str(document["_id"]))
    sweeps.sort(key=lambda document: str(document["created"]), reverse=True)
    yield from _in_order(members, sweeps)


def _members_by_sweep(database: Database[Document], criteria: RunQuery) -> Iterator[Document]:
    """Members of sweeps that may have matches, read of several sweeps at once, in order."""
    sizes = page_sizes()
    if criteria.levels:
        next(sizes)  # the plans promise more runs than have these levels
    for page in _sweep_pages(database, criteria):
        for batch in _batches(page, sizes):
            yield from _members_in(database, criteria, batch)


def _sweep_pages(database: Database[Document], criteria: RunQuery) -> Iterator[list[Document]]:
    """The sweeps that may have matches, the latest first."""
    filter_: dict[str, Any] = {} if criteria.sweep is None else {"_id": criteria.sweep}
    if (experiment_ids := _experiment_ids(database, criteria)) is not None:
        filter_["experiment"] = {"$in": sorted(experiment_ids)}
    deleted = deleted_experiments(database)
    if criteria.sweep is not None:
        # One sweep needs no order, and by its id no other index.
        all_pages = iter([read(database[schema.SWEEPS], filter_, _SWEEP_FIELDS)])
    else:
        all_pages = latest_pages(database[schema.SWEEPS], filter_, _SWEEP_FIELDS)
    for number, page in enumerate(all_pages):
        sweeps = [sweep for sweep in page if sweep["experiment"] not in deleted]
        # Those of the first page have matches more often than not; asking first would cost a round trip.
        yield _with_matches(database, criteria, sweeps) if number else sweeps


def _with_matches(database: Database[Document], criteria: RunQuery, sweeps: list[Document]) -> list[Document]:
    """Those of some sweeps that have matches, as far as one query for all can tell."""
    if len(sweeps) > 1 and (state := _status_filter(criteria)):
        filter_ = {"experiment": {"$in": distinct(sweep["experiment"] for sweep in sweeps)}, **state}
        experiments = set(database[schema.STATUSES].distinct("experiment", filter_))
        sweeps = [sweep for sweep in sweeps if sweep["experiment"] in experiments]
    if len(sweeps) > 1 and (levels := _level_filter(criteria)):
        filter_ = {"sweep": {"$in": [sweep["_id"] for sweep in sweeps]}, **levels}
        ids = set(database[schema.MEMBERS].distinct("sweep", filter_))
        sweeps = [sweep for sweep in sweeps if sweep["_id"] in ids]
    return sweeps


def _batches(sweeps: Sequence[Document], sizes: Iterator[int]) -> Iterator[list[Document]]:
    """Sweeps that together plan no more runs than a page takes; one that plans more by itself is alone."""
    batch: list[Document] = []
    room = next(sizes)
    for sweep in sweeps:
        if batch and _planned_runs(sweep) > room:
            yield batch
            batch, room = [], next(sizes)
        batch.append(sweep)
        room -= _planned_runs(sweep)
    if batch:
        yield batch


def _members_in(database: Database[Document], criteria: RunQuery, sweeps: list[Document]) -> Iterator[Document]:
    """Members of some sweeps, in order, without those that one more query can rule out."""
    levels, state = _level_filter(criteria), _status_filter(criteria)
    runs: set[str] | None = None
    if state and (len(sweeps) == 1 or not levels):
        filter_ = {"experiment": {"$in": distinct(sweep["experiment"] for sweep in sweeps)}, **state}
        statuses = read(database[schema.STATUSES], filter_, {"experiment": 1}, limit=paging.MOST + 1)
        if len(statuses) <= paging.MOST:
            runs, experiments = {status["_id"] for status in statuses}, {status["experiment"] for status in statuses}
            sweeps = [sweep for sweep in sweeps if sweep["experiment"] in experiments]
            if _RARE * len(runs) <= sum(map(_planned_runs, sweeps)):
                candidates = _members_of(database, sorted(runs))
                matches = (member for member in candidates if set(criteria.levels) <= set(member["levels"]))
                return iter(_in_order(matches, sweeps))
    if len(sweeps) == 1:
        members = _members_of_sweep(database, {"sweep": sweeps[0]["_id"], **levels})
    else:
        filter_ = {"sweep": {"$in": [sweep["_id"] for sweep in sweeps]}, **levels}
        members = iter(_in_order(read(database[schema.MEMBERS], filter_), sweeps))
    return members if runs is None else (member for member in members if member["run"] in runs)


def _planned_runs(sweep: Document) -> int:
    return int(sweep["conditions"] * sweep["replicates"])


def _members_of_sweep(database: Database[Document], filter_: Document) -> Iterator[Document]:
    """Members of a sweep by position; no cursor stays open while the caller takes its time."""
    last = -1
    for limit in page_sizes():
        next_page = {**filter_, "position": {"$gt": last}}
        page = read(database[schema.MEMBERS], next_page, sort=_BY_POSITION, limit=limit)
        yield from page
        if len(page) < limit:
            return
        last = page[-1]["position"]


def _in_order(members: Iterable[Document], sweeps: Sequence[Document]) -> list[Document]:
    """Those of some members that are in some sweeps: in the order of these, then by position."""
    order = {document["_id"]: index for index, document in enumerate(sweeps)}
    chosen = (document for document in members if document["sweep"] in order)
    return sorted(chosen, key=lambda document: (order[document["sweep"]], int(document["position"])))


def _experiment_ids(database: Database[Document], criteria: RunQuery) -> set[str] | None:
    """The ids of the experiments whose runs can match; None for all."""
    experiment_ids = None if criteria.experiment is None else {criteria.experiment}
    if criteria.creator is None:
        return experiment_ids
    of_creator = {
        document["_id"] for document in read(database[schema.EXPERIMENTS], {"creator": criteria.creator}, {"_id": 1})
    }
    return of_creator if experiment_ids is None else experiment_ids & of_creator


def _status_filter(criteria: RunQuery) -> Document:
    """The criteria for state, roles and models as a filter of statuses; empty for any."""
    if criteria.state is None and not criteria.tags:
        return {}
    state = [criteria.state.value] if criteria.state else [state.value for state in RunState]
    return {"state": {"$in": state}, **({"tags": {"$all": criteria.tags}} if criteria.tags else {})}


def _level_filter(criteria: RunQuery) -> Document:
    """The criteria for levels as a filter of members; empty for any."""
    return {"levels": {"$all": criteria.levels}} if criteria.levels else {}


def _matches_status(status: Document, criteria: RunQuery) -> bool:
    return (criteria.state is None or status["state"] == criteria.state) and set(criteria.tags) <= set(status["tags"])


def _members_of(database: Database[Document], ids: Sequence[str]) -> list[Document]:
    """The members that runs are, in any order."""
    return [member for page in slices(ids) for member in read(database[schema.MEMBERS], {"run": {"$in": list(page)}})]


def _statuses_by_run(database: Database[Document], ids: Sequence[str]) -> dict[str, Document]:
    return {status["_id"]: status for status in read(database[schema.STATUSES], {"_id": {"$in": distinct(ids)}})}


def _favourites(database: Database[Document]) -> list[str]:
    """Runs whose latest edit makes them favourites. Few runs are ever edited, so all edits are read."""
    latest = {}
    for edit in read(database[schema.EDITS], {"kind": "run"}, sort=[("of", ASCENDING), ("revision", ASCENDING)]):
        latest[edit["of"]] = edit["favourite"]
    return [run for run, favourite in latest.items() if favourite]
