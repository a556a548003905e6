"""Experiments, one's own and colleagues': found again, and everything that can be done with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rich.text import Text

from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.conversations import conversations
from sociarium.cli.wizard.create import copy_experiment
from sociarium.cli.wizard.pager import show_pages
from sociarium.cli.wizard.perform import perform
from sociarium.cli.wizard.prompts import BACK, Back, Entry, nonempty
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


def select(session: WizardContext, *, then_perform: bool = False) -> None:
    """Choose an experiment, then what to do with it, until whoever sits there goes back."""
    while True:
        found = _known_experiments(session)
        if not found:
            session.show("There is no experiment yet. Create one, import one, or run `sociarium demo`.")
            return
        chosen = session.prompts.choose(
            "Which experiment?",
            [Entry(_line(one), one) for one in found],
            hint="Title, note, who made it, when, roles, models, runs so far; * is a favourite. Your own stand first.",
        )
        if chosen is BACK:
            return
        if then_perform:
            perform(session, chosen.listed.experiment)
            return
        with_one(session, chosen.listed.experiment)


def with_one(session: WizardContext, experiment: Experiment) -> None:
    """Everything that can be done with one experiment."""
    while True:
        with session.store() as store:
            experiment = store.experiment(experiment.id)
            _, definition = latest(store, experiment)
            me = this_worker()
            sweeps = store.sweeps(experiment.id)
            left = [one for one in sweeps if _is_left(counts(store, one, me=me).as_dict())]
        is_feed = definition.environment == "feed"
        what = "runs of the feed" if is_feed else "conversations"
        write = partial(export, formats=[*FORMATS, _NETWORKS] if is_feed else FORMATS)
        whose = "" if experiment.creator == session.config.creator else f" by {experiment.creator}"
        entries = _entries(session, experiment, what, sweeps, left)
        then = session.prompts.choose(f"{experiment.title}{whose}:", entries)
        match then:
            case Back():
                return
            case "perform":
                perform(session, experiment)
            case "conversations":
                conversations(session, experiment, write, "run" if is_feed else "conversation")
            case "view":
                show_pages(session.prompts, Text(sanitize(to_yaml(definition))))
            case "duplicate":
                if made := session.attempt(partial(copy_experiment, session, experiment), None):
                    experiment = made
            case "edit":
                _edit(session, experiment)
            case "export":
                write(session, experiment.id[:12])
            case "delete":
                if _delete(session, experiment):
                    return
            case (_, SweepRecord() as sweep):
                _delete_sweep(session, sweep)
            case sweep:
                session.command("resume", sweep.id[:12], quietly=("--yes",))


def _entries(
    session: WizardContext,
    experiment: Experiment,
    what: str,
    sweeps: Sequence[SweepRecord],
    left: Sequence[SweepRecord],
) -> list[Entry]:
    """What can be done with an experiment: some of it by its creator alone, some by whoever added a sweep to it.

    Args:
        what: its runs are called.
        left: those of the sweeps that are not finished.
    """
    is_mine = experiment.creator == session.config.creator
    added = [] if is_mine else [one for one in sweeps if one.creator == session.config.creator]
    return [
        Entry(f"Perform {what}", "perform"),
        *(Entry(f"Go on with unfinished {what} ({_sweep_line(session, one)})", one) for one in left),
        Entry(f"Look at old {what}", "conversations"),
        Entry("Look at the experiment itself", "view"),
        Entry("Duplicate it, and change the copy", "duplicate"),
        *([Entry("Change its note, or mark it as a favourite", "edit")] if is_mine else []),
        Entry("Export it", "export"),
        *(Entry(f"Delete the {what} that you added ({_sweep_line(session, one)})", (_DELETE, one)) for one in added),
        *([Entry("Delete it", "delete")] if is_mine else []),
    ]


def export(session: WizardContext, target: str, *, formats: Sequence[Entry]) -> None:
    """Write runs into files."""

    asked = session.ask(
        lambda asking: (
            asking.choose("format", "As what?", formats),
            asking.text("out", "Into which folder?", default="export", check=nonempty),
        )
    )
    if not isinstance(asked, Back):
        session.command("export", target, "--format", asked[0], "--out", asked[1])


def _known_experiments(session: WizardContext) -> Sequence[_ExperimentEntry]:
    found = []
    with session.store() as store:
        for listed in store.list_experiments(ExperimentQuery()):
            runs, _ = store.size_of(listed.experiment.id)
            found.append(_ExperimentEntry(listed, runs))
    # One's own first; the latest first among them.
    return sorted(found, key=lambda one: one.listed.experiment.creator != session.config.creator)


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


def _sweep_line(session: WizardContext, sweep: SweepRecord) -> str:
    whose = "" if sweep.creator == session.config.creator else f"{sweep.creator}'s "
    return f"{whose}{sweep.name}, {sweep.created[:10]}"


def _is_left(counted: dict[str, int]) -> bool:
    return bool(counted["pending"] + counted["running"])


def _edit(session: WizardContext, experiment: Experiment) -> None:
    asked = session.ask(
        lambda asking: (
            asking.long_text("note", "The note:", hint="Or nothing.", default=experiment.note),
            asking.confirm("favourite", "Is it a favourite?", default=experiment.favourite),
        )
    )
    if not isinstance(asked, Back):
        starred = "--favourite" if asked[1] else "--no-favourite"
        session.command("edit", experiment.id[:12], "--note", asked[0], starred)


def _delete_sweep(session: WizardContext, sweep: SweepRecord) -> None:
    sure = session.prompts.confirm(f"Delete them for ever ({_sweep_line(session, sweep)})?", default=False)
    if sure is True:
        session.command("delete", sweep.id[:12], quietly=("--yes",))


def _may_delete(session: WizardContext, store: Store, experiment: Experiment) -> bool:
    refuse_delete(store, as_owned(experiment), session.config.creator)
    return True


def _delete(session: WizardContext, experiment: Experiment) -> bool:
    with session.store() as store:
        if not session.attempt(lambda: _may_delete(session, store, experiment), otherwise=False):
            return False
        runs, messages = store.size_of(experiment.id)
    said = session.prompts.text(
        f"Type its title to delete it for ever, with {runs} conversations and {messages:,} messages:",
        hint=f"{experiment.title} (Esc: keep it)",
        check=lambda text: "" if text.strip() == experiment.title.strip() else "That is not its title; Esc keeps it.",
    )
    return not isinstance(said, Back) and not session.command("delete", experiment.id, quietly=("--yes",))
