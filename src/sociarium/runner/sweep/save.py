"""Save an experiment and begin one of its sweeps, or open a sweep again to go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loguru import logger

from sociarium.count_text import count_text
from sociarium.errors import BadInput, BeingDeleted, NotFound
from sociarium.experiment.deduplication import deduplicate
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_json, to_json
from sociarium.experiment.environments import settables
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.identity import experiment_id, sweep_id, version_id
from sociarium.experiment.stored_content import rankers_in, read_content
from sociarium.experiment.validation import design_of
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import Deletion, Experiment, SweepOrigin, SweepRecord, Version
from sociarium.runner.library.lookup import own_experiment, with_title
from sociarium.runner.library.tombstones import refuse_deleted
from sociarium.runner.sweep.fork_levels import with_level
from sociarium.runner.sweep.pinned_code import refuse_changed_code


@dataclass(frozen=True, slots=True)
class StartedSweep:
    """A sweep in a store, with what it plays.

    Attributes:
        rankers: of the researcher's own that its runs may call.
        same_title: others' experiments of the title of one that was made anew.
    """

    experiment: Experiment
    version: Version
    sweep: SweepRecord
    definition: Definition
    rankers: tuple[str, ...]
    same_title: tuple[Experiment, ...] = ()


def save_sweep(
    store: Store,
    definition: Definition,
    sweep_name: str,
    *,
    creator: str,
    clock: Clock,
    experiment: Experiment | None = None,
) -> StartedSweep:
    """Save an experiment and its version if they are new, and begin one of its sweeps.

    The same file by the same creator is the same experiment; a changed one is a new version of it. Whoever runs
    somebody else's experiment adds a sweep of their own to it; where they changed it, of a version of their own.

    Args:
        creator: who begins the sweep.
        experiment: the one that is run, whoever created it; by default the creator's own of the definition's title.

    Raises:
        BeingDeleted: the experiment is, or a run of it.
        NotFound: the experiment was deleted meanwhile.
        SetupError: it was run with another source of a ranker's module.
    """
    sweep = definition.all_sweeps[sweep_name]
    design = design_of(definition, sweep_name)
    now = clock.now()
    others: tuple[Experiment, ...] = ()
    former = experiment or own_experiment(store, definition.title, creator=creator)
    if former is None:
        others = tuple(with_title(store, definition.title))
    else:
        refuse_changed_code(store, former.id, definition)
    if experiment is None:
        saved, version = save_experiment(store, definition, creator=creator, at=now)
    else:
        saved, version = experiment, _version(store, experiment, definition, by=creator, at=now)
    is_own = saved.creator == creator
    record = SweepRecord(
        id=sweep_id(version.id, sweep_name, by=None if is_own else creator),
        experiment=saved.id,
        version=version.id,
        name=sweep_name,
        creator=creator,
        conditions=design.size,
        replicates=sweep.replicates,
        seed=sweep.seed,
        runs=deduplicate(definition, design).conditions * sweep.replicates,
        created=now,
    )
    standing = store.save_sweep(record)
    if not is_own:
        _refuse_gone(store, record)
    if standing.created == now:
        log_sweep_start(standing, saved)
    return StartedSweep(saved, version, standing, definition, definition.code_names, others)


def log_sweep_start(sweep: SweepRecord, experiment: Experiment) -> None:
    """Log who began a sweep of which experiment, and what it goes on from."""
    logger.info("{} began the sweep {} ({}) of the experiment {} {!r}: {}", sweep.creator, sweep.id, sweep.label,
                experiment.id, experiment.title, count_text(sweep.runs, "run"))  # fmt: skip
    if sweep.origin is not None:
        logger.info("the sweep {} goes on from {}: {}", sweep.id, sweep.origin.of, dict(sweep.origin.changes))


def save_experiment(store: Store, definition: Definition, *, creator: str, at: str) -> tuple[Experiment, Version]:
    """Save an experiment of the creator's and its version, unless they stand already; returns both as they stand."""
    own = own_experiment(store, definition.title, creator=creator)
    id_ = experiment_id(creator, definition.title) if own is None else own.id
    refuse_deleted(store, id_, any_run=True)
    version = Version(version_id(id_, definition), id_, 0, to_json(definition), at)
    experiment = Experiment(id_, creator, definition.title, definition.note, definition.favourite, at)
    saved, standing = store.save_experiment(experiment, version)
    if own is None:
        logger.info("{} created the experiment {} {!r}", creator, saved.id, saved.title)
    elif standing.created == at:
        _log_version(standing, saved, creator)
    return saved, standing


