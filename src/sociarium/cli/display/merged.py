"""What an import came to."""

from __future__ import annotations

from sociarium.cli.display.output import console, number, words
from sociarium.exchange.merging import Merged

_SHOWN = 20


def show_merged(merged: Merged) -> None:
    """Print it; conflicts on stderr."""
    new = ", ".join(f"{number(count)} {kind}" for kind, count in merged.new.items() if count)
    screen = console()
    screen.print(f"New here: {new or 'nothing'}. As they were: {number(merged.standing)} runs.", soft_wrap=True)
    if not merged.conflict_count:
        return
    errors = console(stderr=True)
    errors.print(f"{number(merged.conflict_count)} conflicts; what stands here was left as it is:", style="yellow")
    for conflict in merged.conflicts[:_SHOWN]:
        errors.print(words(f"  {conflict}"), soft_wrap=True)
    if merged.conflict_count > _SHOWN:
        errors.print(f"  ... and {number(merged.conflict_count - _SHOWN)} more")
