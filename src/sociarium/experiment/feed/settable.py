"""What a factor can set in a feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from sociarium.experiment.design.settable import Settable, section_texts
from sociarium.experiment.feed.definition import FeedDefinition, FeedRules, Graph, Memory
from sociarium.experiment.feed.entries import Alike, Generate
from sociarium.experiment.feed.run_content import CodeName, GraphKind, Ranking, Reading, Suggest, Verdict
from sociarium.experiment.feed.schedule import schedule_names
from sociarium.experiment.feed.step_models import MODEL_STEPS
from sociarium.experiment.prompts.text import Text

STEPS = ("read", "plan", "write", "post", "reflect")
"""What people are asked for, each with a prompt of its own."""

_NAMED = {
    "feed.reading": get_args(Reading),
    "feed.suggest": get_args(Suggest),
    "graph.kind": get_args(GraphKind),
    "policy": get_args(Verdict),
}


_CODE_NAME: TypeAdapter[str] = TypeAdapter(CodeName)


def is_code_name(value: str) -> bool:
    """Whether a ranking is the name of a researcher's own."""
    try:
        _CODE_NAME.validate_python(value)
    except ValidationError:
        return False
    return True


def model_users(definition: FeedDefinition) -> tuple[str, ...]:
    """Who, and which steps, can be given a model of their own; whoever writes people has one by its entry."""
    return (*definition.asked_roles, "probes", *MODEL_STEPS)


def counted_roles(definition: FeedDefinition) -> dict[str, Generate | Alike]:
    """The roles of which a factor can set how many there are: those with a single entry that says a number."""
    by_role: dict[str, list[Generate | Alike]] = {}
    entries: list[Generate | Alike] = [*definition.generated, *definition.alike]
    for entry in entries:
        by_role.setdefault(entry.role, []).append(entry)
    return {role: entries[0] for role, entries in by_role.items() if len(entries) == 1}


def settables(definition: FeedDefinition) -> Iterator[Settable]:
    """The settable places beside models, options and texts."""
    yield Settable("days", least=1)
    yield Settable("feed.ranking", choices=get_args(Ranking), accepts=is_code_name)
    for name, choices in _NAMED.items():
        yield Settable(name, choices=choices)
    for part, model in (("feed", FeedRules), ("graph", Graph), ("memory", Memory)):
        for field in model.model_fields:
            if f"{part}.{field}" not in {*_NAMED, "feed.ranking"}:
                yield Settable(f"{part}.{field}", field=(model, field))
    for role in counted_roles(definition):
        yield Settable(f"people.{role}", least=0)
    if names := schedule_names(definition.schedule):
        yield Settable("schedule", choices=names)
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
