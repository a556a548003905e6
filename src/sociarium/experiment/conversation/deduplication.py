"""Which slots of a conversation tell conditions apart by themselves, and which others decide whether they are used."""

from __future__ import annotations

from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.conversation.settable import LENGTH, OTHER_USERS, model_users
from sociarium.experiment.design.expansion import Design


def is_always_used(slot: str, definition: ConversationDefinition, design: Design) -> bool:
    """Whether a slot tells conditions apart wherever it is set."""
    head, _, rest = slot.partition(".")
    if slot == "first_speaker":
        return not any(0 in design.values(f"agents.{role}", 1) for role in definition.roles)
    if slot == "model":
        overruled = any(design.varies(f"model.{user}") for user in model_users(definition))
        return not overruled and any(_is_always_asked(role, definition, design) for role in definition.roles)
    if head == "model":
        if rest == "probes":
            return False
        if rest in OTHER_USERS:
            return is_always_used(f"{rest}.", definition, design)
        return _is_always_asked(rest, definition, design)
    if head == "option":
        several = len(definition.models) > 1
        overruled = any(design.varies(f"option.{model}.{rest}") for model in definition.models)
        return (rest.count(".") == 0 and not overruled) or not several
    if head == "summarizer":
        return definition.summarizer is not None and 1 not in design.values("days", 1)
    if head == "manager":
        return design.values("speaker_selection", "round_robin") == {"auto"}
    if head == "event":
        event = next(event for event in definition.events if f"event.{event.name}" == slot)
        return event.day == 1 and event.after_message <= 1
    if head == "probe":
        probe = next(probe for probe in definition.probes if f"probe.{probe.name}" == slot)
        return any(_is_always_asked(role, definition, design) for role in probe.of or definition.roles)
    if head == "section":
        for section in definition.sections:
            for role in section.private or {}:
                if slot == f"section.{section.title}.{role}":
                    return _is_always_asked(role, definition, design)
    return True


def _is_always_asked(role: str, definition: ConversationDefinition, design: Design) -> bool:
    return definition.roles[role].script is None and 0 not in design.values(f"agents.{role}", 1)


def guards(slot: str, definition: ConversationDefinition) -> set[str]:
    """The slots that decide whether a slot is used."""
    head = slot.partition(".")[0]
    agents = {f"agents.{role}" for role in definition.roles}
    users = {"model", *(f"model.{user}" for user in model_users(definition))}
    if head in {"model", "option"}:
        option = slot.rpartition(".")[2]
        overruling = {f"option.{model}.{option}" for model in definition.models} if head == "option" else set()
        return agents | users | overruling | {"days", "speaker_selection"}
    if head == "event":
        return set(LENGTH)
    if head == "summarizer":
        return {"days"}
    if head == "manager":
        return {"speaker_selection"}
    if head in {"section", "probe", "first_speaker"}:
        return agents
    return set()
