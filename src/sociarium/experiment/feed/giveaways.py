"""What gives conditions of feeds away: handles, names and posts by which others learn what a role is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from sociarium.experiment.design.expansion import Design
from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.entries import Alike
from sociarium.experiment.feed.people import Person
from sociarium.experiment.feed.rules import Rule, posts_of
from sociarium.experiment.feed.schedule import located_changes
from sociarium.experiment.feed.settable import STEPS, counted_roles
from sociarium.experiment.giveaways import (
    Giveaway,
    RoleAtStake,
    Standing,
    is_neutral,
    telling_words,
    told_kinds,
)
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
from sociarium.experiment.tree_texts import tree_texts


def giveaways(definition: FeedDefinition, design: Design) -> Iterator[Giveaway]:
    """Words by which others learn what a role is told, and handles that tell of people whose number is compared."""
    roles = [role for role in definition.role_names if role != DEFAULT_ROLE]
    yield from _telling_people(definition, design)
    at_stake = [_at_stake(definition, design, role) for role in roles if not is_neutral(role)]
    varied = [one for one in at_stake if one.is_varied]
    if varied:
        plurals = {role: spec.plural or "" for role, spec in definition.roles.items()}
        spoken = {role: f"{role}\n{plurals.get(role, '')}" for role in definition.role_names}
        yield from telling_words(varied, list(_texts(definition, design)), spoken)


def _words(definition: FeedDefinition, role: str) -> RoleWords:
    plural = definition.roles[role].plural if role in definition.roles else None
    return RoleWords(role, plural, definition.role_names)


def _telling_people(definition: FeedDefinition, design: Design) -> Iterator[Giveaway]:
    """Roles whose number is compared, and whose people say before everybody what they are."""
    for role, entry in counted_roles(definition).items():
        if len(design.values(f"people.{role}", None)) < 2:
            continue
        compared = f"how many {role} there are is compared, and everybody reads who they are"
        words = _words(definition, role)
        telling = ((one.place, word) for one in _texts_of_several(entry) if (word := words.find(one.text)))
        if isinstance(entry, Alike) and (entry.handle is None or words.find(entry.handle)):
            yield Giveaway(
                f"{compared}: their handles begin with the role ({entry.stem}_1)",
                "`handle:` in their entry says another beginning",
            )
        elif (place_and_word := next(telling, None)) is not None:
            place, word = place_and_word
            yield Giveaway(f"{compared}: {place} say so ({word})", "write another word there")


def _at_stake(definition: FeedDefinition, design: Design, role: str) -> RoleAtStake:
    return RoleAtStake(
        _words(definition, role),
        "",
        list(_standings(definition, design, role)),
        lambda choice: list(_standings(definition, design, role, choice)),
    )


def _standings(
    definition: FeedDefinition, design: Design, role: str, choice: Choice | None = None
) -> Iterator[Standing]:
    texts = private_texts(definition.sections, role) if role in definition.asked_roles else {}
    if all(len(design.values(slot, None)) < 2 for slot in texts):
        return
    counted = counted_roles(definition)
    slots = {f"people.{name}": entry.size for name, entry in counted.items()}
    if definition.newcomers is not None:
        slots["newcomers.per_day"] = definition.newcomers.per_day
    kinds: dict[str, Callable[[Any], Hashable]] = {
        **{slot: _is_some(size) for slot, size in slots.items()},
        **told_kinds(texts),
    }
    for kind in joint_kinds(design, kinds, choice):
        there = {entry.role for entry in definition.people if entry.role not in counted}
        there |= {name for name in counted if bool(kind[f"people.{name}"])}
        if definition.newcomers is not None and bool(kind["newcomers.per_day"]):
            there.add(definition.newcomers.role)
        told = tuple(kind[slot] for slot in texts)
        yield Standing(role in there, told, frozenset(there - {role}))  # type: ignore[arg-type]  # as `told_kinds` makes them


def _is_some(size: int) -> Callable[[Any], bool]:
    """Whether somebody is there at a level; where one says nothing, so many are."""
    return lambda level: bool(size if level is None else level)


def _texts(definition: FeedDefinition, design: Design) -> Iterator[ReadText]:
    """What people read, and which roles do."""
    for entry in definition.people:
        yield from _texts_of_person(entry) if isinstance(entry, Person) else _texts_of_several(entry)
    asked = definition.asked_roles
    yield from section_texts_read(definition.sections, design, asked)
    for step in STEPS:
        yield from played_texts(design, f"prompts.{step}", ("prompts", step), getattr(definition.prompts, step))
    days = [last or definition.days for last in design.values("days", definition.days)]
    for place, event in enumerate(definition.events):
        yield from event_texts_read(event, design, place, ("post", event.post), days)
    later = {str(change.set_.get("policy")) for _, _, change in located_changes(definition.schedule)}
    if "label" in design.values("policy", definition.policy.do) | later:
        yield from played_texts(design, "policy.label", ("policy", "label"), definition.policy.label)
    yield from probe_texts_read(definition.probes, design, asked)


def _texts_of_person(person: Person) -> Iterator[ReadText]:
    for what, text in (("handle", person.handle), ("name", person.name), ("bio", person.bio)):
        yield ReadText(f"the {what} of @{person.handle}", text, is_filled=False)
    yield from _posts(person.rule, f"@{person.handle}")
    if person.rule is None:
        own = (*tree_texts(person.persona, with_keys=True), person.background, *(deed.text for deed in person.history))
        readers = frozenset({person.role})
        yield from (ReadText(f"what is said of @{person.handle}", text, readers, is_filled=False) for text in own)


def _texts_of_several(entry: Any) -> Iterator[ReadText]:
    who = f"those who are {entry.role}"
    if isinstance(entry, Alike):
        yield ReadText(f"the handles of {who}", f"{entry.stem}_1", is_filled=False)
        yield ReadText(f"the bios of {who}", entry.bio, is_filled=False)
    yield from _posts(entry.rule, who)


def _posts(rule: Rule | None, who: str) -> Iterator[ReadText]:
    for text in posts_of(rule):
        yield ReadText(f"posts of {who}", text, is_filled=False)
