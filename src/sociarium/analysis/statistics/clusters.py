"""How many clusters a method needs before its numbers may be shown."""

from __future__ import annotations

from sociarium.errors import NotEstimable

FEWEST = 5
"""Clusters under which nothing that rests on their spread is shown."""

BOOTSTRAP = 20
"""Under this, a percentile bootstrap over clusters is too narrow (docs/statistics.md)."""

SANDWICH = 40
"""Under this, a sandwich without a correction for small samples is too narrow (Angrist and Pischke 2009, chapter 8)."""


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


def require_bootstrap(clusters: int, *, where: str) -> None:
    """Raise `NotEstimable` where a percentile bootstrap would be too narrow."""
    if clusters < BOOTSTRAP:
        raise NotEstimable(
            "too few clusters",
            what=f"{clusters} units are too few for a percentile bootstrap; {BOOTSTRAP} are the least",
            where=where,
            mend="use more units, or a t interval over them",
        )


def require_correction(clusters: int, *, corrected: bool, where: str) -> None:
    """Raise `NotEstimable` where a sandwich without correction would be too narrow."""
    if not corrected and clusters < SANDWICH:
        raise NotEstimable(
            "too few clusters",
            what=f"{clusters} clusters are too few for a sandwich without a small-sample correction; "
            f"{SANDWICH} are the least",
            where=where,
            mend="use the bias-reduced covariance",
        )