def _log_version(version: Version, experiment: Experiment, who: str) -> None:
    logger.info("{} made version {} of the experiment {} {!r}", who, version.number, experiment.id, experiment.title)


def _version(store: Store, experiment: Experiment, definition: Definition, *, by: str, at: str) -> Version:
    """The version of an experiment that somebody runs: its creator's where one says the same, else one of their own.

    Raises:
        BeingDeleted, NotFound: as `begin`.
    """
    refuse_deleted(store, experiment.id, any_run=True)
    store.experiment(experiment.id)
    document = to_json(definition)
    version = Version(version_id(experiment.id, definition), experiment.id, 0, document, at)
    if experiment.creator != by:
        try:
            return store.version(version.id)
        except NotFound:
            version = Version(version_id(experiment.id, definition, by=by), experiment.id, 0, document, at, by)
    standing = store.add_version(version)
    if standing.created == at:
        _log_version(standing, experiment, by)
    return standing


def _refuse_gone(store: Store, sweep: SweepRecord) -> None:
    """Take a sweep back that was added to somebody's experiment while they deleted it, and raise.

    They look for others' sweeps once more when their mark stands, so that one of the two sees the other.
    """
    try:
        refuse_deleted(store, sweep.experiment, any_run=True)
        store.experiment(sweep.experiment)
    except (BeingDeleted, NotFound):
        if next(store.slots(sweep.id, most=1), None) is None:
            store.delete_part(Deletion("sweep", sweep.id, sweep.experiment, "", sweep.creator, sweep.created), most=1)
        raise


def reopen(store: Store, record: SweepRecord) -> StartedSweep:
    """A sweep with its experiment and definition, to go on with it.

    Raises:
        BeingDeleted: somebody deletes it.
        BadInput: it was imported from another program and has no plan.
    """
    refuse_deleted(store, record.experiment, any_run=True)
    version = store.version(record.version)
    definition = from_json(version.document)
    if record.name not in definition.all_sweeps:
        raise BadInput(
            f"the sweep {record.name!r} ({record.id[:8]}) was imported with its finished runs, and no plan leads to "
            f"more; `sociarium run {record.experiment[:8]}` plays its experiment anew"
        )
    rankers = definition.code_names
    if record.origin is not None:
        definition = with_changes(definition, record)
        rankers = _rankers_of_runs(store, record) if definition.code_names else ()
    return StartedSweep(store.experiment(record.experiment), version, record, definition, rankers)


def _rankers_of_runs(store: Store, sweep: SweepRecord) -> tuple[str, ...]:
    """The rankers that the runs of a sweep call: all are placed, so that others of the file are not needed."""
    names: set[str] = set()
    for slot in store.slots(sweep.id):
        content = read_content(store.run(slot.status.run).content)
        assert not isinstance(content, PopulationContent), "a population has no place in a sweep"
        names |= rankers_in(content)
    return tuple(sorted(names))


def with_changes(definition: Definition, sweep: SweepRecord) -> Definition:
    """A definition whose sweep varies what its forks set, and those that they come from.

    Who looks for models, persons and code in it sees theirs, too.
    """
    assert sweep.origin is not None
    planned, slots, changes = definition.all_sweeps[sweep.name], settables(definition), sweep.origin.changes
    factors: Mapping[str, Any] = planned.factors
    for name, level in [*earlier_levels(sweep.origin), *changes.get("set", {}).items()]:
        if name in slots and slots[name].choices is not None:
            factors = with_level(factors, name, level)
    changed = planned.model_copy(update={"factors": factors})
    if isinstance(definition, FeedDefinition) and "code" in changes:
        definition = definition.model_copy(update={"code": {**changes["code"], **definition.code}})
    if definition.sweeps is None:
        return definition.model_copy(update={"sweep": changed})
    return definition.model_copy(update={"sweeps": {**definition.sweeps, sweep.name: changed}})


def earlier_levels(origin: SweepOrigin) -> list[tuple[str, Any]]:
    """Factor and level of all that was set by the forks from which those of a sweep come, the first fork first."""
    return [(name, level) for name, level in origin.changes.get("before", [])]
