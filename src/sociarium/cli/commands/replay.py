"""TARGET is the beginning of a run's or sweep's id. Every prompt is rebuilt and compared with the journal, every event
with what is stored; a difference is an error that names run and key. Runs of other rules are named and not verified:
exit code 2 says that there are some, 1 that a run differs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.options import JsonOption, RunOrSweepArgument, StoreOption
from sociarium.cli.targets import runs_of
from sociarium.config import load
from sociarium.count_text import count_text
from sociarium.errors import NoJournal, OtherRules, SociariumError
from sociarium.ports.store import Store
from sociarium.runner.run.replay import replay

_NOTHING: Mapping[str, Any] = {"requests": 0, "events": 0, "ended": None}
_MOST_NAMED = 3
"""Runs of other rules that are named; the rest are counted."""


def command(
    target: RunOrSweepArgument,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    opened = open_store(store or config.store_url, create=False)
    try:
        runs = runs_of(opened, target, creator=config.creator)
        checked = [{"run": run, **_replay_result(opened, run)} for run in runs]
    finally:
        opened.close()
    broken = [one for one in checked if one["error"] and one["verifiable"]]
    other = [one for one in checked if not one["verifiable"] and one["error"]]
    if as_json:
        print_json(checked)
    else:
        screen = console()
        for one in other[:_MOST_NAMED]:
            screen.print(words(one["error"], "yellow"))
        for one in broken:
            screen.print(words(f"{one['run']}: {one['error']}", "red"))
        whole = sum(one["ended"] is not None and not one["error"] for one in checked)
        unjournaled = [one for one in checked if not one["journal"]]
        partial = len(checked) - whole - len(broken) - len(other) - len(unjournaled)
        screen.print(
            f"{whole} finished and {partial} unfinished runs are as their journals say, {len(broken)} are not."
        )
        if other:
            screen.print(
                f"{count_text(len(other), 'was', 'were')} played under "
                "other rules, and are not verified by this version."
            )
        if unjournaled:
            screen.print(
                f"{count_text(len(unjournaled), 'was', 'were')} imported without a journal: there is nothing to replay."
            )
    raise typer.Exit(1 if broken else 2 if other else 0)


def _replay_result(store: Store, run: str) -> dict[str, Any]:
    try:
        replayed = asyncio.run(replay(store, run))
    except NoJournal:
        return {**_NOTHING, "error": None, "journal": False, "verifiable": False}
    except OtherRules as error:
        return {**_NOTHING, "error": str(error), "journal": True, "verifiable": False}
    except SociariumError as error:
        return {**_NOTHING, "error": str(error), "journal": True, "verifiable": True}
    result = {"requests": len(replayed.requests), "events": len(replayed.events), "ended": replayed.ended}
    return {**result, "error": None, "journal": True, "verifiable": True}
