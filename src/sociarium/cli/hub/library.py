"""Experiments that are there: one's own opens in its page, a colleague's is looked at, performed or duplicated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from sociarium.cli.display.columns import ListColumn
from sociarium.cli.display.lists import columns_of
from sociarium.cli.hub.deletion import delete_sweep
from sociarium.cli.hub.editor import Editor, runs_stay
from sociarium.cli.hub.export import export
from sociarium.cli.hub.first import FIRST, ask_first
from sociarium.cli.hub.hub import open_hub
from sociarium.cli.hub.leave import leave_hub
from sociarium.cli.hub.perform import perform
from sociarium.cli.hub.played_runs import count_runs
from sociarium.cli.hub.runs import look_at_runs
from sociarium.cli.list_rows import experiment_row
from sociarium.cli.questions.answers import Back, Leave, TypedAnswer
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.pager import show_pages
from sociarium.count_text import count_text
from sociarium.editing.document import Document
from sociarium.editing.drafts import Draft
from sociarium.exchange.sanitize import one_line, sanitize
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import to_tree, to_yaml
from sociarium.records.lists import ExperimentQuery, ListedExperiment
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.runner.library.duplicate import latest

_LONGEST_NOTE = 60
_PERFORM, _RUNS, _VIEW, _DUPLICATE, _EXPORT = "perform", "runs", "view", "duplicate", "export"


@dataclass(frozen=True, slots=True)
class _ExperimentEntry:
    listed: ListedExperiment
    runs: int


def select(context: WizardContext) -> None:
    """Choose an experiment and open it, until whoever sits there goes back."""
    while True:
        entries = _known_experiments(context)
        if not entries:
            context.show("There is no experiment yet.")
            return
        chosen = context.prompts.choose(
            "Which experiment?",
            [TypedAnswer(_line(one), one) for one in entries],
            hint="Your own stand first. The search looks at notes, roles and models, too.",
            columns=_columns(entries),
        )
        if isinstance(chosen, Back):
            return
        open_experiment(context, chosen.listed.experiment)


def open_experiment(context: WizardContext, experiment: Experiment) -> None:
    """The page of an experiment: to change it where it is one's own."""
    if experiment.creator != context.config.creator:
        _open_colleagues(context, experiment)
        return
    with context.store() as store:
        document = _document_of(experiment, latest(store, experiment)[1])
        runs = count_runs(store, experiment.id)
    if runs:
        context.show(f"What you change here is saved as a new version. {runs_stay(runs)}", "dim")
    open_draft(context, Draft(document, experiment=experiment.id), saved=document, runs=runs)


def open_draft(context: WizardContext, draft: Draft | None, *, saved: Document | None = None, runs: int = 0) -> None:
    """Go on with an experiment that is not saved as it stands, from where it was left.

    Args:
        saved: as it stands in the store; looked up by default.
    """
    while draft is not None:
        if saved is None:
            saved, runs = _saved_version(context, draft)
        editor = Editor(context, draft, saved=saved, runs=runs, resume=list(draft.position))
        saved = None
        try:
            if draft.experiment is None and draft.origin is None and _is_new(draft):
                editor.resume = [*draft.position[1:]]
                if not ask_first(editor):
                    leave_hub(editor)
                    return
            draft = open_hub(editor)
        except Leave:
            leave_hub(editor)
            raise


def _is_new(draft: Draft) -> bool:
    return not draft.position or draft.position[0] == FIRST


def _saved_version(context: WizardContext, draft: Draft) -> tuple[Document, int]:
    if draft.experiment is None:
        return {}, 0
    with context.store() as store:
        experiment = store.experiment(draft.experiment)
        return _document_of(experiment, latest(store, experiment)[1]), count_runs(store, experiment.id)


def _document_of(experiment: Experiment, definition: Definition) -> dict[str, object]:
    """An experiment as it is edited: with the note and the star that it has now."""
    document = {key: value for key, value in to_tree(definition).items() if key not in {"note", "favourite"}}
    note = {"note": experiment.note} if experiment.note else {}
    return {**document, **note, **({"favourite": True} if experiment.favourite else {})}


def _open_colleagues(context: WizardContext, experiment: Experiment) -> None:
    """What can be done with somebody else's experiment."""
    while True:
        with context.store() as store:
            experiment = store.experiment(experiment.id)
            _, definition = latest(store, experiment)
            sweeps = store.sweeps(experiment.id)
        is_feed = definition.environment == "feed"
        then = context.prompts.choose(
            f"{experiment.title} by {experiment.creator}:",
            _colleagues_entries(context, sweeps, "runs of the feed" if is_feed else "conversations"),
            hint="It is not yours: to change it, duplicate it.",
        )
        match then:
            case "perform":
                draft = Draft(to_tree(definition))
                duplicate = perform(Editor(context, draft, saved=draft.document, is_kept=False), experiment)
                if duplicate is not None:
                    open_draft(context, duplicate, saved={})
            case "runs":
                look_at_runs(context, experiment, is_feed=is_feed)
            case "view":
                show_pages(context.prompts, Text(sanitize(to_yaml(definition))))
            case "duplicate":
                open_draft(context, Draft(_document_of(experiment, definition), origin=experiment.id), saved={})
            case "export":
                export(context, experiment.id[:12], is_feed=is_feed)
            case SweepRecord() as sweep:
                delete_sweep(context, sweep)
            case _:
                return


def _colleagues_entries(context: WizardContext, sweeps: Sequence[SweepRecord], what: str) -> list[TypedAnswer]:
    added = [one for one in sweeps if one.creator == context.config.creator]
    return [
        TypedAnswer("Duplicate it, and change the copy", _DUPLICATE),
        TypedAnswer(f"Perform {what}: they are added to it under your name", _PERFORM),
        TypedAnswer(f"Look at old {what}", _RUNS),
        TypedAnswer("Look at the experiment itself", _VIEW),
        TypedAnswer("Export it", _EXPORT),
        *(TypedAnswer(f"Delete the {what} that you added ({one.name}, {one.created[:10]})", one) for one in added),
    ]


def _known_experiments(context: WizardContext) -> Sequence[_ExperimentEntry]:
    entries = []
    with context.store() as store:
        for listed in store.list_experiments(ExperimentQuery()):
            runs, _ = store.size_of(listed.experiment.id)
            entries.append(_ExperimentEntry(listed, runs))
    # One's own first; the latest first among them.
    return sorted(entries, key=lambda one: one.listed.experiment.creator != context.config.creator)


def _columns(entries: Sequence[_ExperimentEntry]) -> list[ListColumn]:
    """Those of lists: the title first, and how many runs there are in place of sweeps."""
    by_name = {one.name: one for one in columns_of("experiments", [experiment_row(one.listed) for one in entries])}
    runs = ListColumn("runs", [f"{one.runs:,}" for one in entries], "number", 1)
    behind = [by_name[name] for name in ("created", "note", "models", "roles")]
    return [by_name["title"], by_name["★"], by_name["creator"], runs, *behind]


def _line(one: _ExperimentEntry) -> str:
    experiment = one.listed.experiment
    note = one_line(experiment.note, most=_LONGEST_NOTE)
    return " · ".join(
        (
            f"{'*' if experiment.favourite else ' '} {experiment.title}",
            *([note] if note else []),
            experiment.creator,
            experiment.created[:10],
            ", ".join(one.listed.roles),
            ", ".join(one.listed.models),
            count_text(one.runs, "run"),
        )
    )
