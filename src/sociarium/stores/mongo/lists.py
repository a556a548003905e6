"""Lists of the shared store.

From the outside in: experiments or sweeps, the latest first, then the places of a sweep and how these runs stand. All
comes in pages that begin small and grow, one query for many sweeps at once, so that a screenful takes few round trips
and little is read that is not shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from sociarium.records.events import Happening
from sociarium.records.lists import ExperimentQuery, ListedExperiment, ListedRun, RunQuery
from sociarium.records.plans import Experiment
from sociarium.records.runs import RunState
from sociarium.stores.mongo import documents, paging, schema
from sociarium.stores.mongo.documents import Document
from sociarium.stores.mongo.paging import distinct, growing, latest, pages, read, slices

_FEW = 100
"""So many runs of the whole store are looked up themselves; more are met on the way through the sweeps."""
_RARE = 4
"""Runs are looked up themselves when they are no more than one in so many of their sweeps."""
_IN_ORDER = [("position", ASCENDING)]
_ABOUT_VERSIONS = {"experiment": 1, "number": 1, "by": 1, "roles": 1, "models": 1, "served": 1}
_ABOUT_EVENTS = {"_id": 0, "content": 0, "digest": 0, "key": 0}
_OUTLINED = 100
"""Runs whose events are read at once."""
_ABOUT_SWEEPS = {"experiment": 1, "created": 1, "conditions": 1, "replicates": 1}


def experiments(database: Database[Document], wanted: ExperimentQuery) -> Iterator[ListedExperiment]:
    """Experiments that are wanted, the latest first."""
    of: dict[str, Any] = {} if wanted.creator is None else {"creator": wanted.creator}
    if wanted.favourite:
        of["favourite"] = True
    going = _deleted_ids(database)
    for found in latest(database[schema.EXPERIMENTS], of):
        versions = _versions_of(database, [one["_id"] for one in found if one["_id"] not in going])
        counts = Counter(version["experiment"] for version in versions)
        about = _latest_versions(versions)
        page = [one for one in found if one["_id"] in about and _takes(wanted, about[one["_id"]])]
        sweeps = _sweep_counts(database, [one["_id"] for one in page])
        origins = _experiments_of(database, [one["origin"] for one in page if one["origin"]])
        for one in page:
            version = about[one["_id"]]
            told = tuple(version["roles"]), tuple(version["models"])
            yield ListedExperiment(documents.record(Experiment, one), counts[one["_id"]], sweeps[one["_id"]], *told,
                                   origins.get(one["origin"]))  # fmt: skip


def runs(database: Database[Document], wanted: RunQuery) -> Iterator[ListedRun]:
    """Runs that are wanted, at each of their places."""
    few = _few(database, wanted)
    places = _walk(database, wanted) if few is None else _of_few(database, wanted, few)
    for page in pages(places):
        statuses = _statuses(database, [member["run"] for member in page])
        for member in page:
            status = statuses.get(member["run"])
            if status is not None and _stands_so(status, wanted):
                place = documents.place(member, documents.status(status))
                yield ListedRun(member["sweep"], status["experiment"], place)


def outline(database: Database[Document], runs: Sequence[str]) -> Iterator[tuple[str, Happening]]:
    """Messages and the researcher's events of runs, without their contents."""
    for page in slices(distinct(runs), _OUTLINED):
        found = read(database[schema.EVENTS], {"run": {"$in": list(page)}}, _ABOUT_EVENTS)
        for one in sorted(found, key=lambda one: (one["run"], one["seq"])):
            if one["kind"] in {"message", "event"}:
                yield one["run"], documents.happening({**one, "content": ""})


def _few(database: Database[Document], wanted: RunQuery) -> list[Document] | None:
    """All places that can be wanted, when they are few in the whole store; in any order."""
    if wanted.favourite:
        return _places_of(database, _favourites(database))
    if wanted.sweep is not None or wanted.experiment is not None:
        return None
    if levels := _levels(wanted):
        found = read(database[schema.MEMBERS], levels, limit=_FEW + 1)
        if len(found) <= _FEW:
            return found
    if state := _status_filter(wanted):
        ids = [one["_id"] for one in read(database[schema.STATUSES], state, {"_id": 1}, limit=_FEW + 1)]
        if len(ids) <= _FEW:
            return _places_of(database, ids)
    return None


