"""Whether a server may be asked at this hour, by what a clock on the wall of this machine shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sociarium.experiment.opening_hours import OpeningHours, all_open, clock_time, next_opening
from sociarium.ports.clock import Clock


class Opening:
    """The hours of one server.

    The time of day is read anew for each look, and nobody sleeps past the next minute: a clock that is set, and a night
    in which summer time begins or ends, are seen within it.

    Args:
        hours: all of them must be open.
    """

    def __init__(self, hours: Sequence[OpeningHours], clock: Clock) -> None:
        self._hours = hours
        self._clock = clock

    def is_open(self) -> bool:
        """Whether calls may begin now."""
        return not self._hours or all_open(self._hours, self._minute)

    @property
    def opens_at(self) -> str:
        """The time of day from which on calls may begin again; `never` where hours have no minute in common."""
        minute = next_opening(self._hours, self._minute)
        return "never" if minute is None else clock_time(minute)

    @property
    def seconds_to_next_look(self) -> float:
        """Until the next minute begins."""
        now = self._local()
        return 60.0 - now.second - now.microsecond / 1e6

    @property
    def _minute(self) -> int:
        now = self._local()
        return now.hour * 60 + now.minute

    def _local(self) -> datetime:
        return datetime.fromisoformat(self._clock.now()).astimezone()
