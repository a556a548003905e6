"""The guided program from its first question to its last.

What the first question needs is imported here and nothing else (decision 6): what its answers do stands in
`menu_choices`, and a store on a server is first asked when an answer needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

from sociarium.cli.questions.answers import Back, Leave, TypedAnswer
from sociarium.cli.wizard.context import CommandCall, WizardContext
from sociarium.cli.wizard.store_login import choose_store, is_remote, log_in, reach_store
from sociarium.editing.drafts import drafts
from sociarium.records.lists import ExperimentQuery

_LEFT = 130
_DEMO, _COPY, _CREATE, _SELECT, _STORE, _IMPORT, _LEAVE = "demo", "copy", "create", "select", "store", "import", "leave"


def run_menu(call_command: CommandCall) -> int:
    """The menu, until whoever sits there leaves; returns the exit code."""
    return _run_session(_menu, call_command)


def run_new(call_command: CommandCall) -> int:
    """A new experiment, and what can be done with it; returns the exit code."""
    return _run_session(_create, call_command)


def _run_session(what: Callable[[WizardContext], None], call_command: CommandCall) -> int:
    try:
        context = log_in(call_command)
        if context is not None:
            what(context)
    except Leave:
        sys.stdout.write("\n")
        return _LEFT
    return 0


def _choices() -> Mapping[str, Callable[[WizardContext], None]]:
    choices: Mapping[str, Callable[[WizardContext], None]] = import_module("sociarium.cli.hub.menu_choices").CHOICES
    return choices


def _create(context: WizardContext) -> None:
    reached = reach_store(context)
    if reached is not None:
        _choices()[_CREATE](reached)


def _menu(context: WizardContext) -> None:
    is_empty = not is_remote(context.url) and _is_known_empty(context)
    reached = None
    while True:
        chosen = context.prompts.choose(
            "What first?" if is_empty else "What do you want to do?",
            _entries(is_empty=is_empty, is_on_server=is_remote(context.url)),
            hint="Nothing is here yet." if is_empty else "",
        )
        if chosen == _LEAVE:
            return
        if isinstance(chosen, Back):
            if context.prompts.confirm("Leave the program?", default=False) is True:
                return
        elif chosen == _STORE:
            reached = choose_store(context) or reached
            context = reached or context
        elif reached := reached or reach_store(context):
            context = reached
            _follow(context, chosen)
        if reached is not None:
            is_empty = _is_known_empty(reached)


def _follow(context: WizardContext, chosen: str) -> None:
    context.attempt(lambda: _choices()[chosen](context), None)


def _entries(*, is_empty: bool, is_on_server: bool) -> list[TypedAnswer]:
    unfinished = len(drafts())
    kinds = f"conversation or feed; {unfinished} to go on with" if unfinished else "conversation or feed"
    store = (
        TypedAnswer("Open another database", _STORE, note="another lab's, or the file on this computer")
        if is_on_server
        else TypedAnswer("Open a lab's database", _STORE, note="MongoDB; somebody gave you its address")
    )
    first = [
        TypedAnswer("See how it works", _DEMO, note="a small study is played in front of you, 10 seconds"),
        TypedAnswer("Copy an example", _COPY, note="six: prison, jury, negotiation, and three feeds"),
    ]
    bring_in = TypedAnswer("Bring in", _IMPORT, note="archive, file, store, an earlier simulator's database")
    leave = TypedAnswer("Leave", _LEAVE)
    if is_empty:
        create = TypedAnswer("Begin with nothing", _CREATE, note=kinds)
        return [*first, create, store, bring_in, leave]
    return [
        TypedAnswer("Create an experiment", _CREATE, note=kinds),
        TypedAnswer("Open an experiment", _SELECT, note="change it, perform it, read its runs"),
        bring_in,
        *reversed(first),
        store,
        leave,
    ]


def _is_known_empty(context: WizardContext) -> bool:
    """Whether there is no experiment yet; False where that cannot be read."""
    return context.attempt(lambda: _is_empty(context), otherwise=False)


def _is_empty(context: WizardContext) -> bool:
    with context.store() as store:
        return next(iter(store.list_experiments(ExperimentQuery())), None) is None
