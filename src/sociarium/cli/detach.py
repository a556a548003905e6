"""A sweep in the background: it is played by a process of its own, which the end of a terminal does not reach.

What can be wrong is looked at before, by the command at the terminal; the process then goes on with the saved sweep.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.display.placed_contents import say_before
from sociarium.cli.logs import FOLDER
from sociarium.cli.play_session import StartRequest, costs_money
from sociarium.errors import BadInput, SetupError
from sociarium.exchange.sanitize import one_line, sanitize
from sociarium.experiment.definition import Definition
from sociarium.ports.store import Store
from sociarium.runner.library.status import sweep_status
from sociarium.runner.planning.preflight import needs_person
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.workers.process import is_here, this_worker

_MOST_WAITED = 20.0
"""Seconds in which a process takes up a run or ends; one that does neither waits for something, and is left to it."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 0.5
_OF_TERMINALS = ("COLUMNS", "LINES", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
"""Variables that speak of the terminal which is left behind."""


@dataclass(frozen=True, slots=True)
class _Background:
    """A process that plays, and where its words go."""

    process: subprocess.Popen[bytes]
    log: Path


def refuse_background(definition: Definition, sweep_name: str, request: StartRequest) -> None:
    """Refuse what can only be played, or agreed to, by a person at a terminal.

    Raises:
        BadInput: models may cost money, and nobody can be asked whether they may be used.
        SetupError: a person takes part, or the system has no way of leaving a process alone.
    """
    if sys.platform == "win32":
        raise SetupError("--detach needs the sessions of Linux or macOS; leave the terminal open instead")
    if needs_person(definition, sweep_name):
        raise SetupError(
            "a person takes part in this sweep, and has to be asked at a terminal; play it without --detach"
        )
    if costs_money(definition, sweep_name) and not request.yes and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput("models of this sweep may cost money, and nobody is here to be asked; add --yes to --detach")


def play_in_background(
    store: Store,
    begun: StartedSweep,
    options: Sequence[str],
    *,
    command: str,
    url: str | None,
    as_json: bool,
    folders: Sequence[Path] = (),
) -> int:
    """Begin to play what is left of a sweep in the background, and say how to watch it, stop it and go on.

    Args:
        options: of the start, as words of a command line.
        command: what was typed, for the name of the file that the process writes to.
        url: the store that the command line names; None for the configured one.
        folders: where code of the researcher's own is looked for, beside the current one.

    Returns:
        0 once it plays; the process's own exit code if it ended at once, with its words shown.

    Raises:
        SetupError: the file for its words cannot be written.
    """
    say_before(console(stderr=True), store, begun)
    place = ["--store", url] if url else []
    # Nobody is asked there; a pilot goes on beyond its end only if that was agreed to.
    agreed = [] if any(one.startswith("--pilot") for one in options) else ["--yes"]
    background = _begin(
        ["resume", begun.sweep.id, *options, *agreed, *place],
        _log_path(command, begun),
        folders if begun.definition.code_names else (),
    )
    code = _code_at_once(store, begun, background.process)
    report: dict[str, object] = {
        "experiment": begun.experiment.id,
        "sweep": begun.sweep.id,
        "pid": background.process.pid,
        "log": str(background.log),
    }
    if code is not None:
        written = sanitize(background.log.read_text(encoding="utf-8", errors="replace"))
        (sys.stderr if as_json or code else sys.stdout).write(written)
    if as_json:
        print_json(report if code is None else report | {"exit_code": code})
    elif code is None:
        _print_hints(begun, background)
    return code or 0


def _log_path(command: str, begun: StartedSweep) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return FOLDER / f"{stamp}-{command}-{begun.sweep.id[:8]}-{os.getpid()}.out"


def _begin(arguments: Sequence[str], log: Path, folders: Sequence[Path]) -> _Background:
    try:
        log.parent.mkdir(exist_ok=True)
        output = log.open("xb")
    except OSError as error:
        raise SetupError(f"the file {log} for the words of the sweep cannot be written: {error.strerror}") from error
    environment = {name: value for name, value in os.environ.items() if name not in _OF_TERMINALS}
    if folders:
        path = [environment["PYTHONPATH"]] if environment.get("PYTHONPATH") else []
        environment["PYTHONPATH"] = os.pathsep.join([*path, *map(str, folders)])
    with output, _deaf_to_hangups():
        process = subprocess.Popen(  # noqa: S603  # this program itself
            [*_this_program(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**environment, "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )
    return _Background(process, log)


def _this_program() -> list[str]:
    """The words that start this program anew, from the same checkout or environment."""
    started = Path(sys.argv[0])
    if started.name == "main.py" and started.is_file():
        return [sys.executable, str(started.resolve())]
    # Without -P a folder named like a library, where the work is done, would be taken for it.
    alone = [] if started.name == "__main__.py" else ["-P"]
    return [sys.executable, *alone, "-m", "sociarium"]


@contextmanager
def _deaf_to_hangups() -> Iterator[None]:
    """Processes that are begun meanwhile ignore the end of a terminal, whoever tells them of it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def _code_at_once(store: Store, begun: StartedSweep, process: subprocess.Popen[bytes]) -> int | None:
    """The exit code of a process that ends before it plays; None once it holds a run, or is left to itself."""
    end, pause = time.monotonic() + _MOST_WAITED, _FIRST_PAUSE
    try:
        while time.monotonic() < end:
            try:
                code = process.wait(timeout=pause)
            except subprocess.TimeoutExpired:
                if _holds_a_run(store, begun, process.pid):
                    return None
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                return code if code >= 0 else 128 - code
    except KeyboardInterrupt:
        pass  # only the waiting is over: how to stop the sweep is said next
    return None


def _holds_a_run(store: Store, begun: StartedSweep, pid: int) -> bool:
    me = this_worker()
    workers = sweep_status(store, begun.sweep, me=me).workers.values()
    return any(worker.pid == pid and is_here(worker, me) for worker in workers)


def _print_hints(begun: StartedSweep, background: _Background) -> None:
    screen, sweep = console(), begun.sweep.id[:8]
    title = f"{one_line(begun.experiment.title, most=200)} · {one_line(begun.sweep.label)}"
    screen.print(
        words(f"{title} is played in the background: sweep {begun.sweep.id}, process {background.process.pid}", "bold"),
        soft_wrap=True,
    )
    for what, how in {
        "output": str(background.log),
        "watch": pasteable("status", sweep, "--watch"),
        "stop": f"kill -INT {background.process.pid}   (finishes the calls under way and saves; again: at once)",
        "go on": pasteable("resume", sweep),
    }.items():
        screen.print(words(f"  {what:<8}{how}"), soft_wrap=True)
