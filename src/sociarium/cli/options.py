"""Options that several commands share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from sociarium.cli.display.command_hints import remember_store

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="sqlite:///path, mongodb://... or an archive to read, instead of the configured store",
        callback=remember_store,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON document and nothing else on stdout")]
TsvOption = Annotated[
    bool,
    typer.Option("--tsv", help="one line a row, tab-separated and whole, and nothing else on stdout"),
]
NoPagerOption = Annotated[
    bool, typer.Option("--no-pager", help="print at once what is longer than the screen; so does PAGER=cat")
]
SweepNameOption = Annotated[
    str | None,
    typer.Option("--sweep", metavar="NAME", help="which of the file's sweeps"),
]
ModelOption = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        metavar="NAME=PROVIDER:MODEL",
        help="play a model of the file as another one (makes other runs); NAME=offline plays it without a model",
    ),
]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="an experiment file, YAML or JSON")]
TARGET_WORDS = "an experiment's title or id, or the beginning of a sweep's or run's id"
TargetArgument = Annotated[str, typer.Argument(metavar="TARGET", help=TARGET_WORDS)]
RunOrSweepArgument = Annotated[str, typer.Argument(metavar="RUN|SWEEP", help="the beginning of a run's or sweep's id")]
MeantSweepArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="SWEEP",
        help="the beginning of its id; where left out the one that is played now, else the latest, yours first",
    ),
]


def folder_here(folder: Path | None) -> Path | None:
    """A folder that somebody names to be written into.

    Raises:
        BadParameter: it is an address, which would become a folder of that name and be shown with what is secret in it.
    """
    # A path has lost one of its slashes; a drive of Windows is one letter.
    if folder is not None and re.match(r"[A-Za-z][A-Za-z0-9+.-]+:[/\\]", str(folder)):
        raise typer.BadParameter("this is an address; write a folder of this machine")
    return folder


OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="the folder to write into", callback=folder_here)]
ExportPagesOption = Annotated[
    Path | None,
    typer.Option(
        "--export",
        metavar="DIR",
        help="write TARGET as static pages that open from disk, and end",
        callback=folder_here,
    ),
]
