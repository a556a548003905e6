"""One log file a session, made by the commands that work."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

import sociarium.api  # noqa: F401  # which is silent from its import on: so it comes before the log is enabled
from sociarium.cli.display.output import console, words
from sociarium.cli.error_listeners import ERROR_LISTENERS
from sociarium.config import LOG_FOLDER
from sociarium.errors import SetupError
from sociarium.exchange.sanitize import sanitize
from sociarium.experiment.address import public_text

if TYPE_CHECKING:
    from loguru import Record

_FORMAT = "{time:YYYY-MM-DDTHH:mm:ss.SSS}Z | {level: <7} | {message}"


def _as_written(record: Record) -> None:
    """In UTC, and further lines of a message indented: a name with a line break in it begins no entry of its own."""
    record["time"] = record["time"].astimezone(UTC)
    record["message"] = "\n    ".join(record["message"].splitlines())


class _PublicFile:
    """A log in which every address is a public one, for a library's exception may quote another, and which no terminal
    obeys.

    Where it cannot be written any more, the disk being full, that is said once, and whoever logs goes on.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)
        self._is_lost = False

    def write(self, text: str) -> None:
        """Add a piece."""
        if self._is_lost:
            return
        try:
            self._file.write(sanitize(public_text(text)))
        except OSError as error:
            self._is_lost = True
            _print_log_fault(f"the log {self._path} cannot be written any more: {error.strerror}")

    def flush(self) -> None:
        """Hand it to the system."""
        with suppress(OSError):
            self._file.flush()

    def stop(self) -> None:
        """Close the file."""
        with suppress(OSError):
            self._file.close()


def _print_log_fault(why: str) -> None:
    console(stderr=True).print(words(f"Not logged: {why}"))


def log_actions(command: str) -> None:
    """Log who does what from now on; where no log can be written that is said, and the command goes on."""
    try:
        session_log(command)
    except SetupError as error:
        logger.remove()
        ERROR_LISTENERS.clear()
        _print_log_fault(str(error))


def session_log(command: str) -> Path:
    """Log into a new file below `logs/` from now on, and nowhere else.

    Raises:
        SetupError: the folder cannot be written.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    path = LOG_FOLDER / f"{stamp}-{command}-{os.getpid()}.log"
    try:
        LOG_FOLDER.mkdir(exist_ok=True)
        path.touch()
    except OSError as error:
        raise SetupError(f"the log {path} cannot be written: {error.strerror}") from error
    logger.remove()
    logger.enable("sociarium")
    logger.configure(patcher=_as_written)
    # `diagnose` would print the values of variables, keys among them.
    logger.add(_PublicFile(path), format=_FORMAT, level="INFO", diagnose=False, backtrace=False)
    ERROR_LISTENERS[:] = [_log_error]
    return path


def _log_error(message: str) -> None:
    logger.warning("it ended: {}", message)
