"""EXPERIMENT is a file, or the title or id of a stored experiment. show prints its hypotheses, how each is tested and
their hash; export writes the same as Markdown, to be deposited before the first run. Nothing is sent anywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from loguru import logger

from sociarium.bootstrap import open_store
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.logs import log_actions
from sociarium.cli.options import JsonOption, StoreOption, folder_here
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.exchange.definition_files import read_definition
from sociarium.exchange.folder import Folder
from sociarium.exchange.sanitize import sanitize
from sociarium.experiment.definition import Definition
from sociarium.experiment.registration import registration_text
from sociarium.runner.library import lookup
from sociarium.runner.library.duplicate import latest


class HypothesesAction(StrEnum):
    """What to do with the hypotheses."""

    SHOW = "show"
    EXPORT = "export"


def command(
    action: Annotated[
        HypothesesAction, typer.Argument(metavar="show|export", help="on the screen, or as the file to deposit")
    ],
    experiment: Annotated[str, typer.Argument(metavar="EXPERIMENT", help="a file, or an experiment's title or id")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="the folder that export writes into", callback=folder_here)
    ] = Path(),
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    definition = _definition(experiment, store)
    text = registration_text(definition)
    if action is HypothesesAction.EXPORT:
        if definition.hypotheses_hash is None:
            raise BadInput(f"{definition.title!r} declares no hypothesis; write `hypotheses:` into its file")
        log_actions("hypotheses")
        path = Folder(out).write(["registration"], ".md", [text])
        whose = (load().creator, definition.title, path, definition.hypotheses_hash)
        logger.info("{} exported the hypotheses of {!r} as {}: their hash is {}", *whose)
        if as_json:
            print_json({"file": str(path), "hash": definition.hypotheses_hash})
        else:
            console().print(words(f"Written: {path}"))
        return
    if as_json:
        print_json({
            "hash": definition.hypotheses_hash, "registered": definition.registered,
            "hypotheses": [one.model_dump(mode="json", exclude_none=True) for one in definition.hypotheses],
            "exclusions": [one.words for one in definition.exclusions],
        })  # fmt: skip
        return
    console().print(words(sanitize(text)), end="")


def _definition(experiment: str, url: str | None) -> Definition:
    if Path(experiment).is_file():
        return read_definition(Path(experiment))
    config = load()
    opened = open_store(url or config.store_url, create=False)
    try:
        return latest(opened, lookup.find_experiment(opened, experiment, creator=config.creator))[1]
    finally:
        opened.close()
