"""A process that has everything imported and begins programs as its children, so that a start costs little.

Its argument is the number of a socket. A request is a JSON object after its length, and comes with four files: the
program's stdin, stdout and stderr, and a socket over which go its process id and, once it ended, its wait status.
What Python reads of the environment at its own start (see `OWN`) was read by this process, for all of them.

    python -m tests.support.warm_process 3
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import io
import json
import os
import pkgutil
import select
import signal
import socket
import struct
import sys
import termios
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

import sociarium
from sociarium.cli import app
from sociarium.experiment.prompts import word_forms

ROOT = Path(__file__).parents[2]
NUMBER = struct.Struct("!i")
OWN = ("PYTHON", "LC_", "LANG")
"""How the names of the variables begin that Python reads at its own start."""

_PLAYER = "tests.support.killable_sweep"
_ALSO = ("concurrent.futures.thread", "networkx", "typer._click.decorators", _PLAYER)
_NOT_HERE = frozenset({"sociarium.__main__", "sociarium.exchange.tables.parquet_file"})
"""A second start of the program, and what brings threads into the process."""


@dataclass(frozen=True, slots=True)
class Start:
    """A program to begin.

    Attributes:
        what: `main.py`, the `player` of these tests, or `-c` for the Python text that is the first argument.
        terminal: whether stdin is a terminal, which is to be the program's own.
    """

    what: Literal["main.py", "player", "-c"]
    arguments: Sequence[str]
    folder: str
    environment: dict[str, str]
    terminal: bool = False

    @property
    def afresh(self) -> list[str]:
        """What starts it as a Python of its own."""
        how = {"main.py": [str(ROOT / "main.py")], "player": ["-m", _PLAYER], "-c": ["-c"]}
        return [sys.executable, *how[self.what], *self.arguments]

    def ask(self, requests: socket.socket, files: Sequence[int]) -> None:
        """Send it to the process that is to begin it."""
        text = json.dumps(asdict(self)).encode()
        socket.send_fds(requests, [NUMBER.pack(len(text))], files)
        requests.sendall(text)


def _asked(requests: socket.socket) -> tuple[Start, list[int]] | None:
    """The next request and its files; None when there are no more."""
    length, files, _, _ = socket.recv_fds(requests, NUMBER.size, 4)
    if not length:
        return None
    text = b""
    while len(text) < NUMBER.unpack(length)[0]:
        text += requests.recv(NUMBER.unpack(length)[0] - len(text))
    return Start(**json.loads(text)), files


def serve(requests: socket.socket) -> tuple[Start, list[int]] | None:
    """Begin a child for each request; returns in each child what it is to do, and None when there are no more."""
    begun: dict[int, socket.socket] = {}
    bell, ringer = socket.socketpair()
    ringer.setblocking(False)
    signal.set_wakeup_fd(ringer.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([requests, bell], [], [])
        if bell in ready:
            bell.recv(4096)
            _tell_of_ends(begun)
        if requests not in ready:
            continue
        asked = _asked(requests)
        if asked is None:
            for pid in begun:
                os.kill(pid, signal.SIGKILL)
            return None
        start, (*streams, line) = asked
        begins = socket.socket(fileno=line)
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for one in (requests, bell, ringer, begins, *begun.values()):
                one.close()
            return start, streams
        begun[pid] = begins
        begins.send(NUMBER.pack(pid))
        for file in streams:
            os.close(file)


def _tell_of_ends(begun: dict[int, socket.socket]) -> None:
    while begun:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with begun.pop(pid) as line:
            try:
                line.send(NUMBER.pack(status))
            except BrokenPipeError:
                continue  # whoever began it has gone, and does not ask


def become(start: Start, streams: Sequence[int]) -> Callable[[], None]:
    """Make this process what a start of its own would have made; returns what there is to run."""
    os.setsid()
    for number, file in enumerate(streams):
        os.dup2(file, number)
        os.close(file)
    if start.terminal:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(start.folder)
    os.environ.clear()
    os.environ.update(start.environment)
    time.tzset()
    sys.stdin = sys.__stdin__ = _stream(0, "r", sys.stdin)
    sys.stdout = sys.__stdout__ = _stream(1, "w", sys.stdout)
    sys.stderr = sys.__stderr__ = _stream(2, "w", sys.stderr)
    if start.what == "-c":
        text, *rest = start.arguments
        sys.argv = ["-c", *rest]
        return lambda: exec(text, {"__name__": "__main__"})
    sys.argv = [str(ROOT / start.what), *start.arguments]
    return app.main if start.what == "main.py" else _play


def _play() -> None:
    sys.exit(sys.modules[_PLAYER].main())


def _stream(number: int, mode: str, like: io.TextIOWrapper) -> io.TextIOWrapper:
    """A standard stream as Python opens it, with this process's encoding."""
    at_once = like.write_through  # PYTHONUNBUFFERED
    buffering = 0 if at_once and mode == "w" else -1
    buffer = open(number, f"{mode}b", buffering=buffering, closefd=False)  # noqa: SIM115  # for ever
    raw = getattr(buffer, "raw", buffer)
    raw.name = like.name
    lines = not at_once and (raw.isatty() or number == 2)
    stream = io.TextIOWrapper(buffer, like.encoding, like.errors, "\n", lines, at_once)
    stream.mode = mode
    return stream


def _leave(leaving: SystemExit) -> None:
    """End as Python does, but for freeing what was imported: it would have to be copied for that.

    Returns where Python has something to say at the end.
    """
    threading._shutdown()
    atexit._run_exitfuncs()
    gc.collect()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return
    if leaving.code is None or isinstance(leaving.code, int):
        os._exit((leaving.code or 0) & 0xFF)


def main() -> None:
    requests = socket.socket(fileno=int(sys.argv[1]))
    found = (module.name for module in pkgutil.walk_packages(sociarium.__path__, "sociarium."))
    for name in (*found, *_ALSO):
        if name not in _NOT_HERE:
            import_module(name)
    word_forms.plural("agent")  # imports inflect
    assert threading.active_count() == 1, threading.enumerate()
    gc.collect()
    gc.freeze()
    asked = serve(requests)
    if asked is not None:
        run = become(*asked)
        try:
            run()
        except SystemExit as leaving:
            _leave(leaving)
            raise


if __name__ == "__main__":
    main()
