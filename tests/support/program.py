"""The program as a user starts it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import PIPE, Popen
from types import MappingProxyType
from typing import Any

import pexpect

from sociarium.config import VARIABLES
from tests.support.program_process import Begun, begin, begin_on_terminal
from tests.support.warm_process import Start

OTHERS_SETTINGS = (*VARIABLES, "OPENAI_API_KEY", "OLLAMA_HOST")
"""Variables in which whoever runs the tests may have settings of their own."""


def environment() -> dict[str, str]:
    """The environment of a program that tests start."""
    kept = {name: value for name, value in os.environ.items() if name not in OTHERS_SETTINGS}
    return kept | {"SOCIARIUM_USER": "tester", "PYTHONUNBUFFERED": "1"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Program:
    """`python main.py` in a folder of its own.

    Attributes:
        fresh: whether a Python of its own is started for it, and not a child of the warm process begun.
    """

    folder: Path
    environment: dict[str, str]
    fresh: bool = False

    def __call__(self, *arguments: str, stdin: str = "") -> Said:
        return ended(begin(self._start(arguments), fresh=self.fresh, stdin=PIPE), stdin)

    def begin(self, *arguments: str) -> Begun | Popen[str]:
        """A command at work, with nothing to read."""
        return begin(self._start(arguments), fresh=self.fresh)

    def terminal(self, *arguments: str, columns: int = 100, rows: int = 40, **environment: str) -> pexpect.spawn:
        """A command on a terminal of its own."""
        start = self._start(arguments, {"TERM": "xterm-256color", "PAGER": "cat"} | environment, terminal=True)
        size = (rows, columns)
        return begin_on_terminal(start, fresh=self.fresh, dimensions=size, encoding="utf-8", timeout=60)

    def _start(
        self, arguments: Sequence[str], more: Mapping[str, str] = MappingProxyType({}), *, terminal: bool = False
    ) -> Start:
        environment = {**self.environment, **more}
        if terminal:
            # A terminal has a size of its own; that of whoever runs the tests is another.
            for name in ("COLUMNS", "LINES"):
                environment.pop(name, None)
        return Start("main.py", arguments, str(self.folder), environment, terminal)

    def as_user(self, name: str, **more: str) -> Program:
        """The same program as somebody else uses it, with further variables."""
        return replace(self, environment=self.environment | {"SOCIARIUM_USER": name, **more})

    def file(self, text: str, name: str = "mine.yaml") -> str:
        """An experiment file in the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name


def ended(begun: Begun | Popen[str], stdin: str = "") -> Said:
    """What a command at work came to."""
    out, err = begun.communicate(stdin or None, timeout=120)
    assert "Traceback" not in err, err
    assert begun.returncode is not None
    return Said(begun.returncode, out, err)
