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
from sociarium.stores.mongo import documents, log_documents, paging, schema
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


def experiments(database: Database[Document], criteria: ExperimentQuery) -> Iterator[ListedExperiment]:
    """Experiments that are wanted, the latest first."""
    of: dict[str, Any] = {} if criteria.creator is None else {"creator": criteria.creator}
    if criteria.favourite:
        of["favourite"] = True
    going = _deleted_ids(database)
    for batch in latest(database[schema.EXPERIMENTS], of):
        versions = _versions_of(database, [document["_id"] for document in batch if document["_id"] not in going])
        counts = Counter(version["experiment"] for version in versions)
        about = _latest_versions(versions)
        page = [document for document in batch if document["_id"] in about and _takes(criteria, about[document["_id"]])]
        sweeps = _sweep_counts(database, [document["_id"] for document in page])
        origins = _experiments_of(database, [document["origin"] for document in page if document["origin"]])
        for document in page:
            version = about[document["_id"]]
            tags = tuple(version["roles"]), tuple(version["models"])
            experiment, origin = documents.record(Experiment, document), origins.get(document["origin"])
            yield ListedExperiment(experiment, counts[experiment.id], sweeps[experiment.id], *tags, origin)


def runs(database: Database[Document], criteria: RunQuery) -> Iterator[ListedRun]:
    """Runs that are wanted, at each of their places."""
    few = _few(database, criteria)
    places = _walk(database, criteria) if few is None else _of_few(database, criteria, few)
    for page in pages(places):
        statuses = _statuses(database, [member["run"] for member in page])
        for member in page:
            status = statuses.get(member["run"])
            if status is not None and _stands_so(status, criteria):
                place = documents.place(member, documents.status(status))
                yield ListedRun(member["sweep"], status["experiment"], place)


def outline(database: Database[Document], runs: Sequence[str]) -> Iterator[tuple[str, Happening]]:
    """Messages and the researcher's events of runs, without their contents."""
    for page in slices(distinct(runs), _OUTLINED):
        events = read(database[schema.EVENTS], {"run": {"$in": list(page)}}, _ABOUT_EVENTS)
        for event in sorted(events, key=lambda event: (event["run"], event["seq"])):
            if event["kind"] in {"message", "event"}:
                yield event["run"], log_documents.happening({**event, "content": ""})


def _few(database: Database[Document], criteria: RunQuery) -> list[Document] | None:
    """All places that can be wanted, when they are few in the whole store; in any order."""
    if criteria.favourite:
        return _places_of(database, _favourites(database))
    if criteria.sweep is not None or criteria.experiment is not None:
        return None
    if levels := _levels(criteria):
        members = read(database[schema.MEMBERS], levels, limit=_FEW + 1)
        if len(members) <= _FEW:
            return members
    if state := _status_filter(criteria):
        ids = [status["_id"] for status in read(database[schema.STATUSES], state, {"_id": 1}, limit=_FEW + 1)]
        if len(ids) <= _FEW:
            return _places_of(database, ids)
    return None


def _of_few(database: Database[Document], criteria: RunQuery, few: Sequence[Document]) -> Iterator[Document]:
    """Those of some places that are in the sweeps that are wanted, in order."""
    levels = set(criteria.levels)
    places = [
        document
        for document in few
        if levels <= set(document["levels"]) and criteria.sweep in {None, document["sweep"]}
    ]
    if not places:
        return
    going = _deleted_ids(database)
    ids = sorted({document["sweep"] for document in places})
    candidates = [
        document
        for page in pages(ids)
        for document in read(database[schema.SWEEPS], {"_id": {"$in": page}}, _ABOUT_SWEEPS)
    ]
    among = _among(database, criteria)
    sweeps = [
        document
        for document in candidates
        if document["experiment"] not in going and (among is None or document["experiment"] in among)
    ]
    sweeps.sort(key=lambda document: str(document["_id"]))
    sweeps.sort(key=lambda document: str(document["created"]), reverse=True)
    yield from _in_order(places, sweeps)


def _walk(database: Database[Document], criteria: RunQuery) -> Iterator[Document]:
    """Places in sweeps that may have something of what is wanted, read of several sweeps at once, in order."""
    rooms = growing()
    if criteria.levels:
        next(rooms)  # the plans promise more places than have these levels
    for page in _sweeps(database, criteria):
        for batch in _batches(page, rooms):
            yield from _in_batch(database, criteria, batch)


def _sweeps(database: Database[Document], criteria: RunQuery) -> Iterator[list[Document]]:
    """The sweeps that may have something of what is wanted, the latest first."""
    of: dict[str, Any] = {} if criteria.sweep is None else {"_id": criteria.sweep}
    if (among := _among(database, criteria)) is not None:
        of["experiment"] = {"$in": sorted(among)}
    going = _deleted_ids(database)
    if criteria.sweep is not None:
        # One sweep needs no order, and by its id no other index.
        ordered = iter([read(database[schema.SWEEPS], of, _ABOUT_SWEEPS)])
    else:
        ordered = latest(database[schema.SWEEPS], of, _ABOUT_SWEEPS)
    for at, page in enumerate(ordered):
        sweeps = [sweep for sweep in page if sweep["experiment"] not in going]
        # The first have what is wanted more often than not; it is found out on the way.
        yield _having(database, criteria, sweeps) if at else sweeps


