"""Commands as they can be typed here."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def program_name() -> str:
    """How the program is called from this shell: `sociarium` when it is on the path, else as it was started."""
    if shutil.which("sociarium"):
        return "sociarium"
    started = Path(sys.argv[0])
    if started.name == "main.py":
        return f"python {relative_path(started)}"
    return relative_path(started) if started.name == "sociarium" else "python -m sociarium"


def relative_path(path: Path) -> str:
    """A path as seen from the current folder, where that is shorter."""
    near = os.path.relpath(path)
    return near if len(near) < len(str(path)) else str(path)
