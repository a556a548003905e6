"""Records that the contract tests of stores put in."""

from __future__ import annotations

from dataclasses import replace

from sociarium.ports.store import Store
from sociarium.records.counts import ModelCounts
from sociarium.records.events import Event, Happening, event
from sociarium.records.journal import Call, JournalEntry
from sociarium.records.plans import Deletion, Edit, Experiment, Member, SweepRecord, Version
from sociarium.records.runs import Claim, Counters, Outcome, Run, RunState

AT = "2026-03-01T08:00:00.000Z"
LATER = "2026-03-01T09:00:00.000Z"
HOSTILE = '\x1b[31m../../x\x00 \u202e \' " $where {"$ne": 1} ' + "ü" * 300


def experiment(id_: str = "e1", **changes: object) -> Experiment:
    return replace(Experiment(id_, "ada", "Wing", "a note", favourite=False, created=AT), **changes)


def version(id_: str = "v1", of: str = "e1", document: str = "{}", by: str | None = None) -> Version:
    return Version(id_, of, 0, document, AT, by)


def sweep(id_: str = "aa", **changes: object) -> SweepRecord:
    return replace(SweepRecord(id_, "e1", "v1", "main", "ada", 2, 3, 7, 6, AT), **changes)


def run(id_: str = "a1", **changes: object) -> Run:
    return replace(Run(id_, "e1", "ada", 1, 7, '{"x": 1}', id_, AT), **changes)


def member(run_: str = "a1", position: int = 0, sweep_: str = "aa", **condition: str | int) -> Member:
    return Member(sweep_, position, run_, 1, condition)


CALL = Call("llama", {"temperature": 0.5}, 0.25, 2, "llama3", "sha256:1", "fp", "http://gpu1:11434", 40, "A100")


def entry(key: str, run_: str = "a1", ordinal: int = 1, text: str = "yes", **changes: object) -> JournalEntry:
    return replace(JournalEntry(run_, key, ordinal, 1, "f" * 64, "model", {"text": text}, AT, CALL), **changes)


def spoken(key: str, run_: str = "a1", seq: int = 1, text: str = "Hello") -> Event:
    what = Happening("message", 1, seq, "Guard_417", "guard", text, ("trimmed",), {"call": f"{key}/reply"})
    return event(run_, key, seq, what)


def taken(run_: str = "a1", token: int = 1, worker: str = "w1", protocol: int = 1) -> Claim:
    return Claim(run_, token, worker, AT, protocol)


def finished(run_: str = "a1", token: int = 2, worker: str = "w1", **outcome: object) -> Claim:
    done = replace(Outcome(RunState.DONE, "completed", None, Counters(4, 5, 60, 7)), **outcome)
    return Claim(run_, token, worker, LATER, 0, done)


def placed(store: Store, *runs: Run) -> None:
    store.place_runs([member(one.id, position) for position, one in enumerate(runs)], runs)


COUNTED = (
    ModelCounts("", (("scripted", 1),)),
    ModelCounts("llama $x.y \x1b[31m ü", (("empty", 2), ("empty/name_only", 2), ("messages", 4))),
)
"""Counts by model, under a name that no field of a document could have."""


def edited(of: str = "e1", revision: int = 2, **changes: object) -> Edit:
    return replace(Edit("experiment", of, revision, "ada", LATER, "better", favourite=True), **changes)


def marked(of: str = "e1", **changes: object) -> Deletion:
    return replace(Deletion("experiment", of, "e1", "Wing", "ada", LATER), **changes)
