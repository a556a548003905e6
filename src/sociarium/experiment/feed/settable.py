"""What a factor can set in a feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from sociarium.experiment.design.settable import Settable, section_texts
from sociarium.experiment.feed.definition import FeedDefinition, FeedRules, Generate, Graph, Memory
from sociarium.experiment.feed.run_content import GraphKind, Ranking, Reading, Verdict
from sociarium.experiment.feed.step_models import MODEL_STEPS
from sociarium.experiment.prompts.text import Text

STEPS = ("read", "plan", "write", "post", "reflect")
"""What people are asked for, each with a prompt of its own."""

_NAMED = {
    "feed.ranking": get_args(Ranking),
    "feed.reading": get_args(Reading),
    "graph.kind": get_args(GraphKind),
    "policy": get_args(Verdict),
}


def model_users(definition: FeedDefinition) -> tuple[str, ...]:
    """Who, and which steps, can be given a model of their own; whoever writes people has one by its entry."""
    return (*definition.role_names, "probes", *MODEL_STEPS)


def counted_roles(definition: FeedDefinition) -> dict[str, Generate]:
    """The roles of which a factor can set how many are written: those with a single entry."""
    by_role: dict[str, list[Generate]] = {}
    for entry in definition.generated:
        by_role.setdefault(entry.role, []).append(entry)
    return {role: entries[0] for role, entries in by_role.items() if len(entries) == 1}


def settables(definition: FeedDefinition) -> Iterator[Settable]:
    """The settable places beside models, options and texts."""
    yield Settable("days", least=1)
    for name, choices in _NAMED.items():
        yield Settable(name, choices=choices)
    for part, model in (("feed", FeedRules), ("graph", Graph), ("memory", Memory)):
        for field in model.model_fields:
            if f"{part}.{field}" not in _NAMED:
                yield Settable(f"{part}.{field}", field=(model, field))
    for role in counted_roles(definition):
        yield Settable(f"people.{role}", least=0)
    if definition.newcomers is not None:
        yield Settable("newcomers.per_day", least=0)


def texts(definition: FeedDefinition) -> dict[str, Text]:
    """The texts that a factor can choose variants of, by slot name."""
    prompts = {step: getattr(definition.prompts, step) for step in STEPS}
    return {
        **section_texts(definition.sections),
        **{f"prompts.{step}": text for step, text in prompts.items() if text is not None},
        "policy.label": definition.policy.label,
        **{f"event.{event.name}": event.post for event in definition.events},
        **{f"probe.{probe.name}": probe.ask for probe in definition.probes},
    }
