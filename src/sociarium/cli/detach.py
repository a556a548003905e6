"""`--detach`: a sweep is left to a process in the background, and said how it is watched, stopped and gone on with."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sociarium.api.background import Background, begin_background, code_at_once
from sociarium.api.background import refuse_background as refuse_person
from sociarium.api.preparation import costs_money
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.morning import resume_command
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.display.placed_contents import say_before
from sociarium.cli.play_session import StartRequest
from sociarium.errors import BadInput
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.definition import Definition
from sociarium.ports.store import Store
from sociarium.runner.sweep.save import StartedSweep


def refuse_background(definition: Definition, sweep_name: str, request: StartRequest) -> None:
    """Refuse what can only be played, or agreed to, by a person at a terminal.

    Raises:
        BadInput: models may cost money, and nobody can be asked whether they may be used.
        SetupError: a person takes part, or the system has no way of leaving a process alone.
    """
    refuse_person(definition, sweep_name)
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
    background = begin_background(
        begun,
        [*options, *agreed, *place],
        command=command,
        folders=folders if begun.definition.code_names else (),
    )
    try:
        code = code_at_once(store, begun, background)
    except KeyboardInterrupt:
        code = None  # only the waiting is over: how to stop the sweep is said next
    report: dict[str, object] = {
        "experiment": begun.experiment.id,
        "sweep": begun.sweep.id,
        "pid": background.process.pid,
        "log": str(background.log),
    }
    if code is not None:
        (sys.stderr if as_json or code else sys.stdout).write(background.words)
    if as_json:
        print_json(report if code is None else report | {"exit_code": code})
    elif code is None:
        _print_hints(begun, background, resume_command(store.orders(begun.sweep.id), begun.sweep.id))
    return code or 0


def _print_hints(begun: StartedSweep, background: Background, go_on: str) -> None:
    screen, sweep = console(), begun.sweep.id[:8]
    title = f"{one_line(begun.experiment.title, most=200)} · {one_line(begun.sweep.label)}"
    screen.print(
        words(f"{title} is played in the background: sweep {begun.sweep.id}, process {background.process.pid}", "bold"),
    )
    for what, how in {
        "output": str(background.log),
        "watch": pasteable("status", sweep, "--watch"),
        "stop": f"kill -INT {background.process.pid}   (finishes the calls under way and saves; again: at once)",
        "go on": go_on,
    }.items():
        screen.print(words(f"  {what:<8}{how}"))
