"""When too many of the answers that were asked for beside runs are none."""

from __future__ import annotations

from sociarium.cli.display.output import number
from sociarium.count_text import count_text


def unanswered_sentence(lacking: int, of: int, *, most: float) -> str:
    """That it is no success; empty where no greater share lacks than is allowed.

    Args:
        lacking: questions to which nothing was said that can be read.
        of: all that were put.
        most: the share that may lack, 0 to 1.
    """
    if not of or lacking / of <= most:
        return ""
    return (
        f"That is no success: to {number(lacking)} of {count_text(of, 'question')} there is no valid answer, more than "
        f"--max-empty allows ({most:.4g})."
    )
