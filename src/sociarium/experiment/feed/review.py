"""What a reviewer of the paper would ask about a sweep of feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sociarium.experiment.condition import Condition
from sociarium.experiment.design import Design
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.resolving import cast
from sociarium.experiment.feed.slots import counted_roles
from sociarium.experiment.slots import Settings


def warnings(definition: FeedDefinition, design: Design) -> Iterator[str]:
    """The warnings of a sweep, one sentence each."""
    yield from ()


def casting(definition: FeedDefinition, design: Design) -> tuple[str, ...]:
    """The slots that decide who uses a model at all."""
    return ("days", "newcomers.per_day", *(f"people.{role}" for role in counted_roles(definition)))


def users_of(definition: FeedDefinition, settings: Settings) -> Mapping[str, set[str]]:
    """The models of a condition with who uses them; those who write people are named `people` and their role."""
    there = cast(definition, settings)
    roles = {*there.given, *(entry.role for entry, _ in there.generated)}
    condition = Condition(definition, settings)
    found: dict[str, set[str]] = {}
    arriving = definition.newcomers if there.arrivals else None
    for entry in (*(entry for entry, _ in there.generated), *((arriving,) if arriving else ())):
        roles.add(entry.role)
        found.setdefault(entry.model, set()).add(f"people ({entry.role})")
    for role in roles:
        found.setdefault(condition.model_of(role), set()).add(role)
    if "model.probes" in settings and condition.probes(roles):
        found.setdefault(condition.model_of("probes"), set()).add("probes")
    return found
