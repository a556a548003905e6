"""The researcher's posts: when each of them comes."""

from __future__ import annotations

from collections.abc import Iterable

from sociarium.experiment.feed.run_content import FeedEventContent


def due(events: Iterable[FeedEventContent], day: int) -> list[FeedEventContent]:
    """The posts of a day, by minute, then as the file has them; one without words does not come."""
    posts = [event for event in events if event.text.strip() and _comes(event, day)]
    return sorted(posts, key=lambda event: event.minute)


def _comes(event: FeedEventContent, day: int) -> bool:
    if day == event.day:
        return True
    return bool(event.every) and day > event.day and (day - event.day) % event.every == 0
