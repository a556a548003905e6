"""Orders about a sweep in words: what somebody changed, what it does, and how it is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sociarium.cli.display.command_hints import pasteable
from sociarium.exchange.steering_text import history_line, order_text, target_text
from sociarium.records.lists import label_of
from sociarium.records.steering import NOTES, SteeringOrder, steering_state

_MOST_SHOWN = 12


def order_as_dict(order: SteeringOrder) -> dict[str, Any]:
    """As `--json` prints it."""
    return asdict(order)


def steering_as_dict(orders: Sequence[SteeringOrder]) -> dict[str, Any]:
    """What was steered and what stands of it, as `status --json` prints it."""
    state = asdict(steering_state(orders))
    state["retries"] = [order["number"] for order in state["retries"]]
    sets = {name: sorted(value) for name, value in state.items() if isinstance(value, frozenset)}
    steered = [order for order in orders if order.action not in NOTES]
    return {**state, **sets, "orders": [order_as_dict(order) for order in steered]}


def history_lines(orders: Sequence[SteeringOrder]) -> list[str]:
    """What was steered, the latest last; the oldest are counted where there are many."""
    orders = [order for order in orders if order.action not in NOTES]
    shown = orders[-_MOST_SHOWN:]
    left_out = len(orders) - len(shown)
    more = (
        [f"  and {left_out} before, all in: {pasteable('status', orders[0].sweep[:8], '--json')}"] if left_out else []
    )
    return [*(["Steered:"] if shown else []), *more, *(f"  {history_line(order)}" for order in shown)]


def effect_text(order: SteeringOrder) -> str:
    """What an order does and does not do, and the command that takes it back."""
    sweep, about = order.sweep[:8], target_text(order.target)
    undo = pasteable("continue", sweep, *target_words(order.target))
    match order.action:
        case "pause" if order.value == "hold":
            return (
                f"{about} is paused at once: calls under way finish, no other is made, and runs wait where they are. "
                f"Nothing is lost. Go on with: {undo}"
            )
        case "pause":
            return (
                f"{about} is paused: calls under way finish, then its runs are given back and none is begun. Who plays "
                f"it stays and waits. Go on with: {undo}"
            )
        case "continue":
            return f"{about} goes on: no pause or cancellation of it stands any more."
        case "cancel":
            return (
                f"{about} is cancelled: its open runs end after their current answer, others are not begun. What is "
                f"done stays, and nothing is deleted. Take it back with: {undo}"
            )
        case "concurrency":
            return (
                f"runs open at once: {order.value}, in each start, whose workers share them. Open runs are played to "
                "their end. Take it back by the former number."
            )
        case "limits":
            return f"{order_text(order)}; for each start, with all of its workers. Calls under way finish."
        case "budget":
            return f"{order_text(order)}; what the present start used so far counts."
        case "retry":
            return "runs that failed so far are taken up again where they broke off."
        case "first":
            return f"{about} is taken up before the others; runs that are open stay open."
        case "stop":
            return "nothing further is begun; the rule was declared before the sweep began."
        case "look":
            return "nothing changes; the report lists it."
        case "canary":
            return "nothing changes; `status` and the report compare the answers."
        case "leave":
            return "nothing changes; `status` says it."


def target_words(target: Mapping[str, Any] | None) -> list[str]:
    """The words of a command line that name the same."""
    match target:
        case {"model": name}:
            return ["--model", str(name)]
        case {"run": run}:
            return ["--run", str(run)[:12]]
        case {"condition": levels}:
            return [word for name, level in levels.items() for word in ("--where", f"{name}={label_of(level)}")]
        case _:
            return []
