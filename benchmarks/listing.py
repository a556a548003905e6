"""Lists of a large database: as queries of the store, and side by side as loading everything and choosing afterwards.

Over SQLite, and with SOCIARIUM_TEST_MONGODB over that server.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from sociarium.bootstrap import open_store
from sociarium.ports.store import Store
from sociarium.records.lists import WantedExperiments, WantedRuns, levels_of
from sociarium.records.plans import Edit, Experiment, Member, SweepRecord, Version
from sociarium.records.runs import Claim, Counters, Outcome, Run, RunState

EXPERIMENTS = 1_000
RUNS_EACH = 100
SHOWN = 50
LIMIT_SECONDS = 1.0

_MODELS = ("llama3.1:8b", "gpt-4.1-mini", "qwen3")
_ROLES = ("guard", "prisoner", "visitor", "troll", "candidate")
_PROMPT = "You are <SELF_NAME>. " + "Keep order among those who are here. " * 60


def fill(store: Store) -> None:
    """A database of `EXPERIMENTS` experiments by twenty people, each with a sweep of `RUNS_EACH` runs."""
    for number in range(EXPERIMENTS):
        experiment, runs = f"{number:020x}", [f"{number:010x}{at:010x}" for at in range(RUNS_EACH)]
        created = f"2026-03-{number // 100 + 1:02d}T08:{number % 60:02d}:00.000Z"
        creator, role, model = f"person {number % 20}", _ROLES[number % len(_ROLES)], _MODELS[number % len(_MODELS)]
        about = {"models": {"main": {"provider": "offline", "model": model}}, "sections": [_PROMPT]}
        document = json.dumps({"title": f"Study {number}", "roles": {role: {}, "other": {}}, **about})
        store.save(
            Experiment(experiment, creator, f"Study {number}", "", number % 50 == 0, created),
            Version(f"{number:020x}", experiment, 0, document, created),
        )
        store.begin(
            SweepRecord(experiment, experiment, experiment, "main", creator, 10, 10, 1, RUNS_EACH, created),
        )
        content = json.dumps({"roles": [{"name": role, "count": 1}, {"name": "other", "count": 2}], **about})
        store.place(
            [Member(experiment, at, run, at // 10 + 1, {"days": at % 10, "personality": "harsh" if at % 2 else "mild"})
             for at, run in enumerate(runs)],
            [Run(run, experiment, creator, at // 10 + 1, 1, content, run, created) for at, run in enumerate(runs)],
        )  # fmt: skip
        store.claim_all([Claim(run, 1, "w1", created, 1) for run in runs[:-1]])
        store.claim_all([Claim(run, 2, "w1", created, 1, _outcome(number, at)) for at, run in enumerate(runs[:-1])])
        if number % 100 == 0:
            store.edit(Edit("run", runs[3], 2, creator, created, "odd", favourite=True))


def _outcome(number: int, at: int) -> Outcome:
    if number % 200 == 7 and at == 11:
        return Outcome(RunState.FAILED, None, "the model's server failed")
    return Outcome(RunState.DONE, "completed", None, Counters(20, 20, 30_000, 2_000))


LISTS: Mapping[str, Callable[[Store], Iterator[object]]] = {
    "experiments": lambda store: store.list_experiments(WantedExperiments()),
    "experiments --creator": lambda store: store.list_experiments(WantedExperiments(creator="person 7")),
    "experiments --favourite": lambda store: store.list_experiments(WantedExperiments(favourite=True)),
    "experiments --role": lambda store: store.list_experiments(WantedExperiments(role="troll")),
    "experiments --model": lambda store: store.list_experiments(WantedExperiments(model="qwen3")),
    "runs": lambda store: store.list_runs(WantedRuns()),
    "runs --creator": lambda store: store.list_runs(WantedRuns(creator="person 7")),
    "runs --favourite": lambda store: store.list_runs(WantedRuns(favourite=True)),
    "runs --role": lambda store: store.list_runs(WantedRuns(role="guard")),
    "runs --model": lambda store: store.list_runs(WantedRuns(model="llama3.1:8b")),
    "runs --where": lambda store: store.list_runs(WantedRuns(where={"days": "3", "personality": "harsh"})),
    "runs --where, none": lambda store: store.list_runs(WantedRuns(where={"days": "99"})),
    "runs --state done": lambda store: store.list_runs(WantedRuns(state=RunState.DONE)),
    "runs --state failed": lambda store: store.list_runs(WantedRuns(state=RunState.FAILED)),
}
"""As the commands ask; each shows a page."""


def everything(store: Store) -> int:
    """What a list costs that loads all there is, and then chooses."""
    for experiment in store.experiments():
        json.loads(store.versions(experiment.id)[-1].document)
    chosen = 0
    for sweep in store.sweeps():
        for place in store.places(sweep.id):
            chosen += place.status.state is RunState.FAILED and "days=3" in levels_of(place.condition)
    return chosen


def taken(call: Callable[[], object]) -> float:
    """Seconds of a call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


@contextmanager
def stores() -> Iterator[list[tuple[str, Store]]]:
    """The stores that can be measured here, empty."""
    server = os.environ.get("SOCIARIUM_TEST_MONGODB", "").rstrip("/")
    name = f"sociarium_bench_{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory() as folder:
        opened = [("SQLite", open_store(f"sqlite:///{Path(folder) / 'bench.db'}"))]
        if server:
            opened.append(("MongoDB server", open_store(f"{server}/{name}")))
        try:
            yield opened
        finally:
            for _, store in opened:
                store.close()
            if server:
                from pymongo import MongoClient

                with MongoClient(server) as client:  # type: ignore[var-annotated]  # any documents
                    client.drop_database(name)


def report() -> None:
    """Print each list beside loading everything, for each store."""
    with stores() as opened:
        for name, store in opened:
            filled = taken(lambda store=store: fill(store))  # type: ignore[misc]  # bound now
            print(f"  {name}: {EXPERIMENTS:,} experiments, {EXPERIMENTS * RUNS_EACH:,} runs, put in in {filled:.0f} s")
            whole = taken(lambda store=store: everything(store))  # type: ignore[misc]
            print(f"    {'everything loaded':24} {whole:8.3f} s")
            for what, asked in LISTS.items():
                seconds = min(taken(lambda: list(islice(asked(store), SHOWN))) for _ in range(2))  # noqa: B023
                late = "" if seconds < LIMIT_SECONDS else f"   more than {LIMIT_SECONDS:.0f} s"
                print(f"    {what:24} {seconds:8.3f} s   {whole / seconds:7.0f} x{late}")
