"""The steering port of a store: what people change about a sweep while it is played.

`ports/store.py` says what all ports of a store promise.
"""

from __future__ import annotations

from typing import Protocol

from sociarium.records.steering import SteeringOrder


class Steering(Protocol):
    """Logs of orders, one a sweep; entries are added and never changed.

    Concurrency: of orders with one sweep and number the first stands for ever; whoever is second gets it back, and
    takes the next number.
    Ordering: orders stand by number. An order that `add_order` returned is read by whoever asks afterwards.
    Ownership: who may steer a sweep, and whether an order makes sense, is for the caller to know. Orders go with
    their sweep when that is deleted.
    Errors: as `ports/store.py` says; a sweep that is not there has no orders.
    """

    def add_order(self, order: SteeringOrder) -> SteeringOrder:
        """Keep an order, unless one of its sweep and number stands.

        Returns:
            The order that stands: `order`, or another's that was first.
        """
        ...

    def orders(self, sweep: str, *, after: int = 0) -> list[SteeringOrder]:
        """The orders of a sweep whose number is above `after`, by number."""
        ...
