"""Which slots of a feed tell conditions apart by themselves, and which others decide whether they are used."""

from __future__ import annotations

from sociarium.experiment.design.expansion import Design
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.schedule import MAY_CHANGE
from sociarium.experiment.feed.settable import counted_roles, model_users
from sociarium.experiment.feed.step_models import MODEL_STEPS


def is_always_used(slot: str, definition: FeedDefinition, design: Design) -> bool:
    """Whether a slot tells conditions apart wherever it is set."""
    head, _, rest = slot.partition(".")
    if slot == "model":
        overruled = any(design.varies(f"model.{user}") for user in model_users(definition))
        return (
            not overruled
            and not _may_be_idle(definition, design)
            and any(_is_always_asked(role, definition, design) for role in definition.asked_roles)
        )
    if head == "model" and rest in MODEL_STEPS:
        # Whether it differs from the models of the roles is for the contents to tell.
        return False
    if head == "model":
        return rest != "probes" and not _may_be_idle(definition, design) and _is_always_asked(rest, definition, design)
    if head == "option":
        if not any(_is_always_asked(role, definition, design) for role in definition.asked_roles) and _has_rules(
            definition
        ):
            return False
        several = len(definition.models) > 1
        overruled = any(design.varies(f"option.{model}.{rest}") for model in definition.models)
        return (rest.count(".") == 0 and not overruled) or not several
    if head == "event":
        return next(event for event in definition.events if f"event.{event.name}" == slot).day == 1
    if head == "probe":
        probe = next(probe for probe in definition.probes if f"probe.{probe.name}" == slot)
        return any(_is_always_asked(role, definition, design) for role in probe.of or definition.asked_roles)
    if head == "section":
        for section in definition.sections:
            for role in section.private or {}:
                if slot == f"section.{section.title}.{role}":
                    return _is_always_asked(role, definition, design)
    return slot not in {
        "schedule",
        "feed.suggestions",
        "policy.label",
        "newcomers.per_day",
        "graph.degree",
        "graph.rewire",
    }


def _may_be_idle(definition: FeedDefinition, design: Design) -> bool:
    """Whether a condition may ask nothing of a role's model, because each of its steps has one of its own."""
    own = [step for step in MODEL_STEPS if getattr(definition.model, step) or design.varies(f"model.{step}")]
    return "read" in own and "write" in own


def _has_rules(definition: FeedDefinition) -> bool:
    return any(entry.rule is not None for entry in definition.people)


def _is_always_asked(role: str, definition: FeedDefinition, design: Design) -> bool:
    if any(person.role == role and person.rule is None for person in definition.written_out):
        return True
    entry = counted_roles(definition).get(role)
    if entry is None:
        return any(other.role == role and other.size for other in definition.generated if other.rule is None)
    return entry.rule is None and 0 not in design.values(f"people.{role}", entry.size)


def guards(slot: str, definition: FeedDefinition) -> set[str]:
    """The slots that decide whether a slot is used."""
    head = slot.partition(".")[0]
    people = {"days", "newcomers.per_day", *(f"people.{role}" for role in counted_roles(definition))}
    users = {"model", *(f"model.{user}" for user in model_users(definition))}
    if head in {"model", "option"}:
        option = slot.rpartition(".")[2]
        overruling = {f"option.{model}.{option}" for model in definition.models} if head == "option" else set()
        return people | users | overruling | {"memory.reflect_every", "feed.post"}
    if head in {"section", "probe"}:
        return people
    if head in {"event", "newcomers"}:
        return {"days"}
    if slot == "feed.suggestions":
        return {"feed.suggest", "schedule", "days"}
    if head == "schedule":
        return {"days", *MAY_CHANGE}
    if head in {"policy", "graph"}:
        return {"policy", "graph.kind"}
    return set()
