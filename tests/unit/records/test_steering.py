"""What orders about a sweep amount to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.records.steering import (
    EVERY_MODEL,
    SteeringOrder,
    SteeringState,
    has_levels,
    order_fault,
    steering_state,
)

AT = "2026-03-01T08:00:00.000Z"
CONDITIONS = ({"days": 1}, {"days": 2}, {"days": 2, "on": True}, {"on": 1})
TARGETS: tuple[Any, ...] = (
    None,
    *({"condition": levels} for levels in CONDITIONS),
    *({"run": run} for run in ("a", "b")),
    *({"model": model} for model in ("a", "llama")),
)


def order(number: int, action: Any, target: Any = None, value: Any = None) -> SteeringOrder:
    return SteeringOrder("aa", number, action, target, value, None, "", "ada", AT)


def amount(*orders: tuple[Any, ...]) -> SteeringState:
    return steering_state(order(number, *parts) for number, parts in enumerate(orders, start=1))


VALUES = {
    "pause": st.sampled_from(["drain", "hold"]),
    "concurrency": st.integers(1, 9),
    "limits": st.dictionaries(st.sampled_from(["requests", "tokens"]), st.none() | st.integers(1, 9), min_size=1),
    "budget": st.dictionaries(st.sampled_from(["max_cost", "seconds"]), st.none() | st.integers(0, 9), min_size=1),
}
ACTIONS = ("pause", "continue", "cancel", "concurrency", "limits", "retry", "budget", "first")


def logs(*actions: str, most: int = 30) -> st.SearchStrategy[list[SteeringOrder]]:
    """Orders with these actions, of any target."""
    parts = st.sampled_from(actions).flatmap(
        lambda action: st.tuples(st.just(action), st.sampled_from(TARGETS), VALUES.get(action, st.none()))
    )
    return st.lists(parts, max_size=most).map(
        lambda log: [order(number, *one) for number, one in enumerate(log, start=1)]
    )


LOGS = logs(*ACTIONS)


def by_definition(orders: list[SteeringOrder], action: str, target: Any) -> Any:
    """The value of the last order of an action with a target that `continue` did not end; False for none."""
    value: Any = False
    for one in orders:
        if one.target == target and not order_fault(one):
            if one.action == action:
                value = one.value
            elif one.action == "continue":
                value = False
    return value


@given(LOGS, st.randoms())
def test_orders_count_by_number_in_whatever_order_they_come(orders: list[SteeringOrder], random: Any) -> None:
    shuffled = list(orders)
    random.shuffle(shuffled)
    assert steering_state(shuffled) == steering_state(orders)


@pytest.mark.slow
@given(logs("pause", "continue"))
def test_a_later_pause_stands_until_somebody_continues(orders: list[SteeringOrder]) -> None:
    state = steering_state(orders)
    assert (state.paused or False) == by_definition(orders, "pause", None)
    for model in ("a", "llama"):
        assert state.paused_models.get(model, False) == by_definition(orders, "pause", {"model": model})


@pytest.mark.slow
@given(logs("cancel", "continue"))
def test_what_was_cancelled_and_not_continued_is_cancelled(orders: list[SteeringOrder]) -> None:
    state = steering_state(orders)
    assert state.cancelled == (by_definition(orders, "cancel", None) is None)
    for run in ("a", "b"):
        assert (run in state.cancelled_runs) == (by_definition(orders, "cancel", {"run": run}) is None)
    for model in ("a", "llama"):
        assert (model in state.cancelled_models) == (by_definition(orders, "cancel", {"model": model}) is None)
    for levels in CONDITIONS:
        expected = by_definition(orders, "cancel", {"condition": levels}) is None
        assert state.cancelled_conditions.count(levels) == expected


@pytest.mark.slow
@given(logs("concurrency", "limits", "budget"))
def test_of_values_the_last_one_said_stands(orders: list[SteeringOrder]) -> None:
    state = steering_state(orders)
    sound = [one for one in orders if not order_fault(one)]
    spoken = [one.value for one in sound if one.action == "concurrency"]
    assert state.concurrency == (spoken[-1] if spoken else None)
    budget: dict[str, Any] = {}
    for one in sound:
        if one.action == "budget":
            budget |= one.value
    assert state.budget == budget
    for model in (EVERY_MODEL, "a", "llama"):
        limits: dict[str, Any] = {}
        for one in sound:
            if one.action == "limits" and one.target == ({"model": model} if model else None):
                limits |= one.value
        assert state.limits.get(model, {}) == limits


@pytest.mark.slow
@given(logs("retry", "first"))
def test_retries_and_first_runs_keep_their_order(orders: list[SteeringOrder]) -> None:
    state = steering_state(orders)
    sound = [one for one in orders if not order_fault(one)]
    assert list(state.retries) == [one for one in sound if one.action == "retry"]
    first = [one.target["run"] for one in sound if one.action == "first" and one.target]
    assert list(state.first_runs) == list(dict.fromkeys(reversed(first)))[::-1]
    assert state.number == len(orders)


@pytest.mark.slow
@given(LOGS)
def test_what_is_appended_changes_a_state_as_if_it_had_been_read_at_once(orders: list[SteeringOrder]) -> None:
    paused = [*orders, order(len(orders) + 1, "pause", None, "hold")]
    assert steering_state(paused).paused == "hold"
    assert steering_state([*paused, order(len(paused) + 1, "continue")]).paused is None


def test_nothing_said_changes_nothing() -> None:
    assert steering_state([]) == SteeringState()


def test_continue_ends_what_was_said_of_the_same_target_alone() -> None:
    state = amount(
        ("pause", None, "drain"), ("pause", {"model": "llama"}, "hold"), ("cancel", {"run": "a"}), ("continue",)
    )
    assert (state.paused, state.paused_models, state.cancelled_runs) == (None, {"llama": "hold"}, {"a"})


def test_a_raised_cost_leaves_the_other_bounds_and_none_lifts_one() -> None:
    state = amount(
        ("budget", None, {"max_cost": 5, "max_tokens": 9}), ("budget", None, {"max_cost": 7, "max_tokens": None})
    )
    assert state.budget == {"max_cost": 7, "max_tokens": None}


def test_a_cancelled_condition_is_every_condition_with_its_levels() -> None:
    state = amount(("cancel", {"condition": {"days": 2}}), ("cancel", {"model": "llama"}), ("cancel", {"run": "r9"}))
    assert state.is_cancelled("r1", {"days": 2, "on": True}, ["gpt"])
    assert not state.is_cancelled("r1", {"days": 3, "on": True}, ["gpt"])
    assert not state.is_cancelled("r1", {"on": True}, ["gpt"])
    assert state.is_cancelled("r1", {"days": 3}, ["gpt", "llama"])
    assert state.is_cancelled("r9", {"days": 3}, [])
    assert amount(("cancel",)).is_cancelled("r1", {}, [])


def test_true_is_not_one() -> None:
    assert has_levels({"on": True}, {"on": True})
    assert not has_levels({"on": True}, {"on": 1})
    assert not has_levels({"on": "1"}, {"on": 1})


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        (("pause", None, "soon"), "drain or hold"),
        (("pause", {"run": "a"}, "hold"), "is not said of a run"),
        (("burn",), "no action"),
        (("cancel", {"run": "a", "model": "b"}), "a target is"),
        (("cancel", {"run": ""}), "a target is"),
        (("cancel", {"condition": {}}), "a target is"),
        (("cancel", {"condition": {"days": [1]}}), "a level is"),
        (("cancel", {"condition": {"days": float("nan")}}), "a level is"),
        (("cancel", {"run": "a"}, 1), "has no value"),
        (("concurrency", None, 0), "from 1"),
        (("concurrency", None, True), "from 1"),
        (("concurrency", None, 1.5), "from 1"),
        (("limits", None, []), "by name"),
        (("limits", None, {}), "by name"),
        (("budget", None, {"max_calls": 1}), "numbers for max_cost, max_tokens, seconds"),
        (("budget", None, {"max_cost": float("inf")}), "numbers for"),
        (("budget", None, {"max_cost": -1}), "numbers for"),
        (("first",), "is not said of a whole sweep"),
    ],
)
def test_an_order_that_says_nothing_sensible_is_told_and_changes_nothing(parts: tuple[Any, ...], fault: str) -> None:
    assert fault in order_fault(order(1, *parts))
    assert amount(parts) == SteeringState(number=1)
    assert order_fault(order(0, "retry")) == "numbers begin at 1"


def test_a_run_that_is_put_first_again_comes_after_the_others_that_were() -> None:
    assert amount(*[("first", {"run": run}) for run in "aba"]).first_runs == ("b", "a")
