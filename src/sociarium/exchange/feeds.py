"""Feeds and populations in full, as JSON values: what `show --json` prints of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from sociarium.environments.feed.derive import DerivedFeed, derive
from sociarium.experiment.feed.run_content import FeedContent, PopulationContent
from sociarium.records.events import Event
from sociarium.records.runs import Run
from sociarium.runner.run.population import record_of


def feed_parts(
    run: Run, content: FeedContent, events: Sequence[Event], *, exposures: bool, protocol: int | None
) -> dict[str, Any]:
    """What a feed holds beside what every run has.

    Args:
        protocol: by which it is played; None: it did not begin.
        exposures: list them; otherwise they are counted.
    """
    told = derive(events)
    written = {
        population.name: record_of(run, population, created="", protocol=protocol).id
        for population in populations(content)
    }
    for person in told.people:
        person["population"] = written.get(person["population"])
    return {
        "days": content.days,
        "people": told.people,
        "posts": told.posts,
        "reactions": told.reactions,
        "exposures": told.exposures if exposures else len(told.exposures),
        "follows": told.follows,
        "states": told.states,
        "sessions": len(told.sessions),
        "skipped": _steps(told, "skipped"),
        "repaired": _steps(told, "repaired"),
        "session_flags": dict(sorted(Counter(flag for one in told.sessions for flag in one["flags"]).items())),
    }


def population_parts(content: PopulationContent, events: Sequence[Event]) -> dict[str, Any]:
    """What a population holds beside what every run has: its people by number, those who failed among them."""
    people = [
        {
            "number": event.happening.data["number"],
            **(event.happening.data["person"] or {"handle": None, "role": content.role}),
            "quotas": dict(event.happening.data["quotas"]),
            "flags": list(event.happening.flags),
            "call": event.happening.data["call"],
        }
        for event in events
        if event.happening.kind == "person"
    ]
    return {
        "population": content.name,
        "people": people,
        "failed": sum(person["handle"] is None for person in people),
    }


def populations(content: FeedContent) -> list[PopulationContent]:
    """The populations that a feed takes people of."""
    found = [share.population for share in content.generated]
    return [*found, content.newcomers.population] if content.newcomers else found


def _steps(told: DerivedFeed, kind: Literal["skipped", "repaired"]) -> list[dict[str, Any]]:
    return [
        {"person": session["person"], "day": session["day"], "time": session["time"], **step}
        for session in told.sessions
        for step in session[kind]
    ]
