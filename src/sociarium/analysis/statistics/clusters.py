"""How many clusters a method needs before its numbers may be shown."""

from __future__ import annotations

from sociarium.errors import NotEstimable

FEWEST = 5
"""Clusters under which nothing that rests on their spread is shown."""

BOOTSTRAP = 20
"""Under this, a percentile bootstrap over clusters is too narrow (docs/statistics.md)."""


def require_clusters(clusters: int, parameters: int, *, where: str) -> None:
    """Raise `NotEstimable` where clusters do not carry the parameters and at least two degrees of freedom."""
    needed = max(FEWEST, parameters + 2)
    if clusters < needed:
        raise NotEstimable(
            "too few clusters",
            what=f"{clusters} clusters carry {parameters} parameters; {needed} are the least",
            where=where,
            mend="run more replicates, leave out terms, or bring outcomes to runs and contrast their means",
        )
