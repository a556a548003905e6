"""Setting up a new experiment, or an own one after another's, with a draft on disk all the while."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from sociarium.cli.display.differences import difference_lines
from sociarium.cli.questions.answers import Back, Entry, Leave
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.editor import ask_changes, ask_experiment, prompts
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.editing.document import Document, definition_of
from sociarium.editing.drafts import Draft, drafts
from sociarium.experiment.changes import differences
from sociarium.experiment.document import to_tree
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import Experiment
from sociarium.runner.library.duplicate import duplicate, latest
from sociarium.runner.library.lookup import own_experiment
from sociarium.runner.sweep.save import save_experiment


def create(context: WizardContext) -> Experiment | None:
    """A new experiment, or one that was begun before; None when there is none in the end."""
    draft = _choose_draft(context)
    if draft is None:
        return None
    if draft.origin is not None:
        return _complete_draft(context, draft)
    return _run_draft(context, draft, lambda asking: ask_experiment(asking, context.config, _title_check(context)))


def copy_experiment(context: WizardContext, origin: Experiment) -> Experiment | None:
    """An own experiment after another one, changed; None when there is none in the end."""
    with context.store() as store:
        _, before = latest(store, origin)
    return _complete_draft(context, Draft(dict(to_tree(before)), origin.id))


def _complete_draft(context: WizardContext, draft: Draft) -> Experiment | None:
    base = draft.base or {}
    before = definition_of(base)

    def told(tree: Document) -> RenderableType:
        lines = difference_lines(differences(before, definition_of(tree)))
        heading = "It differs from the one that it comes from in:" if lines else "It is the same so far."
        return Group(prompts(tree), Text(heading, style="bold"), *lines, Text())

    return _run_draft(
        context, draft, lambda asking: ask_changes(asking, base, context.config, _title_check(context), told)
    )


def _run_draft(context: WizardContext, draft: Draft, flow: Callable[[QuestionFlow], Document]) -> Experiment | None:
    asking = QuestionFlow(context.prompts, answers=draft.answers, keep=draft.keep)
    try:
        tree = asking.run(flow)
    except Leave:
        _offer_to_keep(context, draft)
        raise
    if isinstance(tree, Back):
        draft.remove()
        return None
    made = _save(context, draft, tree)
    draft.remove()
    return made


def _offer_to_keep(context: WizardContext, draft: Draft) -> None:
    if draft.path is None:
        return
    try:
        answer = context.prompts.confirm(f"Keep what you wrote of {draft.title!r} as a draft?")
    except Leave:
        answer = True
    if answer is False:
        draft.remove()
    else:
        context.show(f"It is kept, and offered when you create an experiment next ({draft.path}).", "dim")


def _save(context: WizardContext, draft: Draft, tree: Document) -> Experiment:
    definition = definition_of(tree)
    with context.store() as store:
        if draft.origin is None:
            experiment, _ = save_experiment(store, definition, creator=context.config.creator, at=SystemClock().now())
        else:
            made = duplicate(
                store,
                store.experiment(draft.origin),
                me=context.config.creator,
                clock=SystemClock(),
                title=None if definition.title == (draft.base or {}).get("title") else definition.title,
                definition=definition,
            )
            experiment = made.experiment
    context.show(f"Saved: {experiment.title!r}, experiment {experiment.id[:8]}.", "bold")
    return experiment


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


def _title_check(context: WizardContext) -> Callable[[str], str]:
    def fault(title: str) -> str:
        with context.store() as store:
            if own_experiment(store, title, creator=context.config.creator) is None:
                return ""
        return "You have an experiment of that title; choose another one."

    return fault
