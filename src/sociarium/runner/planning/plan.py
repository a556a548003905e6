"""The plan: what a sweep comes to, before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.experiment.deduplication import Deduplication, deduplicate
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.permutation import Permutation
from sociarium.experiment.design_review import model_users_of, warnings
from sociarium.experiment.environments import spec_of
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.run_content import FeedContent, PopulationContent
from sociarium.experiment.feed.sample import person_days, sample
from sociarium.experiment.feed.schedule import chosen_schedule, schedule_names
from sociarium.experiment.loaded_models import order_of
from sociarium.experiment.resolve import resolve
from sociarium.experiment.stored_content import RunContent
from sociarium.experiment.sweep import Level, Order
from sociarium.experiment.validation import design_of
from sociarium.ports.prices import NoPrices, Prices
from sociarium.ports.rankers import Rankers
from sociarium.runner.planning.duration import BindingLimit, Range
from sociarium.runner.planning.estimate import MANNERS, RehearsalOptions, Usage, rehearse, rehearse_population
from sociarium.runner.planning.expectation import expectation, prices_of_models, range_ends
from sociarium.runner.planning.finished_runs import MeasuredRun
from sociarium.runner.planning.loads import expected_loads
from sociarium.runner.planning.remarks import remarks
from sociarium.runner.run.event_loop import finish

MOST_LISTED = 1000
"""Groups of conditions that share a run, and levels of a factor, that a plan lists."""
_SAMPLED = 24
_MOST_REHEARSED = 200
"""Days that people spend in rehearsed feeds, for each manner: a plan takes a few seconds, whatever the feed's size."""
_NAMES = {"person": "people"}
"""Purposes of calls that a plan calls otherwise."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sweep comes to.

    Attributes:
        runs: different runs; conditions that share content share them.
        factors: name -> labels of its levels.
        shared: groups of conditions that come to the same content, the first `MOST_LISTED`.
        shared_groups: how many such groups there are.
        messages: of a feed, its posts, about.
        calls: to models, by purpose, re-asked replies not counted: agent, summarizer, manager, probe; of a feed, about:
            read, plan, write, post, and exactly: reflect, probe, people.
        calls_range: the same from few to many; equal ends where they are known.
        person_days: days that people whom models play spend in feeds, of all runs together; 0 for conversations.
        rule_days: the same of people who act by a rule.
        schedule: of a feed, by variant (an empty name where there is one alone): `day` and what is `set` on it.
        tokens: prompt and completion, each from few words to many.
        cost_usd: None when a model has no price.
        seconds: at the given concurrency, from fast models to slow ones.
        limits: of the servers, those without which it would take less.
        models: name -> who uses it.
        order: in which runs are taken up.
        loads: of models by servers that cannot hold the sweep's models at once, about, in either order; None where all
            hold them.
        measured: finished runs by which tokens, cost and seconds are told; 0 where they are assumed.
        assumed: models of whose runs too few are finished to be measured, where others are.
    """

    sweep: str
    conditions: int
    replicates: int
    runs: int
    factors: Mapping[str, Sequence[Level]]
    shared: Sequence[Sequence[Mapping[str, Level]]]
    shared_groups: int
    messages: int
    calls: Mapping[str, int]
    calls_range: Mapping[str, Range]
    person_days: int
    rule_days: int
    schedule: Mapping[str, Sequence[Mapping[str, Any]]]
    tokens: Mapping[str, Range]
    cost_usd: tuple[float, float] | None
    seconds: Range
    limits: Sequence[BindingLimit]
    warnings: Sequence[str]
    models: Mapping[str, Sequence[str]]
    order: Order
    loads: Mapping[Order, int] | None
    measured: int = 0
    assumed: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "sweep": self.sweep,
            "conditions": self.conditions,
            "replicates": self.replicates,
            "runs": self.runs,
            "factors": {name: list(levels) for name, levels in self.factors.items()},
            "shared": [[dict(condition) for condition in group] for group in self.shared],
            "shared_groups": self.shared_groups,
            "messages": self.messages,
            "calls": dict(self.calls),
            "calls_range": {purpose: list(ends) for purpose, ends in self.calls_range.items()},
            "person_days": self.person_days,
            "rule_days": self.rule_days,
            "schedule": {name: [dict(change) for change in changes] for name, changes in self.schedule.items()},
            "tokens": {kind: list(ends) for kind, ends in self.tokens.items()},
            "cost_usd": None if self.cost_usd is None else list(self.cost_usd),
            "duration_s": list(self.seconds),
            "limits": [{"server": one.server, "limit": one.limit, "seconds": list(one.seconds)} for one in self.limits],
            "warnings": list(self.warnings),
            "models": {name: list(users) for name, users in self.models.items()},
            "order": self.order,
            "loads": None if self.loads is None else dict(self.loads),
            "measured": {"runs": self.measured, "assumed": list(self.assumed)} if self.measured else None,
        }


