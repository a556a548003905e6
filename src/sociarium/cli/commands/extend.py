"""RUN, or each finished run of a SWEEP, goes on after its end as a new run; the old one stays as it is. Nothing is
asked again that was asked. Days and messages count all, those before among them."""

from __future__ import annotations

from typing import Annotated

import typer

from sociarium.cli.commands.play_options import PlayFlags, with_play_flags
from sociarium.cli.derived_runs import go_on_from
from sociarium.cli.options import JsonOption, RunOrSweepArgument, StoreOption
from sociarium.config import load
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.runner.sweep.derive import ExtensionRequest
from sociarium.runner.sweep.forks import DerivedPlan, Origin, plan_extensions


@with_play_flags
def command(
    origin: RunOrSweepArgument,
    *,
    days: Annotated[
        int | None,
        typer.Option("--days", metavar="N", min=2, help="how many days it has in all"),
    ] = None,
    messages: Annotated[
        int | None,
        typer.Option(
            "--messages",
            metavar="N",
            min=2,
            help="how many messages a conversation has in all  [each further day as many as the last]",
        ),
    ] = None,
    flags: PlayFlags,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    wish = ExtensionRequest(days=days, messages=messages)

    def make_plan(opened: Store, where: Origin) -> DerivedPlan:
        return plan_extensions(opened, where, wish, creator=config.creator, clock=SystemClock())

    request = flags.request(config, as_json=as_json)
    raise typer.Exit(go_on_from(origin, make_plan, config, request, url=store, command="extend"))
