"""TARGET is the beginning of a run's or sweep's id, or an experiment's id or title. txt: a readable file a run, below a
folder a model, and the prompts of each role; jsonl: one run a line, in full."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.output import console, print_json
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.cli.targets import runs_of
from sociarium.config import load
from sociarium.exchange import jsonl, txt
from sociarium.exchange.folders import Folder


class Format(StrEnum):
    """Formats of export."""

    TXT = "txt"
    JSONL = "jsonl"


_WRITERS = {Format.TXT: txt.export, Format.JSONL: jsonl.export}


def command(
    target: Annotated[str, typer.Argument(metavar="TARGET")],
    format_: Annotated[Format, typer.Option("--format")] = Format.TXT,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="the folder to write into")] = Path("export"),
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    opened = open_store(store or config.store_url, create=False)
    try:
        runs = list(runs_of(opened, target, creator=config.creator))
        files = list(_WRITERS[format_](opened, runs, Folder(out)))
    finally:
        opened.close()
    if as_json:
        print_json({"runs": len(runs), "files": [str(path) for path in files]})
    else:
        console().print(f"{len(runs)} runs in {len(files)} files below {out}.", soft_wrap=True)
