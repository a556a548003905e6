"""Giving orders about a sweep from a command: they are stored, the runs brought up to them, and said in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from sociarium.api.steering import Steerable, SteeredSweep, steer_sweep
from sociarium.bootstrap import open_store
from sociarium.cli.display.meant_sweep import say_which
from sociarium.cli.display.morning import resume_command
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.display.ownership import notice, steered_message
from sociarium.cli.display.steering import effect_text, order_as_dict
from sociarium.cli.logs import log_actions
from sociarium.config import load
from sociarium.count_text import count_text
from sociarium.runner.library.played_now import find_meant_sweep
from sociarium.runner.library.steering import OrderRequest
from sociarium.runner.sweep.order_watch import PAUSE
from sociarium.runner.workers.process import this_worker

ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="why; kept with the order")]
WhereOption = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="FACTOR=LEVEL", help="conditions with this level; several: with all of them"),
]
OneModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="one model, by its name in the file"),
]


def steer(
    store: str | None,
    sweep: str | None,
    requests: Callable[[Steerable], Sequence[OrderRequest]],
    *,
    command: str,
    as_json: bool,
) -> None:
    """Give orders about a sweep, and say what they do.

    Args:
        store: its URL; None for the configured one.
        sweep: the beginning of its id; None for the one that is played now, else the latest, one's own first.
        requests: makes the orders from how the sweep stands; it refuses by raising.
        command: what was typed, for the log.

    Raises:
        BadInput: an order makes no sense.
    """
    config = load()
    log_actions(command)
    opened = open_store(store or config.store_url, create=False)
    try:
        meant = find_meant_sweep(opened, sweep, creator=config.creator)
        say_which(opened, meant, command=command, me=config.creator)
        steered = steer_sweep(opened, meant.sweep, requests, by=config.creator, me=this_worker(config.creator))
        if meant.sweep.creator != config.creator:
            notice(steered_message(meant.sweep, opened.experiment(meant.sweep.experiment).title))
    finally:
        opened.close()
    if as_json:
        print_json(_as_dict(steered))
    else:
        _print(steered)


def _as_dict(steered: SteeredSweep) -> dict[str, object]:
    return {
        "sweep": steered.sweep.id,
        "orders": [order_as_dict(order) for order in steered.orders],
        "cancelled": steered.changes.cancelled,
        "returned": steered.changes.returned,
        "counts": steered.status.counts.as_dict(),
        "workers": len(steered.status.workers),
    }


def _print(steered: SteeredSweep) -> None:
    screen, sweep = console(), steered.sweep.id[:8]
    changes, after = steered.changes, steered.status
    for order in steered.orders:
        text = effect_text(order)
        screen.print(words(f"Sweep {sweep}: {text}"))
    if changes.cancelled:
        screen.print(f"{_runs(changes.cancelled)} cancelled now.")
    if changes.returned:
        screen.print(f"{_runs(changes.returned)} given back now.")
    if after.workers:
        hosts = ", ".join(f"{worker.host} process {worker.pid}" for worker in after.workers.values())
        screen.print(words(f"Obeyed within {PAUSE + 1:.0f} s by: {hosts}"))
    elif after.counts.left:
        go_on = resume_command(steered.all_orders, steered.sweep.id)
        screen.print(f"Nobody plays it now; whoever does obeys: {go_on}")


def _runs(number: int) -> str:
    return count_text(number, "run was", "runs were")