def _having(database: Database[Document], criteria: RunQuery, sweeps: list[Document]) -> list[Document]:
    """Those of some sweeps that have something of what is wanted, as far as one query for all can tell."""
    if len(sweeps) > 1 and (state := _status_filter(criteria)):
        of_them = {"experiment": {"$in": distinct(sweep["experiment"] for sweep in sweeps)}, **state}
        some = set(database[schema.STATUSES].distinct("experiment", of_them))
        sweeps = [sweep for sweep in sweeps if sweep["experiment"] in some]
    if len(sweeps) > 1 and (levels := _levels(criteria)):
        within = {"sweep": {"$in": [sweep["_id"] for sweep in sweeps]}, **levels}
        some = set(database[schema.MEMBERS].distinct("sweep", within))
        sweeps = [sweep for sweep in sweeps if sweep["_id"] in some]
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


def _in_batch(database: Database[Document], criteria: RunQuery, sweeps: list[Document]) -> Iterator[Document]:
    """Places of some sweeps, in order, without what one more query can rule out."""
    levels, state = _levels(criteria), _status_filter(criteria)
    some: set[str] | None = None
    if state and (len(sweeps) == 1 or not levels):
        of_them = {"experiment": {"$in": distinct(sweep["experiment"] for sweep in sweeps)}, **state}
        statuses = read(database[schema.STATUSES], of_them, {"experiment": 1}, limit=paging.MOST + 1)
        if len(statuses) <= paging.MOST:
            some, experiments = {status["_id"] for status in statuses}, {status["experiment"] for status in statuses}
            sweeps = [sweep for sweep in sweeps if sweep["experiment"] in experiments]
            if _RARE * len(some) <= sum(map(_planned_runs, sweeps)):
                members = _places_of(database, sorted(some))
                matches = (member for member in members if set(criteria.levels) <= set(member["levels"]))
                return iter(_in_order(matches, sweeps))
    if len(sweeps) == 1:
        places = _along(database, {"sweep": sweeps[0]["_id"], **levels})
    else:
        within = {"sweep": {"$in": [sweep["_id"] for sweep in sweeps]}, **levels}
        places = iter(_in_order(read(database[schema.MEMBERS], within), sweeps))
    return places if some is None else (member for member in places if member["run"] in some)


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
    order = {document["_id"]: at for at, document in enumerate(sweeps)}
    within = (document for document in places if document["sweep"] in order)
    return sorted(within, key=lambda document: (order[document["sweep"]], int(document["position"])))


def _among(database: Database[Document], criteria: RunQuery) -> set[str] | None:
    """The experiments that are wanted; None for all."""
    among = None if criteria.experiment is None else {criteria.experiment}
    if criteria.creator is None:
        return among
    by = {document["_id"] for document in read(database[schema.EXPERIMENTS], {"creator": criteria.creator}, {"_id": 1})}
    return by if among is None else among & by


def _status_filter(criteria: RunQuery) -> Document:
    """How the runs that are wanted stand, and what takes part in them, as a filter; nothing for any."""
    if criteria.state is None and not criteria.tags:
        return {}
    state = [criteria.state.value] if criteria.state else [state.value for state in RunState]
    return {"state": {"$in": state}, **({"tags": {"$all": criteria.tags}} if criteria.tags else {})}


def _levels(criteria: RunQuery) -> Document:
    return {"levels": {"$all": criteria.levels}} if criteria.levels else {}


def _stands_so(status: Document, criteria: RunQuery) -> bool:
    return (criteria.state is None or status["state"] == criteria.state) and set(criteria.tags) <= set(status["tags"])


def _places_of(database: Database[Document], ids: Sequence[str]) -> list[Document]:
    """The places of runs, in any order."""
    return [member for page in slices(ids) for member in read(database[schema.MEMBERS], {"run": {"$in": list(page)}})]


def _statuses(database: Database[Document], ids: Sequence[str]) -> dict[str, Document]:
    return {status["_id"]: status for status in read(database[schema.STATUSES], {"_id": {"$in": distinct(ids)}})}


def _favourites(database: Database[Document]) -> list[str]:
    """Runs whose latest edit makes them favourites. Few runs are ever edited, so all edits are read."""
    latest = {}
    for edit in read(database[schema.EDITS], {"kind": "run"}, sort=[("of", ASCENDING), ("revision", ASCENDING)]):
        latest[edit["of"]] = edit["favourite"]
    return [run for run, favourite in latest.items() if favourite]


def _deleted_ids(database: Database[Document]) -> set[str]:
    return {deletion["of"] for deletion in read(database[schema.DELETIONS], {}) if deletion["kind"] == "experiment"}


def _versions_of(database: Database[Document], ids: list[str]) -> list[Document]:
    return read(database[schema.VERSIONS], {"experiment": {"$in": ids}}, _ABOUT_VERSIONS) if ids else []


def _latest_versions(versions: Iterable[Document]) -> dict[str, Document]:
    """The last version of each experiment that is its creator's."""
    latest: dict[str, Document] = {}
    for version in versions:
        of = version["experiment"]
        if version.get("by") is None and (of not in latest or version["number"] > latest[of]["number"]):
            latest[of] = version
    return latest


def _experiments_of(database: Database[Document], versions: list[str]) -> dict[str, str]:
    if not versions:
        return {}
    page = read(database[schema.VERSIONS], {"_id": {"$in": versions}}, {"experiment": 1})
    return {version["_id"]: version["experiment"] for version in page}


def _sweep_counts(database: Database[Document], ids: list[str]) -> Counter[str]:
    if not ids:
        return Counter()
    sweeps = read(database[schema.SWEEPS], {"experiment": {"$in": ids}}, {"_id": 0, "experiment": 1})
    return Counter(sweep["experiment"] for sweep in sweeps)


def _takes(criteria: ExperimentQuery, version: Document) -> bool:
    return (criteria.role is None or criteria.role in version["roles"]) and (
        criteria.model is None or criteria.model in version["models"] or criteria.model in version["served"]
    )
