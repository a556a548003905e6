"""Standard input that may be closed, and output that takes any text, and whose failure is one error and no crash."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from sociarium.errors import SociariumError

_ANY_TEXT = "\u56da.\n"


class OutputFailed(SociariumError):
    """The output cannot be written."""


class ReaderGone(Exception):
    """Nobody reads the output any more, as `head` does when it has enough; nothing is wrong."""


class _Output(io.FileIO):
    """The file behind standard output; what cannot be written to it is told from other files that fail."""

    def write(self, data: object, /) -> int:
        """Write what fits.

        Raises:
            ReaderGone: nobody reads any more.
            OutputFailed: the disk is full, or whatever else it is.
        """
        try:
            return super().write(data)  # type: ignore[arg-type]  # a buffer, as the class above wants it
        except BrokenPipeError as error:
            raise ReaderGone from error
        except OSError as error:
            raise OutputFailed(error.strerror or str(error)) from error


def open_input() -> None:
    """Read nothing from a standard input that is closed: it is no terminal, and nobody is asked anything."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  # as long as the program runs


def open_output() -> None:
    """Take any text on standard output and standard error, whatever their encoding: what it lacks is replaced.

    An output that is closed swallows what is written.
    """
    if sys.stdout is None or sys.stderr is None:
        void = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # as long as the program runs
        sys.stdout, sys.stderr = sys.stdout or void, sys.stderr or void
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(encoding=_encoding(sys.stderr, "backslashreplace"), errors="backslashreplace")
    if sys.stdout is not sys.__stdout__ or not isinstance(sys.stdout, io.TextIOWrapper):
        return
    sys.stdout.flush()
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Output(sys.stdout.fileno(), "w", closefd=False)),
        encoding=_encoding(sys.stdout, "replace"),
        errors="replace",
        line_buffering=sys.stdout.line_buffering,
        write_through=sys.stdout.write_through,
    )


def _encoding(stream: io.TextIOWrapper, errors: str) -> str:
    """That of a stream; UTF-8 where it is one that replaces nothing, as that of names of servers."""
    try:
        _ANY_TEXT.encode(stream.encoding, errors)
    except UnicodeError:
        return "utf-8"
    return stream.encoding


def drop_output() -> None:
    """Send what is left of the output nowhere, so that leaving the program does not fail by it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
