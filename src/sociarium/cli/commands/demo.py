"""Plays the sweep `demo` of the shipped prison.yaml, conversations, and devaluation.yaml, a feed. No model is
needed and nothing is spent: the offline model says stand-in words. Runs that are done already are not played again."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import typer

from sociarium.bootstrap import InstalledModels, installed_models, open_store
from sociarium.cli.display.command_hints import pasteable, relative_path
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.logs import session_log
from sociarium.cli.options import JsonOption, ModelOption, StoreOption
from sociarium.cli.play_session import StartRequest, confirm_cost, play, refuse_misconfigured
from sociarium.config import Config, load, samples
from sociarium.environments.feed.optional_libraries import refuse_missing
from sociarium.errors import Misconfigured, MissingExtra
from sociarium.exchange.definition_files import read_definition, with_models
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import save_sweep

CONVERSATION, FEED = "prison.yaml", "devaluation.yaml"
SWEEP = "demo"
_PACE, _PACE_OF_FEED = 0.25, 0.02
_PATIENCE = 2.0
"""Seconds to wait for an Ollama that may not be there."""


def command(model: ModelOption = None, store: StoreOption = None, as_json: JsonOption = False) -> None:
    config = load()
    definition = read_definition(samples() / CONVERSATION)
    overrides = model or _choose_stand_ins(definition, config, as_json=as_json)
    definition = with_models(definition, overrides)
    feed = _with_same_models(read_definition(samples() / FEED), overrides)
    request = StartRequest(PlayOptions(pull=True, lease=config.lease), as_json=as_json, pace=_PACE)
    if not confirm_cost(definition, SWEEP, request):
        raise typer.Exit(0)
    results: list[dict[str, Any]] = []
    code = _play(definition, config, request, store, results)
    if code == 0 and _may_play_feeds(as_json=as_json):
        code = _play(feed, config, replace(request, pace=_PACE_OF_FEED), store, results)
    if as_json:
        print_json(results[0] | {"feed": results[1] if len(results) > 1 else None})
    else:
        _say_what_next(overrides)
    raise typer.Exit(code)


def _may_play_feeds(*, as_json: bool) -> bool:
    """Whether the feed can be played here; says what comes, or what is missing for it."""
    sentence, able = "And a feed: six people on a social network, for two days.", True
    try:
        refuse_missing()
    except MissingExtra as error:
        sentence, able = f"There is a feed to see, too: {error}", False
    if not as_json:
        console().print(words(f"\n{sentence}"))
    return able


def _play(
    definition: Definition, config: Config, request: StartRequest, store: str | None, results: list[dict[str, Any]]
) -> int:
    refuse_misconfigured(definition, SWEEP, config, request)
    log = session_log("demo")
    opened = open_store(store or config.store_url)
    try:
        begun = save_sweep(opened, definition, SWEEP, creator=config.creator, clock=SystemClock())
        return play(opened, begun, config, request, log=log, tell=results.append)
    finally:
        opened.close()


def _say_what_next(overrides: Sequence[str]) -> None:
    screen = console()
    screen.print(f"Look at it in a browser: {pasteable('view')}")
    screen.print(f"Make it your own ({FEED} beside it is the feed):")
    copy = shlex.join(["cp", relative_path(samples() / CONVERSATION), "mine.yaml"])
    stand_ins = [word for override in overrides for word in ("--model", override)]
    for line in (
        copy,
        pasteable("plan", "mine.yaml", "--sweep", "main", "--prompts"),
        pasteable("run", "mine.yaml", "--sweep", "main", *stand_ins, "--limit", "40"),
    ):
        screen.print(f"  {line}")


def _with_same_models(definition: Definition, overrides: Sequence[str]) -> Definition:
    """The feed with the models that were chosen for the conversations, offline where a name is not among them."""
    chosen = {override.partition("=")[0]: override for override in overrides}
    return with_models(definition, [chosen.get(name, f"{name}=offline") for name in definition.models])


def _choose_stand_ins(definition: Definition, config: Config, *, as_json: bool) -> list[str]:
    """The models' stand-ins: offline, or a model of an Ollama that answers, when the person at the terminal says so."""
    offline = [f"{name}=offline" for name in definition.models]
    if as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return offline
    held = sorted(name for host in asyncio.run(_answering_hosts(config)) for name in host.models)
    if not held or not typer.confirm(f"Ollama answers here, with {one_line(held[0])}. Let it speak?", default=False):
        return offline
    return [f"{name}=ollama:{held[0]}" for name in definition.models]


async def _answering_hosts(config: Config) -> list[InstalledModels]:
    try:
        return await asyncio.wait_for(installed_models(config), _PATIENCE)
    except (TimeoutError, Misconfigured):
        return []
