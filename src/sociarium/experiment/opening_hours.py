"""Opening hours of a server: when in the day it may be asked, in the local time of the machine that plays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

DAY = 24 * 60
"""Minutes of a day."""

_WRITTEN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """From one minute of the day to another, over midnight where the second is the earlier one.

    A minute of the day is what a clock on the wall shows, so that a day of 23 or 25 hours needs no rule of its own.

    Attributes:
        opens, closes: minutes since midnight, below `DAY`; never the same. At `closes` nothing new begins.
    """

    opens: int
    closes: int

    def is_open(self, minute: int) -> bool:
        """Whether calls may begin in this minute of the day."""
        return (minute - self.opens) % DAY < self.length

    @property
    def length(self) -> int:
        """Minutes a day."""
        return (self.closes - self.opens) % DAY


def read_hours(text: str) -> OpeningHours:
    """Hours as a file says them, such as `22:00-07:00`.

    Raises:
        ValueError: they are none; the message says what they look like.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ValueError('these are no hours; write them such as "22:00-07:00"')
    hours = [int(part) for part in match.groups()]
    opens, closes = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if max(opens, closes) > DAY:
        raise ValueError("a day ends at 24:00")
    if opens % DAY == closes % DAY:
        raise ValueError("these hours begin and end at once; leave them out where a server may be asked all day")
    return OpeningHours(opens % DAY, closes % DAY)


def all_open(hours: Sequence[OpeningHours], minute: int) -> bool:
    """Whether calls may begin in this minute of the day by every one of some hours."""
    return all(one.is_open(minute) for one in hours)


def next_opening(hours: Sequence[OpeningHours], minute: int) -> int | None:
    """The first minute of the day from this one on at which all are open; None where they never are together."""
    return next((one % DAY for one in range(minute, minute + DAY) if all_open(hours, one % DAY)), None)


def open_minutes(hours: Sequence[OpeningHours]) -> int:
    """Minutes a day at which all are open."""
    return sum(all_open(hours, minute) for minute in range(DAY))


def clock_time(minute: int) -> str:
    """A minute of the day as it is written."""
    return f"{minute // 60:02}:{minute % 60:02}"
