"""An experiment in the editor of whoever works: as YAML in a file, read back when the editor ends."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import typer

from sociarium.cli.display.output import console, words
from sociarium.cli.display.ownership import notice
from sociarium.cli.external_editor import editor_command, open_in_editor
from sociarium.errors import BadInput, DefinitionError, Problem
from sociarium.exchange.definition_files import read_definition
from sociarium.exchange.sanitize import file_name
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import to_yaml


def edit_definition(definition: Definition, *, editor: str) -> tuple[Definition, Path]:
    """What somebody makes of a definition in an editor; one with faults is offered again.

    Args:
        editor: the command that opens a file; a usual one where it is empty.

    Returns:
        The definition, and the file, for the caller to remove once what it says is kept elsewhere.

    Raises:
        BadInput: no editor can be started, or the faults stay; the message names the file that holds what was written.
    """
    command = editor_command(editor)
    folder = Path(tempfile.mkdtemp(prefix="sociarium-"))
    path = folder / f"{file_name(definition.title)}.yaml"
    path.write_text(to_yaml(definition), encoding="utf-8")
    while True:
        open_in_editor(command, path)
        notes: list[Problem] = []
        try:
            definition = read_definition(path, notes=notes)
        except DefinitionError as error:
            if not _again(error):
                raise BadInput(
                    f"{error}\nNothing was stored. What you wrote is in {path}; mend it there and use "
                    f"`sociarium run {path}`, or begin again"
                ) from None
            continue
        for note in notes:
            notice(str(note))
        return definition, path


def _again(error: DefinitionError) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    console(stderr=True).print(words(str(error), "yellow"))
    return typer.confirm("Edit it again?", default=True, err=True)
