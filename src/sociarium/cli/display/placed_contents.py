"""What is said when runs stand under other contents than they would be placed under now."""

from __future__ import annotations

from rich.console import Console

from sociarium.cli.display.output import words
from sociarium.ports.store import Store
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.placed_contents import OtherContents, other_contents
from sociarium.runner.sweep.save import StartedSweep

_MOST_COMPARED = 8
"""Places whose contents are resolved again before a start, to see whether the program's own texts changed."""


def say_before(screen: Console, store: Store, begun: StartedSweep) -> None:
    """Tell, before a sweep goes on, that it will hold texts of two versions of the program."""
    if begun.sweep.origin is not None:
        return  # Forks have contents of their own, whatever the definition says.
    schedule = SweepOrder(begun.definition, begun.sweep, begun.experiment.creator, "")
    if warning := sentence(other_contents(store, schedule, most=_MOST_COMPARED)):
        screen.print(words(f"! {warning}", "yellow"), soft_wrap=True)


def sentence(others: OtherContents) -> str:
    """In prose; empty when there are none."""
    if not others.runs:
        return ""
    runs = f"{'' if others.is_all else 'at least '}{others.runs} run{'s' * (others.runs != 1)}"
    return (
        f"{runs} of this version of the experiment were placed with other texts than this version of Sociarium has for "
        "what the file leaves out; they keep theirs, and what is not placed yet takes the new ones. For one kind "
        "throughout, write the texts into the file, or give the experiment another title"
    )
