"""What is said when runs stand under other contents than they would be placed under now."""

from __future__ import annotations

from rich.console import Console

from sociarium.api.plans import other_contents_warning
from sociarium.cli.display.output import words
from sociarium.ports.store import Store
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.placed_contents import other_contents
from sociarium.runner.sweep.save import StartedSweep

_MOST_COMPARED = 8
"""Places whose contents are resolved again before a start, to see whether the program's own texts changed."""


def say_before(screen: Console, store: Store, begun: StartedSweep) -> None:
    """Tell, before a sweep goes on, that it will hold texts of two versions of the program."""
    if begun.sweep.origin is not None:
        return  # Forks have contents of their own, whatever the definition says.
    schedule = SweepOrder(begun.definition, begun.sweep, begun.experiment.creator, "")
    if warning := other_contents_warning(other_contents(store, schedule, most=_MOST_COMPARED)):
        screen.print(words(f"! {warning}", "yellow"))
