"""Draws and fingerprints stay what they are for ever: runs of years ago are replayed with them."""

from __future__ import annotations

import hashlib
import json

import pytest

from sociarium.experiment.canonical import canonical_json, fingerprint
from sociarium.experiment.rng import Draws, SeedRoot


def test_draws_are_sha_256_in_counter_mode_over_the_spelled_seed() -> None:
    seed = hashlib.sha256(b'["rng",7,2,"day1/caf\\u00e9"]').digest()
    blocks = [hashlib.sha256(seed + counter.to_bytes(8, "big")).digest() for counter in range(2)]
    words = [int.from_bytes(block[at : at + 8], "big") for block in blocks for at in range(0, 32, 8)]
    draws = Draws("rng", 7, 2, "day1/café")
    assert [draws.bits() for _ in words] == words


def test_some_draws_as_they_have_always_been() -> None:
    draws = Draws("rng", 1, "k")
    assert [draws.below(1000) for _ in range(6)] == [297, 31, 591, 1, 807, 507]
    assert draws.shuffle("abcdef") == ["f", "d", "c", "e", "b", "a"]
    assert round(draws.random(), 12) == 0.035480764389


@pytest.mark.parametrize("end", ["", "day1/ada/1/read", 'a "quoted" \\ café \x00 🦀'])
@pytest.mark.parametrize("beginning", [("rng",), ("rng", 7, 2), ("rng", 7, 2, "stream")])
def test_a_shared_beginning_changes_no_draw(beginning: tuple[str | int, ...], end: str) -> None:
    root = SeedRoot(*beginning)
    for _ in range(2):
        shared, whole = root.draws(end), Draws(*beginning, end)
        assert [shared.bits() for _ in range(9)] == [whole.bits() for _ in range(9)]


@pytest.mark.parametrize("length", [0, 1, 2044, 2045, 2046, 4092, 4093, 10_000])
def test_a_fingerprint_is_that_of_the_whole_text(length: int) -> None:
    value = "x" * length
    assert fingerprint(value) == hashlib.sha256(json.dumps(value).encode()).hexdigest()


def test_equal_values_are_spelled_alike() -> None:
    assert canonical_json({"b": [1.5, None, True], "a": "é"}) == b'{"a":"\\u00e9","b":[1.5,null,true]}'
    with pytest.raises(ValueError):
        canonical_json(float("nan"))
