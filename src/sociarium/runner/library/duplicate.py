"""Duplicates: anyone's experiment becomes a new one of one's own, which names the version that it came from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loguru import logger

from sociarium.errors import BadInput, NotFound
from sociarium.experiment.changes import Difference, change_definition, differences
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_json, to_json
from sociarium.experiment.identity import experiment_id, fold_title, version_id
from sociarium.experiment.loading.includes import Read
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, Version, latest_version
from sociarium.runner.library.lookup import own_experiment
from sociarium.runner.library.tombstones import refuse_deleted

_MOST_COPIES = 1000


def _no_files(name: str) -> bytes:
    raise OSError(0, f"{name}: files cannot be named here; write the text itself")


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes different in a duplicate.

    Attributes:
        values: path and value of each, as `change_definition` takes them.
        read: gives what `{file: path}` names in a value; by default files cannot be named.
    """

    values: Sequence[tuple[str, str]]
    read: Read = _no_files


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A new experiment, and what it was made from.

    Attributes:
        origin: the version that it came from.
        changes: where it differs from that version.
    """

    experiment: Experiment
    version: Version
    definition: Definition
    origin: Version
    changes: Sequence[Difference]


def latest(store: Store, experiment: Experiment) -> tuple[Version, Definition]:
    """What an experiment is now: the last version of its creator's. Raises `NotFound` when none was kept."""
    version = latest_version(store.versions(experiment.id))
    if version is None:
        raise NotFound(f"the experiment {experiment.id} has no version; `sociarium doctor` looks at the store")
    return version, from_json(version.document)


def duplicate(
    store: Store,
    experiment: Experiment,
    *,
    me: str,
    clock: Clock,
    title: str | None = None,
    changes: Changes | None = None,
    definition: Definition | None = None,
) -> Duplicate:
    """Keep the latest version of an experiment as a new experiment of mine.

    Args:
        title: of the new one; by default the old one, with "(copy)" where I have one of that title.
        changes: what becomes different.
        definition: instead of the latest version's, as edited by hand; changes come on top.

    Raises:
        BadInput: I have an experiment of the title that was asked for.
        BeingDeleted: the experiment is.
        DefinitionError: the changes have faults.
    """
    refuse_deleted(store, experiment.id)
    origin, before = latest(store, experiment)
    after = before if definition is None else definition
    if changes is not None and changes.values:
        after = change_definition(after, changes.values, read=changes.read)
    new_title = title if title is not None else after.title
    may_be_numbered = title is None and fold_title(new_title) == fold_title(before.title)
    for name in _titles(new_title) if may_be_numbered else [new_title]:
        copy = _save(store, _with_title(after, name), me=me, clock=clock, origin=origin)
        if copy is not None:
            saved, version, definition = copy
            logger.info("{} duplicated the experiment {} as {} {!r}", me, experiment.id, saved.id, saved.title)
            return Duplicate(saved, version, definition, origin, differences(before, definition))
    raise BadInput(f"you have an experiment {new_title!r} already; choose another title with --title")


def origin_of(store: Store, experiment: Experiment) -> tuple[Version, Experiment | None] | None:
    """The version that an experiment came from, with its experiment; None when it has none, or it was deleted."""
    if experiment.origin is None:
        return None
    try:
        version = store.version(experiment.origin)
    except NotFound:
        return None
    try:
        return version, store.experiment(version.experiment)
    except NotFound:
        return version, None


def _titles(title: str) -> Iterator[str]:
    yield title
    yield f"{title} (copy)"
    yield from (f"{title} (copy {number})" for number in range(2, _MOST_COPIES))


def _with_title(definition: Definition, title: str) -> Definition:
    """A definition under another title, checked."""
    return (
        change_definition(definition, [("title", json.dumps(title))], read=_no_files)
        if title != definition.title
        else definition
    )


def _save(
    store: Store, definition: Definition, *, me: str, clock: Clock, origin: Version
) -> tuple[Experiment, Version, Definition] | None:
    """Keep an experiment; None when I have one of that title."""
    if own_experiment(store, definition.title, creator=me) is not None:
        return None
    id_, now = experiment_id(me, definition.title), clock.now()
    experiment = Experiment(id_, me, definition.title, definition.note, definition.favourite, now, origin.id)
    version = Version(version_id(id_, definition), id_, 0, to_json(definition), now)
    saved, version = store.save_experiment(experiment, version)
    return saved, version, definition
