"""A sweep's tokens, cost and time, by the finished runs that it has already.

What finished runs came to is held against what the rehearsal expects of the very same contents. Conditions are taken
together that ask the same models: how much a model says and thinks is its own. Where too few of a group are finished
yet, the rehearsal's assumptions stand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.permutation import Permutation
from sociarium.experiment.feed.run_content import FeedContent, PopulationContent
from sociarium.experiment.feed.sample import person_days, sample
from sociarium.experiment.models import Price
from sociarium.experiment.resolve import resolve
from sociarium.experiment.stored_content import RunContent, read_content
from sociarium.runner.planning.estimate import MANNERS, Usage, rehearse
from sociarium.runner.planning.finished_runs import MeasuredRun
from sociarium.runner.prediction import LEAST_MEASURED, Expected, Total, total
from sociarium.runner.run.event_loop import finish

_MOST_CONDITIONS = 24
_MOST_DAYS = 200
"""Days of people that are rehearsed, of conditions and of finished runs each."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What all runs of a sweep come to, the finished ones among them.

    Attributes:
        runs: finished ones that were measured.
        prompt, completion: tokens.
        cost: US dollars; None where a price is not known.
        run_seconds: times of all runs, summed; None where too few say how long they took.
        assumed: models of runs of which too few are finished: of these nothing is measured yet.
    """

    runs: int
    prompt: Total
    completion: Total
    cost: Total | None
    run_seconds: Total | None
    assumed: tuple[str, ...] = ()


@dataclass(slots=True)
class _Rehearsed:
    """What is expected of one run, with few words and with many."""

    few: Usage
    many: Usage

    @property
    def models(self) -> frozenset[str]:
        return frozenset(self.many.asked)

    def value(self, what: str, prices: Mapping[str, Price]) -> tuple[float, float]:
        """Of `prompt`, `completion`, `calls` or `cost`, with few and with many words."""
        low, high = (_value(usage, what, prices) for usage in (self.few, self.many))
        return low, high


@dataclass(slots=True)
class _Group:
    """Conditions whose runs ask the same models.

    Attributes:
        conditions: those that were rehearsed.
        finished: measured runs, each with what was expected of it.
    """

    conditions: list[_Rehearsed] = field(default_factory=list)
    finished: list[tuple[MeasuredRun, _Rehearsed]] = field(default_factory=list)


def forecast(
    definition: Definition, design: Design, measured: Sequence[MeasuredRun], prices: Mapping[str, Price], *, runs: int
) -> Forecast | None:
    """What a sweep comes to by its finished runs; None where too few are finished to say it.

    Args:
        prices: of its models, by name; where one is missing the cost is not known.
        runs: different ones that it has.
    """
    if len(measured) < LEAST_MEASURED:
        return None
    sampled = _rehearsed_conditions(definition, design)
    groups: dict[frozenset[str], _Group] = {}
    for one in sampled:
        groups.setdefault(one.models, _Group()).conditions.append(one)
    for run, expected in _rehearsed_runs(measured):
        if expected.models in groups:
            groups[expected.models].finished.append((run, expected))
    good = {models for models, group in groups.items() if len(group.finished) >= LEAST_MEASURED}
    if not good:
        return None
    used = frozenset(model for models in groups for model in models)
    whats = ("prompt", "completion", "cost", "seconds")
    totals: dict[str, Total | None] = {}
    for what in whats:
        if what == "cost" and not used <= prices.keys():
            totals[what] = None
            continue
        parts = [
            _total_of(
                group, what, prices, runs=runs * len(group.conditions) / len(sampled), share=len(sampled) / design.size
            )
            for group in groups.values()
        ]
        known = [part for part in parts if part is not None]
        totals[what] = sum(known, Total(0.0, 0.0)) if len(known) == len(parts) else None
    assert totals["prompt"] is not None
    assert totals["completion"] is not None
    return Forecast(
        sum(len(groups[models].finished) for models in good),
        totals["prompt"],
        totals["completion"],
        totals["cost"],
        totals["seconds"],
        tuple(sorted({model for models in groups.keys() - good for model in models})),
    )


def _total_of(group: _Group, what: str, prices: Mapping[str, Price], *, runs: float, share: float) -> Total | None:
    """What all runs of a group come to.

    Args:
        share: of the conditions that were rehearsed, of all.
    """
    unit = "calls" if what == "seconds" else what
    expected = [one.value(unit, prices) for one in group.conditions]
    finished = [(run, one) for run, one in group.finished if what != "seconds" or run.seconds is not None]
    if len(finished) < LEAST_MEASURED:
        if what == "seconds":
            return None
        low, high = (sum(ends) / len(expected) * runs for ends in zip(*expected, strict=True))
        return Total(low, high)
    middles = [sum(ends) / 2 for ends in expected]
    mean = sum(middles) / len(middles)
    own = [sum(one.value(unit, prices)) / 2 for _, one in finished]
    values = [_measured_value(run, what, prices) for run, _ in finished]
    left = max(round(runs) - len(finished), 0)
    error = _standard_error(middles) * math.sqrt(max(1 - share, 0.0)) * left
    rest = total(
        values, Expected(own, mean * left, error), left=left, replicates=[run.replicate for run, _ in finished]
    )
    done = sum(values)
    return Total(done + rest.low, done + rest.high)


def _standard_error(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))


def _measured_value(run: MeasuredRun, what: str, prices: Mapping[str, Price]) -> float:
    match what:
        case "prompt":
            return float(run.prompt_tokens)
        case "completion":
            return float(run.completion_tokens)
        case "seconds":
            return run.seconds or 0.0
        case _:
            return run.cost_by(prices)


def _value(usage: Usage, what: str, prices: Mapping[str, Price]) -> float:
    match what:
        case "prompt":
            return sum(usage.prompt.values())
        case "completion":
            return sum(usage.completion.values())
        case "calls":
            return sum(usage.asked.values())
        case _:
            parts = (
                (usage.prompt.get(name, 0.0), usage.completion.get(name, 0.0), price) for name, price in prices.items()
            )
            return sum((prompt * price.input + completion * price.output) / 1e6 for prompt, completion, price in parts)


def _rehearsed_conditions(definition: Definition, design: Design) -> list[_Rehearsed]:
    order, days = Permutation(design.size, "estimate"), 0
    rehearsed: list[_Rehearsed] = []
    for place in range(min(_MOST_CONDITIONS, design.size)):
        content = resolve(definition, design.settings(design.levels(order[place])))
        days += _days(content)
        if rehearsed and days > _MOST_DAYS:
            break
        rehearsed.append(_rehearse(content))
    return rehearsed


def _rehearsed_runs(measured: Sequence[MeasuredRun]) -> list[tuple[MeasuredRun, _Rehearsed]]:
    """The measured runs of as many contents as are rehearsed, each with what was expected of it."""
    known: dict[str, _Rehearsed] = {}
    days, pairs = 0, []
    for run in measured:
        if run.content not in known:
            content = read_content(run.content)
            if isinstance(content, PopulationContent) or len(known) >= _MOST_CONDITIONS:
                continue
            days += _days(content)
            if known and days > _MOST_DAYS:
                continue
            known[run.content] = _rehearse(content)
        pairs.append((run, known[run.content]))
    return pairs


def _rehearse(content: RunContent) -> _Rehearsed:
    few, many = (finish(rehearse(content, manner)) for manner in MANNERS)
    return _Rehearsed(few, many)


def _days(content: RunContent) -> int:
    """What it costs to rehearse a content, in days that people spend."""
    return person_days(sample(content)[0]) if isinstance(content, FeedContent) else 0
