"""A night with power cuts: a sweep is killed again and again, and nothing is missing or double in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest

from sociarium.records.runs import RunState
from sociarium.runner.run.replay import replay
from sociarium.runner.sweep.derive import ARM, SHAM
from tests.support.sweep_processes import Played, sweep_file
from tests.support.thorough import sized

OPEN = 16
KILLED = -9


def points(seed: int, kills: int, most: Mapping[str, int], calls: int) -> list[str]:
    """Moments of death: after a seeded n-th call, or before, inside or after a seeded n-th write of each kind.

    Places come first: what stands is not placed again. Finishes come last: by then the runs that are taken up again are
    short of their end.

    Args:
        kills: how many moments.
        most: kind of write -> the last one of it at which a process may die.
        calls: the last call after which it may die.
    """
    draw = Random(seed)
    early = [f"{when}:{what}:{draw.randint(1, most[what])}" for what in most for when in ("before", "inside", "after")]
    placing, late = ([f"{when}:{what}:1" for when in ("before", "inside", "after")] for what in ("place", "finish"))
    answered = [f"call:{draw.randint(1, calls)}" for _ in range(kills - len(early) - len(placing) - len(late))]
    mixed = early + answered
    draw.shuffle(mixed)
    return placing + mixed + late


def assert_survives(played: Played, moments: list[str], runs: int) -> None:
    """Die at each moment in turn; then the sweep is complete and hardly anything was asked twice."""
    # The lease is an hour: a restart must see by itself that the process before it is gone.
    played.environment["SOCIARIUM_LEASE"] = "3600"
    for kills, point in enumerate(moments, start=1):
        assert played.play("--kill", point, "--concurrency", str(OPEN)) == KILLED, f"not reached: {point}"
        if kills % 10 == 0:
            assert played.calls() - played.answers() <= kills * OPEN, f"after {kills} kills, the last at {point}"
    assert played.play() == 0
    played.assert_complete(runs)
    asked = played.calls()
    assert asked - played.answers() <= len(moments) * OPEN
    assert played.play() == 0
    assert played.calls() == asked, "running again asked a model"


@pytest.mark.slow
def test_twenty_kills_leave_every_conversation_complete(small_sweep: Played) -> None:
    most = {"append": 3, "claim": 1, "beat": 1}
    assert_survives(small_sweep, points(23, 20, most, calls=20), runs=24)


@pytest.mark.slow
def test_many_kills_leave_every_conversation_complete(played: Played) -> None:
    most = {"append": 6, "claim": 1, "beat": 1, "save": 1, "begin": 1}
    assert_survives(played, points(20, sized(60, 30), most, calls=40), runs=64)


@pytest.mark.slow
def test_kills_leave_every_conversation_on_a_server_complete(served_sweep: Played) -> None:
    most = {"append": 3, "claim": 1, "beat": 1}
    assert_survives(served_sweep, points(21, sized(30, 18), most, calls=20), runs=24)


def points_everywhere(seed: int, kills: int) -> list[str]:
    """Moments of death in the provider, in the store and in the runner, a third each, seeded."""
    draw = Random(seed)
    moments = [f"{when}:place:1" for when in ("before", "inside", "after")]
    while len(moments) < kills:
        store = draw.choice(["append", "append", "append", "claim", "beat"])
        most = {"append": 3, "claim": 1, "beat": 1}
        moments += [
            f"{draw.choice(['call', 'answer'])}:{draw.randint(1, 16)}",
            f"{draw.choice(['before', 'inside', 'after'])}:{store}:{draw.randint(1, most[store])}",
            f"{draw.choice(['event', 'kept'])}:{draw.randint(1, 16)}",
        ]
    return moments[:kills]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_kills_in_provider_store_and_runner_leave_every_conversation_complete(played: Played, seed: int) -> None:
    assert_survives(played, points_everywhere(seed, sized(25, 10)), runs=64)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5, sized(13, 8)))
def test_kills_with_a_shared_store_leave_every_conversation_complete(served_sweep: Played, seed: int) -> None:
    # Half as many at once as in the embedded store: a server that looks at every document takes its time.
    larger = replace(served_sweep, file=sweep_file(served_sweep.folder, conditions=8))
    assert_survives(larger, points_everywhere(seed, 13), runs=32)


@pytest.mark.slow
def test_a_kill_while_nothing_is_stored_yet_loses_nothing(small_sweep: Played) -> None:
    for point in ("before:save:1", "inside:save:1", "after:begin:1", "before:beat:1", "inside:place:1"):
        assert replace(small_sweep, fresh=point == "before:save:1").play("--kill", point) == KILLED
    assert small_sweep.play() == 0
    small_sweep.assert_complete(24)
    assert small_sweep.calls() == small_sweep.answers()


@pytest.mark.slow
def test_twenty_kills_leave_every_fork_complete_and_each_sham_as_its_origin(small_sweep: Played) -> None:
    assert small_sweep.play() == 0
    asked_before = small_sweep.calls()
    fork = ("--fork-at", "4", "--fork-set", "first_speaker=prisoner")
    small_sweep.environment["SOCIARIUM_LEASE"] = "3600"
    moments = points(22, 20, {"append": 4, "claim": 1, "beat": 1}, calls=24)
    for point in moments:
        assert small_sweep.play(*fork, "--kill", point, "--concurrency", str(OPEN)) == KILLED, f"not reached: {point}"

    assert small_sweep.play(*fork) == 0

    with small_sweep.opened() as store:
        derived = next(sweep for sweep in store.sweeps() if sweep.origin is not None)
        slots = list(store.slots(derived.id))
        assert len(slots) == 48
        assert {slot.status.state for slot in slots} == {RunState.DONE}
        for slot in slots:
            assert asyncio.run(replay(store, slot.status.run)).ended == "completed"
            run = store.run(slot.status.run)
            assert run.origin is not None
            own, before = ([event.digest for event in store.events(one)] for one in (run.id, run.origin.run))
            assert (own == before) is (slot.condition[ARM] == SHAM)
        # Four messages of each are copied; six, a summary and a private question to two agents are asked anew.
        fresh = sum(slot.status.counters.calls for slot in slots)
    assert fresh == 48 * 9
    assert small_sweep.calls() - asked_before - fresh <= len(moments) * OPEN
