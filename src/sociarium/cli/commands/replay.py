"""TARGET is the beginning of a run's or sweep's id. Every prompt is rebuilt and compared with the journal, every event
with what is stored; a difference is an error that names run and key."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.cli.targets import runs_of
from sociarium.config import load
from sociarium.errors import NoJournal, SociariumError
from sociarium.ports.store import Store
from sociarium.runner.replay import replay


def command(
    target: Annotated[str, typer.Argument(metavar="RUN|SWEEP")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    opened = open_store(store or config.store_url, create=False)
    try:
        runs = runs_of(opened, target, creator=config.creator)
        checked = [{"run": run, **_checked(opened, run)} for run in runs]
    finally:
        opened.close()
    broken = [one for one in checked if one["error"]]
    if as_json:
        print_json(checked)
    else:
        screen = console()
        for one in broken:
            screen.print(words(f"{one['run']}: {one['error']}", "red"), soft_wrap=True)
        whole = sum(one["ended"] is not None and not one["error"] for one in checked)
        unjournaled = [one for one in checked if not one["journal"]]
        partial = len(checked) - whole - len(broken) - len(unjournaled)
        screen.print(
            f"{whole} finished and {partial} unfinished runs are as their journals say, {len(broken)} are not."
        )
        if unjournaled:
            screen.print(f"{len(unjournaled)} were imported without a journal: there is nothing to replay.")
    raise typer.Exit(1 if broken else 0)


def _checked(store: Store, run: str) -> dict[str, Any]:
    try:
        found = asyncio.run(replay(store, run))
    except NoJournal:
        return {"requests": 0, "events": 0, "ended": None, "error": None, "journal": False}
    except SociariumError as error:
        return {"requests": 0, "events": 0, "ended": None, "error": str(error), "journal": True}
    told = {"requests": len(found.requests), "events": len(found.events), "ended": found.ended}
    return {**told, "error": None, "journal": True}
