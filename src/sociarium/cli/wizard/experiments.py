"""Experiments, one's own and colleagues': found again, and everything that can be done with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rich.text import Text

from sociarium.cli.questions.answers import BACK, Back, Entry
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.questions.completion import paths
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.conversations import conversations
from sociarium.cli.wizard.create import copy_experiment
from sociarium.cli.wizard.pager import show_pages
from sociarium.cli.wizard.perform import perform
from sociarium.exchange.sanitize import one_line, sanitize
from sociarium.experiment.document import to_yaml
from sociarium.ports.store import Store
from sociarium.records.lists import ExperimentQuery, ListedExperiment
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.runner.library.duplicate import latest
from sociarium.runner.library.edit_delete import refuse_delete
from sociarium.runner.library.lookup import as_owned
from sociarium.runner.library.status import counts
from sociarium.runner.workers.process import this_worker

FORMATS = [
    Entry("Texts to read: a file a conversation, and the prompts", "txt"),
    Entry("Tables for a spreadsheet or statistics (csv)", "csv"),
    Entry("JSON: a line a conversation, with everything", "jsonl"),
    Entry("The experiment as a file, which can be changed and run", "yaml"),
    Entry("An archive of everything, which colleagues can import", "archive"),
]


_LONGEST_NOTE = 60
_DELETE = "delete sweep"
_NETWORKS = Entry("Networks of who follows and who answers whom (GraphML)", "graphml")


@dataclass(frozen=True, slots=True)
class _ExperimentEntry:
    listed: ListedExperiment
    runs: int


def select(context: WizardContext, *, then_perform: bool = False) -> None:
    """Choose an experiment, then what to do with it, until whoever sits there goes back."""
    while True:
        entries = _known_experiments(context)
        if not entries:
            context.show("There is no experiment yet. Create one, import one, or run `sociarium demo`.")
            return
        chosen = context.prompts.choose(
            "Which experiment?",
            [Entry(_line(one), one) for one in entries],
            hint="Title, note, who made it, when, roles, models, runs so far; * is a favourite. Your own stand first.",
        )
        if chosen is BACK:
            return
        if then_perform:
            perform(context, chosen.listed.experiment)
            return
        with_one(context, chosen.listed.experiment)


def with_one(context: WizardContext, experiment: Experiment) -> None:
    """Everything that can be done with one experiment."""
    while True:
        with context.store() as store:
            experiment = store.experiment(experiment.id)
            _, definition = latest(store, experiment)
            me = this_worker()
            sweeps = store.sweeps(experiment.id)
            unfinished = [one for one in sweeps if _is_left(counts(store, one, me=me).as_dict())]
        is_feed = definition.environment == "feed"
        what = "runs of the feed" if is_feed else "conversations"
        write = partial(export, formats=[*FORMATS, _NETWORKS] if is_feed else FORMATS)
        whose = "" if experiment.creator == context.config.creator else f" by {experiment.creator}"
        entries = _entries(context, experiment, what, sweeps, unfinished)
        then = context.prompts.choose(f"{experiment.title}{whose}:", entries)
        match then:
            case Back():
                return
            case "perform":
                perform(context, experiment)
            case "conversations":
                conversations(context, experiment, write, "run" if is_feed else "conversation")
            case "view":
                show_pages(context.prompts, Text(sanitize(to_yaml(definition))))
            case "duplicate":
                if made := context.attempt(partial(copy_experiment, context, experiment), None):
                    experiment = made
            case "edit":
                _edit(context, experiment)
            case "export":
                write(context, experiment.id[:12])
            case "delete":
                if _delete(context, experiment):
                    return
            case (_, SweepRecord() as sweep):
                _delete_sweep(context, sweep)
            case sweep:
                context.command("resume", sweep.id[:12], quietly=("--yes",))


def _entries(
    context: WizardContext,
    experiment: Experiment,
    what: str,
    sweeps: Sequence[SweepRecord],
    unfinished: Sequence[SweepRecord],
) -> list[Entry]:
    """What can be done with an experiment: some of it by its creator alone, some by whoever added a sweep to it.

    Args:
        what: its runs are called.
        unfinished: those of the sweeps that are not finished.
    """
    is_mine = experiment.creator == context.config.creator
    added = [] if is_mine else [one for one in sweeps if one.creator == context.config.creator]
    return [
        Entry(f"Perform {what}", "perform"),
        *(Entry(f"Go on with unfinished {what} ({_sweep_line(context, one)})", one) for one in unfinished),
        Entry(f"Look at old {what}", "conversations"),
        Entry("Look at the experiment itself", "view"),
        Entry("Duplicate it, and change the copy", "duplicate"),
        *([Entry("Change its note, or mark it as a favourite", "edit")] if is_mine else []),
        Entry("Export it", "export"),
        *(Entry(f"Delete the {what} that you added ({_sweep_line(context, one)})", (_DELETE, one)) for one in added),
        *([Entry("Delete it", "delete")] if is_mine else []),
    ]


def export(context: WizardContext, target: str, *, formats: Sequence[Entry]) -> None:
    """Write runs into files."""

    answers = context.ask(
        lambda asking: (
            asking.choose("format", "As what?", formats),
            asking.text("out", "Into which folder?", default="export", check=nonempty, complete=paths),
        )
    )
    if not isinstance(answers, Back):
        context.command("export", target, "--format", answers[0], "--out", answers[1])


def _known_experiments(context: WizardContext) -> Sequence[_ExperimentEntry]:
    entries = []
    with context.store() as store:
        for listed in store.list_experiments(ExperimentQuery()):
            runs, _ = store.size_of(listed.experiment.id)
            entries.append(_ExperimentEntry(listed, runs))
    # One's own first; the latest first among them.
    return sorted(entries, key=lambda one: one.listed.experiment.creator != context.config.creator)


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
            f"{one.runs} run{'s' * (one.runs != 1)}",
        )
    )


def _sweep_line(context: WizardContext, sweep: SweepRecord) -> str:
    whose = "" if sweep.creator == context.config.creator else f"{sweep.creator}'s "
    return f"{whose}{sweep.name}, {sweep.created[:10]}"


def _is_left(counted: dict[str, int]) -> bool:
    return bool(counted["pending"] + counted["running"])


def _edit(context: WizardContext, experiment: Experiment) -> None:
    answers = context.ask(
        lambda asking: (
            asking.long_text("note", "The note:", hint="Or nothing.", default=experiment.note),
            asking.confirm("favourite", "Is it a favourite?", default=experiment.favourite),
        )
    )
    if not isinstance(answers, Back):
        starred = "--favourite" if answers[1] else "--no-favourite"
        context.command("edit", experiment.id[:12], "--note", answers[0], starred)


def _delete_sweep(context: WizardContext, sweep: SweepRecord) -> None:
    sure = context.prompts.confirm(f"Delete them for ever ({_sweep_line(context, sweep)})?", default=False)
    if sure is True:
        context.command("delete", sweep.id[:12], quietly=("--yes",))


def _may_delete(context: WizardContext, store: Store, experiment: Experiment) -> bool:
    refuse_delete(store, as_owned(experiment), context.config.creator)
    return True


def _delete(context: WizardContext, experiment: Experiment) -> bool:
    with context.store() as store:
        if not context.attempt(lambda: _may_delete(context, store, experiment), otherwise=False):
            return False
        runs, messages = store.size_of(experiment.id)
    answer = context.prompts.text(
        f"Type its title to delete it for ever, with {runs} conversations and {messages:,} messages:",
        hint=f"{experiment.title} (Esc: keep it)",
        check=lambda text: "" if text.strip() == experiment.title.strip() else "That is not its title; Esc keeps it.",
    )
    return not isinstance(answer, Back) and not context.command("delete", experiment.id, quietly=("--yes",))
