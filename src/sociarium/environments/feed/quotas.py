"""Quotas: values drawn to their shares, so that every beginning of the sequence is as near to them as can be.

After n draws a value of share s was drawn s*n times, rounded down or up (the chairman assignment problem; Tijdeman,
*Discrete Mathematics* 32, 1980). What is left open by that is drawn at random, for each attribute on its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from sociarium.experiment.rng import Draws

_FARTHEST = 200
"""Draws that are looked ahead, to see whether a choice leads into a corner."""


class Quota:
    """One attribute's values, drawn one after another."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        exact = {value: Fraction(share).limit_denominator(10_000) for value, share in shares.items() if share > 0}
        total = sum(exact.values(), Fraction(0))
        self._shares = {value: share / total for value, share in exact.items()}
        self._drawn = dict.fromkeys(self._shares, 0)
        self._number = 0
        self._ahead = min(_FARTHEST, 2 * math.ceil(1 / min(self._shares.values())))

    def draw(self, draws: Draws) -> str:
        """The next value."""
        self._number += 1
        open_ = _open(self._shares, self._drawn, self._number)
        chosen = next((value for value in draws.shuffle(open_) if self._leads_on(value)), None)
        value = chosen or _most_urgent(self._shares, self._drawn, open_ or list(self._shares))
        self._drawn[value] += 1
        return value

    def _leads_on(self, value: str) -> bool:
        """Whether, after this choice, every value can still keep its quota."""
        drawn = {**self._drawn, value: self._drawn[value] + 1}
        for number in range(self._number, self._number + self._ahead):
            if any(drawn[other] <= share * number - 1 for other, share in self._shares.items()):
                return False
            open_ = _open(self._shares, drawn, number + 1)
            if not open_:
                return False
            drawn[_most_urgent(self._shares, drawn, open_)] += 1
        return True


def _open(shares: Mapping[str, Fraction], drawn: Mapping[str, int], number: int) -> list[str]:
    """The values that may come as this draw without going over their quota."""
    return [value for value, share in shares.items() if drawn[value] < share * number]


def _most_urgent(shares: Mapping[str, Fraction], drawn: Mapping[str, int], values: list[str]) -> str:
    return min(values, key=lambda value: (drawn[value] + 1) / shares[value])
