"""The guided program from its first question to its last."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sociarium.cli.questions.answers import Entry, Leave
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.questions.completion import paths
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.create import create
from sociarium.cli.wizard.experiments import select, with_one
from sociarium.cli.wizard.store_login import log_in

_LEFT = 130

_MENU = [
    Entry("Create an experiment", "create"),
    Entry("Perform conversations or feeds", "perform"),
    Entry("Select an experiment: view, old conversations, duplicate, export, delete", "select"),
    Entry("Import: an archive, an experiment file, another store, an earlier simulator's database", "import"),
    Entry("Leave", "leave"),
]


def run_menu() -> int:
    """The menu, until whoever sits there leaves; returns the exit code."""
    return _run_session(_menu)


def run_new() -> int:
    """A new experiment, and what can be done with it; returns the exit code."""
    return _run_session(_create)


def _run_session(what: Callable[[WizardContext], None]) -> int:
    try:
        context = log_in()
        if context is not None:
            what(context)
    except Leave:
        sys.stdout.write("\n")
        return _LEFT
    return 0


def _menu(context: WizardContext) -> None:
    while True:
        then = context.prompts.choose("What do you want to do?", _MENU)
        match then:
            case "create":
                context.attempt(lambda: _create(context), None)
            case "perform":
                context.attempt(lambda: select(context, then_perform=True), None)
            case "select":
                context.attempt(lambda: select(context), None)
            case "import":
                _import(context)
            case "leave":
                return
            case _:
                # Esc leaves a question, never the program.
                continue


def _create(context: WizardContext) -> None:
    made = create(context)
    if made is not None:
        with_one(context, made)


def _import(context: WizardContext) -> None:
    source = context.prompts.text(
        "What should be imported?",
        hint="The path of an archive or of an experiment file, or the URL of a store: sqlite:///path or mongodb://...",
        check=nonempty,
        complete=paths,
    )
    if isinstance(source, str):
        context.command("import", source)
