"""What an order comes to for one of several processes that divide what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sociarium.records.steering import SteeringOrder

_DIVIDED = frozenset({"open", "per_minute", "tokens_per_minute", "max_tokens", "max_cost"})
_WHOLE = frozenset({"open", "max_tokens"})


def share_of_order(order: SteeringOrder, *, number: int, count: int) -> SteeringOrder:
    """The order as one part of several obeys it: amounts are divided, all else is as it was said.

    What cannot be less than one, runs and calls that are open, is one at least for each part.

    Args:
        number: of the part, from 0, and how many there are.
    """
    match order.action, order.value:
        case "concurrency", int(whole):
            return replace(order, value=_at_least_one(whole, number, count))
        case "limits" | "budget", Mapping() as values:
            return replace(order, value={name: _share(name, value, number, count) for name, value in values.items()})
        case _:
            return order


def shares(whole: int, count: int) -> list[int]:
    """A number in parts that differ by one at most."""
    return [whole // count + (number < whole % count) for number in range(count)]


def _share(name: str, value: Any, number: int, count: int) -> Any:
    if name not in _DIVIDED or not isinstance(value, int | float):
        return value
    return _at_least_one(int(value), number, count) if name in _WHOLE else value / count


def _at_least_one(whole: int, number: int, count: int) -> int:
    return max(shares(whole, count)[number], 1)
