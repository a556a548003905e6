"""The list of experiments of the shared store, in pages that begin small and grow.

What a line says beside the experiment itself is read for a whole page at once, so that a screenful takes few round
trips and little is read that is not shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pymongo.database import Database

from sociarium.records.lists import ExperimentQuery, ListedExperiment
from sociarium.records.plans import Experiment
from sociarium.stores.mongo import documents, schema
from sociarium.stores.mongo.documents import Document
from sociarium.stores.mongo.paging import latest_pages, read

_VERSION_FIELDS = {"experiment": 1, "number": 1, "by": 1, "roles": 1, "models": 1, "served": 1}


def experiments(database: Database[Document], criteria: ExperimentQuery) -> Iterator[ListedExperiment]:
    """Experiments that meet the criteria, the latest first."""
    filter_: dict[str, Any] = {} if criteria.creator is None else {"creator": criteria.creator}
    if criteria.favourite:
        filter_["favourite"] = True
    deleted = deleted_experiments(database)
    for page in latest_pages(database[schema.EXPERIMENTS], filter_):
        versions = _versions_of(database, [document["_id"] for document in page if document["_id"] not in deleted])
        counts = Counter(version["experiment"] for version in versions)
        latest = _latest_versions(versions)
        matches = [
            document
            for document in page
            if document["_id"] in latest and _matches_version(criteria, latest[document["_id"]])
        ]
        sweeps = _sweep_counts(database, [document["_id"] for document in matches])
        origins = _experiments_of(database, [document["origin"] for document in matches if document["origin"]])
        for document in matches:
            version = latest[document["_id"]]
            tags = tuple(version["roles"]), tuple(version["models"])
            experiment, origin = documents.record(Experiment, document), origins.get(document["origin"])
            yield ListedExperiment(experiment, counts[experiment.id], sweeps[experiment.id], *tags, origin)


def deleted_experiments(database: Database[Document]) -> set[str]:
    """The ids of experiments that are being deleted, which no list has."""
    return {deletion["of"] for deletion in read(database[schema.DELETIONS], {}) if deletion["kind"] == "experiment"}


def _versions_of(database: Database[Document], ids: list[str]) -> list[Document]:
    return read(database[schema.VERSIONS], {"experiment": {"$in": ids}}, _VERSION_FIELDS) if ids else []


def _latest_versions(versions: Iterable[Document]) -> dict[str, Document]:
    """The last version of each experiment that is its creator's."""
    latest: dict[str, Document] = {}
    for version in versions:
        experiment = version["experiment"]
        if version.get("by") is None and (experiment not in latest or version["number"] > latest[experiment]["number"]):
            latest[experiment] = version
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


def _matches_version(criteria: ExperimentQuery, version: Document) -> bool:
    return (criteria.role is None or criteria.role in version["roles"]) and (
        criteria.model is None or criteria.model in version["models"] or criteria.model in version["served"]
    )
