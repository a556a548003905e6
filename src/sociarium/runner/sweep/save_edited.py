"""Keep an experiment that was edited: as a new one, as a version of one's own, or as a duplicate."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.experiment.definition import Definition
from sociarium.experiment.identity import fold_title
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, Version
from sociarium.runner.library.duplicate import duplicate
from sociarium.runner.library.edit_delete import edit
from sociarium.runner.library.lookup import target_of
from sociarium.runner.sweep.save import save_experiment


@dataclass(frozen=True, slots=True)
class EditedSource:
    """The experiment that was opened for editing.

    Attributes:
        is_own: whether it is changed itself, while it keeps its title; otherwise a duplicate of it is made.
    """

    experiment: str
    is_own: bool


def save_edited_experiment(
    store: Store, definition: Definition, source: EditedSource | None, *, me: str, clock: Clock
) -> tuple[Experiment, Version]:
    """Keep an experiment that was edited; returns it and its version as they stand.

    Args:
        source: None for one that was made anew.

    Raises:
        BadInput: I have an experiment of the title already.
        BeingDeleted, NotFound: the source is deleted, or was.
    """
    if source is None:
        return save_experiment(store, definition, creator=me, at=clock.now())
    before = store.experiment(source.experiment)
    is_same_title = fold_title(before.title) == fold_title(definition.title)
    if not (source.is_own and is_same_title):
        title = None if is_same_title else definition.title
        copy = duplicate(store, before, me=me, clock=clock, title=title, definition=definition)
        return copy.experiment, copy.version
    experiment, version = save_experiment(store, definition, creator=me, at=clock.now())
    note, star = definition.note, definition.favourite
    if (experiment.note, experiment.favourite) != (note, star):
        edit(store, target_of(experiment), me=me, clock=clock, note=note, favourite=star)
    return experiment, version
