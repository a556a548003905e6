"""Lists of a large database: as queries of the store, and side by side as loading everything and choosing afterwards.

Over SQLite, and with SOCIARIUM_TEST_MONGODB over that server. How many queries it was asked and how many documents it
sent are told too: they are the same on every server, the seconds are not.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from pymongo import MongoClient, monitoring

from sociarium.bootstrap import open_store
from sociarium.ports.store import Store
from sociarium.records.lists import ExperimentQuery, RunQuery, levels_of
from sociarium.records.plans import Edit, Experiment, Member, SweepRecord, Version
from sociarium.records.runs import Claim, Counters, Outcome, Run, RunState
from sociarium.stores.mongo import claim_documents, documents, schema

EXPERIMENTS = 1_000
RUNS_EACH = 100
SHOWN = 50
SAMPLE = 20
LIMIT_SECONDS = 1.0

_MODELS = ("llama3.1:8b", "gpt-4.1-mini", "qwen3")
_ROLES = ("guard", "prisoner", "visitor", "troll", "candidate")
_PROMPT = "You are <SELF_NAME>. " + "Keep order among those who are here. " * 60


@dataclass(frozen=True, slots=True)
class Part:
    """An experiment of the database, with its one sweep."""

    experiment: Experiment
    version: Version
    sweep: SweepRecord
    members: list[Member]
    runs: list[Run]
    claims: list[Claim]


def parts() -> Iterator[Part]:
    """`EXPERIMENTS` experiments by twenty people, each with a sweep of `RUNS_EACH` runs."""
    for number in range(EXPERIMENTS):
        id_, ids = f"{number:020x}", [f"{number:010x}{at:010x}" for at in range(RUNS_EACH)]
        created = f"2026-03-{number // 100 + 1:02d}T08:{number % 60:02d}:00.000Z"
        creator, role, model = f"person {number % 20}", _ROLES[number % len(_ROLES)], _MODELS[number % len(_MODELS)]
        about = {"models": {"main": {"provider": "offline", "model": model}}, "sections": [_PROMPT]}
        document = json.dumps({"title": f"Study {number}", "roles": {role: {}, "other": {}}, **about})
        content = json.dumps({"roles": [{"name": role, "count": 1}, {"name": "other", "count": 2}], **about})
        yield Part(
            Experiment(id_, creator, f"Study {number}", "", number % 50 == 0, created),
            Version(id_, id_, 0, document, created),
            SweepRecord(id_, id_, id_, "main", creator, 10, 10, 1, RUNS_EACH, created),
            [
                Member(id_, at, run, at // 10 + 1, {"days": at % 10, "personality": "harsh" if at % 2 else "mild"})
                for at, run in enumerate(ids)
            ],
            [Run(run, id_, creator, at // 10 + 1, 1, content, run, created) for at, run in enumerate(ids)],
            [Claim(run, 2, "w1", created, 1, _outcome(number, at)) for at, run in enumerate(ids[:-1])],
        )


def _outcome(number: int, at: int) -> Outcome:
    if number % 200 == 7 and at == 11:
        return Outcome(RunState.FAILED, None, "the model's server failed")
    return Outcome(RunState.DONE, "completed", None, Counters(20, 20, 30_000, 2_000))


def fill(store: Store, place: Callable[[Part], None]) -> None:
    """Put all parts in; the last run of each was never taken up.

    Args:
        place: puts in the runs of one, with their places, and how they stand.
    """
    for part in parts():
        store.save_experiment(part.experiment, part.version)
        store.save_sweep(part.sweep)
        place(part)
        if part.experiment.favourite:
            store.append_edit(Edit("run", part.runs[3].id, 2, "ada", part.experiment.created, "odd", favourite=True))


def as_played(store: Store) -> Callable[[Part], None]:
    """Runs are placed and finished as workers do it."""

    def place(part: Part) -> None:
        store.place_runs(part.members, part.runs)
        store.claim_all([replace(claim, token=1, outcome=None) for claim in part.claims])
        store.claim_all(part.claims)

    return place


def as_documents(database: Any) -> Callable[[Part], None]:
    """Runs are put in as they stand in the end: a server would need a quarter of an hour for their claims."""

    def place(part: Part) -> None:
        statuses = {run.id: claim_documents.status_document(run) for run in part.runs}
        for claim in part.claims:
            statuses[claim.run] |= claim_documents.status_changes(claim)
        database[schema.RUNS].insert_many([documents.run_document(run) for run in part.runs])
        database[schema.STATUSES].insert_many(list(statuses.values()))
        database[schema.MEMBERS].insert_many([documents.member_document(member) for member in part.members])

    return place


LISTS: Mapping[str, Callable[[Store], Iterator[object]]] = {
    "experiments": lambda store: store.list_experiments(ExperimentQuery()),
    "experiments --creator": lambda store: store.list_experiments(ExperimentQuery(creator="person 7")),
    "experiments --favourite": lambda store: store.list_experiments(ExperimentQuery(favourite=True)),
    "experiments --role": lambda store: store.list_experiments(ExperimentQuery(role="troll")),
    "experiments --model": lambda store: store.list_experiments(ExperimentQuery(model="qwen3")),
    "runs": lambda store: store.list_runs(RunQuery()),
    "runs --creator": lambda store: store.list_runs(RunQuery(creator="person 7")),
    "runs --favourite": lambda store: store.list_runs(RunQuery(favourite=True)),
    "runs --role": lambda store: store.list_runs(RunQuery(role="guard")),
    "runs --model": lambda store: store.list_runs(RunQuery(model="llama3.1:8b")),
    "runs --where": lambda store: store.list_runs(RunQuery(where={"days": "3", "personality": "harsh"})),
    "runs --where, none": lambda store: store.list_runs(RunQuery(where={"days": "99"})),
    "runs --state done": lambda store: store.list_runs(RunQuery(state=RunState.DONE)),
    "runs --state failed": lambda store: store.list_runs(RunQuery(state=RunState.FAILED)),
}
"""As the commands ask; each shows a page."""


class Asked(monitoring.CommandListener):
    """What every client made from now on asks of a server, and the documents or values that it is sent."""

    def __init__(self) -> None:
        self.queries = self.documents = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """A question."""
        self.queries += event.command_name in _QUESTIONS

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """An answer."""
        if event.command_name in _QUESTIONS:
            reply: Mapping[str, Any] = event.reply
            cursor = reply.get("cursor", {})
            sent = reply.get("values") or cursor.get("firstBatch") or cursor.get("nextBatch") or ()
            self.documents += len(sent)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """The store tells of it."""

    def of(self, call: Callable[[], object]) -> str:
        """What of it a call needs, as words."""
        self.queries = self.documents = 0
        call()
        return f"{self.queries:,} queries, {self.documents:,} documents" if self.queries else ""


_QUESTIONS = frozenset({"find", "getMore", "distinct", "aggregate", "count"})


def everything(store: Store) -> float:
    """Seconds of a list that loads all there is and then chooses: measured on `SAMPLE` experiments, told of all."""
    began = time.perf_counter()
    for experiment in islice(store.experiments(), SAMPLE):
        json.loads(store.versions(experiment.id)[-1].document)
        for sweep in store.sweeps(experiment.id):
            for place in store.slots(sweep.id):
                _ = place.status.state is RunState.FAILED and "days=3" in levels_of(place.condition)
    return (time.perf_counter() - began) * EXPERIMENTS / SAMPLE


def taken(call: Callable[[], object]) -> float:
    """Seconds of a call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


