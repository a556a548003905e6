"""The guided program from its first question to its last."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from sociarium.cli.hub.library import open_draft, open_experiment, select
from sociarium.cli.questions.answers import Back, Entry, Leave
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.questions.completion import paths
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.store_login import log_in
from sociarium.config import samples
from sociarium.editing.drafts import Draft, drafts
from sociarium.exchange.definition_files import read_definition
from sociarium.experiment.document import to_tree
from sociarium.experiment.validation import design_of
from sociarium.records.lists import ExperimentQuery

_LEFT = 130
_DEMO, _COPY, _CREATE, _SELECT, _IMPORT, _LEAVE = "demo", "copy", "create", "select", "import", "leave"
_EXAMPLES = {
    "prison.yaml": "guards and prisoners under one roof; what a harsh or a fair personality does",
    "jury.yaml": "jurors who have to agree on a verdict",
    "negotiation.yaml": "two sides and a bargain; what a goal does to the outcome",
    "devaluation.yaml": "a feed: six people, and news about a currency",
    "campaign.yaml": "a feed: a campaign, and what ranking does to it",
    "rumour.yaml": "a feed: a rumour, and a policy that labels or removes it",
}
"""File -> a sentence."""


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
    is_empty = _is_local(context) and context.attempt(lambda: _is_empty(context), otherwise=False)
    while True:
        then = context.prompts.choose(
            "What first?" if is_empty else "What do you want to do?", _entries(is_empty=is_empty)
        )
        match then:
            case "demo":
                _show_demo(context)
            case "copy":
                context.attempt(lambda: _copy_example(context), None)
            case "create":
                context.attempt(lambda: _create(context), None)
            case "select":
                context.attempt(lambda: select(context), None)
            case "import":
                _import(context)
            case "leave":
                return
            case Back() if context.prompts.confirm("Leave the program?", default=False) is True:
                return
        is_empty = context.attempt(lambda: _is_empty(context), otherwise=False)


def _entries(*, is_empty: bool) -> list[Entry]:
    unfinished = len(drafts())
    create = "Begin with nothing: conversation or feed" if is_empty else "Create an experiment"
    first = [
        Entry("See how it works: a small study is played in front of you, 20 seconds", _DEMO),
        Entry("Copy an example: prison, jury, negotiation, devaluation, campaign, rumour", _COPY),
    ]
    entries = [
        Entry(f"{create}{f', or go on with a draft ({unfinished})' if unfinished else ''}", _CREATE),
        Entry("Open an experiment: change it, perform it, read its runs", _SELECT),
        Entry("Bring in: an archive, an experiment file, another store, an earlier simulator's database", _IMPORT),
        Entry("Leave", _LEAVE),
    ]
    if is_empty:
        return [*first, entries[0], *entries[2:]]
    return [*entries[:3], first[1], first[0], entries[3]]


def _is_local(context: WizardContext) -> bool:
    """Whether the store is a file: a server is not waited for before the first question."""
    return context.url.startswith("sqlite:")


def _is_empty(context: WizardContext) -> bool:
    with context.store() as store:
        return next(iter(store.list_experiments(ExperimentQuery())), None) is None


def _show_demo(context: WizardContext) -> None:
    if context.command("demo") == 0:
        context.attempt(lambda: _open_latest(context), None)


def _open_latest(context: WizardContext) -> None:
    with context.store() as store:
        listed = list(store.list_experiments(ExperimentQuery()))
    own = [one.experiment for one in listed if one.experiment.creator == context.config.creator]
    if own:
        context.show("This is the study that you saw. Under Runs you can read its conversations.", "dim")
        open_experiment(context, own[-1])


def _copy_example(context: WizardContext) -> None:
    chosen = context.prompts.choose(
        "Which example?", [Entry(_example_line(name, sentence), name) for name, sentence in _EXAMPLES.items()],
        hint="It becomes an experiment of your own; nothing is stored before you save it.",
    )  # fmt: skip
    if not isinstance(chosen, Back):
        definition = read_definition(samples() / chosen)
        open_draft(context, Draft(to_tree(definition), position=("Title",)), saved={})


def _example_line(name: str, sentence: str) -> str:
    definition = read_definition(samples() / name)
    sizes = [design_of(definition, sweep).size * spec.replicates for sweep, spec in definition.all_sweeps.items()]
    runs = f"{max(sizes):,} runs" if sizes else "no runs"
    return f"{definition.title} · {runs} · {sentence}"


def _create(context: WizardContext) -> None:
    draft = _choose_draft(context)
    if draft is not None:
        open_draft(context, draft)


def _choose_draft(context: WizardContext) -> Draft | None:
    """The draft to go on with, or a new one; None when whoever sits there went back."""
    while unfinished := drafts():
        named = [f"{one.title!r} of {one.begun} UTC" for one in unfinished]
        entries = [Entry(f"Go on with the draft {name}", one) for name, one in zip(named, unfinished, strict=True)]
        entries.append(Entry("Begin a new experiment", Draft()))
        entries += [
            Entry(f"Throw away the draft {name}", one.path) for name, one in zip(named, unfinished, strict=True)
        ]
        chosen = context.prompts.choose("What you began before is kept. What now?", entries)
        match chosen:
            case Back():
                return None
            case Draft():
                return chosen
            case Path():
                chosen.unlink(missing_ok=True)
    return Draft()


def _import(context: WizardContext) -> None:
    source = context.prompts.text(
        "What should be imported?",
        hint="The path of an archive or of an experiment file, or the URL of a store: sqlite:///path or mongodb://...",
        check=nonempty,
        complete=paths,
    )
    if isinstance(source, str):
        context.command("import", source)
