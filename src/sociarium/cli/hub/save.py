"""Saving: a new experiment, a new version of one's own, a duplicate of a colleague's, or a copy under another title."""

from __future__ import annotations

from sociarium.cli.hub.editor import Editor, runs_stay
from sociarium.editing.drafts import Draft
from sociarium.editing.faults import read_document
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import Experiment
from sociarium.runner.sweep.save_edited import EditedSource, save_edited_experiment


def read_definition(editor: Editor) -> Definition | None:
    """The definition as it stands; None, with the reasons said, while it has faults."""
    result = read_document(editor.document)
    if isinstance(result, Definition):
        return result
    for fault in result:
        editor.warn(f"{fault.part}: {fault.sentence}")
    return None


def save(editor: Editor) -> Experiment | None:
    """Keep the experiment in the store; None, with the reasons, while something is missing."""
    definition = read_definition(editor)
    if definition is None:
        return None
    me, draft = editor.context.config.creator, editor.draft
    with editor.context.store() as store:
        experiment, version = save_edited_experiment(store, definition, _source(draft), me=me, clock=SystemClock())
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
        editor.context.show(runs_stay(runs), "dim")
    return experiment


def _source(draft: Draft) -> EditedSource | None:
    if draft.experiment is not None:
        return EditedSource(draft.experiment, is_own=True)
    return EditedSource(draft.origin, is_own=False) if draft.origin is not None else None
