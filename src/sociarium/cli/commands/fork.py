"""RUN, or each finished run of a SWEEP with --all, goes on otherwise from a moment: what comes before is copied, what
follows is played with something changed and shares the random draws. What models sample differs all the same, so an
effect is the changed forks less the sham ones, in which nothing is changed. Old runs stay as they are.

N is a number of messages or day2/turn7 in a conversation, a number of days or day3 in a feed."""

from __future__ import annotations

from typing import Annotated

import typer

from sociarium.api.own_code import code_of_changes
from sociarium.cli.commands.play_options import PlayFlags, with_play_flags
from sociarium.cli.derived_runs import go_on_from
from sociarium.cli.factor_levels import changes
from sociarium.cli.options import JsonOption, RunOrSweepArgument, StoreOption
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.runner.sweep.derive import ForkRequest
from sociarium.runner.sweep.forks import DerivedPlan, Origin, plan_forks


@with_play_flags
def command(
    origin: RunOrSweepArgument,
    *,
    at: Annotated[str, typer.Option("--at", metavar="N", help="the moment from which it goes on otherwise")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FACTOR=LEVEL", help="what is changed: anything that a factor could set"),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="fork every finished run of a sweep")] = False,
    replicates: Annotated[
        int, typer.Option("--replicates", metavar="K", min=1, max=1000, help="forks of each run")
    ] = 1,
    sham: Annotated[
        bool | None,
        typer.Option("--sham/--no-sham", help="forks with nothing changed beside the others  [with --all]"),
    ] = None,
    flags: PlayFlags,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    request = flags.request(config, as_json=as_json)

    def make_plan(opened: Store, where: Origin) -> DerivedPlan:
        if every and where.run is not None:
            raise BadInput(f"--all takes a sweep, and {origin} is a run; leave --all out, or name its sweep")
        if not every and where.run is None:
            raise BadInput(f"{origin} is a sweep; --all forks every finished run of it")
        levels = changes(set_ or [])
        wish = ForkRequest(
            at=at,
            changes=levels,
            branches=replicates,
            sham=every if sham is None else sham,
            code=code_of_changes(levels, allow=request.options.allow_code),
        )
        return plan_forks(opened, where, wish, creator=config.creator, clock=SystemClock())

    raise typer.Exit(go_on_from(origin, make_plan, config, request, url=store, command="fork"))
