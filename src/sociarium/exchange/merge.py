"""Parts of another store into this one: what is new is added, what stands is never overwritten.

Merging may be stopped at any moment and done again: it goes on where it was, and nothing is there twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_ENOUGH = 2_000
"""Records of runs that are brought in together: each run by itself would cost four commits."""


def merge(store: Store, parts: Iterable[Part], progress: Progress) -> MergeResult:
    """Bring parts into a store.

    Args:
        parts: runs after the plans they belong to.
        progress: told how many runs were looked at.

    Raises:
        BeingDeleted: somebody deletes an experiment of them here.
    """
    result, runs = MergeResult(), 0
    for one in _with_runs_together(parts):
        match one:
            case PlanData():
                refuse_deleted(store, one.experiment.id, any_run=True)
                _merge_plans(store, one, result)
            case Missing():
                result.add_conflict(one.reason)
            case _:
                _merge_runs(store, one, result)
                runs += len(one)
                progress(runs)
    return result


def _with_runs_together(parts: Iterable[Part]) -> Iterator[PlanData | Missing | list[RunData]]:
    """Parts in their order, runs that follow each other as lists of different ones."""
    together: dict[str, RunData] = {}
    records = 0
    for part in parts:
        if together and (records >= _ENOUGH or not isinstance(part, RunData) or part.run.id in together):
            yield list(together.values())
            together, records = {}, 0
        if isinstance(part, RunData):
            together[part.run.id] = part
            records += len(part.journal) + len(part.events)
        else:
            yield part
    if together:
        yield list(together.values())


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


def _merge_runs(store: Store, runs: Sequence[RunData], result: MergeResult) -> None:
    """Different runs, together."""
    standing = {one.run.id: _status(store, one.run.id) for one in runs}
    incoming = [one for one in runs if _is_same_run(store, standing[one.run.id], one, result)]
    store.place_runs([member for one in incoming for member in one.members], [one.run for one in incoming])
    claims: dict[str, Sequence[Claim]] = {}
    for one in incoming:
        _merge_edit(store, one.edit, result)
        merge_annotations(store, one, result)
        known = store.claims(one.run.id) if standing[one.run.id] is not None else []
        if standing[one.run.id] is not None and len(known) >= len(one.claims) and (known or not one.journal):
            # What stands went as far, or further.
            result.standing += 1
            continue
        claims[one.run.id] = one.claims[len(known) :]
        result.new["runs"] += 1
        result.new["messages"] += sum(event.happening.kind == "message" for event in one.events)
    fresh = [one for one in incoming if one.run.id in claims]
    # The claims come last: until then the run is pending, and whoever takes it up goes on after the answers it has.
    records: list[Record] = []
    for one in fresh:
        records += (*one.journal, *one.events)
    for batch in _slices(records):
        store.append(batch)
    for input_ in (input_ for one in fresh for input_ in one.inputs):
        store.put_input(input_)
    workers = {worker.id: worker for one in fresh for worker in one.workers}
    known_workers = store.workers(list(workers))
    for worker in workers.values():
        if worker.id not in known_workers:
            store.record_heartbeat(worker)
    _merge_claims(store, claims, result)


def _merge_claims(store: Store, claims: Mapping[str, Sequence[Claim]], result: MergeResult) -> None:
    """What is new of the claim logs of some runs: of each run one after another, and none after one that is refused."""
    waiting = {run: iter(own) for run, own in claims.items()}
    while following := {run: claim for run, own in waiting.items() if (claim := next(own, None)) is not None}:
        for (run, claim), standing in zip(following.items(), store.claim_all(list(following.values())), strict=True):
            if standing != claim:
                result.add_conflict(f"run {run} was taken up here meanwhile; it goes on as it is here")
                del waiting[run]


def _is_same_run(store: Store, standing: RunStatus | None, incoming: RunData, result: MergeResult) -> bool:
    """Whether a run is new here, or is the one that stands here, one perhaps further than the other."""
    if standing is None or (reason := _conflict_reason(store, standing, incoming)) is None:
        return True
    result.add_conflict(f"run {incoming.run.id} {reason}; it stays as it is here")
    return False


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
