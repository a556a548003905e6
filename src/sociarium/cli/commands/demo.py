"""Plays the sweep `demo` of the shipped experiment prison.yaml. No model is needed and nothing is spent: the offline
model says stand-in words. Runs that are done already are not played again."""

from __future__ import annotations

import asyncio
import sys

import typer

from sociarium.bootstrap import Held, held_models, open_store
from sociarium.cli.display.hints import program, relative
from sociarium.cli.display.output import console
from sociarium.cli.files import read_definition, with_models
from sociarium.cli.options import JsonOption, ModelOption, StoreOption
from sociarium.cli.playing import Wishes, agreed, play, refuse_misconfigured
from sociarium.config import Config, load, samples
from sociarium.errors import Misconfigured
from sociarium.exchange.visible import one_line
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.runner.queue import Choices
from sociarium.runner.starting import begin

FILE, SWEEP = "prison.yaml", "demo"
_PACE = 0.25
_PATIENCE = 2.0
"""Seconds to wait for an Ollama that may not be there."""


def command(model: ModelOption = None, store: StoreOption = None, as_json: JsonOption = False) -> None:
    config = load()
    path = samples() / FILE
    definition = read_definition(path)
    overrides = model or _offered(definition, config, as_json=as_json)
    definition = with_models(definition, overrides)
    wishes = Wishes(Choices(lease=config.lease), as_json=as_json, pace=_PACE)
    if not agreed(definition, SWEEP, wishes):
        raise typer.Exit(0)
    refuse_misconfigured(definition, SWEEP, config, wishes)
    opened = open_store(store or config.store_url)
    try:
        begun = begin(opened, definition, SWEEP, creator=config.creator, clock=SystemClock())
        code = play(opened, begun, config, wishes, command="demo")
    finally:
        opened.close()
    if not as_json:
        screen = console()
        screen.print("Make it your own:")
        stand_ins = " ".join(f"--model {override}" for override in overrides)
        for line in (
            f"cp {relative(path)} mine.yaml",
            f"{program()} plan mine.yaml --sweep main --prompts",
            f"{program()} run mine.yaml --sweep main {stand_ins} --limit 40",
        ):
            screen.print(f"  {line}", soft_wrap=True)
    raise typer.Exit(code)


def _offered(definition: Definition, config: Config, *, as_json: bool) -> list[str]:
    """The models' stand-ins: offline, or a model of an Ollama that answers, when the person at the terminal says so."""
    offline = [f"{name}=offline" for name in definition.models]
    if as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return offline
    held = sorted(name for host in asyncio.run(_answering(config)) for name in host.models)
    if not held or not typer.confirm(f"Ollama answers here, with {one_line(held[0])}. Let it speak?", default=False):
        return offline
    return [f"{name}=ollama:{held[0]}" for name in definition.models]


async def _answering(config: Config) -> list[Held]:
    try:
        return await asyncio.wait_for(held_models(config), _PATIENCE)
    except (TimeoutError, Misconfigured):
        return []
