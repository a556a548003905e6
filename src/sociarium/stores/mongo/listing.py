"""Lists of the shared store.

From the outside in: experiments, then sweeps, then their places and how these runs stand. What a filter rules out is
ruled out by few queries for all sweeps, so that no query is made for a sweep that has nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from sociarium.records.lists import ListedExperiment, ListedRun, WantedExperiments, WantedRuns
from sociarium.records.plans import Experiment
from sociarium.records.runs import RunState
from sociarium.stores.mongo import documents, schema
from sociarium.stores.mongo.documents import Document

_PAGE = 200
_FEW = 1000
"""So many runs of an experiment are asked for by id; more are looked for along the places of its sweeps."""
_LATEST_FIRST = [("created", DESCENDING), ("_id", ASCENDING)]
_IN_ORDER = [("position", ASCENDING)]
_ABOUT_VERSIONS = {"experiment": 1, "number": 1, "roles": 1, "models": 1, "served": 1}


def experiments(database: Database[Document], wanted: WantedExperiments) -> Iterator[ListedExperiment]:
    """Experiments that are wanted, the latest first."""
    of: dict[str, Any] = {} if wanted.creator is None else {"creator": wanted.creator}
    if wanted.favourite:
        of["favourite"] = True
    going = _being_deleted(database)
    found = [one for one in database[schema.EXPERIMENTS].find(of, sort=_LATEST_FIRST) if one["_id"] not in going]
    for page in _pages(found):
        ids = [one["_id"] for one in page]
        latest, sweeps = _latest_versions(database, ids), _sweep_counts(database, ids)
        origins = _experiments_of(database, [one["origin"] for one in page if one["origin"]])
        for one in page:
            version = latest.get(one["_id"])
            if version is not None and _takes(wanted, version):
                told = tuple(version["roles"]), tuple(version["models"])
                yield ListedExperiment(documents.record(Experiment, one), version["number"], sweeps[one["_id"]], *told,
                                       origins.get(one["origin"]))  # fmt: skip


def runs(database: Database[Document], wanted: WantedRuns) -> Iterator[ListedRun]:
    """Runs that are wanted, at each of their places."""
    favourites = _favourites(database) if wanted.favourite else None
    state: dict[str, Any] = {
        "state": {"$in": [wanted.state.value] if wanted.state else [one.value for one in RunState]}
    }
    if wanted.tags:
        state["tags"] = {"$all": wanted.tags}
    narrowed = wanted.state is not None or bool(wanted.tags)
    for sweep in _sweeps(database, wanted, state if narrowed else None, favourites):
        places: dict[str, Any] = {"sweep": sweep["_id"]}
        if wanted.levels:
            places["levels"] = {"$all": wanted.levels}
        few = favourites
        if few is None and narrowed:
            of_it = {"experiment": sweep["experiment"], **state}
            ids = [one["_id"] for one in database[schema.STATUSES].find(of_it, {"_id": 1}, limit=_FEW + 1)]
            few = ids if len(ids) <= _FEW else None
        pages = _along(database, places) if few is None else _of_runs(database, places, few)
        for page in pages:
            statuses = _statuses(database, [member["run"] for member in page])
            for member in page:
                status = statuses.get(member["run"])
                if status is not None and _stands_so(status, wanted):
                    place = documents.place(member, documents.status(status))
                    yield ListedRun(sweep["_id"], sweep["experiment"], place)


def _sweeps(
    database: Database[Document], wanted: WantedRuns, state: Document | None, favourites: Sequence[str] | None
) -> list[Document]:
    """The sweeps that have something of what is wanted, the latest first."""
    of: dict[str, Any] = {}
    if wanted.sweep is not None:
        of["_id"] = wanted.sweep
    among: set[str] | None = None if wanted.experiment is None else {wanted.experiment}
    if wanted.creator is not None:
        by = database[schema.EXPERIMENTS].find({"creator": wanted.creator}, {"_id": 1})
        among = _both(among, {one["_id"] for one in by})
    if state is not None and wanted.sweep is None:
        among = _both(among, set(database[schema.STATUSES].distinct("experiment", state)))
    if among is not None:
        of["experiment"] = {"$in": sorted(among)}
    some: set[str] | None = None
    if wanted.levels and wanted.sweep is None:
        levels = {"levels": {"$all": wanted.levels}}
        some = set(database[schema.MEMBERS].distinct("sweep", levels))
    if favourites is not None:
        having = (one for page in _pages(favourites) for one in _members_of(database, page))
        some = _both(some, {one["sweep"] for one in having})
    going = _being_deleted(database)
    # One sweep needs no order, and by its id no other index.
    sort = None if wanted.sweep is not None else _LATEST_FIRST
    found = database[schema.SWEEPS].find(of, {"experiment": 1, "created": 1}, sort=sort)
    return [one for one in found if one["experiment"] not in going and (some is None or one["_id"] in some)]


def _both(first: set[str] | None, second: set[str]) -> set[str]:
    return second if first is None else first & second


def _along(database: Database[Document], places: Document) -> Iterator[list[Document]]:
    """Places of a sweep by position, page by page; no cursor stays open while the caller takes its time."""
    last = -1
    while True:
        after = {**places, "position": {"$gt": last}}
        page = list(database[schema.MEMBERS].find(after, sort=_IN_ORDER, limit=_PAGE))
        yield page
        if len(page) < _PAGE:
            return
        last = page[-1]["position"]


def _of_runs(database: Database[Document], places: Document, few: Sequence[str]) -> Iterator[list[Document]]:
    """Places of some runs in a sweep by position."""
    levels = set(places.get("levels", {}).get("$all", ()))
    found = [
        one
        for page in _pages(few)
        for one in _members_of(database, page)
        if one["sweep"] == places["sweep"] and levels <= set(one["levels"])
    ]
    yield from _pages(sorted(found, key=lambda one: int(one["position"])))


def _members_of(database: Database[Document], ids: Sequence[str]) -> Iterable[Document]:
    return database[schema.MEMBERS].find({"run": {"$in": list(ids)}})


def _statuses(database: Database[Document], ids: Sequence[str]) -> dict[str, Document]:
    different = list(dict.fromkeys(ids))
    if not different:
        return {}
    return {one["_id"]: one for one in database[schema.STATUSES].find({"_id": {"$in": different}})}


def _stands_so(status: Document, wanted: WantedRuns) -> bool:
    return (wanted.state is None or status["state"] == wanted.state) and set(wanted.tags) <= set(status["tags"])


def _favourites(database: Database[Document]) -> list[str]:
    """Runs whose latest edit makes them favourites. Few runs are ever edited, so all edits are read."""
    latest = {}
    for one in database[schema.EDITS].find({"kind": "run"}, sort=[("of", ASCENDING), ("revision", ASCENDING)]):
        latest[one["of"]] = one["favourite"]
    return [run for run, favourite in latest.items() if favourite]


def _being_deleted(database: Database[Document]) -> set[str]:
    return {one["of"] for one in database[schema.DELETIONS].find({}) if one["kind"] == "experiment"}


def _latest_versions(database: Database[Document], ids: list[str]) -> dict[str, Document]:
    latest: dict[str, Document] = {}
    for one in database[schema.VERSIONS].find({"experiment": {"$in": ids}}, _ABOUT_VERSIONS):
        if one["experiment"] not in latest or one["number"] > latest[one["experiment"]]["number"]:
            latest[one["experiment"]] = one
    return latest


def _experiments_of(database: Database[Document], versions: list[str]) -> dict[str, str]:
    if not versions:
        return {}
    found = database[schema.VERSIONS].find({"_id": {"$in": versions}}, {"experiment": 1})
    return {one["_id"]: one["experiment"] for one in found}


def _sweep_counts(database: Database[Document], ids: list[str]) -> Counter[str]:
    return Counter(
        one["experiment"] for one in database[schema.SWEEPS].find({"experiment": {"$in": ids}}, {"experiment": 1})
    )


def _takes(wanted: WantedExperiments, version: Document) -> bool:
    return (wanted.role is None or wanted.role in version["roles"]) and (
        wanted.model is None or wanted.model in version["models"] or wanted.model in version["served"]
    )


def _pages(items: Sequence[Any]) -> Iterator[list[Any]]:
    return (list(items[start : start + _PAGE]) for start in range(0, len(items), _PAGE))
