"""Random draws that are the same on every machine and in every version of Python.

The standard library promises only that `random()` of a seeded generator stays; its `choice`, `sample` and
`shuffle` have changed between versions. A run is replayed years later, so the draws are our own: SHA-256 in
counter mode over the seed (NIST SP 800-90A's Hash_DRBG has the same shape, with reseeding that is not needed here).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from sociarium.experiment.canonical import canonical_json

T = TypeVar("T")

_WORDS_PER_BLOCK = 4


class Draws:
    """A stream of draws, determined by what it is seeded with (any JSON values)."""

    def __init__(self, *seed: str | int) -> None:
        self._seed = hashlib.sha256(canonical_json(seed)).digest()
        self._counter = 0
        self._words: list[int] = []

    def bits(self) -> int:
        """64 random bits as a whole number."""
        if not self._words:
            block = hashlib.sha256(self._seed + self._counter.to_bytes(8, "big")).digest()
            self._words = [int.from_bytes(block[8 * i : 8 * i + 8], "big") for i in range(_WORDS_PER_BLOCK)]
            self._counter += 1
        return self._words.pop(0)

    def random(self) -> float:
        """A float in [0, 1), with 53 random bits."""
        return (self.bits() >> 11) * 2.0**-53

    def below(self, end: int) -> int:
        """A whole number in [0, end), every one as likely.

        Raises:
            ValueError: `end` is not positive, or more than 2**64.
        """
        if not 0 < end <= 2**64:
            raise ValueError(f"cannot draw below {end}")
        limit = 2**64 - 2**64 % end
        while (value := self.bits()) >= limit:
            pass
        return value % end

    def choice(self, items: Sequence[T]) -> T:
        """One of the items, every one as likely."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in random order (Fisher and Yates)."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result
