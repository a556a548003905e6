"""Runs, their slots and who works on them in the shared store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pymongo import ASCENDING

from sociarium.errors import NotFound
from sociarium.records.plans import Member
from sociarium.records.runs import Claim, DerivedRun, Run, RunState, RunStatus, SweepSlot, Worker
from sociarium.stores.mongo import claim_documents, documents, schema
from sociarium.stores.mongo.database import MongoDatabase
from sociarium.stores.mongo.paging import read, slices

_PAGE = 1000


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

    def slots(self, sweep: str) -> Iterator[SweepSlot]:
        """See the port."""
        # Page by page from the last position: no cursor stays open while the caller takes its time.
        last = -1
        while True:
            with self._mapped_errors():
                next_page = {"sweep": sweep, "position": {"$gt": last}}
                sort = [("position", ASCENDING)]
                page = list(self._collection(schema.MEMBERS).find(next_page, sort=sort, limit=_PAGE))
                statuses = self._existing(schema.STATUSES, [member["run"] for member in page])
            for member in page:
                if member["run"] in statuses:
                    yield documents.slot(member, claim_documents.status(statuses[member["run"]]))
            if len(page) < _PAGE:
                return
            last = page[-1]["position"]

    def members_of_run(self, run: str) -> list[Member]:
        """See the port."""
        with self._mapped_errors():
            candidates = [
                documents.member(document) for document in self._collection(schema.MEMBERS).find({"run": run})
            ]
            sweeps = self._existing(schema.SWEEPS, [member.sweep for member in candidates])
        members = [member for member in candidates if member.sweep in sweeps]
        members.sort(key=lambda member: (member.sweep, member.position))
        members.sort(key=lambda member: str(sweeps[member.sweep]["created"]), reverse=True)
        return members

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
        with self._mapped_errors():
            fields = {"origin_at": 1}
            moments = {
                document["_id"]: document["origin_at"]
                for document in read(self._collection(schema.RUNS), {"origin": run}, fields)
            }
            slots = {
                (member["run"], member["sweep"])
                for page in slices(list(moments))
                for member in read(
                    self._collection(schema.MEMBERS), {"run": {"$in": list(page)}}, {"run": 1, "sweep": 1}
                )
            }
            sweeps = self._existing(schema.SWEEPS, sorted({sweep for _, sweep in slots}))
        derived = [DerivedRun(id_, moments[id_], sweep) for id_, sweep in slots if sweep in sweeps]
        derived.sort(key=lambda one: (one.sweep, one.run))
        derived.sort(key=lambda one: str(sweeps[one.sweep]["created"]), reverse=True)
        return derived

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
            messages = [status["messages"] for status in statuses]
        return len(messages), sum(messages)

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
        with self._mapped_errors():
            status = self._collection(schema.STATUSES).find_one({"_id": run}, {"token": 1})
            # By `_id`, which needs no index of its own. The status may lag behind the log, never lead it.
            ids = [claim_documents.claim_id(run, token) for token in range(1, (status["token"] if status else 0) + 1)]
            by_id = self._existing(schema.CLAIMS, ids)
            entries = [claim_documents.claim(by_id[id_]) for id_ in ids if id_ in by_id]
            while entry := self._collection(schema.CLAIMS).find_one(
                {"_id": claim_documents.claim_id(run, len(entries) + 1)}
            ):
                entries.append(claim_documents.claim(entry))
        return entries

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
