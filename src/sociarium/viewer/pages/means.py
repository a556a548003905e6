"""Means with their intervals, as texts and as small pictures of one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.analysis.result_rows import ProbeRow
from sociarium.analysis.student_t import Estimate
from sociarium.viewer.words import percent

NONE = "–"
WIDE = 200.0
"""Width of the picture of a mean with its interval."""
_EDGE = 8.0


@dataclass(frozen=True, slots=True)
class MeanView:
    """A mean with its interval, as text and as a picture.

    Attributes:
        at, low, high: positions in a picture `WIDE` wide; None where there is none.
        reason: why there is no interval.
    """

    text: str
    interval: str
    n: int
    at: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MeanScale:
    """What the pictures of a measure share."""

    low: float
    high: float

    @classmethod
    def of(cls, rows: Sequence[ProbeRow], *, is_change: bool) -> MeanScale:
        """The scale of a question: shares from none to all, changes with zero in the middle."""
        values = [value for row in rows for value in (row.estimate.mean, row.estimate.low, row.estimate.high)]
        numbers = [value for value in values if value is not None]
        if all(row.option is not None for row in rows) and not is_change:
            return cls(0.0, 1.0)
        low, high = min(numbers, default=0.0), max(numbers, default=1.0)
        if is_change:
            far = max(abs(low), abs(high)) or 1.0
            return cls(-far, far)
        return cls(low, high) if high > low else cls(low - 0.5, high + 0.5)

    def place(self, value: float) -> float:
        """Where a value stands in the picture."""
        return round(_EDGE + (WIDE - 2 * _EDGE) * (value - self.low) / (self.high - self.low), 1)

    def mean(self, one: Estimate, *, is_share: bool, is_signed: bool) -> MeanView:
        """An estimate as it is shown."""
        if one.mean is None:
            return MeanView(NONE, NONE, one.n, reason=one.reason)
        text = number_text(one.mean, is_share, is_signed)
        if one.low is None or one.high is None:
            return MeanView(text, NONE, one.n, self.place(one.mean), reason=one.reason)
        interval = f"{number_text(one.low, is_share, is_signed)} to {number_text(one.high, is_share, is_signed)}"
        return MeanView(text, interval, one.n, self.place(one.mean), self.place(one.low), self.place(one.high))


def number_text(value: float, is_share: bool, is_signed: bool) -> str:
    """A value, or a share as percents, with a true minus; `is_signed`: with its plus, too."""
    if is_share:
        text = percent(round(value * 100, 1), 100) if value >= 0 else f"-{percent(-value, 1)}"
    else:
        text = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 1_000 else f"{value:,.0f}"
    return f"{'+' if is_signed and value > 0 else ''}{text}".replace("-", "−")