def plan(
    definition: Definition,
    sweep_name: str,
    *,
    concurrency: int = 16,
    prices: Prices | None = None,
    rankers: Rankers | None = None,
    measured: Sequence[MeasuredRun] = (),
) -> Plan:
    """Plan a sweep of a checked definition.

    Args:
        prices: for models whose entry has none.
        rankers: of the researcher's own, called in what is rehearsed; by default posts stay in the order of time there.
        measured: finished runs of the sweep, which take the place of assumptions.
    """
    sweep, design = definition.all_sweeps[sweep_name], design_of(definition, sweep_name)
    shared = deduplicate(definition, design)
    runs = shared.conditions * sweep.replicates
    usage = [_usage(definition, design, one, counts=(runs, sweep.replicates), rankers=rankers) for one in MANNERS]
    amounts = _amounts(definition, design, shared, usage, replicates=sweep.replicates)
    calls = {purpose: round(sum(ends) / len(ends)) for purpose, ends in amounts.calls.items()}
    used, order = model_users_of(definition, design), order_of(definition, sweep_name, design)
    expected = expectation(
        definition,
        design,
        usage,
        measured,
        prices=prices_of_models(definition, sorted(used), prices or NoPrices()),
        calls=sum(calls.values()),
        at_once=(runs, min(concurrency, runs)),
    )
    return Plan(
        sweep=sweep_name,
        conditions=design.size,
        replicates=sweep.replicates,
        runs=runs,
        factors={factor.name: [level.label for level in factor.levels] for factor in design.factors},
        shared=shared.example_groups(design, most=MOST_LISTED),
        shared_groups=shared.count,
        messages=amounts.messages,
        calls=calls,
        calls_range=amounts.calls,
        person_days=amounts.person_days,
        rule_days=amounts.rule_days,
        schedule=_schedule(definition),
        tokens=expected.tokens,
        cost_usd=expected.cost_usd,
        seconds=expected.time.seconds,
        limits=expected.time.binding,
        warnings=[*warnings(definition, sweep, design, shared), *remarks(definition, design, usage, order, sweep)],
        models={name: sorted(users) for name, users in sorted(used.items())},
        order=order,
        loads=expected_loads(definition, sweep_name, design, concurrency=concurrency),
        measured=expected.measured,
        assumed=expected.assumed,
    )


def _schedule(definition: Definition) -> dict[str, list[Mapping[str, Any]]]:
    variants: dict[str, list[Mapping[str, Any]]] = {}
    if isinstance(definition, FeedDefinition):
        for name in schedule_names(definition.schedule) or ("",):
            changes = chosen_schedule(definition.schedule, name or None)
            variants[name] = [{"day": change.day, "set": dict(change.set_)} for change in changes]
    return {name: changes for name, changes in variants.items() if name or changes}


@dataclass(frozen=True, slots=True)
class _Amounts:
    """What all replicates come to: messages, days of people, of which rules play some, and calls by purpose."""

    messages: int
    person_days: int
    rule_days: int
    calls: dict[str, Range]


def _amounts(
    definition: Definition, design: Design, shared: Deduplication, usage: Sequence[Usage], *, replicates: int
) -> _Amounts:
    exact_calls = {what: count * replicates for what, count in _count_calls(definition, design, shared).items()}
    days, rule_days = exact_calls.pop("person_days", 0), exact_calls.pop("rule_days", 0)
    messages = exact_calls.pop("messages", round(sum(one.messages for one in usage) / len(usage)))
    return _Amounts(messages, days, rule_days, _calls_range(exact_calls, usage, estimated=days > 0))


def _count_calls(definition: Definition, design: Design, shared: Deduplication) -> dict[str, int]:
    """Messages and calls of one replicate, summed over different conditions without listing them."""
    kind = spec_of(definition)
    positions = tuple(sorted({*design.deciding(kind.counting(definition)), *shared.positions}))
    repeated = shared.repeated_combinations()
    total: dict[str, int] = {}
    for levels, number in design.combinations(positions):
        if tuple(levels[position] for position in shared.positions) in repeated:
            continue
        for what, count in kind.counts(definition, design.exemplary(levels)).items():
            total[what] = total.get(what, 0) + count * number
    return total


def _usage(
    definition: Definition,
    design: Design,
    manner: RehearsalOptions,
    *,
    counts: tuple[int, int],
    rankers: Rankers | None,
) -> Usage:
    """What all runs come to, from sampled conditions; and what is prepared for their replicates.

    Args:
        counts: of runs and of replicates.
    """
    runs, replicates = counts
    total, rehearsals = Usage(), Usage()
    order = Permutation(design.size, "estimate")
    places = range(min(_SAMPLED, design.size))
    budget, done = _MOST_REHEARSED, 0
    for place in places:
        content = resolve(definition, design.settings(design.levels(order[place])))
        budget -= _size(content)
        if done and budget < 0:
            break
        rehearsals.include(finish(rehearse(content, manner, rankers=rankers)), 1)
        done += 1
    total.include(rehearsals, runs / max(done, 1))
    for population, count in spec_of(definition).prepared(definition, design):
        assert isinstance(population, PopulationContent)
        if count:
            total.include(finish(rehearse_population(population, count, manner)), replicates)
    return total


def _size(content: RunContent) -> int:
    """What it costs to rehearse a content, in days that people spend."""
    return person_days(sample(content)[0]) if isinstance(content, FeedContent) else 0


def _calls_range(exact_calls: Mapping[str, int], usage: Sequence[Usage], *, estimated: bool) -> dict[str, Range]:
    """Calls by purpose: those that are known, and for a feed those that were rehearsed."""
    ranges = {purpose: (count, count) for purpose, count in exact_calls.items()}
    if estimated:
        for purpose in dict.fromkeys(purpose for one in usage for purpose in one.calls):
            name = _NAMES.get(purpose, purpose)
            ranges.setdefault(name, range_ends([one.calls.get(purpose, 0.0) for one in usage]))
    return ranges
