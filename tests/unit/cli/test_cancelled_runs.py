"""Runs that somebody cancelled: counted, listed, left alone, and taken up again when they are given back."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sociarium.environments.protocols import protocol_of
from sociarium.records.runs import Claim, Outcome, RunState
from sociarium.runner.library.status import Counts
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.sweep_digest import digest
from tests.support.definitions import small
from tests.support.older_stores import Call, program
from tests.support.played_stores import played

AT = "2026-03-01T08:00:00.000Z"
TEXT = small(title="Yard", sweep="{factors: {messages: [2, 4]}, replicates: 2}")


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """Of four runs one is done, one was cancelled after it failed and one before anybody took it up."""
    store = SqliteStore(tmp_path / "s.db")
    begun = played(store, TEXT, limit=1)
    pending = [slot.status.run for slot in store.slots(begun.sweep.id) if slot.status.state is RunState.PENDING]
    store.claim(Claim(pending[0], 1, "w1", AT, protocol_of("conversation")))
    store.claim(Claim(pending[0], 2, "w1", AT, 0, Outcome(RunState.FAILED, error="no")))
    for run, token in zip(pending[:2], (3, 1), strict=True):
        let_go(store, run, token, RunState.CANCELLED)
    return store


def let_go(store: SqliteStore, run: str, token: int, state: RunState) -> None:
    claim = Claim(run, token, "w2", AT, 0, Outcome(state), "ada")
    assert store.claim(claim) == claim


def sweep_id(store: SqliteStore) -> str:
    [sweep] = store.sweeps()
    return sweep.id


def runs(store: SqliteStore, state: RunState) -> list[str]:
    [sweep] = store.sweeps()
    return [slot.status.run for slot in store.slots(sweep.id) if slot.status.state is state]


@pytest.fixture
def call(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    return program(store.url, tmp_path, monkeypatch, capsys)


def test_counts_and_lists_tell_them_apart_from_what_is_left(store: SqliteStore, call: Call) -> None:
    status = call("status", sweep_id(store), "--json")
    assert status.json["counts"] == {"pending": 1, "running": 0, "done": 1, "failed": 0, "cancelled": 2}
    assert "1 done · 2 cancelled · 1 to come" in call("status", sweep_id(store)).out
    listed = call("list", "runs", "--state", "cancelled", "--json").json
    assert {row["run"] for row in listed} == set(runs(store, RunState.CANCELLED))
    assert call("list", "runs", "--state", "failed", "--json").json == []
    table = call("list", "sweeps").out
    assert "cancelled" in table
    assert Counts(1, 2, 3, 4, 5).total == 15


@pytest.mark.slow
def test_nobody_takes_them_up(store: SqliteStore, call: Call) -> None:
    cancelled = runs(store, RunState.CANCELLED)
    ended = call("resume", sweep_id(store), "--retry-failed", "--json")
    assert (ended.code, ended.json["counts"]["cancelled"], ended.json["counts"]["done"]) == (0, 2, 2)
    assert runs(store, RunState.CANCELLED) == cancelled
    again = call("resume", sweep_id(store))
    assert again.code == 0
    assert "2 of 4 runs done, 2 cancelled" in again.out
    assert "are left" not in again.out


@pytest.mark.slow
def test_one_that_is_given_back_is_played(store: SqliteStore, call: Call) -> None:
    for run in runs(store, RunState.CANCELLED):
        let_go(store, run, store.run_statuses([run])[0].token + 1, RunState.PENDING)
    assert call("resume", sweep_id(store), "--json").json["counts"]["done"] == 4


def test_tables_have_those_that_were_begun(store: SqliteStore, call: Call, tmp_path: Path) -> None:
    assert call("export", "Yard", "--format", "csv", "--out", str(tmp_path / "out")).code == 0
    [path] = (tmp_path / "out").rglob("*runs*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        states = sorted(row["state"] for row in csv.DictReader(file))
    assert states == ["cancelled", "done"]


@pytest.mark.slow
def test_pages_count_them_and_show_a_sweep_with_nothing_left_as_ended(store: SqliteStore, call: Call) -> None:
    [sweep] = store.sweeps()
    assert digest(store, sweep, me=this_worker()).counts.cancelled == 2
    assert call("resume", sweep_id(store)).code == 0
    after = digest(store, sweep, me=this_worker())
    assert (after.state, after.is_complete) == ("ended", False)
