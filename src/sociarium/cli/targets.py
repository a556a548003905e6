"""What a command is about, and which levels it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sociarium.errors import BadInput
from sociarium.exchange.selection import RunFilter, Selection
from sociarium.exchange.targets import runs_of, selection
from sociarium.ports.store import Store
from sociarium.runner.library.sweep_factors import levels_in_full

__all__ = ["levels", "runs_of", "selection"]


def filter_in_full(store: Store, chosen: Selection, narrowing: RunFilter) -> RunFilter:
    """A filter with its factors by their full names, where it has them as lists show them.

    Raises:
        BadInput: it leaves no run, and names a factor or level that none of them has.
    """
    if not narrowing.levels or next(chosen.runs(store, narrowing), None) is not None:
        return narrowing
    return replace(narrowing, levels=levels_in_full(store, chosen.sweeps, narrowing.levels))


def levels(conditions: Sequence[str]) -> dict[str, str]:
    """Factor -> level, as `--where FACTOR=LEVEL` gives them. Raises `BadInput`."""
    by_factor = {}
    for condition in conditions:
        factor, equals, level = condition.partition("=")
        if not equals:
            raise BadInput(f"--where {condition!r} has no level; write FACTOR=LEVEL, e.g. --where days=2")
        by_factor[factor] = level
    return by_factor


def changes(settings: Sequence[str]) -> dict[str, str]:
    """Factor -> level, as `--set FACTOR=LEVEL` gives them. Raises `BadInput`."""
    by_factor = {}
    for setting in settings:
        factor, equals, level = setting.partition("=")
        if not equals or not factor:
            raise BadInput(f"--set {setting!r} is not FACTOR=LEVEL; write e.g. --set section.Goal=escape")
        if factor in by_factor:
            raise BadInput(f"--set gives {factor} twice; give it once")
        by_factor[factor] = level
    return by_factor
