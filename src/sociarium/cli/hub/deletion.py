"""Deleting an experiment or a sweep, after its title or a word."""

from __future__ import annotations

from sociarium.cli.display.deletion import loss_text
from sociarium.cli.questions.answers import Back
from sociarium.cli.wizard.context import WizardContext
from sociarium.count_text import count_text
from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.runner.library.edit_delete import refuse_delete
from sociarium.runner.library.lookup import target_of
from sociarium.runner.library.message_counts import size_of
from sociarium.runner.library.work_of_others import work_of_others


def delete_experiment(context: WizardContext, experiment: Experiment) -> bool:
    """Delete an experiment when its title is typed; returns whether it is gone."""
    with context.store() as store:
        if not context.attempt(lambda: _may_delete(context, store, experiment), otherwise=False):
            return False
        runs, messages = size_of(store, experiment.id)
        listed = {one.place.status.run for one in store.list_runs(RunQuery(experiment=experiment.id))}
        lost = work_of_others(store, target_of(experiment), sorted(listed), me=context.config.creator)
    answer = context.prompts.dropping_typed_keys().text(
        "Type its title to delete it for ever, with "
        f"{count_text(runs, 'conversation')} and {count_text(messages, 'message')}{loss_text(lost)}:",
        hint=f"{experiment.title} (Esc: keep it)",
        check=lambda text: "" if text.strip() == experiment.title.strip() else "That is not its title; Esc keeps it.",
    )
    return not isinstance(answer, Back) and not context.command("delete", experiment.id, quietly=("--yes",))


def delete_sweep(context: WizardContext, sweep: SweepRecord) -> None:
    """Delete the runs that one added to a colleague's experiment, when that is confirmed."""
    question = f"Delete them for ever ({sweep.label}, {sweep.created[:10]})?"
    if context.prompts.dropping_typed_keys().confirm(question, default=False) is True:
        context.command("delete", sweep.id[:12], quietly=("--yes",))


def _may_delete(context: WizardContext, store: Store, experiment: Experiment) -> bool:
    refuse_delete(store, target_of(experiment), context.config.creator)
    return True
