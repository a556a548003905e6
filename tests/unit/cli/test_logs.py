"""Logs, which people hand on when something went wrong."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from loguru import logger

from sociarium.cli.logs import log_actions, session_log


def fail(words: str) -> None:
    raise ValueError(words)


def test_a_traceback_whose_exception_quotes_an_address_is_logged_without_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    log = session_log("run")
    hidden = "".join(reversed("detnalp"))  # the traceback quotes the lines of this file
    address = f"http://ana:{hidden}@box:1/v1?key={hidden}"
    try:
        fail(f"cannot reach {address}")
    except ValueError as error:
        logger.opt(exception=error).error("run a1 failed at {}", address)
    logger.remove()
    written = log.read_text(encoding="utf-8")
    assert "cannot reach http://box:1/v1" in written
    assert "failed at http://box:1/v1" in written
    assert "Traceback" in written
    assert hidden not in written


@pytest.mark.slow
def test_what_is_done_by_a_part_that_is_imported_later_is_logged_too(tmp_path: Path) -> None:
    script = (
        "from sociarium.cli.logs import session_log\n"
        "log = session_log('guided')\n"
        "import sociarium.api.play\n"
        "exec('from loguru import logger; logger.info(\"ann saved it\")', {'__name__': 'sociarium.editing.save'})\n"
        "print(log.read_text())"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "ann saved it" in done.stdout, done.stderr


def test_a_name_with_line_breaks_and_controls_begins_no_entry_and_moves_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    log = session_log("run")
    logger.info("{} deleted the run {}", "ada\r\x1b[2Jbob\n2026-01-01T00:00:00.000Z | INFO    | carl", "a1")
    logger.remove()
    first, *rest = log.read_text(encoding="utf-8").splitlines()
    assert first.endswith("| INFO    | ada")
    assert all(line.startswith("    ") for line in rest)
    assert not any(sign in first + "".join(rest) for sign in "\x1b\r")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_that_nothing_is_logged_is_said_in_rows_of_whole_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "40")
    screen = _Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    (tmp_path / "logs").write_text("no folder")
    log_actions("edit")
    rows = screen.getvalue().splitlines()
    assert rows[0] == "Not logged: the log"
    assert " ".join(rows).endswith("cannot be written: File exists")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_log_that_cannot_be_written_any_more_is_said_once_and_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    monkeypatch.setattr(Path, "touch", lambda path: path.symlink_to("/dev/full"))
    log = session_log("run")
    for _ in range(3):
        logger.error("words that find no room")
    logger.remove()
    assert capsys.readouterr().err.replace("\n", " ").strip() == (
        f"Not logged: the log {log} cannot be written any more: No space left on device"
    )
