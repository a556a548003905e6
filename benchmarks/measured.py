"""Processes measured from outside: wall time, CPU time and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process took.

    Attributes:
        seconds: wall time. cpu: user and system seconds. megabytes: of peak resident memory.
    """

    seconds: float
    cpu: float
    megabytes: float
    output: str


def measured(command: Sequence[str], *, folder: Path) -> Measured:
    """Run a command to its end in a folder.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{output}")
    seconds = time.perf_counter() - began
    # Linux counts kilobytes, macOS bytes.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, output)


def python(*arguments: str) -> list[str]:
    """A command of this Python."""
    return [sys.executable, *arguments]


PROGRAM = str(Path(__file__).parents[1] / "main.py")
