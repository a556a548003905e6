"""What gives conditions of conversations away: what agents are called, and what they read of a role."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.giveaways import (
    Giveaway,
    RoleAtStake,
    Standing,
    is_neutral,
    telling_names,
    telling_words,
    told_kinds,
)
from sociarium.experiment.prompts.placeholders import COUNTS, RoleFacts, named_roles, render
from sociarium.experiment.prompts.role_words import RoleWords
from sociarium.experiment.read_texts import (
    Choice,
    ReadText,
    event_texts_read,
    joint_kinds,
    played_texts,
    private_texts,
    probe_texts_read,
    section_texts_read,
)


def giveaways(definition: ConversationDefinition, design: Design) -> Iterator[Giveaway]:
    """Names and words by which others learn what a role is told, or that it is there."""
    at_stake = [_at_stake(definition, design, role) for role in definition.roles if not is_neutral(role)]
    at_stake = [one for one in at_stake if one.is_varied or one.is_sometimes_there]
    if not at_stake:
        return
    names = [*definition.roles, *(spec.name for spec in definition.roles.values() if spec.name)]
    yield from telling_names(at_stake, names)
    texts = list(_texts(definition, design))
    spoken = {role: f"{role}\n{spec.plural or ''}" for role, spec in definition.roles.items()}
    for one in at_stake:
        if not (one.is_named and one.is_called_after_its_role):
            called = _names_of_others(definition, one.role) if one.is_named else ()
            yield from telling_words([one], [*texts, *called], spoken)


def _at_stake(definition: ConversationDefinition, design: Design, role: str) -> RoleAtStake:
    spec = definition.roles[role]
    return RoleAtStake(
        RoleWords(role, spec.plural, definition.roles),
        spec.name,
        list(_standings(definition, design, role)),
        lambda choice: list(_standings(definition, design, role, choice)),
    )


def _standings(
    definition: ConversationDefinition, design: Design, role: str, choice: Choice | None = None
) -> Iterator[Standing]:
    texts = {} if definition.roles[role].script is not None else private_texts(definition.sections, role)
    if not (_may_come(design, role) or any(len(design.values(slot, None)) > 1 for slot in texts)):
        return
    counts = {name: f"agents.{name}" for name in definition.roles}
    kinds: dict[str, Callable[[Any], Hashable]] = {
        **dict.fromkeys(counts.values(), lambda count: count != 0),
        "speaker_prefix": lambda level: (level or definition.speaker_prefix) != "never",
        "speaker_selection": lambda level: level == "auto",
        "days": lambda level: definition.summarizer is not None and level is not None and level > 1,
        **told_kinds(texts, _filling(definition, design)),
    }
    for kind in joint_kinds(design, kinds, choice):
        yield Standing(
            bool(kind[counts[role]]),
            tuple(kind[slot] for slot in texts),  # type: ignore[misc]  # as `told_kinds` makes them
            frozenset(name for name, slot in counts.items() if name != role and bool(kind[slot])),
            any(bool(kind[slot]) for slot in ("speaker_prefix", "speaker_selection", "days")),
        )


def _filling(definition: ConversationDefinition, design: Design) -> Callable[[str], str]:
    """What puts in the place of placeholders what they come to, where the sweep leaves that as it is."""
    counts = {role: design.values(f"agents.{role}", 1) for role in definition.roles}
    facts = [
        RoleFacts(role, int(str(*counts[role])), spec.pronouns, spec.plural)
        for role, spec in definition.roles.items()
        if len(counts[role]) == 1
    ]
    fixed = {one.name for one in facts}

    def fill(text: str) -> str:
        asked = set(definition.roles) if any(count in text for count in COUNTS) else named_roles(text, counts)
        return render(text, facts) if asked <= fixed else text

    return fill


def _may_come(design: Design, role: str) -> bool:
    values = design.values(f"agents.{role}", 1)
    return 0 in values and len(values) > 1


def _texts(definition: ConversationDefinition, design: Design) -> Iterator[ReadText]:
    """What agents read, and which roles do; what they are called apart."""
    yield from played_texts(design, "starting_message", ("starting_message",), definition.starting_message)
    yield from played_texts(design, "continuation", ("continuation",), definition.continuation)
    asked = [role for role, spec in definition.roles.items() if spec.script is None]
    for role, spec in definition.roles.items():
        for place, line in enumerate(spec.script or ()):
            yield ReadText.at(("roles", role, "script", place), line)
    if any(model.provider == "person" for model in definition.models.values()):
        yield ReadText.at(("consent",), definition.consent, is_filled=False)
    yield from section_texts_read(definition.sections, design, asked)
    days = [last or 1 for last in design.values("days", 1)]
    for place, event in enumerate(definition.events):
        yield from event_texts_read(event, design, place, ("text", event.text), days)
    yield from probe_texts_read(definition.probes, design, asked)


def _names_of_others(definition: ConversationDefinition, role: str) -> Iterable[ReadText]:
    """What the agents of other roles are called."""
    for other, spec in definition.roles.items():
        if other != role:
            loc = ("roles", other) if spec.name is None else ("roles", other, "name")
            yield ReadText.at(loc, spec.name or other, is_filled=False)
