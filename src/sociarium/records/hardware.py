"""On which kinds of hardware models were played, and whether a difference between two may be one between kinds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

SERVERS_WORDS = frozenset({"gpu", "cpu", "mixed"})
"""What a server says of itself: where a model's weights are. Of which kind the card is, it does not say."""

_SHARED = 0.1
"""Share of calls on kinds that both had, below which two models are taken to be played apart."""


def hardware_kind(address: str, hardware: str) -> str:
    """A kind as it is told apart from others.

    What a server says of itself is told with its address: whether two servers have the same cards is not known.
    """
    return f"{hardware} at {address}" if hardware in SERVERS_WORDS and address else hardware


def models_apart(calls: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str]]:
    """Pairs of models that were played on different kinds of hardware, but for a few calls, by name.

    Args:
        calls: by model, calls on each kind; a model of which no kind is known is compared with none.
    """
    known = {model: of_kinds for model, of_kinds in sorted(calls.items()) if sum(of_kinds.values())}
    return [(one, other) for one, other in combinations(known, 2) if _shared_part(known[one], known[other]) < _SHARED]


def _shared_part(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    all_of_one, all_of_other = sum(one.values()), sum(other.values())
    return sum(min(calls / all_of_one, other.get(kind, 0) / all_of_other) for kind, calls in one.items())
