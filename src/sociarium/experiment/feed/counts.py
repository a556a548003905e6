"""How much a feed asks, as far as it is known without playing it."""

from __future__ import annotations

from collections.abc import Iterator

from sociarium.experiment.design.condition import Condition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.feed.cast import Cast, cast
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.resolve import resolve
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.feed.settable import counted_roles


def counting(definition: FeedDefinition) -> tuple[str, ...]:
    """The slots that decide how much is asked."""
    people = (f"people.{role}" for role in counted_roles(definition))
    return ("days", "newcomers.per_day", "memory.reflect_every", *people)


def counts(definition: FeedDefinition, settings: Settings) -> dict[str, int]:
    """What a run comes to: days that people spend on the network, reflections and answers to probes.

    People who act by a rule are asked nothing; their days, `rule_days`, are counted apart.
    """
    there = cast(definition, settings)
    every = int(settings.get("memory.reflect_every", definition.memory.reflect_every))
    reflections = range(every, there.days, every) if every else ()
    return {
        "person_days": there.person_days,
        "rule_days": there.rule_days,
        "reflect": sum(there.on_day(day) for day in reflections),
        "probe": sum(_answers(definition, settings, there)),
    }


def _answers(definition: FeedDefinition, settings: Settings, there: Cast) -> Iterator[int]:
    for probe in Condition(definition, settings).probes(there.asked_roles):
        if "start" in probe.at:
            yield probe.repeats * there.on_day(1, probe.of)
        for day in range(1, there.days + 1):
            if "each_day" in probe.at or ("end" in probe.at and day == there.days):
                yield probe.repeats * there.on_day(day, probe.of)


def prepared_populations(definition: FeedDefinition, design: Design) -> list[tuple[PopulationContent, int]]:
    """The populations of a replicate, each with the most people of it that a condition wants."""
    by_digest: dict[str, tuple[PopulationContent, int]] = {}
    for levels, _ in design.combinations(design.deciding(counting(definition))):
        content = resolve(definition, design.exemplary(levels), "common")
        demands = [(share.population, share.count) for share in content.generated]
        if content.newcomers:
            demands.append((content.newcomers.population, content.newcomers.arrivals(content.days)))
        for population, count in demands:
            _, before = by_digest.get(population.digest, (population, 0))
            by_digest[population.digest] = (population, max(before, count))
    return list(by_digest.values())
