"""Orders about a sweep: giving one, and bringing the runs that nobody plays up to those that stand.

Whoever gives an order brings the runs up to it, and so does each process that plays the sweep when it reads one: all
of it can be done twice, and a run that somebody has taken up meanwhile is left to whoever plays it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sociarium.errors import SweepPaused
from sociarium.experiment.level import Level
from sociarium.experiment.stored_content import models_in, read_content
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Claim, Outcome, RunState, RunStatus, Worker, may_be_cancelled
from sociarium.records.steering import Action, SteeringOrder, is_target, steering_state

_BLOCK = 64
_TOUCHED = frozenset({RunState.PENDING, RunState.FAILED, RunState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """What somebody wants to be different; fields as of `SteeringOrder`."""

    action: Action
    target: Mapping[str, Any] | None = None
    value: Any = None
    former: Any = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunChanges:
    """How many runs were brought up to the orders.

    Attributes:
        cancelled: taken out. returned: given another chance, after a failure or a cancellation.
    """

    cancelled: int = 0
    returned: int = 0


def give_order(store: Store, sweep: str, request: OrderRequest, *, by: str, clock: Clock) -> SteeringOrder:
    """Keep an order under the next number that is free; returns it as it stands."""
    number = max((order.number for order in store.orders(sweep)), default=0) + 1
    while True:
        order = SteeringOrder(
            sweep,
            number,
            request.action,
            request.target,
            request.value,
            request.former,
            request.reason,
            by,
            clock.now(),
        )
        standing = store.add_order(order)
        if standing == order:
            return standing
        number += 1


def refuse_paused(sweep: SweepRecord, orders: Sequence[SteeringOrder]) -> None:
    """Refuse to begin while the sweep is paused.

    Raises:
        SweepPaused: it is.
    """
    if steering_state(orders).paused is None:
        return
    last = max(
        (order for order in orders if order.action == "pause" and order.target is None), key=lambda order: order.number
    )
    why = f" ({last.reason})" if last.reason else ""
    raise SweepPaused(
        f"sweep {sweep.id[:8]} was paused by {last.by} at {last.at}{why}; `sociarium continue {sweep.id[:8]}` ends "
        "the pause, then it can be gone on with"
    )


@dataclass(slots=True)
class _Standing:
    """A run that nobody plays, with all its conditions in the sweep."""

    status: RunStatus
    conditions: list[Mapping[str, Level]] = field(default_factory=list)


def carry_out(
    store: Store,
    sweep: SweepRecord,
    orders: Sequence[SteeringOrder],
    *,
    retries: Sequence[SteeringOrder] = (),
    me: Worker,
    clock: Clock,
) -> RunChanges:
    """Bring runs up to the orders that stand, those left out that somebody plays or that are done.

    What is cancelled now is taken out. What was cancelled, and no longer is because somebody said `continue`, is given
    back. A run that several conditions share is cancelled with all of them.

    Args:
        orders: all of the sweep.
        retries: the orders to retry whose failed runs are given back now. An older one stands for failures before it,
            which were given back then.
        me: under whose name the claims are.
    """
    state = steering_state(orders)
    ends = [order for order in orders if order.action == "continue"]
    if not (retries or ends or any(order.action == "cancel" for order in orders)):
        return RunChanges()

    def outcome_of(one: _Standing, models: frozenset[str]) -> RunState | None:
        run = one.status.run
        if all(state.is_cancelled(run, condition, models) for condition in one.conditions):
            return RunState.CANCELLED if may_be_cancelled(one.status) else None
        chances = {RunState.CANCELLED: ends, RunState.FAILED: retries}.get(one.status.state, ())
        has_chance = any(
            is_target(order.target, run, condition, models) for order in chances for condition in one.conditions
        )
        return RunState.PENDING if has_chance else None

    counted = {RunState.CANCELLED: 0, RunState.PENDING: 0}
    names_models = any("model" in (order.target or {}) for order in orders)
    for one, models in _with_models(store, _standing(store, sweep), is_needed=names_models):
        outcome = outcome_of(one, models)
        if outcome is not None and _let_go(store, one.status, outcome, me=me, at=clock.now()):
            counted[outcome] += 1
    return RunChanges(counted[RunState.CANCELLED], counted[RunState.PENDING])


def _standing(store: Store, sweep: SweepRecord) -> list[_Standing]:
    runs: dict[str, _Standing] = {}
    for place in store.slots(sweep.id):
        if place.status.state in _TOUCHED:
            one = runs.setdefault(place.status.run, _Standing(place.status))
            one.conditions.append(place.condition)
    return list(runs.values())


def _with_models(
    store: Store, runs: Sequence[_Standing], *, is_needed: bool
) -> Iterator[tuple[_Standing, frozenset[str]]]:
    for start in range(0, len(runs), _BLOCK):
        block = runs[start : start + _BLOCK]
        models = {
            run.id: models_in(read_content(run.content))
            for run in (store.runs([one.status.run for one in block]) if is_needed else ())
        }
        for one in block:
            yield one, models.get(one.status.run, frozenset())


def _let_go(store: Store, status: RunStatus, state: RunState, *, me: Worker, at: str) -> bool:
    """Say of a run that nobody plays how it stands now; False when somebody else was first."""
    claim = Claim(status.run, status.token + 1, me.id, at, outcome=Outcome(state), by=me.by)
    standing = store.claim(claim)
    return standing.worker == me.id and standing.outcome == claim.outcome