@contextmanager
def stores() -> Iterator[Iterator[tuple[str, Store, Callable[[Part], None]]]]:
    """The stores that can be measured here, empty, with what puts runs in."""
    server = os.environ.get("SOCIARIUM_TEST_MONGODB", "").rstrip("/")
    name = f"sociarium_bench_{secrets.token_hex(4)}"

    def opened(folder: str) -> Iterator[tuple[str, Store, Callable[[Part], None]]]:
        store = open_store(f"sqlite:///{Path(folder) / 'bench.db'}")
        yield "SQLite", store, as_played(store)
        store.close()
        if server:
            client: MongoClient[Any] = MongoClient(server)
            shared = open_store(f"{server}/{name}")
            yield "MongoDB server", shared, as_documents(client[name])
            shared.close()
            client.drop_database(name)
            client.close()

    with tempfile.TemporaryDirectory() as folder:
        yield opened(folder)


def report() -> None:
    """Print each list beside loading everything, for each store."""
    asked = Asked()
    monitoring.register(asked)
    with stores() as opened:
        for name, store, place in opened:
            filled = taken(partial(fill, store, place))
            print(f"  {name}: {EXPERIMENTS:,} experiments, {EXPERIMENTS * RUNS_EACH:,} runs, put in in {filled:.0f} s")
            whole = everything(store)
            print(f"    {'everything loaded':24} {whole:8.3f} s", flush=True)
            for what, listed in LISTS.items():
                page = partial(_page, listed, store)
                needed = asked.of(page)
                seconds = taken(page)
                late = "" if seconds < LIMIT_SECONDS else f"   more than {LIMIT_SECONDS:.0f} s"
                print(f"    {what:24} {seconds:8.3f} s   {whole / seconds:7.0f} x   {needed}{late}", flush=True)


def _page(listed: Callable[[Store], Iterator[object]], store: Store) -> None:
    # One more than is shown, by which the command knows that there is more.
    list(islice(listed(store), SHOWN + 1))
