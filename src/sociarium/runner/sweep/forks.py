"""Forks and extensions: a sweep whose runs begin where others stood, placed whole before the first one is played."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sociarium.count_text import count_text
from sociarium.errors import BadInput
from sociarium.experiment.canonical import canonical_json, fingerprint, short_id
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.document import from_json
from sociarium.experiment.forks import ForkRefused, shared_length
from sociarium.experiment.identity import run_id
from sociarium.experiment.run_moments import END
from sociarium.experiment.stored_content import rankers_in
from sociarium.experiment.validation import design_of
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, Member, SweepOrigin, SweepRecord, Version
from sociarium.records.runs import Run, RunOrigin, RunStatus, SweepSlot
from sociarium.runner.library.status import distinct
from sociarium.runner.library.tombstones import refuse_deleted
from sociarium.runner.run.prefix import acts_after
from sociarium.runner.sweep.derive import (
    Derived,
    Deriving,
    Extending,
    ExtensionRequest,
    Forking,
    ForkRequest,
    further_messages,
    playable_content,
)
from sociarium.runner.sweep.save import StartedSweep, earlier_levels, log_sweep_start, with_changes

_ENDED_BY_MESSAGES = ("refused", "context_cut")
"""Endings whose cause may be a message, which bears a flag of that name."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where forks come from: a sweep, or one run in it."""

    experiment: Experiment
    version: Version
    sweep: SweepRecord
    run: str | None = None

    @property
    def id(self) -> str:
        """Of the run, else of the sweep."""
        return self.run or self.sweep.id


@dataclass(frozen=True, slots=True)
class DerivedPlan:
    """A sweep of forks or extensions, before anything of it is stored.

    Attributes:
        definition: of the origin, with what the forks set.
        design: its conditions.
        sweep: its record, as it will stand.
        slots: the origin's, of the runs that go on.
        runs: ids of the new runs.
        left_out: runs of the origin that do not go on, and why.
        further_messages: at most so many are still to be spoken, in conversations; 0 in feeds.
        rankers: of the researcher's own that the new runs call.
        acts_left_behind: by run of the origin, how many acts from outside came after the moment: its forks do not
            have them. Runs without any are not named.
    """

    origin: Origin
    definition: Definition
    design: Design
    sweep: SweepRecord
    deriving: Deriving
    slots: Sequence[SweepSlot] = ()
    runs: Sequence[str] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    further_messages: int = 0
    rankers: tuple[str, ...] = ()
    acts_left_behind: Mapping[str, int] = field(default_factory=dict)


def origin_of_run(store: Store, run: str) -> Origin:
    """A run in its latest sweep.

    Raises:
        BadInput: it is in none.
    """
    members = store.members_of_run(run)
    if not members:
        raise BadInput(f"run {run[:12]} stands in no sweep; only runs of sweeps are forked and extended")
    return origin_of_sweep(store, store.sweep(members[0].sweep), run=run)


def origin_of_sweep(store: Store, sweep: SweepRecord, *, run: str | None = None) -> Origin:
    """A sweep, or one run of it.

    Raises:
        BadInput: it was imported from another program.
        BeingDeleted: somebody deletes it.
    """
    refuse_deleted(store, sweep.experiment, any_run=True)
    version = store.version(sweep.version)
    if sweep.name not in from_json(version.document).all_sweeps:
        raise BadInput(
            f"the sweep {sweep.name!r} ({sweep.id[:8]}) was imported with its words alone; nothing goes on from it"
        )
    return Origin(store.experiment(sweep.experiment), version, sweep, run)


def plan_forks(store: Store, origin: Origin, request: ForkRequest, *, creator: str, clock: Clock) -> DerivedPlan:
    """The sweep of the forks of a run, or of all runs of a sweep; the same again is the same sweep.

    Raises:
        BadInput: nothing would be changed and no sham was asked for, a factor or level is not there, or no run can be
            forked so; each reason is named.
    """
    if not request.changes and not request.sham:
        raise BadInput(
            "nothing would be changed; name a factor and its level (`--set` in a terminal), or ask for the sham alone"
        )
    changes: dict[str, Any] = {"set": dict(request.changes), "branches": request.branches, "sham": request.sham}
    named = json.loads(origin.version.document).get("code", {})
    if code := {module: digest for module, digest in request.code.items() if module not in named}:
        changes["code"] = code
    record = _record(
        origin, SweepOrigin("fork", origin.id, request.at.strip().lower(), changes), creator=creator, clock=clock
    )
    return _plan(store, origin, record, Forking(request))


def plan_extensions(
    store: Store, origin: Origin, request: ExtensionRequest, *, creator: str, clock: Clock
) -> DerivedPlan:
    """The sweep in which a run, or all runs of a sweep, go on after their end; the same again is the same sweep.

    Raises:
        BadInput: neither days nor messages are given, or no run can go on so; each reason is named.
    """
    if request.days is None and request.messages is None:
        raise BadInput("say how far: --days 14, all days together, or --messages 40, all messages together")
    changes = {name: value for name, value in (("days", request.days), ("messages", request.messages)) if value}
    record = _record(origin, SweepOrigin("extension", origin.id, END, changes), creator=creator, clock=clock)
    return _plan(store, origin, record, Extending(request))


def place_sweep(store: Store, plan: DerivedPlan) -> StartedSweep:
    """Store a planned sweep with all its runs; called again after it was stopped half-way, it completes that."""
    standing = store.save_sweep(plan.sweep)
    if standing.created == plan.sweep.created:
        log_sweep_start(standing, plan.origin.experiment)
    for slot in plan.slots:
        derived = list(_runs_from(store, plan, slot))
        store.place_runs([member for member, _, _ in derived], [run for _, run, _ in derived])
    return StartedSweep(plan.origin.experiment, plan.origin.version, standing, plan.definition, plan.rankers)


