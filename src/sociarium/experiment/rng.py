"""Random draws that are the same on every machine and in every version of Python.

The standard library promises only that `random()` of a seeded generator stays; its `choice`, `sample` and
`shuffle` have changed between versions. A run is replayed years later, so the draws are our own: SHA-256 in
counter mode over the seed (NIST SP 800-90A's Hash_DRBG has the same shape, with reseeding that is not needed here).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import TypeVar

from sociarium.experiment.canonical import canonical_json

T = TypeVar("T")

_WORDS = struct.Struct(">4Q")
"""A block of 256 bits as four whole numbers of 64."""


class Draws:
    """A stream of draws, determined by what it is seeded with (any JSON values)."""

    def __init__(self, *seed: str | int) -> None:
        self._begin(hashlib.sha256(canonical_json(seed)).digest())

    def _begin(self, seed: bytes) -> None:
        self._seed = seed
        self._counter = 0
        self._words: list[int] = []

    def bits(self) -> int:
        """64 random bits as a whole number."""
        if not self._words:
            block = hashlib.sha256(self._seed + self._counter.to_bytes(8, "big")).digest()
            self._words = list(_WORDS.unpack(block))
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

    def shuffle(self, items: Sequence[T]) -> list[T]:
        """The items in random order (Fisher and Yates)."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result


class SeedRoot:
    """What many streams of draws have in common: the beginning of their seeds, spelled and hashed once."""

    def __init__(self, *beginning: str | int) -> None:
        self._hash = hashlib.sha256(canonical_json(beginning)[:-1] + b",")

    def draws(self, end: str) -> Draws:
        """The same as `Draws(*beginning, end)`."""
        own = self._hash.copy()
        own.update(canonical_json(end) + b"]")
        child = Draws.__new__(Draws)
        child._begin(own.digest())
        return child
