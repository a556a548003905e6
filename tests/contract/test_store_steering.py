"""What every store promises of orders about sweeps, and of runs that are cancelled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery
from sociarium.records.runs import Claim, Outcome, RunState, may_be_claimed
from sociarium.records.steering import SteeringOrder
from tests.support.records import HOSTILE, LATER, entry, experiment, finished, placed, run, sweep, taken, version


def order(number: int = 1, sweep_: str = "aa", **changes: object) -> SteeringOrder:
    return replace(SteeringOrder(sweep_, number, "pause", None, "drain", None, "lunch", "ada", LATER), **changes)


ORDERS = [
    order(1),
    order(2, action="limits", target={"model": HOSTILE}, value={"$set": {"a.b": 1}, "": None}, former=[1, [2.5, None]]),
    order(10, action="cancel", target={"condition": {"days": 2, "on": True, "x.$y": "1"}}, value=None, reason=HOSTILE),
    order(3, action="first", target={"run": "a1"}, value=None, by=HOSTILE),
]


def test_orders_come_back_as_they_went_in_and_by_number(store: Store, reopen: Callable[[], Store]) -> None:
    for one in ORDERS:
        assert store.add_order(one) == one
    other = store.add_order(order(1, "bb"))
    again = reopen()
    assert again.orders("aa") == sorted(ORDERS, key=lambda one: one.number)
    assert again.orders("bb") == [other]


def test_only_later_orders_are_read(store: Store) -> None:
    for number in (1, 2, 3):
        store.add_order(order(number))
    assert [one.number for one in store.orders("aa", after=1)] == [2, 3]
    assert store.orders("aa", after=3) == []
    assert store.orders("nobody") == []


def test_the_first_order_of_a_number_stands_and_the_second_gets_it_back(store: Store) -> None:
    first, second = order(by="ada"), order(by="bob", value="hold")
    store.add_order(first)
    assert store.add_order(second) == first
    assert store.add_order(first) == first
    assert store.orders("aa") == [first]


def test_of_many_who_steer_at_once_one_has_the_number(store: Store, concurrent: None) -> None:
    with ThreadPoolExecutor(8) as pool:
        standing = list(pool.map(lambda n: store.add_order(order(by=f"w{n}")), range(8)))
    assert len({one.by for one in standing}) == 1
    assert store.orders("aa") == standing[:1]


# Runs that are cancelled


def cancelled(run_: str, token: int) -> Claim:
    return finished(run_, token, state=RunState.CANCELLED, ended=None, error=None)


@pytest.fixture
def planned(store: Store) -> Store:
    store.save_experiment(experiment(), version())
    store.save_sweep(sweep())
    placed(store, run("a1"), run("a2"), run("a3"))
    return store


def test_a_run_that_nobody_took_up_is_cancelled_by_a_claim(planned: Store) -> None:
    assert planned.claim(cancelled("a1", 1)) == cancelled("a1", 1)
    [status] = planned.run_statuses(["a1"])
    assert (status.state, status.token, status.protocol, status.started) == (RunState.CANCELLED, 1, 0, None)
    assert status.finished == LATER
    assert [slot.status.state for slot in planned.slots("aa")] == [
        RunState.CANCELLED,
        RunState.PENDING,
        RunState.PENDING,
    ]


def test_a_cancelled_run_is_listed_by_its_state_and_held_by_nobody(planned: Store) -> None:
    planned.claim(taken("a2"))
    planned.claim(finished("a2", 2, state=RunState.FAILED, ended=None, error="no"))
    planned.claim(cancelled("a2", 3))
    planned.claim(taken("a3"))
    listed = [one.place.status.run for one in planned.list_runs(RunQuery(state=RunState.CANCELLED))]
    assert listed == ["a2"]
    assert [one.place.status.run for one in planned.list_runs(RunQuery(state=RunState.FAILED))] == []
    assert [one.run for one in planned.claimed_runs("e1")] == ["a3"]


def test_a_cancelled_run_is_taken_up_again_with_what_it_left(planned: Store) -> None:
    planned.claim(taken("a1"))
    planned.append([entry("k")])
    planned.claim(finished("a1", 2, state=RunState.PENDING, ended=None))
    planned.claim(cancelled("a1", 3))
    [status] = planned.run_statuses(["a1"])
    assert not may_be_claimed(status, retry_failed=True)
    assert may_be_claimed(status, retry_failed=False, retry_cancelled=True)
    planned.claim(taken("a1", 4, "w2"))
    [status] = planned.run_statuses(["a1"])
    assert (status.state, status.worker, status.finished) == (RunState.RUNNING, "w2", None)
    assert [one.key for one in planned.journal("a1")] == ["k"]


def test_of_a_worker_and_somebody_who_cancels_one_is_first(planned: Store) -> None:
    planned.claim(taken("a1", 1, "w1"))
    assert planned.claim(cancelled("a1", 1)) == taken("a1", 1, "w1")
    assert planned.run_statuses(["a1"])[0].state is RunState.RUNNING
    planned.claim(cancelled("a2", 1))
    assert planned.claim(taken("a2", 1, "w1")) == cancelled("a2", 1)
    assert planned.run_statuses(["a2"])[0].state is RunState.CANCELLED
    outcome = planned.claims("a2")[0].outcome
    assert isinstance(outcome, Outcome)
    assert outcome.state is RunState.CANCELLED
