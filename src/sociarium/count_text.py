"""A count with its noun: one place decides between one and many."""

from __future__ import annotations


def one_or_many(count: float, one: str, many: str | None = None) -> str:
    """The form of a word that goes with a count: `run` and `runs`, `is` and `are`.

    Args:
        many: by default `one` with an s.
    """
    return one if count == 1 else f"{one}s" if many is None else many


def count_text(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: `1 run`, `2,400 runs`, `3 people`."""
    return f"{count:,} {one_or_many(count, one, many)}"
