"""`--notify`: at the end of a start, whatever the end, a command of the user's own is given the summary.

The command is the user's own words for their shell. What it says goes to stderr; what becomes of it changes nothing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from loguru import logger

from sociarium.cli.display.output import console, words
from sociarium.errors import SociariumError

LONGEST = 60.0
"""Seconds after which the command is ended, with all that it began."""


def notify(command: str, *, sweep: str, code: int, text: str) -> None:
    """Give a summary to a command; its failure is a warning.

    Args:
        command: for the shell; never shown or logged, because an address in it may be a secret.
        sweep, code: the sweep's id and this program's exit code, which it finds in its environment.
        text: what it reads on stdin.
    """
    fault = _run(command, {"SOCIARIUM_SWEEP": sweep, "SOCIARIUM_EXIT": str(code)}, text)
    if fault:
        logger.warning("the command of --notify {}", fault)
        console(stderr=True).print(words(f"! the command of --notify {fault}", "yellow"))


def exit_code_of(error: BaseException) -> int:
    """With what the program ends after an error."""
    if isinstance(error, KeyboardInterrupt):
        return 130
    return error.exit_code if isinstance(error, SociariumError) else 1


def _run(command: str, more: dict[str, str], text: str) -> str:
    """What went wrong; empty when nothing did."""
    is_windows = sys.platform == "win32"
    sys.stderr.flush()
    try:
        process = subprocess.Popen(  # noqa: S603  # the user's own words, for their own shell
            command if is_windows else ["sh", "-c", command],
            shell=is_windows,
            stdin=subprocess.PIPE,
            stdout=_stderr(),
            stderr=_stderr(),
            env=os.environ | more,
            start_new_session=True,
        )
    except OSError as error:
        return f"could not be started: {error.strerror}"
    try:
        process.communicate(text.encode(errors="replace"), timeout=LONGEST)
    except subprocess.TimeoutExpired:
        _end(process)
        return f"did not end within {LONGEST:.0f} s and was ended"
    except OSError:
        process.wait()  # it did not read all of it, which is its own affair
    return f"ended with exit code {process.returncode}" if process.returncode else ""


def _stderr() -> int:
    """Where the command's words go; nowhere when this process has no stderr of the system."""
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):
        return subprocess.DEVNULL


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and what it began."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
