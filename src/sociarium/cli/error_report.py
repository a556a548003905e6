"""How an error is told: one message on stderr, and a document where one is wanted."""

from __future__ import annotations

import json
import sys
from typing import Any

from sociarium.cli.display.command_hints import with_pasteable_commands
from sociarium.cli.error_listeners import ERROR_LISTENERS
from sociarium.errors import DefinitionError, SociariumError
from sociarium.experiment.address import public_text


def report_error(error: SociariumError, *, as_json: bool = False) -> None:
    """Say what went wrong on stderr, in the session's log and, where it is wanted, as JSON."""
    from sociarium.cli.display.output import console, words

    # What was typed in a wrong place may be an address, too.
    message = with_pasteable_commands(public_text(str(error)))
    for listener in ERROR_LISTENERS:
        listener(message)
    console(stderr=True).print(words(f"Error: {message}"))
    if as_json:
        report: dict[str, Any] = {"error": message, "exit_code": error.exit_code}
        if isinstance(error, DefinitionError):
            report["problems"] = [
                {
                    "line": problem.line,
                    "path": problem.path,
                    "message": public_text(problem.message),
                    "mend": with_pasteable_commands(problem.mend),
                }
                for problem in error.problems
            ]
        sys.stdout.write(f"{json.dumps(report)}\n")


def unforeseen_error(error: Exception) -> SociariumError:
    """What is said of an error that nobody foresaw; its traceback goes into a log of its own."""
    from loguru import logger

    from sociarium.cli.logs import session_log

    message = f"a fault of Sociarium, {type(error).__name__}: {public_text(str(error))}"
    try:
        log = session_log("fault")
    except SociariumError:
        return SociariumError(f"{message}; its details could not be logged")
    logger.opt(exception=error).error("a fault")
    return SociariumError(f"{message}; please report it with {log}. Nothing that was stored is lost")
