"""How a sweep stands: one answer in every place that tells it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.cli.command_call import run_command
from sociarium.records.runs import RunState
from sociarium.runner.library.status import RunStates, sweep_status
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.records import experiment, member, run, sweep, taken, version


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """Two runs that are held: one by a process of this machine that has ended, one by nobody who can be seen."""
    store = SqliteStore(tmp_path / "s.db")
    store.save_experiment(experiment(), version())
    store.save_sweep(sweep())
    ids = ["a1", "a2"]
    store.place_runs([member(id_, at) for at, id_ in enumerate(ids)], [run(id_) for id_ in ids])
    store.record_heartbeat(replace(this_worker(), id="gone", started="before the beginning"))
    for id_, worker in zip(ids, ("gone", "far"), strict=True):
        store.claim(replace(taken(id_), worker=worker))
    return store


def test_a_run_whose_worker_is_gone_is_pending_in_the_counts_and_by_condition(store: SqliteStore) -> None:
    [record] = store.sweeps()
    status = sweep_status(store, record, me=this_worker())
    assert status.counts.running == 1
    assert sum(states[RunState.RUNNING] for states in status.groups.values()) == 1
    assert sum(states[RunState.PENDING] for states in status.groups.values()) == 1


def test_a_run_whose_worker_is_gone_is_pending_by_itself(store: SqliteStore) -> None:
    states = RunStates(store, this_worker())
    assert [states.of(status) for status in store.run_statuses(["a1", "a2"])] == [RunState.PENDING, RunState.RUNNING]


@pytest.mark.parametrize(
    ("state", "ids"),
    [((), {"a1": "pending", "a2": "running"}), (("pending",), {"a1": "pending"}), (("running",), {"a2": "running"})],
)
def test_lists_of_runs_say_and_filter_the_same(
    store: SqliteStore, state: tuple[str, ...], ids: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--state", *state] if state else []
    assert run_command(["list", "runs", *options, "--json", "--store", store.url]) in {0, None}
    rows = json.loads(capsys.readouterr().out)
    assert {row["run"]: row["state"] for row in rows} == ids
