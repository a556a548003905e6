"""Orders about a sweep in words: what somebody changed, what it does, and how it is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.output import duration
from sociarium.exchange.sanitize import one_line
from sociarium.records.lists import label_of
from sociarium.records.steering import SteeringOrder, steering_state

_BUDGETS = {"max_cost": "--max-cost", "max_tokens": "--max-tokens", "seconds": "--max-time"}
_MOST_SHOWN = 12


def order_as_dict(order: SteeringOrder) -> dict[str, Any]:
    """As `--json` prints it."""
    return asdict(order)


def steering_as_dict(orders: Sequence[SteeringOrder]) -> dict[str, Any]:
    """What was steered and what stands of it, as `status --json` prints it."""
    state = asdict(steering_state(orders))
    state["retries"] = [order["number"] for order in state["retries"]]
    sets = {name: sorted(value) for name, value in state.items() if isinstance(value, frozenset)}
    return {**state, **sets, "orders": [order_as_dict(order) for order in orders]}


def order_text(order: SteeringOrder) -> str:
    """What an order says, in some words."""
    about = target_text(order.target)
    match order.action:
        case "pause":
            return f"pause of {about}" + (", at once" if order.value == "hold" else "")
        case "continue":
            return f"{about} continues"
        case "cancel":
            return f"{about} cancelled"
        case "concurrency":
            return f"concurrency {_change(order.former, order.value)}"
        case "limits":
            former = order.former if isinstance(order.former, Mapping) else {}
            changes = ", ".join(f"{one_line(name)} {_change(former.get(name), value)}"
                                for name, value in order.value.items())  # fmt: skip
            return f"limits of {'all models' if order.target is None else about}: {changes}"
        case "budget":
            former = order.former if isinstance(order.former, Mapping) else {}
            return ", ".join(
                f"{_BUDGETS.get(name, one_line(name))} "
                f"{_change(_budget_text(name, former.get(name)), _budget_text(name, value))}"
                for name, value in order.value.items()
            )
        case "retry":
            return f"failed runs of {about} tried again"
        case "first":
            return f"{about} put first"
        case "stop":
            return "ended as declared"
        case "look":
            return f"outcomes seen of {order.value['finished']} finished runs"


def history_line(order: SteeringOrder) -> str:
    """An order with who gave it, when and why, on a line."""
    why = f" ({one_line(order.reason, most=200)})" if order.reason else ""
    return f"{order.at[:16]} {one_line(order.by, most=60)}: {order_text(order)}{why}"


def history_lines(orders: Sequence[SteeringOrder]) -> list[str]:
    """What was steered, the latest last; the oldest are counted where there are many."""
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
                f"runs open at once: {order.value}, in each process that plays the sweep. Open runs are played to "
                "their end. Take it back by the former number."
            )
        case "limits":
            return f"{order_text(order)}; in each process that plays the sweep. Calls under way finish."
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


def target_text(target: Mapping[str, Any] | None) -> str:
    """What an order is about."""
    match target:
        case {"model": name}:
            return f"model {one_line(str(name), most=80)}"
        case {"run": run}:
            return f"run {one_line(str(run))[:8]}"
        case {"condition": levels}:
            return "condition " + ", ".join(f"{one_line(name)}={one_line(label_of(level))}"
                                            for name, level in levels.items())  # fmt: skip
        case _:
            return "the sweep"


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


def _change(former: Any, value: Any) -> str:
    new = "none" if value is None else one_line(str(value))
    return new if former is None else f"{one_line(str(former))} -> {new}"


def _budget_text(name: str, value: Any) -> Any:
    return duration(value) if name == "seconds" and isinstance(value, int | float) else value
