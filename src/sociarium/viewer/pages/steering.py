"""What was steered of a sweep, and what can be: the orders that stand, and what a new one can be about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.api.steer_orders import budget_order, concurrency_order, limits_order
from sociarium.api.steering import Steerable
from sociarium.errors import BadInput
from sociarium.exchange.sanitize import one_line
from sociarium.exchange.steering_text import order_text, standing_options, target_text
from sociarium.experiment.level import Level
from sociarium.ports.store import Store
from sociarium.records.lists import label_of
from sociarium.records.plans import SweepRecord
from sociarium.records.steering import NOTES, SteeringOrder, steering_state
from sociarium.runner.library.steering import OrderRequest
from sociarium.runner.library.sweep_factors import factor_levels, sweep_design
from sociarium.viewer.labels import level_text

MOST = 12
"""Orders that are listed; the others are counted."""
_MOST_LEVELS = 60
_WHOLE = ""
CHANGES = {
    "cost": "Cost at most, in USD",
    "tokens": "Tokens at most",
    "time": "Time at most, such as 7h30m",
    "limits": "Limits of servers, such as llama:open=8",
    "first": "The run that comes first, by its id",
}
"""What can be changed by a word: its name in the form, and how it is called."""
_MOST_REASON = 500


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order as a line of the list."""

    at: str
    by: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """What an order can be about: the value of the form, and how it is called."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class TypedOrder:
    """What stands in the form of an order.

    Attributes:
        about: the value of a `TargetChoice`.
        number: of runs open at once.
        what: one of `CHANGES`; `value` is what it is to be.
        fault: why the order was refused; empty where none was.
    """

    about: str = ""
    reason: str = ""
    number: str = ""
    what: str = ""
    value: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SteeringView:
    """What stands of the orders about a sweep.

    Attributes:
        lines: the latest orders, newest first.
        earlier: how many more there are.
        pause: the order that paused the whole sweep, while it is paused.
        standing: what else is paused or cancelled, in words.
        concurrency: runs open at once, where somebody changed it.
        options: words of `resume` by which it and the bounds that were steered are named.
    """

    lines: tuple[OrderLine, ...]
    earlier: int
    pause: OrderLine | None
    standing: tuple[str, ...]
    concurrency: int | None
    options: tuple[str, ...]


def steering_of(orders: Sequence[SteeringOrder]) -> SteeringView:
    """What the orders of a sweep amount to, in words."""
    state = steering_state(orders)
    newest = sorted((order for order in orders if order.action not in NOTES), key=lambda order: -order.number)
    paused = next((one for one in newest if one.action == "pause" and one.target is None), None)
    targets: list[tuple[str, Mapping[str, Any] | None]] = [
        *(("paused", {"model": name}) for name in sorted(state.paused_models)),
        *([("cancelled", None)] if state.cancelled else []),
        *(("cancelled", {"condition": levels}) for levels in state.cancelled_conditions),
        *(("cancelled", {"model": name}) for name in sorted(state.cancelled_models)),
        *(("cancelled", {"run": run}) for run in sorted(state.cancelled_runs)),
    ]
    return SteeringView(
        lines=tuple(_line(order) for order in newest[:MOST]),
        earlier=max(len(newest) - MOST, 0),
        pause=_line(paused) if paused and state.paused else None,
        standing=tuple(f"{what}: {target_text(target)}" for what, target in targets),
        concurrency=state.concurrency,
        options=tuple(standing_options(orders)),
    )


def target_choices(store: Store, sweep: SweepRecord, models: Sequence[str]) -> tuple[TargetChoice, ...]:
    """What an order about a sweep can be about: all of it, a model, or the conditions with a level.

    Args:
        models: names of those that the sweep asks.
    """
    design = sweep_design(store, sweep)
    of_factors: Mapping[str, Sequence[Level]] = (
        {factor.name: [level.label for level in factor.levels] for factor in design.factors}
        if design
        else {name: sorted(levels) for name, levels in factor_levels(store, [sweep]).items()}
    )
    levels = [(name, level) for name, levels in of_factors.items() if len(levels) > 1 for level in levels]
    return (
        TargetChoice(_WHOLE, "the whole sweep"),
        *(TargetChoice(json.dumps({"model": name}), f"model {one_line(name, most=60)}") for name in models),
        *(
            TargetChoice(json.dumps({"where": {factor: label_of(label)}}), f"runs with {level_text(factor, label)}")
            for factor, label in levels[:_MOST_LEVELS]
        ),
    )


def order_request(steerable: Steerable, action: str, typed: TypedOrder) -> OrderRequest:
    """The order that a form asks for.

    Args:
        action: `pause`, `hold`, `continue`, `cancel`, `retry`, `concurrency` or `change`.

    Raises:
        BadInput: it is none of these, a value makes no sense, or the sweep has no such model, factor, level or run.
    """
    target, why = _target(steerable, typed.about), typed.reason.strip()[:_MOST_REASON]
    match action:
        case "pause" | "hold":
            value, former = "drain" if action == "pause" else "hold", steerable.pause_of(target)
            return OrderRequest(action="pause", target=target, value=value, former=former, reason=why)
        case "continue":
            return OrderRequest(action="continue", target=target, reason=why)
        case "cancel":
            return OrderRequest(action="cancel", target=target, reason=why)
        case "retry":
            return OrderRequest(action="retry", target=target, reason=why)
        case "concurrency" if number := _whole_number(typed.number):
            return concurrency_order(steerable, number, reason=why)
        case "concurrency":
            raise BadInput("say how many runs are open at once: a whole number, 1 or more")
        case "change":
            return _change(steerable, typed.what, typed.value.strip(), reason=why)
        case _:
            raise BadInput(f"{action!r} is no order; load the page again")


def _change(steerable: Steerable, what: str, value: str, *, reason: str) -> OrderRequest:
    """A change of one of `CHANGES`."""
    order: OrderRequest | None = None
    match what:
        case "cost" if value:
            order = budget_order(steerable, cost=value, reason=reason)
        case "tokens" if value:
            order = budget_order(steerable, tokens=value, reason=reason)
        case "time" if value:
            order = budget_order(steerable, time=value, reason=reason)
        case "limits" if value:
            order = limits_order(steerable, value, reason=reason)
        case "first" if value:
            order = OrderRequest(action="first", target=steerable.run(value), reason=reason)
    if order is None:
        raise BadInput("say what is changed, and what it is to be; `none` lifts a bound or a limit")
    return order


def _whole_number(text: str) -> int:
    """A number as it was typed; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _target(steerable: Steerable, about: str) -> Mapping[str, Any] | None:
    if about == _WHOLE:
        return None
    try:
        value = json.loads(about)
    except ValueError:
        value = None
    match value:
        case {"model": str(name)}:
            return steerable.model(name)
        case {"where": dict(where)} if where and all(isinstance(level, str) for level in where.values()):
            return steerable.condition(where)
        case _:
            raise BadInput("the form names nothing that can be steered; load the page again")


def _line(order: SteeringOrder) -> OrderLine:
    return OrderLine(order.at, order.by, order_text(order), order.reason)
