"""Programs that the warm process began (`warm_process`): what tests need of `Popen` and of a terminal."""

from __future__ import annotations

import atexit
import io
import os
import pty
import select
import selectors
import signal
import socket
import sys
import termios
from collections.abc import Mapping
from functools import cache
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import Any

import pexpect
from ptyprocess import PtyProcess

from tests.support.warm_process import NUMBER, OWN, ROOT, Start

PATH = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
"""Where a Python finds this checkout and its tests."""


def _own(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(OWN) and name not in PATH}


_OWN = _own(os.environ) | {"PYTHONUNBUFFERED": "1"}


@cache
def _warm() -> socket.socket:
    """Where requests go; the process is started with the first of them, and ends with ours."""
    requests, its = socket.socketpair()
    process = Popen(
        [sys.executable, "-m", "tests.support.warm_process", str(its.fileno())],
        cwd=ROOT,
        env=os.environ | _OWN | PATH,
        stdin=DEVNULL,
        stdout=DEVNULL,
        pass_fds=[its.fileno()],
        start_new_session=True,
    )
    its.close()

    def leave() -> None:
        requests.close()
        process.wait(timeout=60)

    atexit.register(leave)
    return requests


def begin(start: Start, *, fresh: bool = False, stdin: int = DEVNULL) -> Begun | Popen[str]:
    """Begin a program with pipes for what it says.

    Args:
        fresh: whether a Python of its own is started for it, and not a child of the warm process begun.
        stdin: `PIPE` or `DEVNULL`.
    """
    if not fresh:
        return Begun(start, stdin=stdin)
    folder, environment = start.folder, start.environment
    return Popen(start.afresh, cwd=folder, env=environment, stdin=stdin, stdout=PIPE, stderr=PIPE, text=True)


class Life:
    """A process that was begun, and how it ended.

    Attributes:
        status: as `waitpid` tells it; None while nobody has looked after it ended.
    """

    def __init__(self, start: Start, stdin: int, stdout: int, stderr: int) -> None:
        assert _own(start.environment) == _OWN, "Python reads these at its own start: begin it afresh"
        self._line, its = socket.socketpair()
        with its:
            start.ask(_warm(), [stdin, stdout, stderr, its.fileno()])
        self.pid = self._told()
        self.status: int | None = None

    def _told(self) -> int:
        number = self._line.recv(NUMBER.size)
        assert number, "the warm process is gone"
        return int(NUMBER.unpack(number)[0])

    def ended(self, timeout: float | None = 0) -> bool:
        """Whether it ended, now or within seconds; None waits for as long as it takes."""
        if self.status is None and select.select([self._line], [], [], timeout)[0]:
            self.status = self._told()
            self._line.close()
        return self.status is not None


class Begun:
    """A program whose stdout and stderr are pipes, and its stdin is too, or nothing."""

    def __init__(self, start: Start, *, stdin: int) -> None:
        its_stdin, self._stdin = os.pipe()
        self._stdout, its_stdout = os.pipe()
        self._stderr, its_stderr = os.pipe()
        self._open = {self._stdin, self._stdout, self._stderr}
        self._heard = {self._stdout: b"", self._stderr: b""}
        self._left = b""
        if stdin == DEVNULL:
            self._close(self._stdin)
        try:
            self._life = Life(start, its_stdin, its_stdout, its_stderr)
        finally:
            for file in (its_stdin, its_stdout, its_stderr):
                os.close(file)
        self.pid = self._life.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, negative for a signal; None until it was seen to have ended."""
        return None if self._life.status is None else os.waitstatus_to_exitcode(self._life.status)

    def poll(self) -> int | None:
        """Look whether it ended."""
        self._life.ended()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        if not self._life.ended(timeout):
            raise TimeoutExpired(str(self.pid), timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it ended."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, told: str | None = None, timeout: float | None = None) -> tuple[str, str]:
        """Tell it something, and hear what it says until it ends; returns its stdout and stderr.

        Args:
            timeout: seconds for which it may say nothing.
        """
        self._left = (told or "").encode()
        with selectors.DefaultSelector() as ready:
            for file in self._open:
                ready.register(file, selectors.EVENT_WRITE if file == self._stdin else selectors.EVENT_READ)
            while ready.get_map():
                events = ready.select(timeout)
                if not events:
                    raise TimeoutExpired(str(self.pid), timeout or 0, self._heard[self._stdout])
                for key, _ in events:
                    if not (self._say() if key.fd == self._stdin else self._hear(key.fd)):
                        ready.unregister(key.fd)
                        self._close(key.fd)
        self.wait(timeout)
        return _text(self._heard[self._stdout]), _text(self._heard[self._stderr])

    def _say(self) -> bool:
        """Tell it some of what is left; returns whether there is more."""
        try:
            self._left = self._left[os.write(self._stdin, self._left[: select.PIPE_BUF]) :]
        except BrokenPipeError:
            self._left = b""
        return bool(self._left)

    def _hear(self, file: int) -> bool:
        """Hear some of what it says; returns whether there may be more."""
        heard = os.read(file, 65536)
        self._heard[file] += heard
        return bool(heard)

    def _close(self, file: int) -> None:
        self._open.discard(file)
        os.close(file)

    def __del__(self) -> None:
        for file in [*self._open]:
            self._close(file)


def _text(said: bytes) -> str:
    return io.TextIOWrapper(io.BytesIO(said), encoding="utf-8").read()


class _Screen(PtyProcess):
    """A program on a terminal."""

    def __init__(self, life: Life, file: int) -> None:
        super().__init__(life.pid, file)
        self._life = life

    def isalive(self) -> bool:
        """Whether it has not ended; after the end of what it shows this waits for its end, as the parent's does."""
        if self._life.ended(None if self.flag_eof else 0) and not self.terminated:
            status = self._life.status
            assert status is not None
            self.status, self.terminated = status, True
            self.exitstatus = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
            self.signalstatus = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        return not self.terminated

    def wait(self) -> int | None:
        """Wait for its end; returns its exit code, None after a signal."""
        self._life.ended(None)
        self.isalive()
        code: int | None = self.exitstatus
        return code


def begin_on_terminal(start: Start, *, fresh: bool = False, **options: Any) -> pexpect.spawn:
    """Begin a program on a terminal of its own; options are pexpect's."""
    if not fresh:
        return Terminal(start, **options)
    command, *arguments = start.afresh
    return pexpect.spawn(command, arguments, cwd=start.folder, env=start.environment, **options)


class Terminal(pexpect.spawn):
    """A terminal of its own for a program of the warm process."""

    def __init__(self, start: Start, **options: Any) -> None:
        self._start = start
        super().__init__(sys.executable, [start.what], **options)

    def _spawnpty(self, args: list[bytes], *, dimensions: tuple[int, int] = (24, 80), **_: object) -> PtyProcess:
        leader, follower = pty.openpty()
        termios.tcsetwinsize(leader, dimensions)
        try:
            return _Screen(Life(self._start, follower, follower, follower), leader)
        finally:
            os.close(follower)
