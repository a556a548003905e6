"""Which options of a question with choices are outcomes of their own."""

from __future__ import annotations

from collections.abc import Sequence

YES = frozenset({"1", "true", "yes", "1.0"})
"""What affirms, in lower case."""
NO = frozenset({"0", "false", "no", "0.0"})
"""What denies, in lower case."""


def counted_options(options: Sequence[str]) -> tuple[str, ...]:
    """The options whose shares are outcomes: all of them, but of two, whose shares mirror each other, one.

    It is the one that affirms, where they are a yes and a no in the words of tables; else the first.
    """
    if len(options) != 2:
        return tuple(options)
    first, second = (one.strip().casefold() for one in options)
    return (options[1] if first in NO and second in YES else options[0],)
