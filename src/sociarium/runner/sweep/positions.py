"""Positions of a sweep in the order in which they are taken up, up to an end that may be moved."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice


class Positions:
    """Positions in their order.

    One of several workers is given its own part of those below the end first, every Nth, and then the others' parts, to
    help out: two that went through the same list would meet at every claim.

    Args:
        part: the number of the worker, from 0, and how many there are.

    Attributes:
        end: positions below it are given; None: all are.
    """

    def __init__(self, positions: Iterator[int], *, end: int | None, part: tuple[int, int] = (0, 1)) -> None:
        self.end = end
        self._positions = positions
        self._next = next(positions, None)
        number, count = part
        self._parts = [deque[int]() for _ in range(count)]
        # Beginning with the next one's, so that not all help out at one place.
        self._others = [self._parts[(number + other) % count] for other in range(1, count)]
        self._own = self._parts[number]

    @property
    def has_more(self) -> bool:
        """Whether there are positions beyond the end."""
        return self._next is not None

    def take(self, most: int, *, helps: bool = True) -> list[int]:
        """The next ones of one's own part, or, where none is left below the end, of the others'.

        Args:
            helps: whether others' are given at all.
        """
        own = list(islice(self._of_own_part(), most))
        return own if own or not helps else list(islice(self._of_other_parts(), most))

    def _of_own_part(self) -> Iterator[int]:
        while self._next is not None and (self.end is None or self._next < self.end):
            position, self._next = self._next, next(self._positions, None)
            part = self._parts[position % len(self._parts)]
            if part is self._own:
                yield position
            else:
                part.append(position)

    def _of_other_parts(self) -> Iterator[int]:
        while (left := next((part for part in self._others if part), None)) is not None:
            yield left.popleft()
