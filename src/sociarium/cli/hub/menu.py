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
from sociarium.cli.wizard.store_login import is_remote, log_in, reach_store
from sociarium.editing.drafts import drafts
from sociarium.records.lists import ExperimentQuery

_LEFT = 130
_DEMO, _COPY, _CREATE, _SELECT, _IMPORT, _LEAVE = "demo", "copy", "create", "select", "import", "leave"


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
            "What first?" if is_empty else "What do you want to do?", _entries(is_empty=is_empty)
        )
        if chosen == _LEAVE:
            return
        if isinstance(chosen, Back):
            if context.prompts.confirm("Leave the program?", default=False) is True:
                return
        elif reached := reached or reach_store(context):
            context = reached
            _follow(context, chosen)
        if reached is not None:
            is_empty = _is_known_empty(reached)


def _follow(context: WizardContext, chosen: str) -> None:
    context.attempt(lambda: _choices()[chosen](context), None)


def _entries(*, is_empty: bool) -> list[TypedAnswer]:
    unfinished = len(drafts())
    create = "Begin with nothing: conversation or feed" if is_empty else "Create an experiment"
    first = [
        TypedAnswer("See how it works: a small study is played in front of you, 20 seconds", _DEMO),
        TypedAnswer("Copy an example: prison, jury, negotiation, devaluation, campaign, rumour", _COPY),
    ]
    entries = [
        TypedAnswer(f"{create}{f', or go on with a draft ({unfinished})' if unfinished else ''}", _CREATE),
        TypedAnswer("Open an experiment: change it, perform it, read its runs", _SELECT),
        TypedAnswer(
            "Bring in: an archive, an experiment file, another store, an earlier simulator's database", _IMPORT
        ),
        TypedAnswer("Leave", _LEAVE),
    ]
    if is_empty:
        return [*first, entries[0], *entries[2:]]
    return [*entries[:3], first[1], first[0], entries[3]]


def _is_known_empty(context: WizardContext) -> bool:
    """Whether there is no experiment yet; False where that cannot be read."""
    return context.attempt(lambda: _is_empty(context), otherwise=False)


def _is_empty(context: WizardContext) -> bool:
    with context.store() as store:
        return next(iter(store.list_experiments(ExperimentQuery())), None) is None
