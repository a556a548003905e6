"""Which sweep a command is about where nobody named one, in a line before anything is done."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.output import console, words
from sociarium.cli.display.ownership import notice
from sociarium.exchange.sanitize import one_line
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.runner.library.played_now import MeantSweep


def say_which(store: Store, meant: MeantSweep, *, command: str, me: str) -> None:
    """Print, on stderr, which sweep a command is about where nobody named one, and which others are played now."""
    if meant.is_named:
        return
    begun = "which you began last" if meant.sweep.creator == me else "which was begun last"
    why = "which is played now" if meant.is_played else f"{begun}; none is played now"
    console(stderr=True).print(words(f"{_sweep_name(store, meant.sweep)}, {why}"))
    if meant.others:
        notice(others_message(store, meant.others, command=command))


def others_message(store: Store, others: Sequence[SweepRecord], *, command: str) -> str:
    """That other sweeps are played now, too, and how a command is told which of them is meant."""
    names = ", ".join(_sweep_name(store, one) for one in others)
    return f"! played now, too: {names}; `{pasteable(command, others[0].id[:8])}` is about that one"


def _sweep_name(store: Store, sweep: SweepRecord) -> str:
    return f"{one_line(store.experiment(sweep.experiment).title, most=60)} · sweep {sweep.id[:8]}"
