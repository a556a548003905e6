"""Who is there in a condition of a feed, without their texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sociarium.experiment.design.settable import Settings
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.entries import Alike, Generate
from sociarium.experiment.feed.settable import counted_roles


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is there in a condition, without their texts.

    Attributes:
        written_out: people who are written out, by role; those who act by a rule apart.
        ruled: people who act by a rule, by role, whoever wrote them.
        generated: entries of the file with how many people each comes to; those of none are left out.
        alike: the same of entries whose people act by one rule.
        per_day: people who arrive each day.
        arriving: their role.
        from_day: the first day on which some arrive.
    """

    days: int
    written_out: Mapping[str, int]
    ruled: Mapping[str, int]
    generated: tuple[tuple[Generate, int], ...]
    alike: tuple[tuple[Alike, int], ...]
    per_day: int
    arriving: str = ""
    from_day: int = 2

    @property
    def writers(self) -> tuple[tuple[Generate, int], ...]:
        """Entries whose people are written by a model and played by one, too."""
        return tuple((entry, count) for entry, count in self.generated if entry.rule is None)

    @property
    def asked_roles(self) -> set[str]:
        """The roles of those whom models play."""
        arriving = {self.arriving} if self.arrivals else set()
        return {*self.written_out, *(entry.role for entry, _ in self.writers), *arriving}

    def on_day(self, day: int, roles: Collection[str] | None = None) -> int:
        """People who are there on a day and are played by models, of some roles or all."""
        start = [*self.written_out.items(), *((entry.role, count) for entry, count in self.writers)]
        arrived = (self.arriving, self.per_day * self._days_of_arrival(day))
        return sum(count for role, count in (*start, arrived) if roles is None or role in roles)

    @property
    def at_start(self) -> int:
        """People who are there from the start, newcomers of the first day apart."""
        return self.on_day(0) + sum(self.ruled.values())

    @property
    def arrivals(self) -> int:
        """People who arrive during the run."""
        return self.per_day * self._days_of_arrival(self.days)

    @property
    def person_days(self) -> int:
        """Days that people whom models play spend on the network, all together."""
        days = self._days_of_arrival(self.days)
        return self.on_day(0) * self.days + self.per_day * days * (days + 1) // 2

    @property
    def rule_days(self) -> int:
        """Days that people who act by a rule spend there, all together."""
        return sum(self.ruled.values()) * self.days

    def _days_of_arrival(self, day: int) -> int:
        """Days up to this one on which some arrive."""
        return max(0, day - self.from_day + 1)


def cast(definition: FeedDefinition, settings: Settings) -> Cast:
    """Who is there in a condition."""
    countable = counted_roles(definition)

    def count_of(entry: Generate | Alike) -> int:
        return int(settings.get(f"people.{entry.role}", entry.size)) if entry.role in countable else entry.size

    generated = tuple((entry, count) for entry in definition.generated if (count := count_of(entry)))
    alike = tuple((entry, count) for entry in definition.alike if (count := count_of(entry)))
    ruled = Counter(person.role for person in definition.written_out if person.rule is not None)
    by_rule = [(entry.role, count) for entry, count in generated if entry.rule is not None]
    for role, count in (*by_rule, *((entry.role, count) for entry, count in alike)):
        ruled[role] += count
    per_day = definition.newcomers.per_day if definition.newcomers else 0
    return Cast(
        days=int(settings.get("days", definition.days)),
        written_out=Counter(person.role for person in definition.written_out if person.rule is None),
        ruled=ruled,
        generated=generated,
        alike=alike,
        per_day=int(settings.get("newcomers.per_day", per_day)),
        arriving=definition.newcomers.role if definition.newcomers else "",
        from_day=definition.newcomers.from_day if definition.newcomers else 2,
    )
