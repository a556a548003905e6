"""Runs, their slots and who works on them in the shared store."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from pymongo import ASCENDING

from sociarium.errors import NotFound
from sociarium.records.plans import Member
from sociarium.records.runs import Claim, DerivedRun, Run, RunState, RunStatus, SweepSlot, Worker
from sociarium.stores.mongo import claim_documents, documents, schema
from sociarium.stores.mongo.database import RUNS_AT_ONCE, MongoDatabase
from sociarium.stores.mongo.paging import read, slices

_PAGE = 1000
_FIRST_PAGE = 128


class MongoRuns(MongoDatabase):
    """The port of runs and claims."""

    def place_runs(self, members: Sequence[Member], runs: Sequence[Run]) -> list[RunStatus]:
        """See the port."""
        with self._mapped_errors():
            # In this order, so that a member that is there leads to a run and its status.
            self._insert(schema.RUNS, [documents.run_document(run) for run in runs])
            statuses = self._insert_missing(schema.STATUSES, [claim_documents.status_document(run) for run in runs])
            member_documents = [documents.member_document(member) for member in members]
            conflicts = self._insert_missing(schema.MEMBERS, member_documents)
            ids = [conflicts.get(document["_id"], document)["run"] for document in member_documents]
            new = {run.id for run in runs} - set(statuses)
            statuses |= self._existing(schema.STATUSES, [id_ for id_ in ids if id_ not in new | set(statuses)])
        by_id = {run: claim_documents.status(status) for run, status in statuses.items()}
        return [by_id.get(id_) or RunStatus(id_) for id_ in ids]

    def slots(self, sweep: str, *, start: int = 0, most: int | None = None) -> Iterator[SweepSlot]:
        """See the port."""
        # Page by page from the last position: no cursor stays open while the caller takes its time.
        # The first ones are few: many look no further, however large the sweep is.
        last, size, left = start - 1, _FIRST_PAGE, sys.maxsize if most is None else most
        while left:
            size = min(size, left)
            with self._mapped_errors():
                next_page = {"sweep": sweep, "position": {"$gt": last}}
                sort = [("position", ASCENDING)]
                page = read(self._collection(schema.MEMBERS), next_page, sort=sort, limit=size)
                statuses = self._existing(schema.STATUSES, [member["run"] for member in page])
            for member in page:
                if member["run"] in statuses:
                    yield documents.slot(member, claim_documents.status(statuses[member["run"]]))
            if len(page) < size:
                return
            last, size, left = page[-1]["position"], _PAGE, left - len(page)

    def members_of_run(self, run: str) -> list[Member]:
        """See the port."""
        return list(self.members_of([run]))

    def members_of(self, runs: Sequence[str]) -> Iterator[Member]:
        """See the port."""
        for page in self._pages_of_runs(schema.MEMBERS, {}, runs):
            candidates = list(map(documents.member, page))
            created = self._creation_times({member.sweep for member in candidates})
            members = [member for member in candidates if member.sweep in created]
            members.sort(key=lambda member: (member.sweep, member.position))
            members.sort(key=lambda member: created[member.sweep], reverse=True)
            yield from sorted(members, key=lambda member: member.run)

    def run(self, run: str) -> Run:
        """See the port."""
        return documents.run(self._document(schema.RUNS, "run", run))

    def runs(self, ids: Sequence[str]) -> list[Run]:
        """See the port."""
        with self._mapped_errors():
            by_id = self._existing(schema.RUNS, ids)
        if missing := [id_ for id_ in ids if id_ not in by_id]:
            raise NotFound(f"there is no run {missing[0]} in {self.url}")
        return [documents.run(by_id[id_]) for id_ in ids]

    def derived_runs(self, run: str) -> list[DerivedRun]:
        """See the port."""
        return [derived for _, derived in self.derived_runs_of([run])]

    def derived_runs_of(self, runs: Sequence[str]) -> Iterator[tuple[str, DerivedRun]]:
        """See the port."""
        fields = {"origin": 1, "origin_at": 1}
        for page in slices(sorted(set(runs)), RUNS_AT_ONCE):
            with self._mapped_errors():
                derived = {
                    document["_id"]: document
                    for document in read(self._collection(schema.RUNS), {"origin": {"$in": list(page)}}, fields)
                }
            slots = {
                (member["run"], member["sweep"])
                for members in self._pages_of_runs(schema.MEMBERS, {}, derived)
                for member in members
            }
            created = self._creation_times({sweep for _, sweep in slots})
            pairs = [
                (str(derived[id_]["origin"]), DerivedRun(id_, derived[id_]["origin_at"], sweep))
                for id_, sweep in slots
                if sweep in created
            ]
            pairs.sort(key=lambda pair: (pair[1].sweep, pair[1].run))
            pairs.sort(key=lambda pair: created[pair[1].sweep], reverse=True)
            yield from sorted(pairs, key=lambda pair: pair[0])

    def run_statuses(self, runs: Sequence[str]) -> list[RunStatus]:
        """See the port."""
        with self._mapped_errors():
            by_id = self._existing(schema.STATUSES, runs)
        missing = next((run for run in runs if run not in by_id), None)
        if missing is not None:
            raise NotFound(f"there is no run {missing} in {self.url}")
        return [claim_documents.status(by_id[run]) for run in runs]

    def claimed_runs(self, experiment: str) -> list[RunStatus]:
        """See the port."""
        with self._mapped_errors():
            filter_ = {"experiment": experiment, "state": RunState.RUNNING.value}
            statuses = [
                claim_documents.status(document) for document in self._collection(schema.STATUSES).find(filter_)
            ]
        return sorted(statuses, key=lambda status: status.run)

    def size_of(self, experiment: str) -> tuple[int, int]:
        """See the port."""
        with self._mapped_errors():
            statuses = self._collection(schema.STATUSES).find({"experiment": experiment}, {"messages": 1})
            messages = {status["_id"]: status["messages"] for status in statuses}
            placed = {
                one["run"]
                for page in slices(list(messages))
                for one in read(self._collection(schema.MEMBERS), {"run": {"$in": list(page)}}, {"run": 1})
            }
        return len(placed), sum(messages[run] for run in placed)

    def claim(self, claim: Claim) -> Claim:
        """See the port."""
        return self.claim_all([claim])[0]

    def claim_all(self, claims: Sequence[Claim]) -> list[Claim]:
        """See the port."""
        proposals = [claim_documents.claim_document(claim) for claim in claims]
        with self._mapped_errors():
            conflicts = self._insert_missing(schema.CLAIMS, proposals)
            entries = [
                claim_documents.claim(conflicts[document["_id"]]) if document["_id"] in conflicts else claim
                for claim, document in zip(claims, proposals, strict=True)
            ]
            self._bring_up(entries)
        return entries

    def claims(self, run: str) -> list[Claim]:
        """See the port."""
        return list(self.claims_of([run]))

    def claims_of(self, runs: Sequence[str]) -> Iterator[Claim]:
        """See the port."""
        for page in self._pages_of_runs(schema.CLAIMS, {}, runs):
            yield from map(claim_documents.claim, sorted(page, key=itemgetter("run", "token")))

    def record_heartbeat(self, worker: Worker) -> None:
        """See the port."""
        changes = claim_documents.worker_changes(worker)
        first_values = {
            key: value for key, value in claim_documents.worker_document(worker).items() if key not in changes
        }
        del first_values["_id"]
        with self._mapped_errors():
            update = {"$set": changes, "$setOnInsert": first_values}
            self._collection(schema.WORKERS).update_one({"_id": worker.id}, update, upsert=True)

    def workers(self, ids: Sequence[str]) -> Mapping[str, Worker]:
        """See the port."""
        with self._mapped_errors():
            by_id = self._existing(schema.WORKERS, ids)
        return {id_: claim_documents.worker(document) for id_, document in by_id.items()}

    def _creation_times(self, sweeps: Iterable[str]) -> dict[str, str]:
        """When those of some sweeps that are there were created."""
        created: dict[str, str] = {}
        for page in slices(sorted(sweeps)):
            with self._mapped_errors():
                matches = read(self._collection(schema.SWEEPS), {"_id": {"$in": list(page)}}, {"created": 1})
            created |= {document["_id"]: document["created"] for document in matches}
        return created

    def _bring_up(self, claims: Sequence[Claim]) -> None:
        runs_by_claim: dict[Claim, list[str]] = {}
        for claim in claims:
            runs_by_claim.setdefault(replace(claim, run=""), []).append(claim.run)
        statuses = self._collection(schema.STATUSES)
        for claim, runs in runs_by_claim.items():
            filter_ = {"_id": {"$in": runs}, "token": {"$lt": claim.token}}
            changes = claim_documents.status_changes(claim)
            if claim.outcome is None:
                start = {"$set": {**changes, "started": claim.at}}
                if statuses.update_many({**filter_, "started": None}, start).matched_count == len(runs):
                    continue
            statuses.update_many(filter_, {"$set": changes})
