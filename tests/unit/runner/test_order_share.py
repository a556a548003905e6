"""Shares of what is said of a whole start."""

from __future__ import annotations

from typing import Any

from sociarium.records.steering import EVERY_MODEL, Action, SteeringOrder
from sociarium.runner.models.budget import Bounds
from sociarium.runner.models.order_share import OrderShare, shares
from sociarium.runner.models.orders import Orders
from sociarium.runner.workers.shutdown import StopSwitch


def order(number: int, action: Action, value: Any) -> SteeringOrder:
    return SteeringOrder("s", number, action, None, value, None, "", "ada", "")


async def test_parts_together_open_what_an_order_says_and_each_opens_one_at_least() -> None:
    parts = [Orders(StopSwitch(), concurrency=8, share=OrderShare(number, 3)) for number in range(3)]
    assert [part.concurrency for part in parts] == [3, 3, 2]
    for part in parts:
        part.add([order(1, "concurrency", 2)])
    assert [part.concurrency for part in parts] == [1, 1, 1]
    assert {part.whole_concurrency for part in parts} == {2}


async def test_limits_and_budgets_that_are_ordered_are_divided_and_hours_and_lifted_ones_are_not() -> None:
    part = Orders(StopSwitch(), share=OrderShare(1, 2), bounds=Bounds(cost=1.0))
    part.add([order(1, "limits", {"open": 5, "per_minute": 60, "tokens_per_minute": None, "hours": "22:00-07:00"})])
    assert part.state.limits[EVERY_MODEL] == {
        "open": 2,
        "per_minute": 30,
        "tokens_per_minute": None,
        "hours": "22:00-07:00",
    }
    part.add([order(2, "budget", {"max_tokens": 901, "seconds": 60, "max_cost": 3.0})])
    assert part.bounds == Bounds(tokens=450, cost=1.5, seconds=60)
    assert part.bounds_by_name == {"max_tokens": 901, "seconds": 60, "max_cost": 3.0}


def test_nothing_stays_nothing_and_little_is_not_less_than_one() -> None:
    assert [OrderShare(number, 3).of(0) for number in range(3)] == [0, 0, 0]
    assert [OrderShare(number, 3).of(1) for number in range(3)] == [1, 1, 1]
    assert shares(7, 3) == [3, 2, 2]
