"""Parts of another store into this one: what is new is added, what stands is never overwritten.

Merging may be stopped at any moment and done again: it goes on where it was, and nothing is there twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from sociarium.errors import NotFound
from sociarium.exchange.selection import Progress
from sociarium.exchange.transfer import Missing, Part, PlanData, RunData
from sociarium.ports.store import Record, Store
from sociarium.records.plans import Edit
from sociarium.records.runs import CLEARED, Claim, RunStatus
from sociarium.runner.library.tombstones import refuse_deleted

T = TypeVar("T")

_AT_ONCE = 500
_MOST_TOLD = 100


@dataclass(slots=True)
class MergeResult:
    """What a merge came to.

    Attributes:
        new: experiments, versions, sweeps, runs, messages that were added, by kind; runs that were completed are new.
        standing: runs that stood already, as they are.
        conflicts: what stands here with other content, and was left as it is here; the first hundred.
        conflict_count: how many there are.
    """

    new: Counter[str] = field(default_factory=Counter)
    standing: int = 0
    conflicts: list[str] = field(default_factory=list)
    conflict_count: int = 0

    def conflict(self, told: str) -> None:
        """Note one."""
        self.conflict_count += 1
        if len(self.conflicts) < _MOST_TOLD:
            self.conflicts.append(told)


def merge(store: Store, parts: Iterable[Part], progress: Progress) -> MergeResult:
    """Bring parts into a store.

    Args:
        parts: runs after the plans they belong to.
        progress: told how many runs were looked at.

    Raises:
        BeingDeleted: somebody deletes an experiment of them here.
    """
    merged = MergeResult()
    runs = 0
    for part in parts:
        match part:
            case PlanData():
                refuse_deleted(store, part.experiment.id, any_run=True)
                _merge_plans(store, part, merged)
            case RunData():
                _merge_run(store, part, merged)
                runs += 1
                progress(runs)
            case Missing():
                merged.conflict(part.told)
    return merged


def _merge_plans(store: Store, plans: PlanData, merged: MergeResult) -> None:
    standing_versions = {version.id for version in store.versions(plans.experiment.id)}
    standing_sweeps = {sweep.id for sweep in store.sweeps(plans.experiment.id)}
    merged.new["experiments"] += not standing_versions
    for version in plans.versions:
        _, numbered = store.save_experiment(plans.experiment, version)
        merged.new["versions"] += version.id not in standing_versions
        # Its number is the store's own.
        _compare(f"version {version.id}", replace(numbered, number=version.number), version, merged)
    _merge_edit(store, plans.edit, merged)
    kept = store.experiment(plans.experiment.id)
    if kept.revision > plans.experiment.revision:
        # It was edited here since.
        given = plans.experiment
        kept = replace(kept, note=given.note, favourite=given.favourite, revision=given.revision)
    _compare(f"experiment {plans.experiment.id}", kept, plans.experiment, merged)
    for sweep in plans.sweeps:
        merged.new["sweeps"] += sweep.id not in standing_sweeps
        _compare(f"sweep {sweep.id}", store.save_sweep(sweep), sweep, merged)
    for epoch in plans.epochs:
        what = f"what served {epoch.model} in sweep {epoch.sweep}"
        _compare(what, replace(store.add_model_version(epoch), at=epoch.at), epoch, merged)


def _merge_edit(store: Store, given: Edit | None, merged: MergeResult) -> None:
    if given is None:
        return
    standing = store.latest_edits(given.kind, [given.of]).get(given.of)
    if standing is None:
        standing = store.append_edit(given)
    if standing.revision <= given.revision and standing != given:
        merged.conflict(f"{given.kind} {given.of} has another note or mark here; it stays as it is here")


def _compare(what: str, standing: Any, given: Any, merged: MergeResult) -> None:
    differing = [field.name for field in fields(given) if getattr(standing, field.name) != getattr(given, field.name)]
    if differing:
        merged.conflict(f"{what} stands here with another {', '.join(differing)}; it stays as it is here")


def _merge_run(store: Store, given: RunData, merged: MergeResult) -> None:
    run = given.run
    standing = _standing(store, run.id)
    if standing is None:
        merged.new["runs"] += 1
    elif (fault := _fault(store, standing, given)) is not None:
        merged.conflict(f"run {run.id} {fault}; it stays as it is here")
        return
    store.place_runs(given.members, [run])
    _merge_edit(store, given.edit, merged)
    claims = store.claims(run.id) if standing is not None else []
    if standing is not None and len(claims) >= len(given.claims) and (claims or not given.journal):
        # What stands went as far, or further.
        merged.standing += 1
        return
    merged.new["runs"] += standing is not None
    merged.new["messages"] += sum(event.happening.kind == "message" for event in given.events)
    # The claims come last: until then the run is pending, and whoever takes it up goes on after the answers it has.
    for some in _slices((*given.journal, *given.events)):
        store.append(some)
    for one in given.inputs:
        store.put_input(one)
    known = store.workers([worker.id for worker in given.workers])
    for worker in given.workers:
        if worker.id not in known:
            store.record_heartbeat(worker)
    for claim in given.claims[len(claims) :]:
        if store.claim(claim) != claim:
            merged.conflict(f"run {run.id} was taken up here meanwhile; it goes on as it is here")
            return


def _standing(store: Store, run: str) -> RunStatus | None:
    try:
        return store.run_statuses([run])[0]
    except NotFound:
        return None


def _fault(store: Store, standing: RunStatus, given: RunData) -> str | None:
    """Why a run that stands here and the given one are not the same run, one perhaps further than the other."""
    if replace(store.run(standing.run), created=given.run.created) != given.run:
        return "stands here with other content"
    if _have_diverged(store.claims(standing.run), given.claims):
        return "was played here and there, each on its own"
    if standing.protocol > 0 and any(claim.protocol == CLEARED for claim in given.claims[standing.token :]):
        return "was taken away there, to be played anew"
    answers = {entry.key: entry for entry in store.journal(standing.run)}
    if any(answers.get(entry.key, entry) != entry for entry in given.journal):
        return "has other answers here"
    happened = {event.key: event.digest for event in store.events(standing.run)}
    if any(happened.get(event.key, event.digest) != event.digest for event in given.events):
        return "has other words here"
    return None


def _have_diverged(here: Sequence[Claim], there: Sequence[Claim]) -> bool:
    # Who ran a worker was not always kept; where one of the two says it, that is no difference.
    return any(
        one != other and (None not in {one.by, other.by} or replace(one, by=other.by) != other)
        for one, other in zip(here, there, strict=False)
    )


def _slices(records: Sequence[Record]) -> Iterable[Sequence[Record]]:
    return (records[start : start + _AT_ONCE] for start in range(0, len(records), _AT_ONCE))
