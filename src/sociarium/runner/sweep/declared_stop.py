"""The declared end of a sweep: looked at when replicates are whole, and kept with the sweep's orders."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, variance
from typing import Literal

from sociarium.count_text import count_text
from sociarium.experiment.stop_rule import StopRule
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Counters, RunState, SweepSlot
from sociarium.records.steering import SteeringOrder, steering_state
from sociarium.runner.library.faults import run_counts
from sociarium.runner.library.status import SweepStatus
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.t_quantile import t_quantile
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.runner.workers.store_retry import StoreRetry

_EQUAL = 1e-12


@dataclass(slots=True)
class DeclaredStop:
    """The rule of a sweep, held against its runs. Reads the store, and so belongs off the event loop.

    Attributes:
        by: who plays, for the record.
        silent_runs: done ones in which nobody said anything.
    """

    store: Store
    sweep: SweepRecord
    rule: StopRule
    clock: Clock
    by: str
    silent_runs: int = 0
    _is_silence_allowed: bool = False
    _values: dict[str, float | None] = field(default_factory=dict)

    @property
    def why(self) -> Literal["declared", "silent"]:
        """How a stop by this rule is called."""
        return "declared" if self.rule.silent_runs is None else "silent"

    def look(self, replicates: int) -> SteeringOrder | None:
        """Whether the sweep has come to its end with so many whole replicates; what stands on record if it has.

        Runs that failed or were left alone have no value; a condition needs one of ten runs at least.
        """
        measure, width = self.rule.measure, self.rule.width
        if measure is None or width is None or replicates < self.rule.least_replicates:
            return None
        values = self._values_by_condition(replicates)
        widest = widest_interval(values, confidence=self.rule.confidence, least=self.rule.least_replicates)
        if widest is None or widest > width or len(values) < self.sweep.conditions:
            return None
        reason = (
            f"after {count_text(replicates, 'replicate')} the "
            f"{self.rule.confidence:g} % interval of {measure} is at most "
            f"{widest:.4g} wide in every condition, and {width:g} were declared"
        )
        return self._record({"replicates": replicates, "widest": round(widest, 6)}, reason)

    def look_back(self, status: SweepStatus, stop: StopSwitch, *, allow_empty: bool) -> None:
        """End the work where the sweep had come to its end before; by its silence, until somebody allows that."""
        self.silent_runs = status.faults.total["silent_runs"]
        self._is_silence_allowed = allow_empty
        if status.stopped is not None and not (self.why == "silent" and allow_empty):
            stop.drain(self.why, status.stopped.reason)

    def note_done(self, counters: Counters) -> None:
        """Take a run that is done."""
        counts = run_counts(counters)
        self.silent_runs += counts is not None and counts.get("silent_runs", 0) > 0

    async def stop_where_silent(self, stop: StopSwitch, store_retry: StoreRetry) -> None:
        """End the work, and keep that, where as many runs said nothing as were declared."""
        most = self.rule.silent_runs
        if most is None or self.silent_runs < most or self._is_silence_allowed:
            return
        reason = (
            f"{count_text(self.silent_runs, 'run is', 'runs are')} done in "
            f"which nobody said anything, and {most} were declared as the end"
        )
        order = await store_retry.in_thread(lambda: self._record({"silent_runs": self.silent_runs}, reason))
        stop.drain(self.why, order.reason)

    def _values_by_condition(self, replicates: int) -> dict[Hashable, list[float]]:
        values: dict[Hashable, list[float]] = {}
        for slot in self.store.slots(self.sweep.id):
            if slot.position >= replicates * self.sweep.conditions or slot.status.state is not RunState.DONE:
                continue
            value = self._value(slot)
            if value is not None:
                values.setdefault(tuple(slot.condition.items()), []).append(value)
        return values

    def _value(self, slot: SweepSlot) -> float | None:
        run = slot.status.run
        if self.rule.measure == "messages":
            return float(slot.status.counters.messages)
        if run not in self._values:
            self._values[run] = value_of(self.rule, self.store.events(run))
        return self._values[run]

    def _record(self, seen: Mapping[str, object], reason: str) -> SteeringOrder:
        """Keep it, unless another worker was first."""
        rule = self.rule.model_dump(exclude_none=True)
        while True:
            orders = self.store.orders(self.sweep.id)
            if (stands := steering_state(orders).stopped) is not None:
                return stands
            number = max((order.number for order in orders), default=0) + 1
            value = {"rule": rule, **seen}
            self.store.add_order(
                SteeringOrder(self.sweep.id, number, "stop", None, value, None, reason, self.by, self.clock.now())
            )


def declared_stop(store: Store, begun: StartedSweep, clock: Clock, *, by: str) -> DeclaredStop | None:
    """The declared end of a sweep; None where none is declared, and of forks and extensions, which are as they are.

    Args:
        by: who plays.
    """
    rule = None if begun.sweep.origin else begun.definition.all_sweeps[begun.sweep.name].stop_when
    return None if rule is None else DeclaredStop(store, begun.sweep, rule, clock, by)


def value_of(rule: StopRule, events: Iterable[Event]) -> float | None:
    """What a rule measures of a run; None where the run has no answer.

    Answers of several agents are averaged: the unit is the run.
    """
    if rule.probe is None:
        flagged = [bool(event.happening.flags) for event in events if event.happening.kind in {"message", "post"}]
        return fmean(flagged) if flagged else None
    answers = [
        float(event.happening.data["answer"])
        for event in events
        if event.happening.kind == "probe"
        and (event.happening.data["name"], _moment(event)) == rule.probe
        and event.happening.data["answer"] is not None
    ]
    return fmean(answers) if answers else None


def _moment(event: Event) -> str:
    at = str(event.happening.data["at"])
    return f"day{event.happening.day}" if at == "each_day" else at


def widest_interval(values: Mapping[Hashable, Sequence[float]], *, confidence: float, least: int) -> float | None:
    """The width of the widest interval of a mean; None where a condition has none.

    Args:
        values: of the runs of each condition.
        confidence: in percent.
        least: values that a condition needs.
    """
    widths: list[float] = []
    for each in values.values():
        if len(each) < least or max(each) - min(each) <= _EQUAL * max(1.0, *map(abs, each)):
            return None  # of equal values no interval is known, as in the report
        half = t_quantile(0.5 + confidence / 200, len(each) - 1) * math.sqrt(variance(each) / len(each))
        widths.append(2 * half)
    return max(widths, default=None)
