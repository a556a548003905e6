"""What a sweep comes to in tokens, money and time: measured where enough of its runs are finished, else assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design_review import model_users_of
from sociarium.experiment.models import Price
from sociarium.ports.prices import Prices, price_of
from sociarium.runner.planning.by_measurement import forecast
from sociarium.runner.planning.duration import Duration, Range, expected_duration
from sociarium.runner.planning.estimate import Usage
from sociarium.runner.planning.finished_runs import MeasuredRun


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is measured where enough runs are finished, and assumed where not; see `plan.Plan`."""

    tokens: Mapping[str, Range]
    cost_usd: tuple[float, float] | None
    time: Duration
    measured: int = 0
    assumed: Sequence[str] = ()


def expectation(
    definition: Definition,
    design: Design,
    usage: Sequence[Usage],
    measured: Sequence[MeasuredRun],
    *,
    prices: Mapping[str, Price],
    calls: int,
    at_once: tuple[int, int],
) -> Expectation:
    """What a sweep comes to.

    Args:
        at_once: its runs, and those that are open together.
    """
    runs, open_runs = at_once
    used = sorted(model_users_of(definition, design))
    seen = forecast(definition, design, measured, prices, runs=runs)
    run_seconds = None if seen is None or seen.run_seconds is None else seen.run_seconds.ends
    prompt = [sum(one.prompt.values()) for one in usage]
    completion = [sum(one.completion.values()) for one in usage]
    costs: Sequence[float] = [_cost(one, prices) for one in usage]
    if seen is not None:
        prompt, completion = list(seen.prompt.ends), list(seen.completion.ends)
        costs = costs if seen.cost is None else seen.cost.ends
    return Expectation(
        {"prompt": range_ends(prompt), "completion": range_ends(completion)},
        (round(min(costs), 4), round(max(costs), 4)) if prices.keys() >= set(used) else None,
        expected_duration(definition, used, usage, calls=calls, at_once=open_runs, run_seconds=run_seconds),
        0 if seen is None else seen.runs,
        () if seen is None else seen.assumed,
    )


def _cost(usage: Usage, prices: Mapping[str, Price]) -> float:
    parts = ((usage.prompt.get(name, 0.0), usage.completion.get(name, 0.0), price) for name, price in prices.items())
    return sum((prompt * price.input + completion * price.output) / 1e6 for prompt, completion, price in parts)


def prices_of_models(definition: Definition, used: Sequence[str], listed: Prices) -> dict[str, Price]:
    """Of some models, those that are known."""
    by_model = {name: price_of(definition.models[name], listed) for name in used}
    return {name: price for name, price in by_model.items() if price is not None}


def range_ends(values: Sequence[float]) -> Range:
    """The least and the greatest, as whole numbers."""
    return round(min(values)), round(max(values))
