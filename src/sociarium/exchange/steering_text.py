"""Orders about a sweep in words: what somebody changed, about what, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from sociarium.count_text import count_text
from sociarium.exchange.quantity_text import duration
from sociarium.exchange.sanitize import one_line
from sociarium.records.lists import label_of
from sociarium.records.minute_text import minute_text
from sociarium.records.steering import SteeringOrder, steering_state

_BUDGETS = {"max_cost": "--max-cost", "max_tokens": "--max-tokens", "seconds": "--max-time"}


_DIGITS = 8
"""Of the id of a run, where somebody reads it."""


def order_text(order: SteeringOrder, *, digits: int | None = _DIGITS) -> str:
    """What an order says, in some words.

    Args:
        digits: of the id of a run; None: all.
    """
    about = target_text(order.target, digits=digits)
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
            return f"outcomes seen of {count_text(order.value['finished'], 'finished run')}"
        case "canary":
            return f"canary of {about} answered"
        case "leave":
            return "left before the end"


def standing_options(orders: Iterable[SteeringOrder]) -> list[str]:
    """Words of `resume` that say what holds for a start anyway: a concurrency and bounds that were steered."""
    state = steering_state(orders)
    words = [] if state.concurrency is None else ["--concurrency", str(state.concurrency)]
    for name, value in state.budget.items():
        # No start takes a bound of no tokens; the order holds without the word.
        if value is not None and not (name == "max_tokens" and value < 1):
            words += [_BUDGETS[name], _clock_time(value) if name == "seconds" else str(value).removesuffix(".0")]
    return words


def _clock_time(seconds: float) -> str:
    """As `--max-time` reads it: 7h30m, 45s."""
    minutes, rest = divmod(ceil(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = (f"{hours}h", f"{minutes}m", f"{rest}s")
    return "".join(part for part in parts if part[:-1] != "0") or "0s"


def history_line(order: SteeringOrder) -> str:
    """An order with who gave it, when and why, on a line."""
    why = f" ({one_line(order.reason, most=200)})" if order.reason else ""
    return f"{minute_text(order.at)} {one_line(order.by, most=60)}: {order_text(order)}{why}"


def log_text(order: SteeringOrder) -> str:
    """What an order says, whole, with why and its number."""
    why = f" ({order.reason})" if order.reason else ""
    return f"{order_text(order, digits=None)}{why} (order {order.number})"


def target_text(target: Mapping[str, Any] | None, *, digits: int | None = _DIGITS) -> str:
    """What an order is about; see `order_text`."""
    match target:
        case {"model": name}:
            return f"model {one_line(str(name), most=80)}"
        case {"run": run}:
            return f"run {one_line(str(run))[:digits]}"
        case {"condition": levels}:
            return "condition " + ", ".join(f"{one_line(name)}={one_line(label_of(level))}"
                                            for name, level in levels.items())  # fmt: skip
        case _:
            return "the sweep"


def _change(former: Any, value: Any) -> str:
    new = _value_text(value)
    if isinstance(former, Mapping):
        of_models = (f"{_value_text(limit)} ({one_line(str(model), most=80)})" for model, limit in former.items())
        return f"{', '.join(of_models)} -> {new}"
    return new if former is None else f"{one_line(str(former))} -> {new}"


def _value_text(value: Any) -> str:
    return "none" if value is None else one_line(str(value))


def _budget_text(name: str, value: Any) -> Any:
    return duration(value) if name == "seconds" and isinstance(value, int | float) else value
