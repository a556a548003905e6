"""SWEEP is the beginning of a sweep's id; without it the sweep that is played now, else your latest, which is said.
Calls under way are finished and kept. Whoever plays the sweep stays, shows the pause and goes on with `continue`;
until then `run` and `resume` refuse it with exit code 3. A model that is paused lets the runs of the others go on."""

from __future__ import annotations

from typing import Annotated

import typer

from sociarium.api.steering import Steerable
from sociarium.cli.options import JsonOption, MeantSweepArgument, StoreOption
from sociarium.cli.steer_session import OneModelOption, ReasonOption, steer
from sociarium.runner.library.steering import OrderRequest


def command(
    sweep: MeantSweepArgument = None,
    *,
    now: Annotated[
        bool,
        typer.Option("--now", help="make no further call at once: runs stay where they are, in the hands of who plays"),
    ] = False,
    model: OneModelOption = None,
    reason: ReasonOption = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    def requests(steerable: Steerable) -> list[OrderRequest]:
        target = None if model is None else steerable.model(model)
        value, former = "hold" if now else "drain", steerable.pause_of(target)
        return [OrderRequest(action="pause", target=target, value=value, former=former, reason=reason)]

    steer(store, sweep, requests, command="pause", as_json=as_json)
