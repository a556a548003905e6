"""Commands about a sweep that nobody names mean the one that `status` shows, and say which one it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.environments.protocols import protocol_of
from sociarium.ports.clock import SystemClock
from sociarium.providers.offline import Offline
from sociarium.records.runs import Claim, Outcome, RunState
from sociarium.runner.sweep.save import StartedSweep, save_sweep
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.older_stores import Call, program
from tests.support.sweeps_in_process import play, prepared

ORDERS = (("steer", "--concurrency", "3"), ("pause",), ("continue",), ("cancel", "--all"), ("continue",))


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


@pytest.fixture
def call(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    return program(store.url, tmp_path, monkeypatch, capsys)


@pytest.fixture
def begun(store: SqliteStore) -> tuple[StartedSweep, StartedSweep]:
    """Two sweeps, the second of which was begun last; one run of each is done."""
    both = [prepared(store, definition(small(title=title, sweep="{replicates: 3}"))) for title in ("First", "Last")]
    for one in both:
        play(store, one, Offline(), limit=1)
    return both[0], both[1]


def hold(store: SqliteStore, begun: StartedSweep, outcome: Outcome | None = None) -> None:
    """This process takes up the last run of a sweep, and gives it back where an outcome is given."""
    worker = this_worker("ada")
    store.record_heartbeat(replace(worker, doing={"sweep": begun.sweep.id, "halted": outcome is not None}))
    run = [slot.status for slot in store.slots(begun.sweep.id)][-1]
    store.claim(
        Claim(
            run.run, run.token + 1, worker.id, "2026-03-01T08:00:00.000Z", protocol_of("conversation"), outcome=outcome
        )
    )


@pytest.mark.slow
def test_orders_without_a_name_are_about_the_sweep_that_is_played_now(
    store: SqliteStore, call: Call, begun: tuple[StartedSweep, StartedSweep]
) -> None:
    first, last = begun
    hold(store, first)
    for order in ORDERS:
        done = call(*order, "--json")
        assert done.json["sweep"] == first.sweep.id == call("status", "--json").json["sweep"]
        assert f"First · sweep {first.sweep.id[:8]}, which is played now" in " ".join(done.err.split())
    hold(store, last)
    shown = " ".join(call("pause").err.split())
    assert "! played now, too: " in shown
    assert "` is about that one" in shown


def test_orders_without_a_name_are_about_the_sweep_that_waits_for_the_end_of_a_pause(
    store: SqliteStore, call: Call, begun: tuple[StartedSweep, StartedSweep]
) -> None:
    first, _ = begun
    call("pause", first.sweep.id[:8])
    hold(store, first, Outcome(RunState.PENDING))
    assert call("status", "--json").json["sweep"] == first.sweep.id
    assert call("continue", "--json").json["sweep"] == first.sweep.id


@pytest.mark.slow
def test_where_nothing_is_played_the_sweep_that_was_begun_last_is_meant_and_this_is_said(
    call: Call, begun: tuple[StartedSweep, StartedSweep]
) -> None:
    _, last = begun
    for order in (*ORDERS, ("resume",)):
        done = call(*order, "--json")
        assert done.json["sweep"] == last.sweep.id
        assert "which you began last; none is played now" in " ".join(done.err.split())
        assert "began last" not in call("steer", last.sweep.id[:8], "--concurrency", "2").err


def test_resume_without_a_name_goes_on_with_the_sweep_that_is_played_now(
    store: SqliteStore, call: Call, begun: tuple[StartedSweep, StartedSweep]
) -> None:
    first, _ = begun
    hold(store, first)
    assert call("resume", "--limit", "1", "--json").json["sweep"] == first.sweep.id


def test_ones_own_latest_is_meant_before_a_colleagues_and_a_colleagues_is_named(
    call: Call, begun: tuple[StartedSweep, StartedSweep], store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = definition(small(title="Theirs", sweep="{replicates: 3}"))
    theirs = save_sweep(store, text, "main", creator="bob", clock=SystemClock())
    _, last = begun
    assert call("pause", "--json").json["sweep"] == last.sweep.id == call("status", "--json").json["sweep"]
    monkeypatch.setenv("SOCIARIUM_USER", "carol")
    done = call("pause", "--json")
    assert done.json["sweep"] == theirs.sweep.id
    shown = " ".join(done.err.split())
    assert f"Theirs · sweep {theirs.sweep.id[:8]}, which was begun last; none is played now" in shown
    assert f"bob began the sweep {theirs.sweep.id[:8]} of 'Theirs'; its `status` names who steers it." in shown
