"""Commands as they can be typed here."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from contextvars import ContextVar
from pathlib import Path

from sociarium.experiment.address import public_address

_store: ContextVar[str | None] = ContextVar("store", default=None)


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


def store_option() -> str:
    """What a command that is shown needs at its end to be about the same store; empty for the configured one."""
    url = _store.get()
    return f" --store {shlex.quote(public_address(url))}" if url else ""


def relative_path(path: Path) -> str:
    """A path as seen from the current folder, where that is shorter."""
    near = os.path.relpath(path)
    return near if len(near) < len(str(path)) else str(path)
