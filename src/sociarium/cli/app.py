"""The `sociarium` program: its beginning, its end, and how errors leave it."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

from sociarium.cli.command_call import run_command
from sociarium.cli.command_names import COMMANDS
from sociarium.cli.error_report import report_error, unforeseen_error
from sociarium.cli.output_stream import OutputFailed, ReaderGone, drop_output, open_input, open_output
from sociarium.errors import SociariumError


def run_program() -> NoReturn:
    """The program as a process of its own: `main`, and its end."""
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    if "pyreqwest" not in sys.modules:
        sys.exit(code if isinstance(code, int) else 0)
    # Its threads are none of Python's: one that lets go of something while the interpreter takes itself apart ends the
    # process with a crash, and with another exit code than the one that was meant.
    atexit._run_exitfuncs()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)


def main(arguments: list[str] | None = None) -> None:
    """Run the program and leave it with the right exit code; never with a traceback."""
    words_typed = sys.argv[1:] if arguments is None else arguments
    if (shell := os.environ.get("_SOCIARIUM_COMPLETE")) is not None:
        _complete_and_leave(shell, words_typed)
    open_input()
    open_output()
    try:
        code = _run_reporting_errors(words_typed)
        sys.stdout.flush()
    except ReaderGone:
        drop_output()
        code = 0
    except OutputFailed as error:
        drop_output()
        sys.stderr.write(f"Error: the output cannot be written: {error}\n")
        code = OutputFailed.exit_code
    sys.exit(code)


def _complete_and_leave(shell: str, words_typed: list[str]) -> NoReturn:
    """Tell a shell what fits on its command line; at once, whatever else is still under way."""
    from sociarium.cli.completion.reply import answer

    with suppress(Exception):
        answer(shell, words_typed, COMMANDS)
        sys.stdout.flush()
    os._exit(0)


def _run_reporting_errors(words_typed: list[str]) -> int:
    """Call a command and say what went wrong; only what keeps it from being said is raised."""
    try:
        return run_command(words_typed or ["menu"])
    except (ReaderGone, OutputFailed):
        raise
    except SociariumError as error:
        report_error(error, as_json="--json" in words_typed)
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return 130
    except Exception as error:  # noqa: BLE001  # nobody should meet a traceback; the log has it
        report_error(unforeseen_error(error), as_json="--json" in words_typed)
        return 1
