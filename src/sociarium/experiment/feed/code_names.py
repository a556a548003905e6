"""Code of a researcher's own that a feed names: rankers, as `package.module:function`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sociarium.experiment.sweep import Sweep

SLOT = "feed.ranking"


def is_code(ranking: object) -> bool:
    """Whether a ranking is a researcher's own."""
    return isinstance(ranking, str) and ":" in ranking


def module_of(name: str) -> str:
    """The module of a ranker."""
    return name.partition(":")[0]


def names_of_code(rankings: Iterable[object], sweeps: Iterable[Sweep]) -> tuple[str, ...]:
    """Every ranker of a researcher's own that a file names, whichever of its sweeps uses it."""
    levels = (level for sweep in sweeps for level in _levels(sweep.factors))
    return tuple(sorted({str(name) for name in (*rankings, *levels) if is_code(name)}))


def _levels(factors: Mapping[str, Any]) -> Iterator[str]:
    for factor, raw in factors.items():
        for level in raw if isinstance(raw, list) else [raw]:
            value = level.get(SLOT) if isinstance(level, dict) else level if factor == SLOT else None
            if isinstance(value, str):
                yield value
