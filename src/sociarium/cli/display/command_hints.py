"""Commands as they can be pasted here: with the program's name in this shell, and about the same store."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path

from sociarium.experiment.address import public_address

WITHOUT_STORE = frozenset({"menu", "new", "models", "schema", "verify"})
"""Commands that have no option `--store`."""

_store: ContextVar[str | None] = ContextVar("store", default=None)
_QUOTED = re.compile(r"`sociarium ([^`\n]+)`")


def program_name() -> str:
    """How the program is called from this shell: `sociarium` when it is on the path, else as it was started."""
    if shutil.which("sociarium"):
        return "sociarium"
    started = Path(sys.argv[0])
    if started.name == "main.py":
        return f"python {relative_path(started)}"
    return relative_path(started) if started.name == "sociarium" else "python -m sociarium"


def remember_store(url: str | None) -> str | None:
    """Keep the store that the command line names, for the commands that are shown after it."""
    _store.set(url)
    return url


def pasteable(*arguments: str) -> str:
    """A command that does here what it says when it is pasted.

    Args:
        arguments: the command's name and what follows it, not quoted; the store is added.
    """
    return f"{program_name()} {shlex.join(arguments)}{_store_option(arguments)}"


def with_pasteable_commands(text: str) -> str:
    """A message in which every command between backticks can be pasted: parts of the program that know nothing of the
    command line write them as `sociarium resume SWEEP`."""

    def pasteable_of(match: re.Match[str]) -> str:
        command = match[1]
        return f"`{program_name()} {command}{_store_option(command.split())}`"

    return _QUOTED.sub(pasteable_of, text)


def _store_option(arguments: Sequence[str]) -> str:
    """What a command needs at its end to be about the store that the command line names; empty for the configured one.

    A password in its address is not shown, and has to be typed again.
    """
    url = _store.get()
    if not url or arguments[0] in WITHOUT_STORE or arguments[0].startswith("-") or "--store" in arguments:
        return ""
    return f" --store {shlex.quote(public_address(url))}"


def relative_path(path: Path) -> str:
    """A path as seen from the current folder, where that is shorter."""
    near = os.path.relpath(path)
    return near if len(near) < len(str(path)) else str(path)
