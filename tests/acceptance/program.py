"""The program as a user starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pexpect

from tests.acceptance.sweeps import ROOT


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
    """`python main.py` in a folder of its own."""

    folder: Path
    environment: dict[str, str]

    @property
    def command(self) -> list[str]:
        """What starts it."""
        return [sys.executable, str(ROOT / "main.py")]

    def __call__(self, *arguments: str, stdin: str = "") -> Said:
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def terminal(self, *arguments: str, columns: int = 100, **environment: str) -> pexpect.spawn:
        """A command on a terminal of its own."""
        command, *rest = self.command
        return pexpect.spawn(
            command,
            [*rest, *arguments],
            cwd=str(self.folder),
            env=self.environment | {"TERM": "xterm-256color"} | environment,
            dimensions=(40, columns),
            encoding="utf-8",
            timeout=60,
        )

    def file(self, text: str, name: str = "mine.yaml") -> str:
        """An experiment file in the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name
