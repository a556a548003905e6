"""check FILE asks the server of every model in a file what it has, with which context and digest; pull FILE fetches the
Ollama models of a file that are missing. No model is asked anything."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sociarium.bootstrap import Serving, open_models
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.files import read_definition
from sociarium.cli.options import JsonOption
from sociarium.config import load
from sociarium.errors import BadInput, Misconfigured, ModelError
from sociarium.exchange.visible import one_line
from sociarium.experiment.definition import Definition
from sociarium.ports.observer import Pulling
from sociarium.runner.desk import Offer
from sociarium.runner.preflight import Checked, checked, fetched


class Action(StrEnum):
    """What to do with the models of a file."""

    CHECK = "check"
    PULL = "pull"


def command(
    action: Annotated[Action, typer.Argument(metavar="check|pull")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="an experiment file")],
    model: Annotated[list[str] | None, typer.Option("--model", metavar="NAME", help="only this one")] = None,
    as_json: JsonOption = False,
) -> None:
    definition = read_definition(file)
    names = model or list(definition.models)
    if unknown := [name for name in names if name not in definition.models]:
        raise BadInput(f"there is no model {unknown[0]!r} in {file}; it has {', '.join(definition.models)}")
    screen = console(stderr=as_json)
    if action is Action.PULL:
        _pull(definition, names, screen)
    found = asyncio.run(checked(definition, _offers(definition, names, screen), pull=False))
    if as_json:
        print_json([as_dict(one) for one in found])
    else:
        show(found)
    raise typer.Exit(2 if any(one.problem for one in found) else 0)


def _offers(definition: Definition, names: Sequence[str], screen: Console) -> Mapping[str, Sequence[Offer]]:
    return open_models(definition, names, Serving(load(), pulling=_Teller(screen)))


def _pull(definition: Definition, names: Sequence[str], screen: Console) -> None:
    local = [name for name in names if definition.models[name].provider == "ollama"]
    if not local:
        raise BadInput("none of these models is Ollama's; there is nothing to fetch")
    try:
        asyncio.run(fetched(definition, _offers(definition, local, screen)))
    except ModelError as error:
        raise Misconfigured(str(error)) from error


class _Teller:
    """Says how far a download is, a line for each tenth."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen
        self._said = ""

    def __call__(self, news: Pulling) -> None:
        share = f"{10 * (10 * news.completed // news.total)} %" if news.total else one_line(news.status)
        line = f"{one_line(news.model)} into {one_line(news.address)}: {news.status if news.done else share}"
        if line != self._said:
            self._said = line
            self._screen.print(words(line), soft_wrap=True)


def as_dict(one: Checked) -> dict[str, Any]:
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
                "problem": described.problem,
            }
            for described in one.described
        ],
    }


def show(found: Sequence[Checked]) -> None:
    """A table of what answers, and what is wrong below it."""
    screen = console()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("name", "model", "server", "answers", "context", "digest or version"):
        table.add_column(column, overflow="fold")
    for one in found:
        for described in one.described:
            version = described.digest[:12] if described.digest else described.version or ""
            table.add_row(
                *(
                    words(one_line(cell))
                    for cell in (
                        one.name,
                        described.model,
                        described.address,
                        "yes" if described.reachable and described.served is not False else "no",
                        str(described.context or ""),
                        version,
                    )
                )
            )
    screen.print(table)
    for one in found:
        if one.problem:
            screen.print(words(f"! {one.name}: {one.problem}", "yellow"), soft_wrap=True)
