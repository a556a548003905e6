"""Positions of a sweep in the order in which they are taken up, up to an end that may be moved."""

from __future__ import annotations

from collections.abc import Iterator


class Positions:
    """Positions in their order.

    Attributes:
        end: positions below it are given; None: all are.
    """

    def __init__(self, positions: Iterator[int], *, end: int | None) -> None:
        self.end = end
        self._positions = positions
        self._next = next(positions, None)

    @property
    def has_more(self) -> bool:
        """Whether there are positions beyond the end."""
        return self._next is not None

    def __iter__(self) -> Iterator[int]:
        while self._next is not None and (self.end is None or self._next < self.end):
            position, self._next = self._next, next(self._positions, None)
            yield position
