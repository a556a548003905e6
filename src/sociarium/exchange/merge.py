"""Parts of another store into this one: what is new is added, what stands is never overwritten.

Merging may be stopped at any moment and done again: it goes on where it was, and nothing is there twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from sociarium.errors import NotFound
from sociarium.exchange.merge_annotations import merge_annotations
from sociarium.exchange.merge_result import MergeResult
from sociarium.exchange.selection import Progress
from sociarium.exchange.transfer import Missing, Part, PlanData, RunData
from sociarium.ports.store import Record, Store
from sociarium.records.plans import Edit
from sociarium.records.runs import CLEARED, Claim, RunStatus
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.tombstones import refuse_deleted

T = TypeVar("T")

_AT_ONCE = 500


def merge(store: Store, parts: Iterable[Part], progress: Progress) -> MergeResult:
    """Bring parts into a store.

    Args:
        parts: runs after the plans they belong to.
        progress: told how many runs were looked at.

    Raises:
        BeingDeleted: somebody deletes an experiment of them here.
    """
    result = MergeResult()
    runs = 0
    for part in parts:
        match part:
            case PlanData():
                refuse_deleted(store, part.experiment.id, any_run=True)
                _merge_plans(store, part, result)
            case RunData():
                _merge_run(store, part, result)
                runs += 1
                progress(runs)
            case Missing():
                result.add_conflict(part.reason)
    return result


def _merge_plans(store: Store, plans: PlanData, result: MergeResult) -> None:
    standing_versions = {version.id for version in store.versions(plans.experiment.id)}
    standing_sweeps = {sweep.id for sweep in store.sweeps(plans.experiment.id)}
    result.new["experiments"] += not standing_versions
    for version in plans.versions:
        _, stored_version = store.save_experiment(plans.experiment, version)
        result.new["versions"] += version.id not in standing_versions
        # Its number is the store's own.
        _report_difference(f"version {version.id}", replace(stored_version, number=version.number), version, result)
    _merge_edit(store, plans.edit, result)
    stored_experiment = store.experiment(plans.experiment.id)
    if stored_experiment.revision > plans.experiment.revision:
        # It was edited here since.
        incoming = plans.experiment
        stored_experiment = replace(
            stored_experiment, note=incoming.note, favourite=incoming.favourite, revision=incoming.revision
        )
    _report_difference(f"experiment {plans.experiment.id}", stored_experiment, plans.experiment, result)
    for sweep in plans.sweeps:
        result.new["sweeps"] += sweep.id not in standing_sweeps
        _report_difference(f"sweep {sweep.id}", store.save_sweep(sweep), sweep, result)
    for sweep in plans.sweeps:
        _merge_orders(store, sweep.id, [order for order in plans.orders if order.sweep == sweep.id], result)
    for codebook in plans.codebooks:
        what = f"version {codebook.number} of the codebook {codebook.title!r}"
        _report_difference(what, store.save_codebook(codebook), codebook, result)
    for model_version in plans.model_versions:
        stored_model_version = store.add_model_version(model_version)
        what = f"what served {model_version.model} in sweep {model_version.sweep}"
        # Each store notes for itself when it first saw it.
        _report_difference(what, replace(stored_model_version, at=model_version.at), model_version, result)


def _merge_orders(store: Store, sweep: str, incoming: Sequence[SteeringOrder], result: MergeResult) -> None:
    """Let one log of orders go on where the other ends; two logs are never mixed.

    Why starts left the sweep is no steering: where that differs it stays as it is here.
    """
    standing = store.orders(sweep)
    fresh = incoming[len(standing) :]
    if standing != incoming[: len(standing)]:
        ours, theirs = _people_orders(standing), _people_orders(incoming)
        if any(mine != other for mine, other in zip(ours, theirs, strict=False)):
            result.add_conflict(
                f"sweep {sweep} was steered here and there, each on its own; its orders stay as they are here"
            )
            return
        after = max(order.number for order in standing) + 1
        fresh = [replace(order, number=after + ahead) for ahead, order in enumerate(theirs[len(ours) :])]
    for order in fresh:
        if store.add_order(order) != order:
            result.add_conflict(f"sweep {sweep} was steered here meanwhile; its orders stay as they are here")
            return


def _people_orders(orders: Sequence[SteeringOrder]) -> list[SteeringOrder]:
    """Orders without what only says why a start left the sweep, whatever their numbers."""
    return [replace(order, number=0) for order in orders if order.action != "leave"]


def _merge_edit(store: Store, incoming: Edit | None, result: MergeResult) -> None:
    if incoming is None:
        return
    standing = store.latest_edits(incoming.kind, [incoming.of]).get(incoming.of)
    if standing is None:
        standing = store.append_edit(incoming)
    if standing.revision <= incoming.revision and standing != incoming:
        result.add_conflict(f"{incoming.kind} {incoming.of} has another note or mark here; it stays as it is here")


def _report_difference(what: str, standing: Any, incoming: Any, result: MergeResult) -> None:
    names = [field.name for field in fields(incoming) if getattr(standing, field.name) != getattr(incoming, field.name)]
    if names:
        result.add_conflict(f"{what} stands here with another {', '.join(names)}; it stays as it is here")


def _merge_run(store: Store, incoming: RunData, result: MergeResult) -> None:
    run = incoming.run
    standing = _status(store, run.id)
    if standing is None:
        result.new["runs"] += 1
    elif (reason := _conflict_reason(store, standing, incoming)) is not None:
        result.add_conflict(f"run {run.id} {reason}; it stays as it is here")
        return
    store.place_runs(incoming.members, [run])
    _merge_edit(store, incoming.edit, result)
    merge_annotations(store, incoming, result)
    claims = store.claims(run.id) if standing is not None else []
    if standing is not None and len(claims) >= len(incoming.claims) and (claims or not incoming.journal):
        # What stands went as far, or further.
        result.standing += 1
        return
    result.new["runs"] += standing is not None
    result.new["messages"] += sum(event.happening.kind == "message" for event in incoming.events)
    # The claims come last: until then the run is pending, and whoever takes it up goes on after the answers it has.
    for batch in _slices((*incoming.journal, *incoming.events)):
        store.append(batch)
    for input_ in incoming.inputs:
        store.put_input(input_)
    known_workers = store.workers([worker.id for worker in incoming.workers])
    for worker in incoming.workers:
        if worker.id not in known_workers:
            store.record_heartbeat(worker)
    for claim in incoming.claims[len(claims) :]:
        if store.claim(claim) != claim:
            result.add_conflict(f"run {run.id} was taken up here meanwhile; it goes on as it is here")
            return


def _status(store: Store, run: str) -> RunStatus | None:
    try:
        return store.run_statuses([run])[0]
    except NotFound:
        return None


def _conflict_reason(store: Store, standing: RunStatus, incoming: RunData) -> str | None:
    """Why a run that stands here and the incoming one are not the same run, one perhaps further than the other."""
    if replace(store.run(standing.run), created=incoming.run.created) != incoming.run:
        return "stands here with other content"
    if _have_diverged(store.claims(standing.run), incoming.claims):
        return "was played here and there, each on its own"
    if standing.protocol > 0 and any(claim.protocol == CLEARED for claim in incoming.claims[standing.token :]):
        return "was taken away there, to be played anew"
    answers = {entry.key: entry for entry in store.journal(standing.run)}
    if any(answers.get(entry.key, entry) != entry for entry in incoming.journal):
        return "has other answers here"
    digests = {event.key: event.digest for event in store.events(standing.run)}
    if any(digests.get(event.key, event.digest) != event.digest for event in incoming.events):
        return "has other words here"
    return None


def _have_diverged(standing: Sequence[Claim], incoming: Sequence[Claim]) -> bool:
    # Who ran a worker was not always kept; where one of the two says it, that is no difference.
    return any(
        ours != theirs and (None not in {ours.by, theirs.by} or replace(ours, by=theirs.by) != theirs)
        for ours, theirs in zip(standing, incoming, strict=False)
    )


def _slices(records: Sequence[Record]) -> Iterable[Sequence[Record]]:
    return (records[start : start + _AT_ONCE] for start in range(0, len(records), _AT_ONCE))
