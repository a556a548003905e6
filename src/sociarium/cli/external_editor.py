"""An experiment in the editor of whoever works: as YAML in a file, read back when the editor ends."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import typer

from sociarium.cli.display.output import console, words
from sociarium.cli.display.ownership import notice
from sociarium.errors import BadInput, DefinitionError, Problem
from sociarium.exchange.definition_files import read_definition
from sociarium.exchange.sanitize import file_name
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import to_yaml

_USUAL = ("nano", "vi", "notepad")


def edit_definition(definition: Definition, *, editor: str) -> tuple[Definition, Path]:
    """What somebody makes of a definition in an editor; one with faults is offered again.

    Args:
        editor: the command that opens a file; a usual one where it is empty.

    Returns:
        The definition, and the file, for the caller to remove once what it says is kept elsewhere.

    Raises:
        BadInput: no editor can be started, or the faults stay; the message names the file that holds what was written.
    """
    command = _words_of(editor)
    folder = Path(tempfile.mkdtemp(prefix="sociarium-"))
    path = folder / f"{file_name(definition.title)}.yaml"
    path.write_text(to_yaml(definition), encoding="utf-8")
    while True:
        _open(command, path)
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


def edit_text(text: str, *, editor: str) -> str:
    """What somebody makes of a text in an editor.

    Args:
        editor: as for `edited`.

    Raises:
        BadInput: no editor can be started, or it failed, or what it left is not text.
    """
    command = _words_of(editor)
    with tempfile.TemporaryDirectory(prefix="sociarium-") as folder:
        path = Path(folder) / "text.txt"
        path.write_text(text, encoding="utf-8")
        _open(command, path)
        try:
            return path.read_text(encoding="utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput("the editor left no UTF-8 text behind; the text stays as it was") from error


def _words_of(editor: str) -> list[str]:
    try:
        command = shlex.split(editor or next(filter(shutil.which, _USUAL), ""))
    except ValueError as error:
        raise BadInput(f"the editor {editor!r} cannot be read: {error}; set EDITOR") from error
    if not command:
        raise BadInput("no editor is set; name one: EDITOR=nano sociarium duplicate ... --edit")
    return command


def _open(command: list[str], path: Path) -> None:
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603  # the user's own editor
    except OSError as error:
        raise BadInput(f"the editor {command[0]!r} cannot be started: {error.strerror}; set EDITOR") from error
    if code:
        raise BadInput(f"the editor {command[0]!r} ended with {code}; nothing was stored, what you wrote is in {path}")


def _again(error: DefinitionError) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    console(stderr=True).print(words(str(error), "yellow"), soft_wrap=True)
    return typer.confirm("Edit it again?", default=True, err=True)
