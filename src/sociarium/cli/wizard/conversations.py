"""Old conversations of an experiment: found again, read, kept as favourites, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sociarium.cli.display.conditions import condition_text, varying_factors
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.pager import show_pages
from sociarium.cli.wizard.prompts import BACK, Entry
from sociarium.exchange.sanitize import one_line
from sociarium.records.lists import RunQuery
from sociarium.records.plans import Experiment
from sociarium.records.runs import RunState, SweepSlot
from sociarium.runner.library.status import distinct

_ALL, _FAVOURITES, _STATE = "\0all", "\0favourites", "\0state"
_VIEW, _PROMPTS, _STAR, _NOTE, _DELETE, _EXPORT = "view", "prompts", "star", "note", "delete", "export"


@dataclass(frozen=True, slots=True)
class _PlayedRun:
    place: SweepSlot
    favourite: bool
    note: str


def conversations(
    session: WizardContext, experiment: Experiment, export: Callable[[WizardContext, str], None], noun: str
) -> None:
    """Choose some, then one, then what to do with it, until whoever sits there goes back.

    Args:
        noun: what one of them is called.
    """
    while True:
        found = _matching_runs(session, experiment)
        if not found:
            session.show(f"No {noun} of this experiment was begun yet.")
            return
        filters = _filters(found)
        some = _choose_filter(session, found, filters, noun) if filters else found
        if some is None:
            return
        while one := _one(session, some):
            _with(session, one, export, noun)
            shown = {old.place.status.run for old in some}
            some = [old for old in _matching_runs(session, experiment) if old.place.status.run in shown]
        if some and not filters:
            return


def _matching_runs(session: WizardContext, experiment: Experiment) -> list[_PlayedRun]:
    with session.store() as store:
        places = [
            place
            for place in distinct(one.place for one in store.list_runs(RunQuery(experiment=experiment.id)))
            if place.status.state is not RunState.PENDING
        ]
        edits = store.latest_edits("run", [place.status.run for place in places])
    found = []
    for place in places:
        edit = edits.get(place.status.run)
        found.append(_PlayedRun(place, bool(edit and edit.favourite), edit.note if edit else ""))
    return found


def _filters(found: Sequence[_PlayedRun]) -> list[Entry]:
    """What tells some of them from others: stars, states and levels."""
    entries = []
    if any(old.favourite for old in found) and not all(old.favourite for old in found):
        entries.append(Entry("Favourites", (_FAVOURITES, "")))
    states = sorted({old.place.status.state.value for old in found})
    entries += [Entry(f"state: {state}", (_STATE, state)) for state in states if len(states) > 1]
    for factor in varying_factors(old.place.condition for old in found):
        levels = dict.fromkeys(str(old.place.condition[factor]) for old in found if factor in old.place.condition)
        entries += [Entry(one_line(f"{factor}: {level}"), (factor, level)) for level in levels]
    return entries


def _choose_filter(
    session: WizardContext, found: Sequence[_PlayedRun], filters: Sequence[Entry], noun: str
) -> list[_PlayedRun] | None:
    """Those with a level, a state or a star; None for back."""
    entries = [Entry(f"All {len(found)}", (_ALL, "")), *filters]
    chosen = session.prompts.choose(f"Which {noun}s?", entries)
    if chosen is BACK:
        return None
    kind, level = chosen
    if kind == _ALL:
        return list(found)
    if kind == _FAVOURITES:
        return [old for old in found if old.favourite]
    if kind == _STATE:
        return [old for old in found if old.place.status.state.value == level]
    return [old for old in found if str(old.place.condition.get(kind)) == level]


def _one(session: WizardContext, found: Sequence[_PlayedRun]) -> _PlayedRun | None:
    if not found:
        return None
    factors = varying_factors(old.place.condition for old in found)
    by_several = len({old.place.status.by for old in found}) > 1
    entries = []
    for old in found:
        status = old.place.status
        parts = [
            f"{'*' if old.favourite else ' '} {status.run[:8]}",
            condition_text(old.place.condition, factors),
            status.state.value if status.state is not RunState.DONE else status.ended or "",
            f"no. {old.place.replicate}",
            f"{status.counters.messages} messages",
            f"ran by {status.by}" if by_several and status.by else "",
            one_line(old.note, most=60),
        ]
        entries.append(Entry(" · ".join(part for part in parts if part), old))
    chosen = session.prompts.choose("Which one?", entries)
    return None if chosen is BACK else chosen


def _with(session: WizardContext, old: _PlayedRun, export: Callable[[WizardContext, str], None], noun: str) -> None:
    run = old.place.status.run
    entries = [
        Entry("Read it", _VIEW),
        Entry("Read the exact prompts", _PROMPTS),
        Entry("No favourite any more" if old.favourite else "Mark it as a favourite", _STAR),
        Entry("Write a note on it", _NOTE),
        Entry("Export it", _EXPORT),
        Entry("Delete it", _DELETE),
    ]
    while (then := session.prompts.choose(f"{noun.capitalize()} {run[:8]}:", entries)) is not BACK:
        match then:
            case "view" | "prompts":
                options = ["--prompts"] if then == _PROMPTS else []
                session.show(f"$ {session.command_text('show', run[:12], *options)}", "dim")
                text = session.attempt(partial(session.read, "show", run, *options, "--store", session.url), None)
                if text is not None:
                    show_pages(session.prompts, text)
            case "star":
                session.command("edit", run[:12], "--no-favourite" if old.favourite else "--favourite")
                return
            case "note":
                said = session.prompts.long_text("The note:", default=old.note)
                if isinstance(said, str):
                    session.command("edit", run[:12], "--note", said)
                    return
            case "export":
                export(session, run[:12])
            case "delete":
                sure = session.prompts.confirm(f"Delete this {noun} for ever?", default=False)
                if sure is True:
                    session.command("delete", run[:12], quietly=("--yes",))
                    return
