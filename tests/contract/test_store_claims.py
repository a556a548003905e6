"""What every store promises of claim logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.ports.store import Store
from sociarium.records.plans import Member
from sociarium.records.runs import Claim, Counters, Outcome, Run, RunState, Worker, runners
from tests.support.store_backends import BACKENDS, Backend

AT = "2026-03-01T08:00:00.000Z"


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    backend: Backend = request.param
    if backend.missing:
        pytest.skip(backend.missing)
    with backend.opened(tmp_path) as opened:
        yield opened()


def test_a_claim_log_comes_whole_and_in_order(store: Store) -> None:
    for run in ("a1", "a2"):
        store.place_runs([Member("aa", int(run[1]), run, 1, {})], [Run(run, "e1", "ada", 1, 7, "{}", run, AT)])
    taken = Claim("a1", 1, "w1", AT, 1)
    given_back = replace(taken, token=2, protocol=0, outcome=Outcome(RunState.PENDING))
    done = Outcome(RunState.DONE, "completed", None, Counters(4, 5, 60, 7))
    log = [taken, given_back, replace(taken, token=3, worker="w2"), replace(taken, token=4, worker="w2", outcome=done)]
    for claim in log:
        store.claim(claim)
    store.claim(replace(taken, run="a2"))
    assert store.claims("a1") == log
    assert store.claims("a2") == [replace(taken, run="a2")]
    assert store.claims("a3") == []


def test_each_claim_says_who_ran_it_and_a_run_says_who_was_last(store: Store) -> None:
    store.place_runs([Member("aa", 0, "a1", 1, {})], [Run("a1", "e1", "ada", 1, 7, "{}", "a1", AT)])
    assert store.run_statuses(["a1"])[0].by is None
    taken = Claim("a1", 1, "w1", AT, 1, by="ada")
    given_back = replace(taken, token=2, protocol=0, outcome=Outcome(RunState.PENDING))
    done = Outcome(RunState.DONE, "completed", None, Counters(4, 5, 60, 7))
    log = [taken, given_back, replace(taken, token=3, worker="w2", by="bob")]
    log.append(replace(log[2], token=4, outcome=done))
    last = []
    for claim in log:
        store.claim(claim)
        last.append(store.run_statuses(["a1"])[0].by)
    assert last == ["ada", "ada", "bob", "bob"]
    assert store.claims("a1") == log
    assert runners(log) == ["ada", "bob"]
    assert runners([replace(taken, by=None)]) == []
    assert next(store.slots("aa")).status.by == "bob"


def test_a_worker_says_who_runs_it(store: Store) -> None:
    worker = Worker("w1", "host", "boot", 1, "0", by="ada")
    store.record_heartbeat(worker)
    store.record_heartbeat(replace(worker, beat=2))
    assert store.workers(["w1"]) == {"w1": replace(worker, beat=2)}
