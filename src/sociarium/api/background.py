"""A sweep in the background: a process of its own goes on with it, whatever becomes of who began it.

What can be wrong is looked at before, by who begins it; the process then goes on with the saved sweep.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sociarium.config import LOG_FOLDER
from sociarium.errors import SetupError
from sociarium.exchange.sanitize import sanitize
from sociarium.experiment.definition import Definition
from sociarium.ports.store import Store
from sociarium.runner.library.status import sweep_status
from sociarium.runner.planning.preflight import needs_person
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.workers.process import is_here, this_worker

_MOST_WAITED = 20.0
"""Seconds in which a process takes up a run or ends; one that does neither waits for something, and is left to it."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 0.5
STOPPED = "Stopped: "
"""How the line begins that says why a sweep was left before its end."""
_OF_TERMINALS = ("COLUMNS", "LINES", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
"""Variables that speak of the terminal which is left behind."""
_DEAF_TO_HANGUPS = ("/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh")
"""The process ignores the end of a terminal, whoever tells it of it; any thread may begin one."""


@dataclass(frozen=True, slots=True)
class Background:
    """A process that plays a sweep.

    Attributes:
        log: the file that its words go to.
    """

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def words(self) -> str:
        """What it has said so far, without what a screen would obey."""
        return sanitize(self.log.read_text(encoding="utf-8", errors="replace"))

    @property
    def stop(self) -> str:
        """Why it left the sweep before its end, in its own words; empty where it has not, or did not say."""
        lines = [line for line in self.words.splitlines() if line.startswith(STOPPED)]
        return lines[-1].removeprefix(STOPPED) if lines else ""


def refuse_background(definition: Definition, sweep_name: str) -> None:
    """Refuse what can only be played by a person at a terminal.

    Raises:
        SetupError: a person takes part, or the system has no way of leaving a process alone.
    """
    if sys.platform == "win32":
        raise SetupError("a sweep in the background needs the sessions of Linux or macOS; play it in a terminal")
    if needs_person(definition, sweep_name):
        raise SetupError(
            "a person takes part in this sweep, and has to be asked at a terminal; `sociarium run` without --detach "
            "plays it there"
        )


def begin_background(
    begun: StartedSweep,
    options: Sequence[str],
    *,
    command: str,
    folders: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
) -> Background:
    """Begin a process that plays what is left of a sweep, as `resume` does.

    Args:
        options: of the start, as words of a command line.
        command: what was asked for, for the name of the file that the process writes to.
        folders: where code of the researcher's own is looked for, beside the current one.
        environment: variables beside those of this process, such as that of the store.

    Raises:
        SetupError: the file for its words cannot be written.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    log = LOG_FOLDER / f"{stamp}-{command}-{begun.sweep.id[:8]}-{os.getpid()}.out"
    try:
        log.parent.mkdir(exist_ok=True)
        output = log.open("xb")
    except OSError as error:
        raise SetupError(f"the file {log} for the words of the sweep cannot be written: {error.strerror}") from error
    with output:
        process = subprocess.Popen(  # noqa: S603  # this program itself
            [*_DEAF_TO_HANGUPS, *_this_program(), "resume", begun.sweep.id, *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(folders) | dict(environment or {}),
            start_new_session=True,
        )
    return Background(process, log)


def code_at_once(store: Store, begun: StartedSweep, background: Background) -> int | None:
    """The exit code of a process that ends before it plays; None once it holds a run, or is left to itself.

    Waits for either, some seconds at most.
    """
    end, pause = time.monotonic() + _MOST_WAITED, _FIRST_PAUSE
    while time.monotonic() < end:
        try:
            code = background.process.wait(timeout=pause)
        except subprocess.TimeoutExpired:
            if _holds_a_run(store, begun, background.process.pid):
                return None
            pause = min(2 * pause, _LONGEST_PAUSE)
        else:
            return code if code >= 0 else 128 - code
    return None


def _environment(folders: Sequence[Path]) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name not in _OF_TERMINALS}
    if folders:
        path = [environment["PYTHONPATH"]] if environment.get("PYTHONPATH") else []
        environment["PYTHONPATH"] = os.pathsep.join([*path, *map(str, folders)])
    return environment | {"PYTHONIOENCODING": "utf-8"}


def _this_program() -> list[str]:
    """The words that start this program anew, from the same checkout or environment."""
    started = Path(sys.argv[0])
    if started.name == "main.py" and started.is_file():
        return [sys.executable, str(started.resolve())]
    # Without -P a folder named like a library, where the work is done, would be taken for it.
    alone = [] if started.name == "__main__.py" else ["-P"]
    return [sys.executable, *alone, "-m", "sociarium"]


def _holds_a_run(store: Store, begun: StartedSweep, pid: int) -> bool:
    me = this_worker()
    workers = sweep_status(store, begun.sweep, me=me).workers.values()
    return any(worker.pid == pid and is_here(worker, me) for worker in workers)
