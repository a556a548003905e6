"""Times that records keep, as people read them."""

from __future__ import annotations


def minute_text(time: str) -> str:
    """The minute of a stored time, which is UTC: `2026-11-27 18:18` for `2026-11-27T18:18:50+00:00`."""
    return time[:16].replace("T", " ")
