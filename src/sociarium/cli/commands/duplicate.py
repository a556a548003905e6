"""EXPERIMENT is an id, its beginning, or a title. The latest version of anyone's experiment becomes a new experiment of
yours, which names the version that it came from. PATH of --set is as error messages write it: models.llama.temperature,
sections[1].private.guard, sections.Goal.private.guard; its VALUE is YAML, and null takes an optional part out."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.definition_editor import edit_definition
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.differences import show_differences
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.logs import log_actions
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.config import load
from sociarium.errors import BadInput, SociariumError
from sociarium.exchange.definition_files import reader_beside
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.changes import change_definition
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import Experiment
from sociarium.runner.library import lookup
from sociarium.runner.library.duplicate import Changes, Duplicate, duplicate, latest


def command(
    experiment: Annotated[str, typer.Argument(metavar="EXPERIMENT", help="its title or id")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="change a part of it"),
    ] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TITLE", help="of the new one")] = None,
    edit: Annotated[bool, typer.Option("--edit", help="change it in your editor ($VISUAL, $EDITOR)")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    changes = [_change(text) for text in set_ or []]
    log_actions("duplicate")
    opened = open_store(store or config.store_url, create=False)
    try:
        original = lookup.find_experiment(opened, experiment, creator=config.creator)
        _, before = latest(opened, original)
        # In the editor stands what --set says already; without one it is changed where it is kept.
        written, kept_in = _by_hand(before, changes, config.editor) if edit else (None, None)
        try:
            made = duplicate(
                opened,
                original,
                me=config.creator,
                clock=SystemClock(),
                title=title,
                changes=None if edit else Changes(changes, reader_beside(Path.cwd())),
                definition=written,
            )
        except SociariumError as error:
            if kept_in is None:
                raise
            raise BadInput(f"{error}. What you wrote is in {kept_in}") from error
    finally:
        opened.close()
    if kept_in is not None:
        shutil.rmtree(kept_in.parent, ignore_errors=True)
    if as_json:
        print_json(_as_dict(made))
    else:
        _say(made, original)


def _change(text: str) -> tuple[str, str]:
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise BadInput(f"--set {text!r} is not PATH=VALUE; write e.g. --set models.llama.temperature=0.2")
    return path.strip(), value


def _by_hand(before: Definition, changes: list[tuple[str, str]], editor: str) -> tuple[Definition, Path]:
    begun_with = change_definition(before, changes, read=reader_beside(Path.cwd())) if changes else before
    return edit_definition(begun_with, editor=editor)


def _as_dict(made: Duplicate) -> dict[str, Any]:
    return {
        "experiment": made.experiment.id,
        "title": made.experiment.title,
        "version": made.version.id,
        "origin": {"experiment": made.origin.experiment, "version": made.origin.id, "number": made.origin.number},
        "differences": [{"path": one.path, "before": one.before, "after": one.after} for one in made.changes],
    }


def _say(made: Duplicate, origin: Experiment) -> None:
    screen = console()
    title = one_line(made.experiment.title, most=200)
    screen.print(words(f"Experiment {made.experiment.id[:8]} {title!r} is yours.", "bold"))
    whose = f"version {made.origin.number} of {origin.id[:8]} {one_line(origin.title, most=200)!r} by {origin.creator}"
    screen.print(words(f"It came from {whose}" + (", unchanged." if not made.changes else ", and differs in:")))
    show_differences(screen, made.changes)
    sweeps = list(made.definition.all_sweeps)
    choose = ["--sweep", sweeps[0]] if len(sweeps) > 1 else []
    screen.print(words(f"Run it with: {pasteable('run', made.experiment.id[:12], *choose)}"))
