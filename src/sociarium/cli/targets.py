"""What a command is about, and which levels it takes."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.errors import BadInput
from sociarium.exchange.targets import runs_of, selection

__all__ = ["levels", "runs_of", "selection"]


def levels(conditions: Sequence[str]) -> dict[str, str]:
    """Factor -> level, as `--where FACTOR=LEVEL` gives them. Raises `BadInput`."""
    by_factor = {}
    for condition in conditions:
        factor, equals, level = condition.partition("=")
        if not equals:
            raise BadInput(f"--where {condition!r} has no level; write FACTOR=LEVEL, e.g. --where days=2")
        by_factor[factor] = level
    return by_factor
