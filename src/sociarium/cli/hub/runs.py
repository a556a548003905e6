"""Old conversations of an experiment: found again, read, stood in again, kept as favourites, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sociarium.cli.hub.export import export
from sociarium.cli.hub.feed_acts import act_in_feed
from sociarium.cli.hub.moments import entries_for_moments, stand_in_moment
from sociarium.cli.hub.played_runs import PlayedRun, choose_run, choose_some, has_filters, played_runs
from sociarium.cli.questions.answers import BACK, TypedAnswer
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.pager import show_pages
from sociarium.records.plans import Experiment
from sociarium.records.runs import RunState

_VIEW, _PROMPTS, _COMPARE, _STAR = "view", "prompts", "compare", "star"
_NOTE, _DELETE, _EXPORT, _ACT = "note", "delete", "export", "act"
_COMPUTED = frozenset({"results"})
"""Commands that show nothing before they have read every run."""
_OVER = "it is over; let it go on, and act in the new run while that is played"


def look_at_runs(context: WizardContext, experiment: Experiment, *, is_feed: bool) -> None:
    """Choose some, then one, then what to do with it, until whoever sits there goes back."""
    noun = "run" if is_feed else "conversation"
    while True:
        played = played_runs(context, experiment)
        if not played:
            context.show(f"No {noun} of this experiment was begun yet.")
            return
        some = choose_some(context, played, noun)
        if some is None:
            return
        while one := choose_run(context, some):
            others = [old for old in played if old.place.status.run != one.place.status.run]
            _with(context, one, noun, others, is_feed=is_feed)
            ids = {old.place.status.run for old in some}
            some = [old for old in played_runs(context, experiment) if old.place.status.run in ids]
        if some and not has_filters(played):
            return


def read_one(context: WizardContext, experiment: Experiment, *, sweep: str) -> None:
    """Choose one of a sweep, and read it at once."""
    if one := choose_run(context, played_runs(context, experiment, sweep=sweep)):
        read_command(context, "show", one.place.status.run)


def read_command(context: WizardContext, command: str, *arguments: str) -> None:
    """What a command shows of runs, a screen at a time."""
    context.show_command(command, *(argument[:12] for argument in arguments))
    if command in _COMPUTED:
        context.show("Computed from all of the runs; this takes a moment ...", "dim")
    text = context.attempt(partial(context.read, command, *arguments, "--store", context.url), None)
    if text is not None:
        show_pages(context.prompts, text)


def _with(context: WizardContext, old: PlayedRun, noun: str, others: Sequence[PlayedRun], *, is_feed: bool) -> None:
    run, is_over = old.place.status.run, old.state is RunState.DONE
    entries = [
        TypedAnswer("Read it", _VIEW),
        TypedAnswer("Read the exact prompts", _PROMPTS),
        *([TypedAnswer("Compare with another", _COMPARE)] if others else []),
        *entries_for_moments(),
        *([TypedAnswer("Act in this feed", _ACT, unavailable=_OVER if is_over else "")] if is_feed else []),
        TypedAnswer("No favourite any more" if old.favourite else "Mark it as a favourite", _STAR),
        TypedAnswer("Write a note on it", _NOTE),
        TypedAnswer("Export it", _EXPORT),
        TypedAnswer("Delete it", _DELETE),
    ]
    while (then := context.prompts.choose(f"{noun.capitalize()} {run[:8]}:", entries)) is not BACK:
        match then:
            case "view" | "prompts":
                read_command(context, "show", run, *(["--prompts"] if then == _PROMPTS else []))
            case "act":
                act_in_feed(context, run)
            case "ask" | "fork" | "extend":
                stand_in_moment(context, run, then)
            case "compare":
                if other := choose_run(context, others, f"{run[:8]} beside which one?"):
                    read_command(context, "compare", run, other.place.status.run)
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
                sure = context.prompts.dropping_typed_keys().confirm(f"Delete this {noun} for ever?", default=False)
                if sure is True:
                    context.command("delete", run[:12], quietly=("--yes",))
                    return
