"""Whether a shared store is ready: what `doctor` says of it."""

from __future__ import annotations

from uuid import uuid4

from pymongo.database import Database

from sociarium.count_text import count_text
from sociarium.records.health import HealthCheck
from sociarium.stores.mongo.documents import Document
from sociarium.stores.mongo.migrate import outdated_documents
from sociarium.stores.mongo.schema import COLLECTIONS, EXPERIMENTS, INDEXES, SCHEMA, STATUSES, SWEEPS, WORKERS


def facts(database: Database[Document], url: str) -> list[HealthCheck]:
    """What can be seen without writing."""
    version = database.client.admin.command("buildInfo")["version"]
    size = database.command("dbStats").get("dataSize", 0)
    experiments, sweeps, runs = (database[name].estimated_document_count() for name in (EXPERIMENTS, SWEEPS, STATUSES))
    server = f"server {version}, schema {SCHEMA}, {size / 1e6:.1f} MB"
    contents = f"{count_text(experiments, 'experiment')}, {count_text(sweeps, 'sweep')}, {count_text(runs, 'run')}"
    return [HealthCheck("store", f"{url}: {server}; {contents}"), _indexes(database), _rows(database)]


def write(database: Database[Document]) -> HealthCheck:
    """Put a document in, acknowledged as those of a sweep are, and take it out again."""
    scratch = {"_id": f"doctor-{uuid4().hex}"}
    database[WORKERS].insert_one({**scratch, "schema": SCHEMA})
    database[WORKERS].delete_one(scratch)
    return HealthCheck("store write", "a document was written to a majority, and taken back")


def _indexes(database: Database[Document]) -> HealthCheck:
    names = {name for collection in COLLECTIONS for name in database[collection].index_information()}
    if missing := sorted(INDEXES - names):
        mend = "`sociarium doctor --migrate` makes what is missing"
        return HealthCheck("store indexes", "", f"{', '.join(missing)} are not there, and lists are slow; {mend}")
    return HealthCheck("store indexes", f"all {len(INDEXES)} are there")


def _rows(database: Database[Document]) -> HealthCheck:
    if count := outdated_documents(database):
        mend = "end older versions of Sociarium that still run, then `sociarium doctor --migrate`"
        problem = f"{count_text(count, 'was', 'were')} written by an older version, and lists may miss them; {mend}"
        return HealthCheck("store rows", "", problem)
    return HealthCheck("store rows", "all of this version")
