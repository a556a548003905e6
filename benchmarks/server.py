"""A stand-in model server in a process of its own, and how busy its slots were."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

from benchmarks.measured import python

MODEL = "stand-in"
_ROOT = Path(__file__).parents[1]
_DIRECT = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Load:
    """The serving window: from the first call into a slot to the last one out.

    Attributes:
        calls: answered.
        seconds: of the window.
        utilisation: time that slots were taken, over the time that they were there.
        peak: most calls under way at once, those waiting for a slot among them.
    """

    calls: int
    seconds: float
    utilisation: float
    peak: int

    @property
    def rate(self) -> float:
        """Calls a second."""
        return self.calls / self.seconds


@dataclass(frozen=True, slots=True)
class Server:
    """A server under way."""

    port: int

    @property
    def base_url(self) -> str:
        """As an experiment file names it."""
        return f"http://127.0.0.1:{self.port}/v1"

    def reset(self) -> None:
        """Forget what was measured."""
        self._asked("reset", method="POST")

    def load(self) -> Load:
        """Since the last reset."""
        found = json.loads(self._asked("load"))
        return Load(found["calls"], found["window"], found["utilisation"], found["peak"])

    def _asked(self, what: str, method: str = "GET") -> bytes:
        request = Request(f"http://127.0.0.1:{self.port}/stand-in/{what}", method=method)
        with _DIRECT.open(request, timeout=10) as answer:
            return bytes(answer.read())


@contextmanager
def serving(*, slots: int, latency: float) -> Iterator[Server]:
    """Serve chat completions: so many at once, each for so many seconds."""
    options = ("--port", "0", "--slots", str(slots), "--latency", str(latency))
    command = python("-m", "tests.servers.openai_server", *options)
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(int(process.stdout.readline()))
        finally:
            process.terminate()
