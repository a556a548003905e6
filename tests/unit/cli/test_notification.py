"""A command that is told the end of a start: its time is bounded, and errors have their exit codes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sociarium.cli import notification, play_session
from sociarium.cli.notification import exit_code_of, notify
from sociarium.cli.play_session import StartRequest, play
from sociarium.config import load
from sociarium.errors import StoreUnavailable, SweepPaused
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.sweeps_in_process import prepared


def test_a_command_that_does_not_end_is_ended_with_what_it_began(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(notification, "LONGEST", 0.2)
    began = time.monotonic()
    notify(f"(sleep 60; touch {tmp_path}/late) & wait", sweep="ab", code=0, text="x")
    assert time.monotonic() - began < 30
    assert "did not end within 0 s and was ended" in capfd.readouterr().err


def test_a_command_may_leave_what_it_is_told_unread(capfd: pytest.CaptureFixture[str]) -> None:
    notify("exit 0", sweep="ab", code=0, text="x" * 1_000_000)
    assert capfd.readouterr().err == ""


def test_errors_have_the_exit_codes_of_the_program() -> None:
    errors = (StoreUnavailable(), SweepPaused(), KeyboardInterrupt(), ZeroDivisionError())
    assert [exit_code_of(error) for error in errors] == [2, 3, 130, 1]


def test_a_store_that_stays_away_is_told_with_its_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqliteStore(tmp_path / "s.db")
    begun = prepared(store, definition(small(title="Wing")))

    async def play_sweep(*_arguments: object, **_options: object) -> None:
        raise StoreUnavailable("the disk is gone\x1b[31m")

    monkeypatch.setattr(play_session, "play_sweep", play_sweep)
    command = f'cat > {tmp_path}/told; echo "$SOCIARIUM_EXIT $SOCIARIUM_SWEEP" > {tmp_path}/how'
    with pytest.raises(StoreUnavailable):
        play(store, begun, load(), StartRequest(PlayOptions(), notify=command), log=tmp_path / "log")
    assert (tmp_path / "how").read_text(encoding="utf-8").split() == ["2", begun.sweep.id]
    assert (tmp_path / "told").read_text(encoding="utf-8") == (
        "Wing: it ended early, with what was answered until then kept: the disk is gone␛[31m\n"
    )
