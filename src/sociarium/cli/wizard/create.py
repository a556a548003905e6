"""Setting up a new experiment, or an own one after another's, with a draft on disk all the while."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from sociarium.cli.display.differences import difference_lines
from sociarium.cli.wizard.context import Session
from sociarium.cli.wizard.draft_document import Tree, defined
from sociarium.cli.wizard.drafts import Draft, drafts
from sociarium.cli.wizard.editor import created, prompts, reshaped
from sociarium.cli.wizard.flow import Asking
from sociarium.cli.wizard.prompts import Back, Entry, Leave
from sociarium.experiment.changes import differences
from sociarium.experiment.document import to_tree
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import Experiment
from sociarium.runner.library.duplicate import duplicate, latest
from sociarium.runner.library.lookup import own_experiment
from sociarium.runner.sweep.start import saved


def create(session: Session) -> Experiment | None:
    """A new experiment, or one that was begun before; None when there is none in the end."""
    draft = _taken_up(session)
    if draft is None:
        return None
    if draft.origin is not None:
        return _finished(session, draft)
    return _drafted(session, draft, lambda asking: created(asking, session.config, _taken(session)))


def copied(session: Session, origin: Experiment) -> Experiment | None:
    """An own experiment after another one, changed; None when there is none in the end."""
    with session.store() as store:
        _, before = latest(store, origin)
    return _finished(session, Draft(dict(to_tree(before)), origin.id))


def _finished(session: Session, draft: Draft) -> Experiment | None:
    base = draft.base or {}
    before = defined(base)

    def told(tree: Tree) -> RenderableType:
        lines = difference_lines(differences(before, defined(tree)))
        heading = "It differs from the one that it comes from in:" if lines else "It is the same so far."
        return Group(prompts(tree), Text(heading, style="bold"), *lines, Text())

    return _drafted(session, draft, lambda asking: reshaped(asking, base, session.config, _taken(session), told))


def _drafted(session: Session, draft: Draft, flow: Callable[[Asking], Tree]) -> Experiment | None:
    asking = Asking(session.prompts, answers=draft.answers, keep=draft.keep)
    try:
        tree = asking.run(flow)
    except Leave:
        _offer_to_keep(session, draft)
        raise
    if isinstance(tree, Back):
        draft.remove()
        return None
    made = _saved(session, draft, tree)
    draft.remove()
    return made


def _offer_to_keep(session: Session, draft: Draft) -> None:
    if draft.path is None:
        return
    try:
        kept = session.prompts.confirm(f"Keep what you wrote of {draft.title!r} as a draft?")
    except Leave:
        kept = True
    if kept is False:
        draft.remove()
    else:
        session.show(f"It is kept, and offered when you create an experiment next ({draft.path}).", "dim")


def _saved(session: Session, draft: Draft, tree: Tree) -> Experiment:
    definition = defined(tree)
    with session.store() as store:
        if draft.origin is None:
            kept, _ = saved(store, definition, creator=session.config.creator, at=SystemClock().now())
        else:
            made = duplicate(
                store,
                store.experiment(draft.origin),
                me=session.config.creator,
                clock=SystemClock(),
                title=None if definition.title == (draft.base or {}).get("title") else definition.title,
                definition=definition,
            )
            kept = made.experiment
    session.show(f"Saved: {kept.title!r}, experiment {kept.id[:8]}.", "bold")
    return kept


def _taken_up(session: Session) -> Draft | None:
    """The draft to go on with, or a new one; None when whoever sits there went back."""
    while found := drafts():
        named = [f"{one.title!r} of {one.begun} UTC" for one in found]
        entries = [Entry(f"Go on with the draft {name}", one) for name, one in zip(named, found, strict=True)]
        entries.append(Entry("Begin a new experiment", Draft()))
        entries += [Entry(f"Throw away the draft {name}", one.path) for name, one in zip(named, found, strict=True)]
        chosen = session.prompts.choose("What you began before is kept. What now?", entries)
        match chosen:
            case Back():
                return None
            case Draft():
                return chosen
            case Path():
                chosen.unlink(missing_ok=True)
    return Draft()


def _taken(session: Session) -> Callable[[str], str]:
    def fault(title: str) -> str:
        with session.store() as store:
            if own_experiment(store, title, creator=session.config.creator) is None:
                return ""
        return "You have an experiment of that title; choose another one."

    return fault
