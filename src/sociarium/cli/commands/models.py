"""Without a file, lists what the Ollama servers here hold. check FILE asks the server of every model in a file what it
has, with which context and digest; pull FILE fetches the Ollama models that are missing. No model is asked anything."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from loguru import logger
from rich.console import Console
from rich.table import Table

from sociarium.api.preparation import pull_models
from sociarium.bootstrap import ServingOptions, installed_models, open_models
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.display.pull_progress import PullDisplay
from sociarium.cli.logs import log_actions
from sociarium.cli.options import JsonOption
from sociarium.config import Config, load
from sociarium.errors import BadInput
from sociarium.exchange.definition_files import read_definition
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.definition import Definition
from sociarium.ports.model import Description
from sociarium.runner.planning.preflight import ModelCheck, check_models


class ModelsAction(StrEnum):
    """What to do with the models of a file."""

    CHECK = "check"
    PULL = "pull"


def command(
    action: Annotated[
        ModelsAction,
        typer.Argument(
            metavar="check|pull",
            help="look whether a file's models can be asked, or fetch them; without a file list what servers have",
        ),
    ] = ModelsAction.CHECK,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="an experiment file")] = None,
    model: Annotated[list[str] | None, typer.Option("--model", metavar="NAME", help="only this one")] = None,
    as_json: JsonOption = False,
) -> None:
    if file is None:
        raise typer.Exit(_report_installed_models(load(), as_json=as_json))
    definition = read_definition(file)
    names = model or list(definition.models)
    if unknown := [name for name in names if name not in definition.models]:
        raise BadInput(f"there is no model {unknown[0]!r} in {file}; it has {', '.join(definition.models)}")
    screen = console(stderr=as_json)
    if action is ModelsAction.PULL:
        _pull(definition, names, screen)
    checks = asyncio.run(check_models(definition, open_models(definition, names, ServingOptions(load())), pull=False))
    if as_json:
        print_json([as_dict(one) for one in checks])
    else:
        show(checks)
    raise typer.Exit(2 if any(one.problem for one in checks) else 0)


def _report_installed_models(config: Config, *, as_json: bool) -> int:
    """What the Ollama servers of this machine's configuration hold; returns the exit code."""
    servers = asyncio.run(installed_models(config))
    if as_json:
        print_json([{"address": one.address, "models": dict(one.models), "problem": one.problem} for one in servers])
        return 2 if any(one.problem for one in servers) else 0
    screen = console()
    for one in servers:
        screen.print(words(f"! {one.problem}" if one.problem else one.address))
        for name, digest in sorted(one.models.items()):
            screen.print(words(f"  {one_line(name)}  {digest[:12]}"))
    screen.print(f"Models of an experiment file are checked with: {pasteable('models', 'check', 'FILE')}", style="dim")
    return 2 if any(one.problem for one in servers) else 0


def _pull(definition: Definition, names: Sequence[str], screen: Console) -> None:
    local = [name for name in names if definition.models[name].provider == "ollama"]
    if not local:
        raise BadInput("none of these models is Ollama's; there is nothing to fetch")
    config = load()
    log_actions("models")
    wanted = ", ".join(f"{name} ({definition.models[name].model})" for name in local)
    logger.info("{} has Ollama fetch what it lacks of {}, for {!r}", config.creator, wanted, definition.title)
    with PullDisplay(screen) as progress:
        asyncio.run(pull_models(definition, local, ServingOptions(config, pulling=progress)))
    logger.info("all of them are there")


def as_dict(one: ModelCheck) -> dict[str, Any]:
    """As `--json` prints it."""
    return {
        "name": one.name,
        "problem": one.problem,
        "servers": [
            {
                "provider": described.provider,
                "model": described.model,
                "address": described.address,
                "reachable": described.reachable,
                "served": described.served,
                "context": described.context,
                "digest": described.digest,
                "version": described.version,
                "capabilities": list(described.capabilities),
                "problem": described.problem,
                "hints": list(described.hints),
            }
            for described in one.described
        ],
    }


def show(checks: Sequence[ModelCheck]) -> None:
    """A table of what answers, and what is wrong below it."""
    screen = console()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("name", "model", "server", "answers", "context", "digest or version"):
        table.add_column(column, overflow="fold")
    for one in checks:
        for described in one.described:
            version = described.digest[:12] if described.digest else described.version or ""
            table.add_row(
                *(
                    words(one_line(cell))
                    for cell in (
                        one.name,
                        described.model,
                        described.address,
                        _answers(described),
                        str(described.context or ""),
                        version,
                    )
                )
            )
    screen.print(table)
    for one in checks:
        if one.problem:
            screen.print(words(f"! {one.name}: {one.problem}", "yellow"))
        for hint in one.hints:
            screen.print(words(f"? {one.name}: {hint}", "yellow"))


def _answers(described: Description) -> str:
    """Whether the server has the model, as far as it says; only a call to the model decides."""
    if not described.reachable or described.served is False:
        return "no"
    return "yes" if described.served else "not listed"
