"""Processes of workers: begun with one end of a socket, and waited for."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sociarium import version
from sociarium.errors import SetupError
from sociarium.runner.coordination.link import Link, open_link

_SOURCES = Path(version.__file__).parents[1]
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """A process that plays.

    Attributes:
        words: what it writes to its output, which nobody else reads.
    """

    process: subprocess.Popen[bytes]
    words: IO[bytes]

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    async def wait(self) -> str:
        """Wait for its end; returns how it ended, in words that go on from the process."""
        code = await asyncio.to_thread(self.process.wait)
        with self.words:
            self.words.seek(0)
            lines = self.words.read().decode(errors="replace").strip().splitlines()
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with {code}" + (f": {lines[-1][:_LONGEST]}" if lines else "")

    def kill(self) -> None:
        """End it at once, unless it has ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.words.close()


async def begin_process(module: str) -> tuple[WorkerProcess, Link]:
    """Begin a module of this program, which is given the number of its end of a socket.

    The process is out of reach of the terminal: only this one hears Ctrl-C, and the link's end ends it.

    Raises:
        SetupError: the system cannot hand a socket to another process.
    """
    if sys.platform == "win32":
        raise SetupError("--workers needs Linux or macOS; start the same command in several terminals instead")
    ours, theirs = socket.socketpair()
    with theirs:
        process = _begin(module, theirs.fileno())
    return process, await open_link(ours)


def _begin(module: str, descriptor: int) -> WorkerProcess:
    words = tempfile.TemporaryFile()  # noqa: SIM115  # `WorkerProcess` closes it
    # Without -P a folder named like a library, where the work is done, would be taken for it.
    process = subprocess.Popen(  # noqa: S603  # this program itself
        [sys.executable, "-P", "-m", module, str(descriptor)],
        stdin=subprocess.DEVNULL,
        stdout=words,
        stderr=subprocess.STDOUT,
        env=_environment(),
        pass_fds=(descriptor,),
        start_new_session=True,
    )
    return WorkerProcess(process, words)


def _environment() -> dict[str, str]:
    """Ours, and where this program lies: a checkout works without being installed."""
    paths: Sequence[str] = [str(_SOURCES), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
