"""Intervals drawn beside the rows of a table, on one scale that stands above them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sociarium.analysis.student_t import Estimate

_MEAN, _LEFT, _RIGHT, _LINE, _ZERO, _CROSSED = "●", "├", "┤", "─", "│", "┼"


def interval_plot(estimates: Sequence[Estimate], *, width: int, is_share: bool) -> tuple[str, list[str]]:
    """The scale, and a row for each estimate; zero is marked where it lies within the scale.

    Args:
        width: columns of the scale and of each row.
        is_share: whether the ends are written in percent.
    """
    values = [value for one in estimates for value in (one.low, one.mean, one.high) if value is not None]
    if not values:
        return "", ["" for _ in estimates]
    low, high = _ends(min(values), max(values))
    zero = _position(0, low, high, width) if low < 0 < high else None
    return _scale(low, high, zero, width, is_share), [_row(one, low, high, zero, width) for one in estimates]


def _ends(low: float, high: float) -> tuple[float, float]:
    """The ends of a scale on round numbers, one step beyond the values at most."""
    span = (high - low) or abs(high) or 1.0
    step = 10 ** math.floor(math.log10(span))
    step /= 2 if span / step < 3 else 1
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def _position(value: float, low: float, high: float, width: int) -> int:
    return round((value - low) / ((high - low) or 1.0) * (width - 1))


def _scale(low: float, high: float, zero: int | None, width: int, is_share: bool) -> str:
    first, last = (_number(value, is_share) for value in (low, high))
    line = list(f"{first:<{width - len(last)}}{last}")
    if zero is not None and len(first) < zero < width - len(last) - 1:
        line[zero] = "0"
    return "".join(line)


def _row(one: Estimate, low: float, high: float, zero: int | None, width: int) -> str:
    cells = [" "] * width
    if zero is not None:
        cells[zero] = _ZERO
    if one.mean is None:
        return "".join(cells)
    if one.low is not None and one.high is not None:
        left, right = (_position(value, low, high, width) for value in (one.low, one.high))
        cells[left : right + 1] = _LINE * (right + 1 - left)
        if zero is not None and left < zero < right:
            cells[zero] = _CROSSED
        cells[left], cells[right] = _LEFT, _RIGHT
    cells[_position(one.mean, low, high, width)] = _MEAN
    return "".join(cells)


def _number(value: float, is_share: bool) -> str:
    text = f"{100 * value:.0f} %" if is_share else f"{value:g}"
    return text.replace("-", "−")
