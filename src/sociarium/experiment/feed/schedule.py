"""Settings that change in the middle of a feed, from the first tick of a day on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from sociarium.experiment.definition import Name
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.problems import Loc
from sociarium.experiment.sweep import Level

MAY_CHANGE = (
    "feed.ranking",
    "feed.replies",
    "feed.following",
    "feed.recent",
    "feed.suggest",
    "feed.suggestions",
    "policy",
)
"""What may be set: rankings, how many of each list are shown, whom the network suggests, what a content policy does."""


class ScheduledChange(Frozen):
    """What is set otherwise from a day on."""

    day: Annotated[int, Field(ge=2, description="from its first tick on")]
    set_: Annotated[
        dict[Name, Level],
        Field(min_length=1, alias="set", description="as a factor would: feed.ranking: popular, policy: label"),
    ]


class ScheduleVariants(Frozen):
    """Several schedules, by name; the first holds where no factor names one."""

    variants: Annotated[
        dict[Name, tuple[ScheduledChange, ...]],
        Field(min_length=1, description="name -> changes; a factor `schedule` chooses between the names"),
    ]


def _kind(value: Any) -> str:
    return "<variants>" if isinstance(value, Mapping | ScheduleVariants) else "<changes>"


Schedule = Annotated[
    Annotated[tuple[ScheduledChange, ...], Tag("<changes>")] | Annotated[ScheduleVariants, Tag("<variants>")],
    Discriminator(_kind),
]


def schedule_names(schedule: Schedule) -> tuple[str, ...]:
    """The names between which a factor can choose; none for a plain list."""
    return tuple(schedule.variants) if isinstance(schedule, ScheduleVariants) else ()


def chosen_schedule(schedule: Schedule, variant: str | None = None) -> tuple[ScheduledChange, ...]:
    """The changes in the order of their days: of the list itself, of the named variant, or of the first."""
    if isinstance(schedule, ScheduleVariants):
        schedule = schedule.variants[next(iter(schedule.variants)) if variant is None else variant]
    return tuple(sorted(schedule, key=lambda change: change.day))


def located_changes(schedule: Schedule) -> Iterator[tuple[str, Loc, ScheduledChange]]:
    """Every change with the variant it belongs to (empty for a plain list), and its path in the file."""
    if not isinstance(schedule, ScheduleVariants):
        for position, change in enumerate(schedule):
            yield "", ("schedule", position), change
        return
    for name, changes in schedule.variants.items():
        for position, change in enumerate(changes):
            yield name, ("schedule", "variants", name, position), change
