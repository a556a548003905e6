"""P values of a family of comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

Correction = Literal["holm", "benjamini-hochberg"]
"""holm: for a declared family (keeps the chance of any false positive). benjamini-hochberg: for what is explored (keeps
the expected share of false ones among those that are reported)."""


def adjusted_p(p_values: Sequence[float | None], correction: Correction) -> tuple[float | None, ...]:
    """P values adjusted for their family; a refused comparison (None) still counts in its size, as a p of 1.

    Sources: Holm 1979; Benjamini and Hochberg 1995.
    """
    if not len(p_values):
        return ()
    filled = np.array([1.0 if p is None else p for p in p_values], dtype=float)
    m, order = len(filled), np.argsort(filled, kind="stable")
    ranked = filled[order]
    if correction == "holm":
        stepped = np.maximum.accumulate(ranked * (m - np.arange(m)))
    else:
        stepped = np.minimum.accumulate((ranked * m / np.arange(1, m + 1))[::-1])[::-1]
    result = np.empty(m)
    result[order] = np.minimum(stepped, 1.0)
    return tuple(None if p is None else float(value) for p, value in zip(p_values, result, strict=True))
