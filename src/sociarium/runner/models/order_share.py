"""What is said of a whole start, as one of several processes that divide it obeys it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sociarium.records.steering import SteeringOrder
from sociarium.runner.models.budget import Bounds

_RATES = frozenset({"per_minute", "tokens_per_minute"})


@dataclass(frozen=True, slots=True)
class OrderShare:
    """One part of several. What cannot be less than one, runs and calls that are open, is one at least for each.

    Attributes:
        number: of the part, from 0. count: of the parts.
    """

    number: int = 0
    count: int = 1

    def of(self, whole: int) -> int:
        """A number, divided."""
        return max(shares(whole, self.count)[self.number], min(whole, 1))

    def of_bounds(self, bounds: Bounds) -> Bounds:
        """Bounds, of which the time is everybody's."""
        tokens = None if bounds.tokens is None else self.of(bounds.tokens)
        return Bounds(tokens, None if bounds.cost is None else bounds.cost / self.count, bounds.seconds)

    def of_order(self, order: SteeringOrder) -> SteeringOrder:
        """An order, with limits of servers divided."""
        if order.action != "limits" or not isinstance(order.value, Mapping) or self.count == 1:
            return order
        return replace(order, value={name: self._of_limit(name, value) for name, value in order.value.items()})

    def _of_limit(self, name: str, value: Any) -> Any:
        if name == "open" and isinstance(value, int):
            return self.of(value)
        return value / self.count if name in _RATES and isinstance(value, int | float) else value


def shares(whole: int, count: int) -> list[int]:
    """A number in parts that differ by one at most."""
    return [whole // count + (number < whole % count) for number in range(count)]
