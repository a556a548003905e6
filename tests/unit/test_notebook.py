"""Progress from Python, wherever it is shown."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

import sociarium
from sociarium.notebook import NotebookProgress
from sociarium.ports.observer import RunDone, RunFailed, RunStarted, Stopping, SweepStarted
from sociarium.records.runs import Counters
from tests.support.definitions import small

HOSTILE = "<script>alert(1)</script>\x1b[2J"


class Clock:
    """Time stands until somebody moves it."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def now(self) -> str:
        return "2026-01-01T00:00:00.000Z"

    def monotonic(self) -> float:
        return self.seconds


def lines(file: io.StringIO) -> list[str]:
    return file.getvalue().splitlines()


def test_a_sweep_is_played_with_progress_in_lines(tmp_path: Path) -> None:
    file = io.StringIO()
    progress = NotebookProgress(console=Console(file=file, width=60))
    experiment = sociarium.loads(small(title="Walls"))
    result = sociarium.run(experiment, store=tmp_path / "s.db", observer=progress)
    assert lines(file)[0].startswith(f"Walls (offline: stand-in words): 0/{result.counts.total} done")
    assert f"{result.counts.done}/{result.counts.total} done" in lines(file)[-1]
    sociarium.resume(store=tmp_path / "s.db", observer=progress)
    assert f"{result.counts.total}/{result.counts.total} done" in lines(file)[-1]


def test_lines_come_now_and_then_and_failures_at_once() -> None:
    file, clock = io.StringIO(), Clock()
    with NotebookProgress(console=Console(file=file, width=60), clock=clock) as progress:
        progress.notice(SweepStarted("s", "e", "Walls", 3, 0, 0, offline=False))
        progress.notice(RunStarted("a" * 20, {}, 1, resumed=False))
        progress.notice(RunDone("a" * 20, "completed", Counters()))
        assert len(lines(file)) == 1
        clock.seconds += 60
        progress.notice(RunDone("b" * 20, "completed", Counters(), elsewhere=True))
        assert len(lines(file)) == 2
        progress.notice(RunFailed("c" * 20, HOSTILE))
        assert "run cccccccc failed" in lines(file)[2]
        progress.notice(Stopping("the time is over"))
        assert "the time is over" in lines(file)[-1]
    assert "\x1b" not in file.getvalue()


def test_a_terminal_has_a_picture(tmp_path: Path) -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80)
    sociarium.run(
        sociarium.loads(small(title="Walls")), store=tmp_path / "s.db", observer=NotebookProgress(console=console)
    )
    assert "Walls" in file.getvalue()
    assert "━" in file.getvalue()
    assert "messages/s" in file.getvalue()


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that a notebook's cell was given, the last one in place of the others."""
    pages: list[str] = []
    handle = SimpleNamespace(update=pages.append)
    module = SimpleNamespace(HTML=lambda page: page, display=lambda _page, display_id: handle if display_id else None)
    monkeypatch.setitem(sys.modules, "IPython.display", module)  # type: ignore[arg-type]
    return pages


def test_a_notebook_has_one_picture_that_is_redrawn(cell: list[str]) -> None:
    clock = Clock()
    with NotebookProgress(console=Console(force_jupyter=True), clock=clock) as progress:
        progress.notice(SweepStarted("s", "e", HOSTILE, 2, 0, 0, offline=False))
        progress.notice(RunDone("a" * 20, "completed", Counters()))
        assert len(cell) == 1
        clock.seconds += 1
        progress.notice(RunFailed("b" * 20, HOSTILE))
    assert "1/2 done" in cell[-1]
    assert "run bbbbbbbb failed" in cell[-1]
    assert "&lt;script&gt;" in cell[-1]
    assert not any("<script>" in page or "\x1b" in page for page in cell)


@pytest.mark.slow
def test_sociarium_itself_loads_no_rich(tmp_path: Path) -> None:
    script = "import sys, sociarium; sociarium.run, sociarium.feed; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False).returncode == 0
