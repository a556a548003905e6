"""The mark of a person of a feed."""

from __future__ import annotations

from sociarium.exchange.feed_reading import FeedReading
from sociarium.viewer.labels import marks


def mark_of_person(read: FeedReading, handle: str) -> str:
    """The class of a person's mark; accounts outside have the bar."""
    person = read.people.get(handle)
    return read.once("marks", lambda: marks(read.roles))[person["role"]] if person else "r5"
