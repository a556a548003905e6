"""A random order of many things that is never written down.

A keyed permutation of 0 ... size-1: a balanced Feistel network over the next even number of bits, walked along its
cycle until it lands inside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002, method 3).
A million conditions are shuffled in constant memory.
"""

from __future__ import annotations

import hashlib

from sociarium.experiment.canonical import canonical_json

_ROUNDS = 10


class Permutation:
    """A permutation of `range(size)` determined by its seed; `permutation[position]` is the item there."""

    def __init__(self, size: int, *seed: str | int) -> None:
        self.size = size
        self._half = max(1, ((size - 1).bit_length() + 1) // 2)
        self._mask = (1 << self._half) - 1
        self._key = hashlib.sha256(canonical_json(seed)).digest()

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, position: int) -> int:
        if not 0 <= position < self.size:
            raise IndexError(position)
        value = self._encrypt(position)
        while value >= self.size:
            value = self._encrypt(value)
        return value

    def _encrypt(self, value: int) -> int:
        left, right = value >> self._half, value & self._mask
        for number in range(_ROUNDS):
            block = hashlib.sha256(self._key + bytes((number,)) + right.to_bytes(8, "big")).digest()
            left, right = right, left ^ (int.from_bytes(block[:8], "big") & self._mask)
        return left << self._half | right
