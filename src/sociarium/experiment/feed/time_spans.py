"""Spans and times of day as a researcher writes them, in minutes."""

from __future__ import annotations

import re

MINUTES_OF_DAY = 24 * 60


def span(text: str | int) -> int:
    """The minutes of a span: `1h`, `90m`, `1h30m`, 0.

    Raises:
        ValueError: it is none, or longer than a day.
    """
    match = re.fullmatch(r"(?:(\d{1,2})h)?(?:(\d{1,4})m)?", str(text).replace(" ", "")) if text != "" else None
    if isinstance(text, bool) or (match is None and str(text) != "0"):
        raise ValueError(f"{text!r} is not a span of time")
    minutes = sum(int(part or 0) * unit for part, unit in zip(match.groups(), (60, 1), strict=True)) if match else 0
    if minutes > MINUTES_OF_DAY:
        raise ValueError(f"{text!r} is longer than a day")
    return minutes


def time_of_day(text: str) -> int:
    """The minute of the day of a time: `09:30`.

    Raises:
        ValueError: it is none.
    """
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"{text!r} is not a time of day")
    return int(match[1]) * 60 + int(match[2])
