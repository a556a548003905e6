"""Begin a sweep, or go on with one: what every command that plays runs goes through."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sociarium.errors import BadInput, BeingDeleted, NotFound, StoreUnavailable
from sociarium.experiment.deduplication import deduplicate
from sociarium.experiment.definition import Definition
from sociarium.experiment.document import from_json, to_json
from sociarium.experiment.identity import experiment_id, sweep_id, version_id
from sociarium.experiment.validation import design_of
from sociarium.ports.clock import Clock
from sociarium.ports.observer import Observer, Waiting, WaitingOver
from sociarium.ports.person import Person
from sociarium.ports.prices import NoPrices, Prices, price_of
from sociarium.ports.store import Store
from sociarium.records.plans import Deletion, Experiment, SweepRecord, Version
from sociarium.runner.library.lookup import own_experiment, with_title
from sociarium.runner.library.tombstones import refuse_deleted
from sociarium.runner.models.budget import Bounds, Spending
from sociarium.runner.models.endpoint import Endpoint, EndpointLimits
from sociarium.runner.models.first_call import FirstCalls
from sociarium.runner.models.model_identity import ModelVersions
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.models.router import Router, RouteSpec, routes_of
from sociarium.runner.models.silent_models import Silence
from sociarium.runner.run.population import Populations
from sociarium.runner.run.recorder import RunServices
from sociarium.runner.run.writer import Writer
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.play import Result, SweepPlayer
from sociarium.runner.sweep.queue import WorkOptions
from sociarium.runner.workers.process import this_worker
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.runner.workers.store_retry import StoreRetry


@dataclass(frozen=True, slots=True)
class StartedSweep:
    """A sweep in a store, with what it plays.

    Attributes:
        same_title: others' experiments of the title of one that was made anew.
    """

    experiment: Experiment
    version: Version
    sweep: SweepRecord
    definition: Definition
    same_title: tuple[Experiment, ...] = ()


@dataclass(frozen=True, slots=True)
class SweepOutcome:
    """What a start came to."""

    result: Result
    spending: Spending
    seconds: float


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
    """
    sweep = definition.all_sweeps[sweep_name]
    design = design_of(definition, sweep_name)
    now = clock.now()
    others: tuple[Experiment, ...] = ()
    if experiment is None and own_experiment(store, definition.title, creator=creator) is None:
        others = tuple(with_title(store, definition.title))
    if experiment is None:
        kept, numbered = save_experiment(store, definition, creator=creator, at=now)
    else:
        kept, numbered = experiment, _version(store, experiment, definition, by=creator, at=now)
    is_own = kept.creator == creator
    record = SweepRecord(
        id=sweep_id(numbered.id, sweep_name, by=None if is_own else creator),
        experiment=kept.id,
        version=numbered.id,
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
    return StartedSweep(kept, numbered, standing, definition, others)


def save_experiment(store: Store, definition: Definition, *, creator: str, at: str) -> tuple[Experiment, Version]:
    """Save an experiment of the creator's and its version, unless they stand already; returns both as they stand."""
    own = own_experiment(store, definition.title, creator=creator)
    id_ = experiment_id(creator, definition.title) if own is None else own.id
    refuse_deleted(store, id_, any_run=True)
    version = Version(version_id(id_, definition), id_, 0, to_json(definition), at)
    experiment = Experiment(id_, creator, definition.title, definition.note, definition.favourite, at)
    return store.save_experiment(experiment, version)


def _version(store: Store, experiment: Experiment, definition: Definition, *, by: str, at: str) -> Version:
    """The version of an experiment that somebody runs: its creator's where one says the same, else one of their own.

    Raises:
        BeingDeleted, NotFound: as `begin`.
    """
    refuse_deleted(store, experiment.id, any_run=True)
    store.experiment(experiment.id)
    document = to_json(definition)
    creators = Version(version_id(experiment.id, definition), experiment.id, 0, document, at)
    if experiment.creator == by:
        return store.add_version(creators)
    try:
        return store.version(creators.id)
    except NotFound:
        own = Version(version_id(experiment.id, definition, by=by), experiment.id, 0, document, at, by)
        return store.add_version(own)


def _refuse_gone(store: Store, sweep: SweepRecord) -> None:
    """Take a sweep back that was added to somebody's experiment while they deleted it, and raise.

    They look for others' sweeps once more when their mark stands, so that one of the two sees the other.
    """
    try:
        refuse_deleted(store, sweep.experiment, any_run=True)
        store.experiment(sweep.experiment)
    except (BeingDeleted, NotFound):
        if next(store.slots(sweep.id), None) is None:
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
    return StartedSweep(store.experiment(record.experiment), version, record, definition)


async def start(
    store: Store,
    begun: StartedSweep,
    offers: Mapping[str, Sequence[RouteSpec]],
    *,
    person: Person,
    choices: WorkOptions,
    bounds: Bounds,
    observer: Observer,
    stop: StopSwitch,
    clock: Clock,
    patience: StoreRetry | None = None,
    policy: RetryPolicy | None = None,
    accepting: Collection[str] = (),
    creator: str = "",
    prices: Prices | None = None,
) -> SweepOutcome:
    """Play what is left of a sweep, until nothing is, a bound is reached or the switch says stop.

    Args:
        offers: by the models' names in the file, for each that the sweep uses; closed afterwards.
        person: asked where a person decides.
        accepting: models whose change is accepted.
        creator: the person who plays, which claims and accepted changes keep.
        prices: for models whose entry has none.

    Raises:
        StoreUnavailable: the store stayed away.
    """
    began = clock.monotonic()
    loop = asyncio.get_running_loop()

    def waiting(what: str) -> None:
        loop.call_soon_threadsafe(observer.notice, Waiting(f"the store to come back: {what}", "store"))

    def ended() -> None:
        loop.call_soon_threadsafe(observer.notice, WaitingOver("store"))

    patience = patience or StoreRetry(waiting=waiting, ended=ended)
    known_prices = {name: price_of(begun.definition.models[name], prices or NoPrices()) for name in offers}
    spending = Spending({name: price for name, price in known_prices.items() if price is not None})
    writer = Writer(store, patience)

    def opened(name: str, limits: EndpointLimits) -> Endpoint:
        return Endpoint(name, limits, policy=policy or RetryPolicy(), clock=clock, observer=observer, stop=stop)

    known = await patience.in_thread(lambda: store.model_versions(begun.sweep.id))
    epochs = ModelVersions(store, begun.sweep.id, known, accepting, creator=creator, clock=clock, patience=patience)
    first_calls = FirstCalls(stop, known={epoch.model for epoch in known})
    desk = Router(routes_of(offers, opened), epochs, first_calls, Silence(allow=choices.allow_empty), observer=observer)
    me = this_worker(creator or None)
    populations = Populations(store, me=me, patience=patience, lease=choices.lease)
    session = RunServices(desk, person, writer, clock, observer, stop, spending, bounds, populations)
    schedule = SweepOrder(begun.definition, begun.sweep, begun.experiment.creator, clock.now())
    offline = all(begun.definition.models[name].provider == "offline" for name in offers)
    sweeping = SweepPlayer(
        store,
        begun.experiment,
        begun.sweep,
        schedule,
        session,
        choices,
        me=me,
        patience=patience,
        offline=offline,
    )
    alarm = asyncio.create_task(_alarm(stop, bounds.seconds))
    try:
        result = await sweeping.work()
    except StoreUnavailable:
        stop.now()
        raise
    finally:
        alarm.cancel()
        await writer.close()
        await desk.aclose()
    return SweepOutcome(result, spending, clock.monotonic() - began)


async def _alarm(stop: StopSwitch, seconds: float | None) -> None:
    if seconds is not None:
        await asyncio.sleep(seconds)
        stop.drain("time", f"the time of {seconds:.0f} s is over")