def _plan(store: Store, origin: Origin, record: SweepRecord, deriving: Deriving) -> DerivedPlan:
    definition = with_changes(from_json(origin.version.document), record)
    plan = DerivedPlan(origin, definition, design_of(definition, record.name), record, deriving)
    slots: list[SweepSlot] = []
    conditions: set[bytes] = set()
    runs: list[str] = []
    left_out: dict[str, str] = {}
    rankers: set[str] = set()
    acts: dict[str, int] = {}
    messages = 0
    # Contents may be large: they are made here to see what can be, and once more to be placed, a run at a time.
    for slot in _slots_of(store, origin):
        try:
            derived = list(_runs_from(store, plan, slot))
        except (BadInput, ForkRefused) as error:
            left_out[slot.status.run] = str(error)
            continue
        slots.append(slot)
        for member, run, one in derived:
            conditions.add(canonical_json(dict(member.condition)))
            runs.append(run.id)
            messages += further_messages(one)
            rankers |= rankers_in(one.content)
        if count := acts_after(store, slot.status.run, derived[0][2].at):
            acts[slot.status.run] = count
    if not runs:
        raise BadInput(_nothing(origin, left_out))
    sized = replace(record, conditions=len(conditions), replicates=-(-len(runs) // len(conditions)), runs=len(runs))
    return replace(
        plan,
        sweep=sized,
        slots=slots,
        runs=tuple(runs),
        left_out=left_out,
        further_messages=messages,
        rankers=tuple(sorted(rankers)),
        acts_left_behind=acts,
    )


def _slots_of(store: Store, origin: Origin) -> Iterable[SweepSlot]:
    """Where the runs stand that are gone on from: one is asked for by itself, however large its sweep is."""
    if origin.run is None:
        return distinct(store.slots(origin.sweep.id))
    members = [member for member in store.members_of_run(origin.run) if member.sweep == origin.sweep.id]
    first = min(members, key=lambda member: member.position)
    return [SweepSlot(first.position, first.replicate, first.condition, store.run_statuses([origin.run])[0])]


def _runs_from(store: Store, plan: DerivedPlan, slot: SweepSlot) -> Iterator[tuple[Member, Run, Derived]]:
    """The runs that go on from the run of a slot, each with its place.

    Raises:
        BadInput, ForkRefused: none does.
    """
    run, deriving = store.run(slot.status.run), plan.deriving
    content = playable_content(run, slot.status)
    all_derived = deriving.of(plan.definition, plan.design, slot, content)
    ended_early = slot.status.ended in _ENDED_BY_MESSAGES
    if ended_early and {shared_length(one.content) for one in all_derived} == {slot.status.counters.messages}:
        _refuse_last_message(store, slot.status)
    for number, one in enumerate(all_derived):
        own = _run(run, one, plan.sweep.created)
        replicate = (slot.replicate - 1) * deriving.branches + one.branch
        position = slot.position * deriving.most + number
        yield Member(plan.sweep.id, position, own.id, replicate, one.condition), own, one


def _refuse_last_message(store: Store, status: RunStatus) -> None:
    """Raise `BadInput` where a conversation ended by its last message: what goes on from there has ended, too."""
    spoken = [event.happening for event in store.events(status.run) if event.happening.kind == "message"]
    if spoken and status.ended in spoken[-1].flags:
        raise BadInput(
            f"it ended {status.ended} by its message {len(spoken)}, behind which nothing follows; choose an earlier one"
        )


def _record(origin: Origin, made_from: SweepOrigin, *, creator: str, clock: Clock) -> SweepRecord:
    identity = (made_from.kind, made_from.of, made_from.at, dict(made_from.changes), creator)
    made_from = replace(made_from, changes={**made_from.changes, **_from_earlier_forks(origin.sweep, made_from)})
    return SweepRecord(
        id=short_id("derived sweep", *identity),
        experiment=origin.experiment.id,
        version=origin.version.id,
        name=origin.sweep.name,
        creator=creator,
        conditions=0,
        replicates=0,
        seed=origin.sweep.seed,
        runs=0,
        created=clock.now(),
        origin=made_from,
    )


def _from_earlier_forks(sweep: SweepRecord, made_from: SweepOrigin) -> dict[str, Any]:
    """What forks of an origin set, and of which code: what goes on from them is played with it, too."""
    if sweep.origin is None:
        return {}
    before = [*earlier_levels(sweep.origin), *sweep.origin.changes.get("set", {}).items()]
    code = {**made_from.changes.get("code", {}), **sweep.origin.changes.get("code", {})}
    values = {"before": [list(one) for one in before], "code": code}
    return {name: value for name, value in values.items() if value}


def _run(origin: Run, derived: Derived, created: str) -> Run:
    spelled = derived.content.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return Run(
        id=run_id(origin.experiment, replicate=origin.replicate, seed=origin.seed, content_digest=fingerprint(spelled)),
        experiment=origin.experiment,
        creator=origin.creator,
        replicate=origin.replicate,
        seed=origin.seed,
        content=json.dumps(spelled),
        stream=origin.stream,
        created=created,
        origin=RunOrigin(origin.id, derived.at),
    )


def _nothing(origin: Origin, left_out: Mapping[str, str]) -> str:
    reasons = Counter(left_out.values())
    if not reasons:
        return f"sweep {origin.sweep.id[:8]} has no run yet"
    if len(left_out) == 1:
        return f"run {next(iter(left_out))[:12]} cannot go on so: {next(iter(reasons))}"
    listed = "".join(f"\n  {count_text(count, 'run')}: {reason}" for reason, count in reasons.most_common(5))
    return f"none of {count_text(len(left_out), 'run')} can go on so:{listed}"
