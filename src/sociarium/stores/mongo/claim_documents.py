"""How runs stand, claims on them and workers as documents of the shared store, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sociarium.experiment import listing_tags
from sociarium.records.runs import Claim, Counters, Outcome, Run, RunState, RunStatus, Worker, read_counters
from sociarium.stores.mongo.documents import Document, json_text
from sociarium.stores.mongo.schema import SCHEMA


def status_document(run: Run) -> Document:
    """A run's status before its first claim; it names what runs are listed by."""
    new = RunStatus(run.id)
    return {
        "_id": run.id,
        "experiment": run.experiment,
        "creator": run.creator,
        "tags": list(listing_tags.content_tags(run.content).tags),
        "state": new.state.value,
        "token": new.token,
        "worker": new.worker,
        "protocol": new.protocol,
        "ended": new.ended,
        "error": new.error,
        **_counters_document(new.counters),
        "started": new.started,
        "finished": new.finished,
        "by": new.by,
        "schema": SCHEMA,
    }


def status_changes(claim: Claim) -> Document:
    """What a claim changes of its run's status; the first of all also says when the run was started."""
    if claim.outcome is None:
        return {
            "state": RunState.RUNNING.value,
            "token": claim.token,
            "worker": claim.worker,
            "by": claim.by,
            "protocol": claim.protocol,
            "ended": None,
            "error": None,
            "finished": None,
        }
    outcome = claim.outcome
    return {
        "state": outcome.state.value,
        "token": claim.token,
        "worker": claim.worker,
        "by": claim.by,
        "ended": outcome.ended,
        "error": outcome.error,
        **_counters_document(outcome.counters),
        "finished": None if outcome.state is RunState.PENDING else claim.at,
    }


def status(document: Document) -> RunStatus:
    """From `status_document` and its changes."""
    return RunStatus(
        run=document["_id"],
        state=RunState(document["state"]),
        token=document["token"],
        worker=document["worker"],
        protocol=document["protocol"],
        ended=document["ended"],
        error=document["error"],
        counters=read_counters(document),
        started=document["started"],
        finished=document["finished"],
        by=document.get("by"),
    )


def claim_id(run: str, token: int) -> str:
    """The identity of an entry of a claim log."""
    return f"{run}:{token}"


def claim_document(record: Claim) -> Document:
    """An entry of a run's claim log."""
    outcome = record.outcome
    return {
        "_id": claim_id(record.run, record.token),
        "run": record.run,
        "token": record.token,
        "worker": record.worker,
        "at": record.at,
        "protocol": record.protocol,
        "outcome": outcome and _outcome_document(outcome),
        "by": record.by,
        "schema": SCHEMA,
        **({} if record.hypotheses is None else {"hypotheses": record.hypotheses}),
    }


def claim(document: Document) -> Claim:
    """From `claim_document`."""
    outcome = None if document["outcome"] is None else _outcome(document["outcome"])
    return Claim(
        document["run"],
        document["token"],
        document["worker"],
        document["at"],
        document["protocol"],
        outcome,
        document.get("by"),
        document.get("hypotheses"),
    )


def _outcome_document(outcome: Outcome) -> Document:
    counters = _counters_document(outcome.counters)
    return {**asdict(outcome), "state": outcome.state.value, "counters": counters}


def _counters_document(counters: Counters) -> Document:
    """Counters without lists in lists, which not every compatible server keeps."""
    by_model = counters.by_model
    counts = [
        {"model": one.model, "counts": dict(one.counts)} | ({"usage": asdict(one.usage)} if one.usage else {})
        for one in by_model or ()
    ]
    return {**asdict(counters), "by_model": None if by_model is None else counts}


def _outcome(outcome: Mapping[str, Any]) -> Outcome:
    return Outcome(RunState(outcome["state"]), outcome["ended"], outcome["error"], read_counters(outcome["counters"]))


def worker_document(record: Worker) -> Document:
    """A worker as it stands when it is first heard of."""
    return {
        "_id": record.id,
        "host": record.host,
        "boot": record.boot,
        "pid": record.pid,
        "started": record.started,
        "by": record.by,
        **worker_changes(record),
        "schema": SCHEMA,
    }


def worker_changes(record: Worker) -> Document:
    """What a beat changes."""
    return {"beat": record.beat, "doing": json_text(dict(record.doing))}


def worker(document: Document) -> Worker:
    """From `worker_document`."""
    doing = json.loads(document["doing"])
    process = (
        document["_id"],
        document["host"],
        document["boot"],
        document["pid"],
        document["started"],
        document["beat"],
    )
    return Worker(*process, doing, document.get("by"))
