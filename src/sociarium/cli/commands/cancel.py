"""SWEEP is the beginning of a sweep's id; without it the sweep that is played now, else your latest, which is said.
Runs that are not done are taken out: an open one ends after its current answer, the others are not begun. What is
done stays, what was said so far is kept, nothing is deleted; `continue` with the same words takes it back."""

from __future__ import annotations

from typing import Annotated

import typer

from sociarium.api.steering import Steerable
from sociarium.cli.factor_levels import levels
from sociarium.cli.options import JsonOption, MeantSweepArgument, StoreOption
from sociarium.cli.steer_session import OneModelOption, ReasonOption, WhereOption, steer
from sociarium.errors import BadInput
from sociarium.runner.library.steering import OrderRequest
from sociarium.runner.library.steering_targets import Target


def command(
    sweep: MeantSweepArgument = None,
    *,
    where: WhereOption = None,
    run: Annotated[
        list[str] | None,
        typer.Option("--run", metavar="RUN", help="one run; may be given several times"),
    ] = None,
    model: OneModelOption = None,
    whole: Annotated[bool, typer.Option("--all", help="the whole sweep")] = False,
    reason: ReasonOption = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    if sum(map(bool, (where, run, model, whole))) != 1:
        raise BadInput("say what is cancelled: --where FACTOR=LEVEL, --run RUN, --model NAME or --all, one of them")

    def requests(steerable: Steerable) -> list[OrderRequest]:
        targets: list[Target | None] = [None]
        if where:
            targets = [steerable.condition(levels(where))]
        elif model:
            targets = [steerable.model(model)]
        elif run:
            targets = [steerable.run(each) for each in run]
        return [OrderRequest(action="cancel", target=target, reason=reason) for target in targets]

    steer(store, sweep, requests, command="cancel", as_json=as_json)
