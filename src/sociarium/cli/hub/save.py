"""Saving: a new experiment, a new version of one's own, a duplicate of a colleague's, or a copy under another title."""

from __future__ import annotations

from sociarium.cli.hub.editor import Editor, runs_stay
from sociarium.editing.document import definition_of
from sociarium.editing.faults import faults
from sociarium.experiment.definition import Definition
from sociarium.experiment.identity import fold_title
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment
from sociarium.runner.library.duplicate import duplicate, latest
from sociarium.runner.library.edit_delete import edit
from sociarium.runner.library.lookup import target_of
from sociarium.runner.sweep.save import save_experiment


def say_faults(editor: Editor) -> bool:
    """Say what keeps the experiment from being saved; returns whether something does."""
    wrong = faults(editor.document)
    for fault in wrong:
        editor.warn(f"{fault.part}: {fault.sentence}")
    return bool(wrong)


def save(editor: Editor) -> Experiment | None:
    """Keep the experiment in the store; None, with the reasons, while something is missing."""
    if say_faults(editor):
        return None
    definition = definition_of(editor.document)
    with editor.context.store() as store:
        experiment = _save(editor, store, definition)
        version, _ = latest(store, experiment)
    draft = editor.draft
    is_version = draft.experiment == experiment.id
    draft.remove()
    draft.experiment, draft.origin = experiment.id, None
    if experiment.title != editor.document.get("title"):
        draft.document = {**editor.document, "title": experiment.title}
    runs, editor.runs = editor.runs, editor.runs if is_version else 0
    editor.saved = editor.document
    as_version = f", version {version.number}" if version.number > 1 else ""
    editor.context.show(f"Saved: {experiment.title!r}, experiment {experiment.id[:8]}{as_version}.", "bold")
    if is_version and runs:
        editor.context.show(f"  {runs_stay(runs)}", "dim")
    return experiment


def _save(editor: Editor, store: Store, definition: Definition) -> Experiment:
    me, clock = editor.context.config.creator, SystemClock()
    source = editor.draft.experiment or editor.draft.origin
    if source is None:
        experiment, _ = save_experiment(store, definition, creator=me, at=clock.now())
        return experiment
    before = store.experiment(source)
    is_same_title = fold_title(before.title) == fold_title(definition.title)
    if editor.draft.experiment is None or not is_same_title:
        title = None if is_same_title else definition.title
        return duplicate(store, before, me=me, clock=clock, title=title, definition=definition).experiment
    experiment, _ = save_experiment(store, definition, creator=me, at=clock.now())
    note, star = definition.note, definition.favourite
    if (experiment.note, experiment.favourite) != (note, star):
        edit(store, target_of(experiment), me=me, clock=clock, note=note, favourite=star)
    return experiment
