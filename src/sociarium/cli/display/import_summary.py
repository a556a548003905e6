"""What an import came to."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.cli.display.output import console, number, words
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.merge_result import MergeResult
from sociarium.exchange.sanitize import one_line

_SHOWN = 20


def show_import(merged: MergeResult, notes: Notes) -> None:
    """Print it; conflicts and notes on stderr."""
    new = ", ".join(f"{kind} {number(count)}" for kind, count in merged.new.items() if count)
    console().print(f"New here: {new or 'nothing'}. Runs that stood already: {number(merged.standing)}.")
    _show("left out; what stands here was left as it is", merged.conflicts, merged.conflict_count)
    _show("to know of what was read", notes.lines, notes.count)


def _show(what: str, lines: Sequence[str], count: int) -> None:
    if not count:
        return
    errors = console(stderr=True)
    errors.print(f"{number(count)} {what}:", style="yellow")
    for one in lines[:_SHOWN]:
        errors.print(words(f"  {one_line(one, most=500)}"))
    if count > _SHOWN:
        errors.print(f"  ... and {number(count - _SHOWN)} more; --json prints more of them")
