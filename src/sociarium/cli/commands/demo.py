"""Plays the sweep `demo` of the shipped experiment prison.yaml. No model is needed and nothing is spent: the offline
model says stand-in words. Runs that are done already are not played again."""

from __future__ import annotations

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.hints import program, relative
from sociarium.cli.display.output import console
from sociarium.cli.files import read_definition, with_models
from sociarium.cli.options import JsonOption, ModelOption, StoreOption
from sociarium.cli.playing import Wishes, agreed, play, refuse_misconfigured
from sociarium.config import load, samples
from sociarium.ports.clock import SystemClock
from sociarium.runner.queue import Choices
from sociarium.runner.starting import begin

FILE, SWEEP = "prison.yaml", "demo"
_PACE = 0.25


def command(model: ModelOption = None, store: StoreOption = None, as_json: JsonOption = False) -> None:
    config = load()
    path = samples() / FILE
    definition = read_definition(path)
    overrides = model or [f"{name}=offline" for name in definition.models]
    definition = with_models(definition, overrides)
    wishes = Wishes(Choices(lease=config.lease), as_json=as_json, pace=_PACE)
    refuse_misconfigured(definition, SWEEP, config, wishes)
    if not agreed(definition, SWEEP, wishes):
        raise typer.Exit(0)
    opened = open_store(store or config.store_url)
    try:
        begun = begin(opened, definition, SWEEP, creator=config.creator, clock=SystemClock())
        code = play(opened, begun, config, wishes, command="demo")
    finally:
        opened.close()
    if not as_json:
        screen = console()
        screen.print("Make it your own:")
        offline = " ".join(f"--model {name}=offline" for name in definition.models)
        for line in (
            f"cp {relative(path)} mine.yaml",
            f"{program()} plan mine.yaml --sweep main --prompts",
            f"{program()} run mine.yaml --sweep main {offline} --limit 40",
        ):
            screen.print(f"  {line}", soft_wrap=True)
    raise typer.Exit(code)
