"""Steering: what people change about a sweep while it is played, as a log, and what the log amounts to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal, get_args

from sociarium.experiment.canonical import canonical_json
from sociarium.experiment.level import Level

Action = Literal["pause", "continue", "cancel", "concurrency", "limits", "retry", "budget", "first", "stop", "look",
                 "canary", "leave"]  # fmt: skip
NOTES: frozenset[Action] = frozenset({"canary", "leave"})
"""What the program notes for itself; nobody steered the sweep by it."""
Pause = Literal["drain", "hold"]
"""Both make no further call, and what is under way is finished. drain: runs are given back, so that nobody holds them.
hold: they stay with whoever plays them and wait where they are."""

EVERY_MODEL = ""
"""The model under which `SteeringState.limits` has what was said of all of them."""

_TARGET_KINDS: Mapping[str, frozenset[str]] = {
    "pause": frozenset({"", "model"}),
    "continue": frozenset({"", "condition", "run", "model"}),
    "cancel": frozenset({"", "condition", "run", "model"}),
    "concurrency": frozenset({""}),
    "limits": frozenset({"", "model"}),
    "retry": frozenset({"", "condition", "run", "model"}),
    "budget": frozenset({""}),
    "first": frozenset({"run"}),
    "canary": frozenset({"model"}),
    **dict.fromkeys(("stop", "look", "leave"), frozenset({""})),
}
_BUDGETS = frozenset({"max_cost", "max_tokens", "seconds"})


@dataclass(frozen=True, slots=True)
class SteeringOrder:
    """Something that somebody changed about a sweep; sweep and number are its identity.

    | action | target | value |
    |---|---|---|
    | pause | sweep, model | `drain` or `hold` |
    | continue | sweep, condition, run, model | None: ends the pause and the cancellation of the same target |
    | cancel | sweep, condition, run, model | None |
    | concurrency | sweep | runs open at once, from 1 |
    | limits | sweep (of all models), model | name of a limit -> its value, None to lift it; others stay |
    | retry | sweep, condition, run, model | None: failed runs of the target are taken up again |
    | budget | sweep | `max_cost` (US dollars), `max_tokens`, `seconds` -> a number, None to lift it; others stay |
    | first | run | None: it is taken up before others |
    | stop | sweep | `rule` as declared, `replicates` that are whole, and what was seen; the program itself says so |
    | look | sweep | how many runs were `finished` of those `planned` when outcomes were seen, and in which `way` |
    | canary | model | what it answered to a fixed question, see `records.canary`; changes nothing |
    | leave | sweep | `why` a start left the sweep before its end, as `reason` says in words; changes nothing |

    Attributes:
        number: of the order in its sweep, from 1.
        target: None for the whole sweep, or exactly one of `{"condition": {factor: level}}` (all conditions with these
            levels), `{"run": id}` and `{"model": its name in the experiment file}`.
        former: what `value` replaced, as whoever gave the order saw it; for reading alone. Of limits of all models, a
            value, or where models differ in it, the value of each by its name.
        reason: why, in their words; may be empty.
        by: who gave it.
        at: UTC, ISO 8601.
    """

    sweep: str
    number: int
    action: Action
    target: Mapping[str, Any] | None
    value: Any
    former: Any
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class SteeringState:
    """What the orders of a sweep amount to.

    Attributes:
        paused: how the whole sweep is paused; None while it is not.
        paused_models: model -> how it is paused.
        cancelled: whether the whole sweep is.
        cancelled_conditions: levels of conditions, in the order in which they were cancelled.
        concurrency: runs open at once; None where nobody changed it.
        limits: model, or `EVERY_MODEL`, -> the limits that were changed; None as a value lifts one.
        budget: the bounds that were changed; None as a value lifts one.
        retries: the orders to retry, by number. Each stands for the failures before it.
        first_runs: runs to be taken up before others, in this order.
        stopped: what the program said when the sweep came to its declared end; None before that.
        left: what the last start that left the sweep before its end said of it; None before that.
        number: of the last order; 0 before the first.
    """

    paused: Pause | None = None
    paused_models: Mapping[str, Pause] = field(default_factory=dict)
    cancelled: bool = False
    cancelled_conditions: tuple[Mapping[str, Level], ...] = ()
    cancelled_runs: frozenset[str] = frozenset()
    cancelled_models: frozenset[str] = frozenset()
    concurrency: int | None = None
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    budget: Mapping[str, float | None] = field(default_factory=dict)
    retries: tuple[SteeringOrder, ...] = ()
    first_runs: tuple[str, ...] = ()
    stopped: SteeringOrder | None = None
    left: SteeringOrder | None = None
    number: int = 0

    def is_cancelled(self, run: str, condition: Mapping[str, Level], models: Iterable[str]) -> bool:
        """Whether a run of the sweep is cancelled: itself, with its condition, or with a model that it uses.

        Args:
            condition: factor -> its level.
            models: their names in the experiment file.
        """
        return (
            self.cancelled
            or run in self.cancelled_runs
            or not self.cancelled_models.isdisjoint(models)
            or any(has_levels(condition, levels) for levels in self.cancelled_conditions)
        )


def is_target(
    target: Mapping[str, Any] | None, run: str, condition: Mapping[str, Level], models: Iterable[str]
) -> bool:
    """Whether an order with this target is about a run of the sweep; arguments as of `SteeringState.is_cancelled`."""
    match target:
        case None:
            return True
        case {"condition": levels}:
            return has_levels(condition, levels)
        case {"run": name}:
            return bool(name == run)
        case {"model": name}:
            return name in models
        case _:
            return False


def has_levels(condition: Mapping[str, Level], levels: Mapping[str, Level]) -> bool:
    """Whether a condition has all of some levels; true is not 1."""
    return all(factor in condition and _is_same(condition[factor], level) for factor, level in levels.items())


def order_fault(order: SteeringOrder) -> str:
    """What is wrong with an order by its shape; empty when nothing is."""
    if order.action not in get_args(Action):
        return f"there is no action {order.action!r}"
    if order.number < 1:
        return "numbers begin at 1"
    if fault := _target_fault(order.target):
        return fault
    kind = next(iter(order.target), "") if order.target else ""
    if kind not in _TARGET_KINDS[order.action]:
        return f"{order.action} is not said of a {kind or 'whole sweep'}"
    return _value_fault(order.action, order.value)


def steering_state(orders: Iterable[SteeringOrder]) -> SteeringState:
    """What orders of one sweep amount to.

    Args:
        orders: in any order: they count by number. Of two that say the same thing of one target the later one stands.
            One that `order_fault` complains about changes nothing.
    """
    tally = _Tally()
    for order in sorted(orders, key=lambda order: order.number):
        tally.number = max(tally.number, order.number)
        if not order_fault(order):
            tally.add(order)
    return tally.state()


@dataclass(slots=True)
class _Tally:
    """What the orders so far amount to."""

    pauses: dict[bytes, SteeringOrder] = field(default_factory=dict)
    cancels: dict[bytes, SteeringOrder] = field(default_factory=dict)
    limits: dict[str, dict[str, Any]] = field(default_factory=dict)
    budget: dict[str, float | None] = field(default_factory=dict)
    concurrency: int | None = None
    retries: list[SteeringOrder] = field(default_factory=list)
    first_runs: dict[str, None] = field(default_factory=dict)
    stopped: SteeringOrder | None = None
    left: SteeringOrder | None = None
    number: int = 0

    def add(self, order: SteeringOrder) -> None:
        target = canonical_json(order.target)
        match order.action:
            case "pause":
                self.pauses[target] = order
            case "cancel":
                self.cancels.setdefault(target, order)
            case "continue":
                self.pauses.pop(target, None)
                self.cancels.pop(target, None)
            case "concurrency":
                self.concurrency = order.value
            case "limits":
                self.limits.setdefault(_of(order, "model") or EVERY_MODEL, {}).update(order.value)
            case "budget":
                self.budget.update(order.value)
            case "retry":
                self.retries.append(order)
            case "stop":
                self.stopped = self.stopped or order
            case "leave":
                self.left = order
            case "first":
                run = _of(order, "run")
                self.first_runs.pop(run, None)
                self.first_runs[run] = None

    def state(self) -> SteeringState:
        cancels = list(self.cancels.values())
        pauses = list(self.pauses.values())
        return SteeringState(
            paused=next((order.value for order in pauses if order.target is None), None),
            paused_models={_of(order, "model"): order.value for order in pauses if order.target is not None},
            cancelled=any(order.target is None for order in cancels),
            cancelled_conditions=tuple(levels for order in cancels if (levels := _of(order, "condition")) is not None),
            cancelled_runs=frozenset(run for order in cancels if (run := _of(order, "run")) is not None),
            cancelled_models=frozenset(model for order in cancels if (model := _of(order, "model")) is not None),
            concurrency=self.concurrency,
            limits=self.limits,
            budget=self.budget,
            retries=tuple(self.retries),
            first_runs=tuple(self.first_runs),
            stopped=self.stopped,
            left=self.left,
            number=self.number,
        )


def _of(order: SteeringOrder, kind: str) -> Any:
    return None if order.target is None else order.target.get(kind)


def _is_same(one: Level, other: Level) -> bool:
    return canonical_json(one) == canonical_json(other)


def _target_fault(target: Mapping[str, Any] | None) -> str:
    match target:
        case None:
            return ""
        case {"condition": Mapping() as levels} if len(target) == 1 and levels:
            has_values = all(isinstance(level, str | bool) or _is_number(level) for level in levels.values())
            return "" if has_values else "a level is a text, a number or a truth value"
        case {"run": str(name)} | {"model": str(name)} if len(target) == 1 and name:
            return ""
        case _:
            return "a target is a condition with its levels, a run or a model"


def _value_fault(action: Action, value: Any) -> str:
    match action:
        case "pause":
            return "" if value in get_args(Pause) else "a pause is drain or hold"
        case "concurrency":
            return "" if _is_number(value) and isinstance(value, int) and value >= 1 else "concurrency is from 1"
        case "limits":
            is_mapping = isinstance(value, Mapping) and value and all(isinstance(name, str) for name in value)
            return "" if is_mapping else "limits are values by name"
        case "budget":
            is_budget = (
                isinstance(value, Mapping)
                and value
                and all(
                    name in _BUDGETS and (bound is None or (_is_number(bound) and bound >= 0))
                    for name, bound in value.items()
                )
            )
            return "" if is_budget else f"a budget has numbers for {', '.join(sorted(_BUDGETS))}"
        case "stop":
            return "" if isinstance(value, Mapping) and "rule" in value else "a stop has the rule that it goes by"
        case "look":
            is_count = isinstance(value, Mapping) and isinstance(value.get("finished"), int)
            return "" if is_count else "a look has how many runs were finished"
        case "leave":
            has_reason = isinstance(value, Mapping) and isinstance(value.get("why"), str)
            return "" if has_reason else "a start that leaves a sweep says why"
        case "canary":
            is_answer = isinstance(value, Mapping) and isinstance(value.get("hash"), str)
            return "" if is_answer else "a canary has the hash of an answer"
        case _:
            return "" if value is None else f"{action} has no value"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