def _of_few(database: Database[Document], wanted: RunQuery, few: Sequence[Document]) -> Iterator[Document]:
    """Those of some places that are in the sweeps that are wanted, in order."""
    levels = set(wanted.levels)
    places = [one for one in few if levels <= set(one["levels"]) and wanted.sweep in {None, one["sweep"]}]
    if not places:
        return
    going = _deleted_ids(database)
    ids = sorted({one["sweep"] for one in places})
    found = [one for page in pages(ids) for one in read(database[schema.SWEEPS], {"_id": {"$in": page}}, _ABOUT_SWEEPS)]
    among = _among(database, wanted)
    sweeps = [one for one in found if one["experiment"] not in going and (among is None or one["experiment"] in among)]
    sweeps.sort(key=lambda one: str(one["_id"]))
    sweeps.sort(key=lambda one: str(one["created"]), reverse=True)
    yield from _in_order(places, sweeps)


def _walk(database: Database[Document], wanted: RunQuery) -> Iterator[Document]:
    """Places in sweeps that may have something of what is wanted, read of several sweeps at once, in order."""
    rooms = growing()
    if wanted.levels:
        next(rooms)  # the plans promise more places than have these levels
    for page in _sweeps(database, wanted):
        for batch in _batches(page, rooms):
            yield from _in_batch(database, wanted, batch)


def _sweeps(database: Database[Document], wanted: RunQuery) -> Iterator[list[Document]]:
    """The sweeps that may have something of what is wanted, the latest first."""
    of: dict[str, Any] = {} if wanted.sweep is None else {"_id": wanted.sweep}
    if (among := _among(database, wanted)) is not None:
        of["experiment"] = {"$in": sorted(among)}
    going = _deleted_ids(database)
    if wanted.sweep is not None:
        # One sweep needs no order, and by its id no other index.
        ordered = iter([read(database[schema.SWEEPS], of, _ABOUT_SWEEPS)])
    else:
        ordered = latest(database[schema.SWEEPS], of, _ABOUT_SWEEPS)
    for at, page in enumerate(ordered):
        kept = [one for one in page if one["experiment"] not in going]
        # The first have what is wanted more often than not; it is found out on the way.
        yield _having(database, wanted, kept) if at else kept


def _having(database: Database[Document], wanted: RunQuery, sweeps: list[Document]) -> list[Document]:
    """Those of some sweeps that have something of what is wanted, as far as one query for all can tell."""
    if len(sweeps) > 1 and (state := _status_filter(wanted)):
        of_them = {"experiment": {"$in": distinct(one["experiment"] for one in sweeps)}, **state}
        some = set(database[schema.STATUSES].distinct("experiment", of_them))
        sweeps = [one for one in sweeps if one["experiment"] in some]
    if len(sweeps) > 1 and (levels := _levels(wanted)):
        within = {"sweep": {"$in": [one["_id"] for one in sweeps]}, **levels}
        some = set(database[schema.MEMBERS].distinct("sweep", within))
        sweeps = [one for one in sweeps if one["_id"] in some]
    return sweeps


def _batches(sweeps: Sequence[Document], rooms: Iterator[int]) -> Iterator[list[Document]]:
    """Sweeps that have, by their plans, not too many places together; one that has too many by itself is alone."""
    batch: list[Document] = []
    room = next(rooms)
    for sweep in sweeps:
        if batch and _planned_runs(sweep) > room:
            yield batch
            batch, room = [], next(rooms)
        batch.append(sweep)
        room -= _planned_runs(sweep)
    if batch:
        yield batch


def _in_batch(database: Database[Document], wanted: RunQuery, sweeps: list[Document]) -> Iterator[Document]:
    """Places of some sweeps, in order, without what one more query can rule out."""
    levels, state = _levels(wanted), _status_filter(wanted)
    some: set[str] | None = None
    if state and (len(sweeps) == 1 or not levels):
        of_them = {"experiment": {"$in": distinct(one["experiment"] for one in sweeps)}, **state}
        found = read(database[schema.STATUSES], of_them, {"experiment": 1}, limit=paging.MOST + 1)
        if len(found) <= paging.MOST:
            some, having = {one["_id"] for one in found}, {one["experiment"] for one in found}
            sweeps = [one for one in sweeps if one["experiment"] in having]
            if _RARE * len(some) <= sum(map(_planned_runs, sweeps)):
                known = _places_of(database, sorted(some))
                return iter(_in_order((one for one in known if set(wanted.levels) <= set(one["levels"])), sweeps))
    if len(sweeps) == 1:
        places = _along(database, {"sweep": sweeps[0]["_id"], **levels})
    else:
        within = {"sweep": {"$in": [one["_id"] for one in sweeps]}, **levels}
        places = iter(_in_order(read(database[schema.MEMBERS], within), sweeps))
    return places if some is None else (one for one in places if one["run"] in some)


