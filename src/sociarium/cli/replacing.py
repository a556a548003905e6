"""Asking before finished runs of older rules are played anew: what goes, how it is kept, and whether it may."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum

import typer

from sociarium.cli.display.counting import counted
from sociarium.cli.display.hints import program
from sociarium.cli.display.output import console, number, words
from sociarium.errors import BadInput
from sociarium.exchange.visible import one_line
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.runner.older_rules import named
from sociarium.runner.process import this_worker
from sociarium.runner.replacing import Replaceable, replaceable, take_away
from sociarium.runner.starting import Begun


class Replace(StrEnum):
    """Which finished runs are played anew."""

    DOUBTFUL = "doubtful"
    OLDER = "older"


_WHY = {
    Replace.DOUBTFUL: "were played under older rules, and one agent spoke twice running in them",
    Replace.OLDER: "were played under older rules",
}


def agreed_to_replace(
    store: Store, begun: Begun, which: Replace, *, creator: str, yes: bool
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
    me = this_worker()
    found = replaceable(store, begun.sweep, which.value, me=me, creator=creator)
    if found.runs and not yes and not _agreed(begun, found, which):
        return None

    def going() -> int:
        if not found.runs:
            console(stderr=True).print(f"No finished run is {which.value}: nothing is taken away.")
        with counted("Taking away", quiet=not sys.stderr.isatty()) as progress:
            return take_away(store, found, me=me, clock=SystemClock(), progress=progress)

    return going


def _agreed(begun: Begun, found: Replaceable, which: Replace) -> bool:
    title, sweep = one_line(begun.experiment.title, most=200), begun.sweep.id[:8]
    runs = f"{number(len(found.runs))} finished run{'s' * (len(found.runs) != 1)} of {title!r}"
    told = f"{runs} ({named(found.runs)}) {_WHY[which]}; they hold {number(found.messages)} messages"
    keep = f"{program()} export {sweep} --format archive --out before"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(f"{told}, which would be taken away to play them anew; keep them with `{keep}`, then say --yes")
    screen = console(stderr=True)
    shared = (
        f" {number(found.elsewhere)} of them stand in other sweeps too, and change there." if found.elsewhere else ""
    )
    for line in (
        f"{told}.{shared}",
        "To play them anew, their words, answers and probes are taken away. There is no way back; keep them first:",
        f"  {keep}",
    ):
        screen.print(words(line), soft_wrap=True)
    return typer.confirm("Take them away and play them anew?", err=True)
