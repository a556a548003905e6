"""Asking before finished runs of older rules are played anew: what goes, how it is kept, and whether it may."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum

import typer

from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.output import console, number, words
from sociarium.count_text import count_text
from sociarium.errors import BadInput
from sociarium.exchange.sanitize import one_line
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.runner.library.older_protocols import run_names
from sociarium.runner.library.replace_runs import Replaceable, replaceable, take_away
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.workers.process import this_worker


class Replace(StrEnum):
    """Which finished runs are played anew."""

    DOUBTFUL = "doubtful"
    OLDER = "older"


_WHY = {
    Replace.DOUBTFUL: "were played under older rules, and one agent spoke twice running in them",
    Replace.OLDER: "were played under older rules",
}


def confirm_replacement(
    store: Store, begun: StartedSweep, which: Replace, *, creator: str, yes: bool
) -> Callable[[], int] | None:
    """Say what would be taken away, and ask.

    Args:
        yes: it was agreed to on the command line.

    Returns:
        What takes it away and says how many runs it were, to be called when nothing stands in the way of playing them;
        None when the person says no.

    Raises:
        NotYours: a run is somebody else's.
        BadInput: nobody can be asked, and nothing was agreed to.
    """
    me = this_worker(creator)
    replaced = replaceable(store, begun.sweep, which.value, me=me, creator=creator)
    if replaced.runs and not yes and not _confirm(begun, replaced, which):
        return None

    def proceed() -> int:
        if not replaced.runs:
            console(stderr=True).print(f"No finished run is {which.value}: nothing is taken away.")
        with show_count("Taking away", quiet=not sys.stderr.isatty()) as progress:
            return take_away(store, replaced, me=me, clock=SystemClock(), progress=progress)

    return proceed


def _confirm(begun: StartedSweep, replaced: Replaceable, which: Replace) -> bool:
    title, count = one_line(begun.experiment.title, most=200), len(replaced.runs)
    runs = f"{count_text(count, 'finished run')} of {title!r}"
    summary = f"{runs} ({run_names(replaced.runs)}) {_WHY[which]}: {count_text(replaced.messages, 'message')}"
    export = pasteable("export", begun.sweep.id[:8], "--format", "archive", "--out", "before")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(f"{summary} would be taken away, to be played anew; keep them with `{export}`, then say --yes")
    screen = console(stderr=True)
    shared = f" {number(replaced.elsewhere)} of them stand in other sweeps too, and change there."
    for line in (
        f"{summary}.{shared if replaced.elsewhere else ''}",
        "To play them anew, their words, answers and probes are taken away, with interviews, labels and measures. "
        "There is no way back; keep them first:",
        f"  {export}",
    ):
        screen.print(words(line))
    return typer.confirm("Take them away and play them anew?", err=True)
