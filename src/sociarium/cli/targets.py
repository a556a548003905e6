"""What a command is about."""

from __future__ import annotations

from dataclasses import replace

from sociarium.exchange.selection import RunFilter, Selection
from sociarium.exchange.targets import runs_of, selection
from sociarium.ports.store import Store
from sociarium.runner.library.sweep_factors import levels_in_full

__all__ = ["runs_of", "selection"]


def filter_in_full(store: Store, chosen: Selection, narrowing: RunFilter) -> RunFilter:
    """A filter with its factors by their full names, where it has them as lists show them.

    Raises:
        BadInput: it leaves no run, and names a factor or level that none of them has.
    """
    if not narrowing.levels or next(chosen.runs(store, narrowing), None) is not None:
        return narrowing
    return replace(narrowing, levels=levels_in_full(store, chosen.sweeps, narrowing.levels))
