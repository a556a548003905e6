"""The order `by_model`: replicate by replicate, inside a replicate model by model.

The first replicate that is played begins with the models that are loaded already, every other one with those that the
one before ended with, so that nothing is loaded between them; the others follow in a permutation drawn for that
replicate. Conditions that ask several models are grouped by their set, and a set is followed by the one that shares
most with it. Every replicate has every condition once before the next begins: a sweep stopped at any moment is balanced
but for the replicate at hand, and over replicates each model comes early and late.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

from sociarium.experiment.design.permutation import Permutation

T = TypeVar("T")


def group_orders(
    sets: Sequence[Collection[T]], seed: int, replicates: int, *, in_memory: Collection[T] = (), first: int = 0
) -> Iterator[tuple[int, ...]]:
    """For each replicate, the numbers of the sets in the order in which they come.

    Args:
        in_memory: what is loaded as the first replicate that is played begins: it begins with the set that shares most
            with that, where one shares anything.
        first: that replicate, from 0.
    """
    last: int | None = None
    for replicate in range(replicates):
        drawn = Permutation(len(sets), "models", seed, replicate)
        places = [drawn[place] for place in range(len(sets))]
        order: list[int] = []
        if replicate == first and (begins := _set_to_begin_with(places, sets, in_memory)) is not None:
            last = begins
        if last is not None:
            places.remove(last)
            order.append(last)
        while places:
            before = set(sets[order[-1]]) if order else set()
            # Among those that share as much, the first that was drawn.
            following = max(places, key=lambda number: len(before.intersection(sets[number])))
            places.remove(following)
            order.append(following)
        last = order[-1]
        yield tuple(order)


def _set_to_begin_with(places: Sequence[int], sets: Sequence[Collection[T]], in_memory: Collection[T]) -> int | None:
    """The set that shares most with what is loaded, of several the one drawn first; None where none shares anything."""
    held = set(in_memory)
    most = max(places, key=lambda number: len(held.intersection(sets[number])))
    return most if held.intersection(sets[most]) else None


def positions_by_group(size: int, orders: Iterator[tuple[int, ...]], group_at: Callable[[int], int]) -> Iterator[int]:
    """Every position of a sweep once, replicate by replicate, inside a replicate group by group.

    Inside a group positions keep their order. What is not reached costs nothing but a number for each condition.

    Args:
        size: positions in a replicate.
        orders: of the groups, one for each replicate.
        group_at: the group of the condition that stands at a position.
    """
    for replicate, order in enumerate(orders):
        begin = replicate * size
        groups: list[int] = []
        for group in order:
            for place in range(size):
                if place == len(groups):
                    groups.append(group_at(begin + place))
                if groups[place] == group:
                    yield begin + place
