"""What is said when runs stand under other contents than they would be placed under now."""

from __future__ import annotations

from rich.console import Console

from sociarium.cli.display.output import words
from sociarium.ports.store import Store
from sociarium.runner.placed_contents import PlacedOtherwise, placed_otherwise
from sociarium.runner.schedule import Schedule
from sociarium.runner.starting import Begun

_MOST_COMPARED = 32
"""Places whose contents are resolved again before a start, to see whether the program's own texts changed."""


def say_before(screen: Console, store: Store, begun: Begun) -> None:
    """Tell, before a sweep goes on, that it will hold texts of two versions of the program."""
    schedule = Schedule(begun.definition, begun.sweep, begun.experiment.creator, "")
    if said := sentence(placed_otherwise(store, schedule, most=_MOST_COMPARED)):
        screen.print(words(f"! {said}", "yellow"), soft_wrap=True)


def sentence(found: PlacedOtherwise) -> str:
    """In prose; empty when there are none."""
    if not found.runs:
        return ""
    runs = f"{'' if found.is_all else 'at least '}{found.runs} run{'s' * (found.runs != 1)}"
    return (
        f"{runs} of this version of the experiment were placed with other texts than this version of Sociarium has for "
        "what the file leaves out; they keep theirs, and what is not placed yet takes the new ones. For one kind "
        "throughout, write the texts into the file, or give the experiment another title"
    )
