"""Counts and times as people say them."""

from __future__ import annotations

import re

from sociarium.errors import BadInput

_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+)s)?")
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def duration(seconds: float) -> str:
    """Seconds as people say them: `under 1 s`, `45 s`, `12 min`, `7 h 30 min`."""
    if 0 < seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def number(value: float) -> str:
    """A count with thin thousands: 12,345 or 3.4 M."""
    if value >= 10_000_000:
        return f"{value / 1e6:.1f} M"
    return f"{round(value):,}"


def count_in_words(value: int, one: str, many: str | None = None) -> str:
    """A count with its noun; small ones in words: `two sweeps`, `13 runs`."""
    noun = one if value == 1 else many or f"{one}s"
    return f"{_SMALL[value] if 0 <= value < len(_SMALL) else number(value)} {noun}"


def seconds_in(text: str) -> float:
    """A time such as `7h30m`, `45m` or `90s`, as `--max-time` takes it, in seconds. Raises `BadInput`."""
    match = _TIME.fullmatch(text.strip().lower())
    if not match or not any(match.groups()):
        raise BadInput(f"--max-time {text!r} is not a time; write it as 7h30m, 45m or 90s")
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    return float(hours * 3600 + minutes * 60 + rest)
