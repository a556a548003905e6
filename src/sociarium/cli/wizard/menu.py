"""The guided program from its first question to its last."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.create import create
from sociarium.cli.wizard.experiments import select, with_one
from sociarium.cli.wizard.prompts import Entry, Leave, nonempty
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
        session = log_in()
        if session is not None:
            what(session)
    except Leave:
        sys.stdout.write("\n")
        return _LEFT
    return 0


def _menu(session: WizardContext) -> None:
    while True:
        then = session.prompts.choose("What do you want to do?", _MENU)
        match then:
            case "create":
                session.attempt(lambda: _create(session), None)
            case "perform":
                session.attempt(lambda: select(session, then_perform=True), None)
            case "select":
                session.attempt(lambda: select(session), None)
            case "import":
                _import(session)
            case _:
                return


def _create(session: WizardContext) -> None:
    made = create(session)
    if made is not None:
        with_one(session, made)


def _import(session: WizardContext) -> None:
    source = session.prompts.text(
        "What should be imported?",
        hint="The path of an archive or of an experiment file, or the URL of a store: sqlite:///path or mongodb://...",
        check=nonempty,
    )
    if isinstance(source, str):
        session.command("import", source)
