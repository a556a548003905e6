"""Roles: what follows when one gets another name, and what goes when one is taken away."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sociarium.count_text import count_text, one_or_many
from sociarium.editing.change import (
    Change,
    copy_of,
    entries_of,
    names_of,
    refuse_unknown,
    refuse_unusable,
    with_key_renamed,
)
from sociarium.editing.document import Document, is_a_feed
from sociarium.editing.factors import change_factors
from sociarium.editing.references import ReferenceRenames, change_references
from sociarium.editing.texts import change_strings, section_slots, strings
from sociarium.editing.words import place_words
from sociarium.errors import BadInput
from sociarium.experiment.conversation.settable import OTHER_USERS
from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.prompts.placeholders import RESERVED_ROLE_KEYS, named_roles, role_key, with_role_renamed
from sociarium.experiment.prompts.starting_prompt import STARTING_PROMPT
from sociarium.experiment.prompts.word_forms import known_plural


def role_names(document: Document) -> list[str]:
    """The roles of a conversation, or those that people of a feed have."""
    if not is_a_feed(document):
        return list(names_of(document, "roles"))
    named = [str(entry.get("role", DEFAULT_ROLE)) for _, entry in entries_of(document, "people")]
    if newcomers := names_of(document, "newcomers"):
        named.append(str(newcomers.get("role", DEFAULT_ROLE)))
    return list(dict.fromkeys(named))


def refuse_role_name(document: Document, new: str, *, others: Collection[str]) -> None:
    """Raises `BadInput` where no role beside the others can have the name."""
    refuse_unusable(new, others, "role")
    reserved = {"probes"} if is_a_feed(document) else {*OTHER_USERS, "random"}
    key = role_key(new)
    if new in reserved or key in RESERVED_ROLE_KEYS:
        raise BadInput(f"No role can be called {new!r}: it means something else.")
    if not any(character.isalnum() for character in new):
        raise BadInput(f"No role can be called {new!r}: write at least one letter or digit.")
    for other in others:
        if role_key(other) == key:
            raise BadInput(f"{new!r} and {other!r} are too alike: texts would speak of both as <{key}_…>.")


def add_role(document: Document, name: str) -> Change:
    """One more role of a conversation, which has a text of its own in the starting prompt.

    Raises:
        BadInput: no role can have the name.
    """
    refuse_role_name(document, name, others=role_names(document))
    changed = copy_of(document)
    changed.setdefault("roles", {})[name] = {}
    sections = changed.get("sections") or []
    if sections and sections[0].get("title") == STARTING_PROMPT and isinstance(sections[0].get("private"), dict):
        sections[0]["private"].setdefault(name, "")
    return Change(changed)


def rename_role(document: Document, old: str, new: str) -> Change:
    """Another name for a role; its texts, placeholders, questions, numbers and comparisons follow.

    Raises:
        BadInput: there is no such role, or the new name cannot be had.
    """
    names = role_names(document)
    refuse_unknown(old, names, "role")
    if new == old:
        return Change(copy_of(document))
    refuse_role_name(document, new, others=[name for name in names if name != old])
    changed = copy_of(document)
    placeholders = change_strings(changed, lambda text: with_role_renamed(text, names, old, new))
    own = 0
    for _, section in entries_of(changed, "sections"):
        if old in names_of(section, "private"):
            section["private"] = with_key_renamed(section["private"], old, new)
            own += 1
    questions = _rename_in_questions(changed, old, new)
    sentences = [
        *([f"{count_text(own, 'text')} of the {old} {one_or_many(own, 'is', 'are')} the {new}'s now."] if own else []),
        *([_placeholders_sentence(placeholders, old)] if placeholders else []),
        *(
            [f"{count_text(questions, 'private question')} {one_or_many(questions, 'follows', 'follow')}."]
            if questions
            else []
        ),
        *_rename_entry(changed, old, new),
    ]
    slots = _role_slots(document, old)
    renamed = {slot: f"{slot.removesuffix(old)}{new}" for slot in slots}
    sentences += change_factors(changed, document, slots=renamed, levels={"first_speaker": {old: new}})
    sentences += change_references(changed, ReferenceRenames(roles={old: new}))
    return Change(changed, (*sentences, *_plain_mentions(changed, old)))


def remove_role(document: Document, role: str) -> Change:
    """A role taken away, with its texts, its part in questions, its people and its comparisons.

    Texts of others that speak of it by placeholders stay as they are and are named: only a person knows other words.

    Raises:
        BadInput: there is no such role.
    """
    refuse_unknown(role, role_names(document), "role")
    changed = copy_of(document)
    sentences: list[str] = []
    if is_a_feed(document):
        sentences += _remove_people_of(changed, role)
    return Change(changed, (*sentences, *forget_role(changed, document, role)))


def forget_role(changed: dict[str, Any], before: Document, role: str) -> list[str]:
    """Take away everything that is said of a role that nobody has any more; returns the sentences."""
    sentences: list[str] = []
    gone_slots = _role_slots(before, role)
    if role in names_of(changed, "roles"):
        del changed["roles"][role]
        if is_a_feed(changed) and not changed["roles"]:
            del changed["roles"]
    own = 0
    for _, section in entries_of(changed, "sections"):
        if role in names_of(section, "private"):
            del section["private"][role]
            own += 1
    if own:
        sentences.append(f"{count_text(own, 'text')} of the {role} {one_or_many(own, 'is', 'are')} gone.")
    sentences += _drop_empty_sections(changed)
    sentences += _leave_questions(changed, role)
    if changed.get("first_speaker") == role:
        del changed["first_speaker"]
        sentences.append(f"The {role} no longer speaks first; the first of the roles does.")
    sentences += change_factors(
        changed,
        before,
        slots=dict.fromkeys([*gone_slots, *_lost_question_slots(changed, before)]),
        levels={"first_speaker": {role: None}},
    )
    lost = {slot.removeprefix("probe.") for slot in _lost_question_slots(changed, before)}
    sentences += change_references(changed, ReferenceRenames(probes=dict.fromkeys(lost), roles={role: None}))
    places = [
        place_words(changed, loc) for loc, text in strings(changed) if role in named_roles(text, role_names(before))
    ]
    if places:
        sentences.append(f"Still spoken of as <{role_key(role)}_…>, which needs other words: {'; '.join(places)}.")
    return sentences


def _role_slots(document: Document, role: str) -> list[str]:
    """What factors set that belongs to a role."""
    slots = [f"agents.{role}", f"people.{role}", f"model.{role}"]
    for position, section in entries_of(document, "sections"):
        slots += [slot for slot, loc in section_slots(section, position).items() if loc[2:] == ("private", role)]
    return slots


def _rename_entry(changed: dict[str, Any], old: str, new: str) -> list[str]:
    """The role itself, who speaks first, and in a feed the people who have it."""
    sentences = []
    if old in names_of(changed, "roles"):
        spec = changed["roles"][old]
        changed["roles"] = with_key_renamed(changed["roles"], old, new)
        several = spec.get("plural") if isinstance(spec, dict) else None
        if several == known_plural(old) and (of_new := known_plural(new)):
            del spec["plural"]
            sentences.append(f"Several of them are {of_new} now.")
        elif several:
            sentences.append(f"Several of them are still {several}.")
    if changed.get("first_speaker") == old:
        changed["first_speaker"] = new
    if is_a_feed(changed):
        people = [entry for _, entry in entries_of(changed, "people")]
        newcomers = [changed["newcomers"]] if names_of(changed, "newcomers") else []
        theirs = [entry for entry in (*people, *newcomers) if entry.get("role", DEFAULT_ROLE) == old]
        for entry in theirs:
            entry["role"] = new
        sentences.append(f"{count_text(len(theirs), 'entry', 'entries')} of people "
                         f"{one_or_many(len(theirs), 'follows', 'follow')}.")  # fmt: skip
    return sentences


def _rename_in_questions(changed: dict[str, Any], old: str, new: str) -> int:
    count = 0
    for _, probe in entries_of(changed, "probes"):
        whom = probe.get("of")
        if isinstance(whom, list) and old in whom:
            probe["of"] = [new if role == old else role for role in whom]
            count += 1
    return count


def _plain_mentions(document: Document, old: str) -> list[str]:
    count = sum(old.casefold() in text.casefold() for _, text in strings(document))
    return (
        [
            f"{count_text(count, 'text')} {one_or_many(count, 'says', 'say')} "
            f"“{old}” in plain words and {one_or_many(count, 'stays', 'stay')}."
        ]
        if count
        else []
    )


def _remove_people_of(changed: dict[str, Any], role: str) -> list[str]:
    people = changed.get("people") or []
    rest = [entry for entry in people if not isinstance(entry, dict) or entry.get("role", DEFAULT_ROLE) != role]
    handles = {entry["handle"] for entry in people if entry not in rest and "handle" in entry}
    sentences = [
        f"{count_text(len(people) - len(rest), 'entry', 'entries')} of "
        f"people {one_or_many(len(people) - len(rest), 'goes', 'go')} with it."
    ]
    changed["people"] = rest
    for entry in rest:
        if isinstance(entry, dict) and handles & set(entry.get("follows") or ()):
            entry["follows"] = [other for other in entry["follows"] if other not in handles]
    if names_of(changed, "newcomers") and changed["newcomers"].get("role", DEFAULT_ROLE) == role:
        del changed["newcomers"]
        sentences.append("Nobody arrives later any more.")
    sentences += [
        f"The announcement {event.get('name', '')!r} is posted by {event['author']}, an account outside now."
        for _, event in entries_of(changed, "events")
        if event.get("author") in handles
    ]
    return sentences


def _drop_empty_sections(changed: dict[str, Any]) -> list[str]:
    sections = changed.get("sections")
    if not isinstance(sections, list):
        return []
    first = 0 if is_a_feed(changed) else 1
    empty = [
        section
        for position, section in enumerate(sections)
        if position >= first and isinstance(section, dict) and section.get("private") == {}
    ]
    changed["sections"] = [section for section in sections if not any(section is one for one in empty)]
    return [f"The section {section.get('title', '')!r} has no reader left and is gone." for section in empty]


def _leave_questions(changed: dict[str, Any], role: str) -> list[str]:
    sentences: list[str] = []
    rest = []
    for probe in changed.get("probes") or []:
        whom = probe.get("of") if isinstance(probe, dict) else None
        if isinstance(whom, list) and role in whom:
            probe["of"] = [other for other in whom if other != role]
            if not probe["of"]:
                sentences.append(f"The question {probe.get('name', '')!r} was asked of the {role} alone and is gone.")
                continue
            sentences.append(f"The question {probe.get('name', '')!r} is asked of {', '.join(probe['of'])} now.")
        rest.append(probe)
    if "probes" in changed:
        changed["probes"] = rest
    return sentences


def _lost_question_slots(changed: Document, before: Document) -> list[str]:
    names = {probe.get("name") for _, probe in entries_of(changed, "probes")}
    return [
        f"probe.{probe.get('name', '')}" for _, probe in entries_of(before, "probes") if probe.get("name") not in names
    ]


def _placeholders_sentence(count: int, old: str) -> str:
    return (
        f"{count_text(count, 'text')} spoke of the {old} as "
        f"<{role_key(old)}_…> and {one_or_many(count, 'follows', 'follow')}."
    )
