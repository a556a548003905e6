"""SWEEP is the beginning of a sweep's id; without it the latest sweep goes on. Anyone may go on with a sweep; who ran
each run is kept."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.commands.choosing import (
    AcceptOption,
    ConcurrencyOption,
    LimitOption,
    MaxCostOption,
    MaxTimeOption,
    MaxTokensOption,
    NoPullOption,
    RestartOption,
    RetryOption,
    YesOption,
    wishes,
)
from sociarium.cli.display.whose import goes_on, notice
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.cli.playing import agreed, play, refuse_misconfigured
from sociarium.config import load
from sociarium.runner import lookup
from sociarium.runner.starting import reopened


def command(
    sweep: Annotated[Optional[str], typer.Argument(metavar="[SWEEP]")] = None,  # noqa: UP045
    concurrency: ConcurrencyOption = None,
    limit: LimitOption = None,
    max_cost: MaxCostOption = None,
    max_tokens: MaxTokensOption = None,
    max_time: MaxTimeOption = None,
    retry_failed: RetryOption = False,
    restart: RestartOption = False,
    no_pull: NoPullOption = False,
    accept_digest: AcceptOption = None,
    yes: YesOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    asked = wishes(
        config,
        concurrency=concurrency,
        limit=limit,
        max_cost=max_cost,
        max_tokens=max_tokens,
        max_time=max_time,
        retry_failed=retry_failed,
        restart=restart,
        yes=yes,
        as_json=as_json,
        no_pull=no_pull,
        accept_digest=accept_digest,
    )
    opened = open_store(store or config.store_url, create=False)
    try:
        begun = reopened(opened, lookup.sweep(opened, sweep))
        if begun.sweep.creator != config.creator:
            notice(goes_on(begun.sweep, begun.experiment.title, config.creator))
        if not agreed(begun.definition, begun.sweep.name, asked):
            raise typer.Exit(0)
        refuse_misconfigured(begun.definition, begun.sweep.name, config, asked)
        code = play(opened, begun, config, asked, command="resume")
    finally:
        opened.close()
    raise typer.Exit(code)