def _planned_runs(sweep: Document) -> int:
    return int(sweep["conditions"] * sweep["replicates"])


def _along(database: Database[Document], places: Document) -> Iterator[Document]:
    """Places of a sweep by position; no cursor stays open while the caller takes its time."""
    last = -1
    for most in growing():
        after = {**places, "position": {"$gt": last}}
        page = read(database[schema.MEMBERS], after, sort=_IN_ORDER, limit=most)
        yield from page
        if len(page) < most:
            return
        last = page[-1]["position"]


def _in_order(places: Iterable[Document], sweeps: Sequence[Document]) -> list[Document]:
    """Those of some places that are in some sweeps: in the order of these, then by position."""
    order = {one["_id"]: at for at, one in enumerate(sweeps)}
    within = (one for one in places if one["sweep"] in order)
    return sorted(within, key=lambda one: (order[one["sweep"]], int(one["position"])))


def _among(database: Database[Document], wanted: RunQuery) -> set[str] | None:
    """The experiments that are wanted; None for all."""
    among = None if wanted.experiment is None else {wanted.experiment}
    if wanted.creator is None:
        return among
    by = {one["_id"] for one in read(database[schema.EXPERIMENTS], {"creator": wanted.creator}, {"_id": 1})}
    return by if among is None else among & by


def _status_filter(wanted: RunQuery) -> Document:
    """How the runs that are wanted stand, and what takes part in them, as a filter; nothing for any."""
    if wanted.state is None and not wanted.tags:
        return {}
    state = [wanted.state.value] if wanted.state else [one.value for one in RunState]
    return {"state": {"$in": state}, **({"tags": {"$all": wanted.tags}} if wanted.tags else {})}


def _levels(wanted: RunQuery) -> Document:
    return {"levels": {"$all": wanted.levels}} if wanted.levels else {}


def _stands_so(status: Document, wanted: RunQuery) -> bool:
    return (wanted.state is None or status["state"] == wanted.state) and set(wanted.tags) <= set(status["tags"])


def _places_of(database: Database[Document], ids: Sequence[str]) -> list[Document]:
    """The places of runs, in any order."""
    return [one for page in slices(ids) for one in read(database[schema.MEMBERS], {"run": {"$in": list(page)}})]


def _statuses(database: Database[Document], ids: Sequence[str]) -> dict[str, Document]:
    return {one["_id"]: one for one in read(database[schema.STATUSES], {"_id": {"$in": distinct(ids)}})}


def _favourites(database: Database[Document]) -> list[str]:
    """Runs whose latest edit makes them favourites. Few runs are ever edited, so all edits are read."""
    latest = {}
    for one in read(database[schema.EDITS], {"kind": "run"}, sort=[("of", ASCENDING), ("revision", ASCENDING)]):
        latest[one["of"]] = one["favourite"]
    return [run for run, favourite in latest.items() if favourite]


def _deleted_ids(database: Database[Document]) -> set[str]:
    return {one["of"] for one in read(database[schema.DELETIONS], {}) if one["kind"] == "experiment"}


def _versions_of(database: Database[Document], ids: list[str]) -> list[Document]:
    return read(database[schema.VERSIONS], {"experiment": {"$in": ids}}, _ABOUT_VERSIONS) if ids else []


def _latest_versions(versions: Iterable[Document]) -> dict[str, Document]:
    """The last version of each experiment that is its creator's."""
    latest: dict[str, Document] = {}
    for one in versions:
        of = one["experiment"]
        if one.get("by") is None and (of not in latest or one["number"] > latest[of]["number"]):
            latest[of] = one
    return latest


def _experiments_of(database: Database[Document], versions: list[str]) -> dict[str, str]:
    if not versions:
        return {}
    found = read(database[schema.VERSIONS], {"_id": {"$in": versions}}, {"experiment": 1})
    return {one["_id"]: one["experiment"] for one in found}


def _sweep_counts(database: Database[Document], ids: list[str]) -> Counter[str]:
    if not ids:
        return Counter()
    found = read(database[schema.SWEEPS], {"experiment": {"$in": ids}}, {"_id": 0, "experiment": 1})
    return Counter(one["experiment"] for one in found)


def _takes(wanted: ExperimentQuery, version: Document) -> bool:
    return (wanted.role is None or wanted.role in version["roles"]) and (
        wanted.model is None or wanted.model in version["models"] or wanted.model in version["served"]
    )
