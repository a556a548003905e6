"""How far a sweep is, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sociarium.viewer.sweep_digest import SweepDigest
from sociarium.viewer.words import local

_WINDOW = timedelta(minutes=30)
"""The rate is that of the last half hour."""


@dataclass(frozen=True, slots=True)
class ProgressView:
    """How far it is.

    Attributes:
        per_second: messages, lately; None where nobody works on it, or no run ended.
        ran: seconds from the first run that was taken up to now, or to the last one that ended; None where none was
            taken up, or nobody works on it and none ended.
        left: seconds that are left at that rate; None where nobody knows.
        ends: when that is.
    """

    finished: int
    per_second: float | None
    ran: float | None
    left: float | None
    ends: str | None


def progress(read: SweepDigest, now: datetime) -> ProgressView:
    """How far a sweep is, and when it ends at the rate of the last half hour."""
    counts = read.counts
    finished = counts.ended
    if read.started is None or (read.finished is None and not read.is_live):
        return ProgressView(finished, None, None, None, None)
    started = local(read.started)
    end = now if read.is_live or read.finished is None else local(read.finished)
    ran = max((end - started).total_seconds(), 0.0)
    since = max(started, end - _WINDOW)
    lately = [(at, messages) for at, messages in read.finishes if local(at) >= since]
    seconds = max((end - since).total_seconds(), 1.0)
    per_second = sum(messages for _, messages in lately) / seconds if lately and read.is_live else None
    left = counts.left * seconds / len(lately) if lately and read.is_live else None
    ends = (now + timedelta(seconds=left)).isoformat() if left is not None else None
    return ProgressView(finished, per_second, ran, left, ends)
