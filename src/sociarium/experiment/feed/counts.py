"""How much a feed asks, as far as it can be known without playing it."""

from __future__ import annotations

from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.resolving import cast
from sociarium.experiment.feed.slots import counted_roles
from sociarium.experiment.slots import Settings


def counting(definition: FeedDefinition) -> tuple[str, ...]:
    """The slots that decide how much is asked."""
    people = (f"people.{role}" for role in counted_roles(definition))
    return ("days", "newcomers.per_day", *people)


def counts(definition: FeedDefinition, settings: Settings) -> dict[str, int]:
    """What a run comes to: days that people spend on the network."""
    return {"person_days": cast(definition, settings).person_days}
