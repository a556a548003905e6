"""RUN, or each finished run of a SWEEP, goes on after its end as a new run; the old one stays as it is. Nothing is
asked again that was asked. Days and messages count all, those before among them."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from sociarium.api.forks import find_origin
from sociarium.bootstrap import open_store
from sociarium.cli.commands.play_options import PlayFlags, with_play_flags
from sociarium.cli.derived_runs import play_plan
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.config import load
from sociarium.ports.clock import SystemClock
from sociarium.runner.sweep.derive import ExtensionRequest
from sociarium.runner.sweep.forks import plan_extensions


@with_play_flags
def command(
    origin: Annotated[str, typer.Argument(metavar="RUN|SWEEP")],
    *,
    days: Annotated[
        Optional[int],  # noqa: UP045  # typer reads the annotation
        typer.Option("--days", metavar="N", min=2, help="how many days it has in all"),
    ] = None,
    messages: Annotated[
        Optional[int],  # noqa: UP045
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
    request = flags.request(config, as_json=as_json)
    opened = open_store(store or config.store_url, create=False)
    try:
        where = find_origin(opened, origin)
        wish = ExtensionRequest(days=days, messages=messages)
        plan = plan_extensions(opened, where, wish, creator=config.creator, clock=SystemClock())
        code = play_plan(opened, plan, config, request, command="extend")
    finally:
        opened.close()
    raise typer.Exit(code)
