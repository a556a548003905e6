"""What pages begin in the background, on record instead of as processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sociarium.api.background import Background
from sociarium.runner.sweep.save import StartedSweep
from sociarium.viewer import starts


@dataclass
class Process:
    """A process that ended, or goes on."""

    code: int | None = None
    pid: int = 2**22 - 1

    def poll(self) -> int | None:
        return self.code

    def wait(self, timeout: float | None = None) -> int | None:
        return self.code


@dataclass
class Begun:
    """What was begun in the background, instead of processes."""

    folder: Path
    code: int | None = 0
    words: str = ""
    options: list[list[str]] = field(default_factory=list)
    environments: list[dict[str, str]] = field(default_factory=list)

    def begin(self, begun: StartedSweep, options: list[str], **rest: Any) -> Background:
        self.options.append(options)
        self.environments.append(rest["environment"])
        log = self.folder / "words.out"
        log.write_text(self.words)
        return Background(Process(self.code), log)  # type: ignore[arg-type]


def recorded_starts(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Begun:
    """From now on nothing is begun, and what would be is on record."""
    record = Begun(folder)
    monkeypatch.setattr(starts, "begin_background", record.begin)
    monkeypatch.setattr(starts, "code_at_once", lambda *_: record.code)
    return record
