"""Who is alive: counters and our own monotonic clock, never the clock of another machine."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.errors import SetupError, SociariumError, StoreUnavailable
from sociarium.records.runs import Worker
from sociarium.runner.workers.heartbeat import Heart
from sociarium.runner.workers.liveness import Liveness
from sociarium.runner.workers.process import is_gone, is_here, this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.hand_clock import ELSEWHERE, HandClock


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


def test_a_worker_elsewhere_is_gone_when_its_counter_stood_still_for_a_lease(store: SqliteStore) -> None:
    clock = HandClock()
    liveness = Liveness(store, this_worker(), clock, lease=20)
    store.record_heartbeat(ELSEWHERE)
    assert liveness.verdicts(["far"]) == {"far": "unknown"}
    clock.seconds = 19
    assert liveness.verdicts(["far"]) == {"far": "unknown"}
    store.record_heartbeat(replace(ELSEWHERE, beat=1))
    clock.seconds = 21
    assert liveness.verdicts(["far"]) == {"far": "alive"}
    clock.seconds = 40
    assert liveness.verdicts(["far"]) == {"far": "unknown"}
    clock.seconds = 41
    assert liveness.verdicts(["far"]) == {"far": "gone"}


def test_a_worker_that_never_beat_is_gone_after_a_lease(store: SqliteStore) -> None:
    clock = HandClock()
    liveness = Liveness(store, this_worker(), clock, lease=20)
    assert liveness.verdicts(["never"]) == {"never": "unknown"}
    clock.seconds = 20
    assert liveness.verdicts(["never"]) == {"never": "gone"}


def test_a_process_that_ended_on_this_machine_is_gone_at_once(store: SqliteStore) -> None:
    me = this_worker()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    worker = replace(me, id="child", pid=child.pid, started=_started(child.pid))
    store.record_heartbeat(worker)
    liveness = Liveness(store, me, HandClock(), lease=20)
    assert liveness.verdicts(["child"]) == {"child": "unknown"}
    child.communicate()
    assert liveness.verdicts(["child"]) == {"child": "gone"}


@pytest.mark.parametrize("host", [None, "another-host"])
def test_a_worker_that_said_that_it_leaves_is_gone_at_once_though_its_process_lives(
    store: SqliteStore, host: str | None
) -> None:
    me, former = this_worker(), this_worker()
    store.record_heartbeat(replace(former, host=host or former.host, beat=4, doing={"ended": True}))
    assert Liveness(store, me, HandClock(), lease=20).verdicts([former.id]) == {former.id: "gone"}


def _started(pid: int) -> str:
    from sociarium.runner.workers import process

    return process._start_time(pid) or ""


def test_a_reused_process_id_is_another_process() -> None:
    me = this_worker()
    assert not is_gone(me)
    assert is_gone(replace(me, started="long ago"))


def test_processes_of_another_boot_or_space_of_ids_cannot_be_seen_from_here() -> None:
    me = this_worker()
    assert is_here(me, me)
    assert not is_here(replace(me, boot="another"), me)
    assert not is_here(replace(me, host="another"), me)
    assert not is_here(replace(me, boot=""), replace(me, boot=""))


def test_i_am_alive_to_myself(store: SqliteStore) -> None:
    me = this_worker()
    assert Liveness(store, me, HandClock(), lease=20).verdicts([me.id]) == {me.id: "alive"}


def test_a_heart_beats_and_tells_when_it_overslept(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, overslept, beaten, looked = HandClock(), threading.Event(), threading.Event(), threading.Event()
    me = this_worker()

    def doing() -> dict[str, object]:
        looked.wait(10)
        clock.seconds += 100
        beaten.set()
        return {"open": 3}

    beats: list[object] = []
    record = store.record_heartbeat

    def record_heartbeat(worker: Worker) -> None:
        beats.append(worker.doing)
        record(worker)

    monkeypatch.setattr(store, "record_heartbeat", record_heartbeat)
    heart = Heart(store, me, clock, lease=0.2, doing=doing, overslept=overslept.set)
    heart.start()
    assert store.workers([me.id])[me.id].beat == 0
    looked.set()
    assert beaten.wait(10)
    assert overslept.wait(10)
    heart.stop()
    assert store.workers([me.id])[me.id].beat > 0
    assert {"open": 3} in beats, "it does not say what it does"
    assert store.workers([me.id])[me.id].doing == {"ended": True}


@pytest.mark.parametrize(
    "error", [SetupError("cannot be written"), StoreUnavailable("gone")], ids=["read-only", "away"]
)
def test_a_heart_goes_on_beating_when_a_beat_could_not_be_stored(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, error: SociariumError
) -> None:
    record = store.record_heartbeat
    me, again, beats = this_worker(), threading.Event(), []

    def record_heartbeat(worker: Worker) -> None:
        beats.append(worker)
        if len(beats) == 2:
            raise error
        if len(beats) > 2:
            again.set()
        record(worker)

    monkeypatch.setattr(store, "record_heartbeat", record_heartbeat)
    heart = Heart(store, me, HandClock(), lease=0.2, doing=dict, overslept=lambda: None)
    heart.start()
    assert again.wait(10)
    heart.stop()
    assert store.workers([me.id])[me.id].doing == {"ended": True}
