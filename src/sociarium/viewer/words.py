"""Numbers, moments and counts as the pages write them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sociarium.exchange.quantity_text import count_in_words, duration, number

__all__ = ["capital", "count_in_words", "duration", "local", "moment", "number", "percent"]

_DAY = timedelta(days=1)


def capital(text: str) -> str:
    """A text with a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def percent(part: float, whole: float) -> str:
    """A share: `80.1 %`, a whole number where it is one, and never 100 % of what is not all."""
    if not whole:
        return "0 %"
    share = 100 * part / whole
    if part < whole:
        share = min(share, 99.9)
    return f"{share:.1f} %".replace(".0 %", " %")


def moment(at: str, now: datetime) -> str:
    """A stored moment as this machine's clock tells it: `05:12` today, `yesterday`, `21 Nov`, `21 Nov 2024`."""
    when = local(at)
    today = now.astimezone().date()
    if when.date() == today:
        return f"{when:%H:%M}"
    if when.date() == today - _DAY:
        return f"yesterday, {when:%H:%M}"
    return f"{when.day} {when:%b}" if when.year == today.year else f"{when.day} {when:%b %Y}"


def now() -> datetime:
    """Now, with this machine's zone."""
    return datetime.now().astimezone()


def local(at: str) -> datetime:
    """A stored moment on this machine's clock."""
    return datetime.fromisoformat(at).astimezone()
