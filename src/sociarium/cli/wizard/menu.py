"""The guided program from its first question to its last."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sociarium.cli.wizard.context import Session
from sociarium.cli.wizard.create import create
from sociarium.cli.wizard.experiments import select, with_one
from sociarium.cli.wizard.prompts import Entry, Leave, filled
from sociarium.cli.wizard.store_login import logged_in

_LEFT = 130

_MENU = [
    Entry("Create an experiment", "create"),
    Entry("Perform conversations or feeds", "perform"),
    Entry("Select an experiment: view, old conversations, duplicate, export, delete", "select"),
    Entry("Import: an archive, an experiment file, another store, an earlier simulator's database", "import"),
    Entry("Leave", "leave"),
]


def guided() -> int:
    """The menu, until whoever sits there leaves; returns the exit code."""
    return _left_well(_menu)


def guided_new() -> int:
    """A new experiment, and what can be done with it; returns the exit code."""
    return _left_well(_create)


def _left_well(what: Callable[[Session], None]) -> int:
    try:
        session = logged_in()
        if session is not None:
            what(session)
    except Leave:
        sys.stdout.write("\n")
        return _LEFT
    return 0


def _menu(session: Session) -> None:
    while True:
        then = session.prompts.choose("What do you want to do?", _MENU)
        match then:
            case "create":
                session.tried(lambda: _create(session), None)
            case "perform":
                session.tried(lambda: select(session, then_perform=True), None)
            case "select":
                session.tried(lambda: select(session), None)
            case "import":
                _import(session)
            case _:
                return


def _create(session: Session) -> None:
    made = create(session)
    if made is not None:
        with_one(session, made)


def _import(session: Session) -> None:
    source = session.prompts.text(
        "What should be imported?",
        hint="The path of an archive or of an experiment file, or the URL of a store: sqlite:///path or mongodb://...",
        check=filled,
    )
    if isinstance(source, str):
        session.command("import", source)
