"""Feeds and populations in full, as JSON values: what `show --json` prints of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from sociarium.environments.feed.derive import DerivedFeed, derive
from sociarium.experiment.feed.run_content import FeedContent, FeedSettings, PopulationContent
from sociarium.records.events import Event
from sociarium.records.runs import Run
from sociarium.runner.run.population import record_of


def feed_parts(
    run: Run, content: FeedContent, events: Sequence[Event], *, exposures: bool, protocol: int | None
) -> dict[str, Any]:
    """What a feed holds beside what every run has.

    Args:
        protocol: by which it is played; None: it did not begin.
        exposures: list them, and what was made of each; otherwise both are counted.
    """
    feed = derive(events)
    population_runs = {
        population.name: record_of(run, population, created="", protocol=protocol).id
        for population in populations(content)
    }
    for person in feed.people:
        person["population"] = population_runs.get(person["population"])
    return {
        "days": content.days,
        "schedule": [{"day": day, "set": changes} for day, changes in scheduled_changes(content)],
        "policy_label": label_of_policy(content),
        "step_models": dict(content.step_models),
        "people": feed.people,
        "posts": feed.posts,
        "reactions": feed.reactions,
        "exposures": feed.exposures if exposures else sum(one["post"] is not None for one in feed.exposures),
        "judgements": feed.judgements if exposures else len(feed.judgements),
        "follows": feed.follows,
        "mutes": feed.mutes,
        "acts": feed.acts,
        "states": feed.states,
        "sessions": len(feed.sessions),
        "skipped": _steps(feed, "skipped"),
        "repaired": _steps(feed, "repaired"),
        "session_flags": dict(sorted(Counter(flag for session in feed.sessions for flag in session["flags"]).items())),
    }


def label_of_policy(content: FeedContent) -> str:
    """The words that people read above a labelled post; empty where none is labelled on any day."""
    policies = (content.policy, *(one.policy for one in content.schedule))
    return next((policy.label for policy in policies if policy.do == "label"), "")


def scheduled_changes(content: FeedContent) -> list[tuple[int, dict[str, Any]]]:
    """What changes on which day of a feed, by the names of slots."""
    changes = []
    feed, policy = content.feed, content.policy
    for one in content.schedule:
        fields: dict[str, Any] = {
            f"feed.{name}": getattr(one.feed, name)
            for name in FeedSettings.model_fields
            if getattr(one.feed, name) != getattr(feed, name)
        }
        changes.append((one.day, fields | ({"policy": one.policy.do} if one.policy != policy else {})))
        feed, policy = one.feed, one.policy
    return changes


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
    starting = [share.population for share in content.generated]
    return [*starting, content.newcomers.population] if content.newcomers else starting


def _steps(feed: DerivedFeed, kind: Literal["skipped", "repaired"]) -> list[dict[str, Any]]:
    return [
        {"person": session["person"], "day": session["day"], "time": session["time"], **step}
        for session in feed.sessions
        for step in session[kind]
    ]
