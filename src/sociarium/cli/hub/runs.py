"""Old conversations of an experiment: found again, read, kept as favourites, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sociarium.cli.display.conditions import varying_factors
from sociarium.cli.hub.export import export
from sociarium.cli.hub.feed_acts import act_in_feed
from sociarium.cli.questions.answers import BACK, Entry
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.pager import show_pages
from sociarium.editing.words import slot_words
from sociarium.exchange.sanitize import one_line
from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery
from sociarium.records.plans import Experiment
from sociarium.records.runs import RunState, SweepSlot
from sociarium.runner.library.message_counts import message_counts
from sociarium.runner.library.status import distinct

_ALL, _FAVOURITES, _STATE = "\0all", "\0favourites", "\0state"
_VIEW, _PROMPTS, _COMPARE, _STAR = "view", "prompts", "compare", "star"
_NOTE, _DELETE, _EXPORT, _ACT = "note", "delete", "export", "act"


@dataclass(frozen=True, slots=True)
class _PlayedRun:
    place: SweepSlot
    messages: int
    favourite: bool
    note: str


def look_at_runs(context: WizardContext, experiment: Experiment, *, is_feed: bool) -> None:
    """Choose some, then one, then what to do with it, until whoever sits there goes back."""
    noun = "run" if is_feed else "conversation"
    while True:
        played = _matching_runs(context, experiment)
        if not played:
            context.show(f"No {noun} of this experiment was begun yet.")
            return
        filters = _filters(played)
        some = _choose_filter(context, played, filters, noun) if filters else played
        if some is None:
            return
        while one := _one(context, some):
            others = [old for old in played if old.place.status.run != one.place.status.run]
            _with(context, one, noun, others, is_feed=is_feed)
            ids = {old.place.status.run for old in some}
            some = [old for old in _matching_runs(context, experiment) if old.place.status.run in ids]
        if some and not filters:
            return


def count_runs(store: Store, experiment: str) -> int:
    """How many runs of an experiment were begun; the writing of a feed's people is none."""
    return len(_begun_places(store, RunQuery(experiment=experiment)))


def read_one(context: WizardContext, experiment: Experiment, *, sweep: str) -> None:
    """Choose one of a sweep, and read it at once."""
    if one := _one(context, _matching_runs(context, experiment, sweep=sweep)):
        _read(context, "show", one.place.status.run)


def _matching_runs(context: WizardContext, experiment: Experiment, *, sweep: str | None = None) -> list[_PlayedRun]:
    query = RunQuery(experiment=experiment.id, sweep=sweep)
    with context.store() as store:
        places = _begun_places(store, query)
        edits = store.latest_edits("run", [place.status.run for place in places])
        messages = message_counts(store, [place.status for place in places])
    played = []
    for place in places:
        edit = edits.get(place.status.run)
        played.append(
            _PlayedRun(place, messages[place.status.run], bool(edit and edit.favourite), edit.note if edit else "")
        )
    return played


def _begun_places(store: Store, query: RunQuery) -> list[SweepSlot]:
    places = distinct(one.place for one in store.list_runs(query))
    return [place for place in places if place.status.state is not RunState.PENDING]


def _filters(played: Sequence[_PlayedRun]) -> list[Entry]:
    """What tells some of them from others: stars, states and levels."""
    entries = []
    if any(old.favourite for old in played) and not all(old.favourite for old in played):
        entries.append(Entry("Favourites", (_FAVOURITES, "")))
    states = sorted({old.place.status.state.value for old in played})
    entries += [Entry(f"state: {state}", (_STATE, state)) for state in states if len(states) > 1]
    for factor in varying_factors(old.place.condition for old in played):
        levels = dict.fromkeys(str(old.place.condition[factor]) for old in played if factor in old.place.condition)
        entries += [Entry(one_line(f"{factor}: {level}"), (factor, level)) for level in levels]
    return entries


def _choose_filter(
    context: WizardContext, played: Sequence[_PlayedRun], filters: Sequence[Entry], noun: str
) -> list[_PlayedRun] | None:
    """Those with a level, a state or a star; None for back."""
    entries = [Entry(f"All {len(played)}", (_ALL, "")), *filters]
    chosen = context.prompts.choose(f"Which {noun}s?", entries)
    if chosen is BACK:
        return None
    kind, level = chosen
    if kind == _ALL:
        return list(played)
    if kind == _FAVOURITES:
        return [old for old in played if old.favourite]
    if kind == _STATE:
        return [old for old in played if old.place.status.state.value == level]
    return [old for old in played if str(old.place.condition.get(kind)) == level]


def _one(context: WizardContext, played: Sequence[_PlayedRun], question: str = "Which one?") -> _PlayedRun | None:
    if not played:
        return None
    factors = varying_factors(old.place.condition for old in played)
    by_several = len({old.place.status.by for old in played}) > 1
    entries = []
    for old in played:
        status = old.place.status
        parts = [
            f"{'*' if old.favourite else ' '} {status.run[:8]}",
            " · ".join(str(old.place.condition[one]) for one in factors if one in old.place.condition),
            status.state.value if status.state is not RunState.DONE else status.ended or "",
            f"no. {old.place.replicate}",
            f"{old.messages} messages",
            f"ran by {status.by}" if by_several and status.by else "",
            one_line(old.note, most=60),
        ]
        entries.append(Entry(" · ".join(part for part in parts if part), old))
    columns = ["* a favourite, id", *(slot_words({}, one) for one in factors), "state", "number", "messages"]
    chosen = context.prompts.choose(question, entries, hint=f"{', '.join(columns)}.")
    return None if chosen is BACK else chosen


def _read(context: WizardContext, command: str, *arguments: str) -> None:
    """What a command shows of runs, a screen at a time."""
    context.show(f"$ {context.command_text(command, *(argument[:12] for argument in arguments))}", "dim")
    text = context.attempt(partial(context.read, command, *arguments, "--store", context.url), None)
    if text is not None:
        show_pages(context.prompts, text)


def _with(context: WizardContext, old: _PlayedRun, noun: str, others: Sequence[_PlayedRun], *, is_feed: bool) -> None:
    run = old.place.status.run
    entries = [
        Entry("Read it", _VIEW),
        Entry("Read the exact prompts", _PROMPTS),
        *([Entry("Post into it", _ACT)] if is_feed and old.place.status.state is RunState.RUNNING else []),
        *([Entry("Compare with another", _COMPARE)] if others else []),
        Entry("No favourite any more" if old.favourite else "Mark it as a favourite", _STAR),
        Entry("Write a note on it", _NOTE),
        Entry("Export it", _EXPORT),
        Entry("Delete it", _DELETE),
    ]
    while (then := context.prompts.choose(f"{noun.capitalize()} {run[:8]}:", entries)) is not BACK:
        match then:
            case "view" | "prompts":
                _read(context, "show", run, *(["--prompts"] if then == _PROMPTS else []))
            case "act":
                act_in_feed(context, run)
            case "compare":
                if other := _one(context, others, f"{run[:8]} beside which one?"):
                    _read(context, "compare", run, other.place.status.run)
            case "star":
                context.command("edit", run[:12], "--no-favourite" if old.favourite else "--favourite")
                return
            case "note":
                new_note = context.prompts.long_text("The note:", default=old.note)
                if isinstance(new_note, str):
                    context.command("edit", run[:12], "--note", new_note)
                    return
            case "export":
                export(context, run[:12], is_feed=is_feed)
            case "delete":
                sure = context.prompts.confirm(f"Delete this {noun} for ever?", default=False)
                if sure is True:
                    context.command("delete", run[:12], quietly=("--yes",))
                    return
