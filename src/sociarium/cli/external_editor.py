"""The editor of whoever works: a text in a file, read back when the editor ends."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sociarium.errors import BadInput

_USUAL = ("nano", "vi", "notepad")
_OF_TERMINALS = frozenset(
    {"ed", "emacs", "helix", "hx", "jed", "joe", "kak", "mcedit", "micro", "nano", "ne", "nvim", "pico", "vi", "vim"}
)
"""Editors that wait for keys at a terminal; others have windows of their own, or are scripts."""


def edit_text(text: str, *, editor: str) -> str:
    """What somebody makes of a text in an editor.

    Args:
        editor: the command that opens a file; a usual one where it is empty.

    Raises:
        BadInput: no editor can be started, or it failed, or what it left is not text.
    """
    command = editor_command(editor)
    with tempfile.TemporaryDirectory(prefix="sociarium-") as folder:
        path = Path(folder) / "text.txt"
        path.write_text(text, encoding="utf-8")
        open_in_editor(command, path)
        try:
            return path.read_text(encoding="utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput("the editor left no UTF-8 text behind; the text stays as it was") from error


def editor_command(editor: str) -> list[str]:
    """The words of an editor's command; a usual one where none is set.

    Raises:
        BadInput: there is none, or it would wait at a terminal that is not there.
    """
    try:
        command = shlex.split(editor or next(filter(shutil.which, _USUAL), ""))
    except ValueError as error:
        raise BadInput(f"the editor {editor!r} cannot be read: {error}; set EDITOR") from error
    if not command:
        raise BadInput("no editor is set; name one: EDITOR=nano sociarium duplicate ... --edit")
    if Path(command[0]).stem in _OF_TERMINALS and not sys.stdin.isatty():
        raise BadInput(
            f"the editor {command[0]!r} needs a terminal, and there is none; change parts with --set PATH=VALUE, or "
            "name another editor in EDITOR"
        )
    return command


def open_in_editor(command: list[str], path: Path) -> None:
    """Let a file be edited until the editor ends. Raises `BadInput`."""
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603  # the user's own editor
    except OSError as error:
        raise BadInput(f"the editor {command[0]!r} cannot be started: {error.strerror}; set EDITOR") from error
    if code:
        raise BadInput(f"the editor {command[0]!r} ended with {code}; nothing was stored, what you wrote is in {path}")
