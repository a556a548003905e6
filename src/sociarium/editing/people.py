"""People of a feed, private questions and announcements: what follows another name, and what goes with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from sociarium.count_text import count_text
from sociarium.editing.change import Change, copy_of, entries_of, refuse_unknown, refuse_unusable
from sociarium.editing.document import Document
from sociarium.editing.factors import change_factors
from sociarium.editing.people_names import archetype_fault, handle_fault, handles
from sociarium.editing.references import ReferenceRenames, Renames, change_references
from sociarium.editing.roles import forget_role, role_names
from sociarium.editing.texts import change_strings
from sociarium.errors import BadInput
from sociarium.experiment.feed.default_role import DEFAULT_ROLE

Named = Literal["probes", "events"]
_KINDS: dict[Named, str] = {"probes": "question", "events": "announcement"}
_SLOTS: dict[Named, str] = {"probes": "probe", "events": "event"}


def add_person(document: Document, person: Mapping[str, Any]) -> Change:
    """One more person of a feed, described by themselves.

    Args:
        person: as a file describes one; with a handle.

    Raises:
        BadInput: nobody can have the handle or the role.
    """
    handle, role = str(person.get("handle", "")), str(person.get("role", DEFAULT_ROLE))
    if fault := handle_fault(handle, handles(document)) or archetype_fault(document, role):
        raise BadInput(fault)
    changed = copy_of(document)
    changed["people"] = [*(changed.get("people") or ()), {**person, "handle": handle.strip().removeprefix("@")}]
    return Change(changed)


def add_crowd(document: Document, crowd: Mapping[str, Any]) -> Change:
    """Several people of a feed at once: a model writes them, or they act by one rule.

    Args:
        crowd: as a file says it, as far as it is known; with `generate` or `count`, which says how many.

    Raises:
        BadInput: nobody can have the role.
    """
    if fault := archetype_fault(document, str(crowd.get("role", DEFAULT_ROLE))):
        raise BadInput(fault)
    changed = copy_of(document)
    changed["people"] = [*(changed.get("people") or ()), dict(crowd)]
    return Change(changed)


def remove_crowd(document: Document, position: int) -> Change:
    """An entry of several people taken away; a role that nobody has any more goes with its texts."""
    changed = copy_of(document)
    role = str(changed["people"].pop(position).get("role", DEFAULT_ROLE))
    return Change(changed, () if role in role_names(changed) else tuple(forget_role(changed, document, role)))


def change_role(document: Document, position: int, role: str) -> Change:
    """Another role for an entry of people; one that nobody has any more goes with its texts.

    Raises:
        BadInput: nobody can have the role.
    """
    if fault := archetype_fault(document, role):
        raise BadInput(fault)
    changed = copy_of(document)
    entry = changed["people"][position]
    former = str(entry.get("role", DEFAULT_ROLE))
    if role == DEFAULT_ROLE:
        entry.pop("role", None)
    else:
        entry["role"] = role
    is_gone = former not in role_names(changed)
    return Change(changed, tuple(forget_role(changed, document, former)) if is_gone else ())


def rename_person(document: Document, old: str, new: str) -> Change:
    """Another handle for a person; whoever follows or mentions them, their past and their announcements follow.

    Raises:
        BadInput: nobody has the handle, or somebody else has the new one.
    """
    others = handles(document)
    refuse_unknown(old, others, "person")
    if new == old:
        return Change(copy_of(document))
    refuse_unusable(new.casefold(), [handle.casefold() for handle in others if handle != old], "person")
    changed = copy_of(document)
    links = announcements = 0
    for _, entry in entries_of(changed, "people"):
        if entry.get("handle") == old:
            entry["handle"] = new
        if old in (entry.get("follows") or ()):
            entry["follows"] = [new if handle == old else handle for handle in entry["follows"]]
            links += 1
        for deed in entry.get("history") or ():
            if isinstance(deed, dict) and deed.get("of") == old:
                deed["of"] = new
                links += 1
    for _, event in entries_of(changed, "events"):
        if event.get("author") == old:
            event["author"] = new
            announcements += 1
    mentions = change_strings(changed, lambda text: _with_mention(text, old, new))
    for _, entry in entries_of(changed, "people"):
        for key in ("persona", "bio", "background", "history"):
            if key in entry and (value := _with_mentions(entry[key], old, new)) != entry[key]:
                entry[key] = value
                mentions += 1
    pairs = ((links, "link"), (announcements, "announcement"), (mentions, "mention"))
    parts = [count_text(count, noun) for count, noun in pairs if count]
    return Change(changed, (f"Changed along: {', '.join(parts)}.",) if parts else ())


def remove_person(document: Document, handle: str) -> Change:
    """A person taken away; nobody follows them, and a role that nobody has any more goes with its texts.

    Announcements in their name stay, from an account outside.

    Raises:
        BadInput: nobody has the handle.
    """
    refuse_unknown(handle, handles(document), "person")
    changed = copy_of(document)
    person = next(entry for _, entry in entries_of(changed, "people") if entry.get("handle") == handle)
    changed["people"] = [entry for entry in changed["people"] if entry is not person]
    followers = 0
    for _, entry in entries_of(changed, "people"):
        if handle in (entry.get("follows") or ()):
            entry["follows"] = [other for other in entry["follows"] if other != handle]
            followers += 1
    sentences = []
    if followers:
        whoever = count_text(followers, "person", "people")
        sentences.append(f"{whoever} no longer follow{'s' * (followers == 1)} {handle}.")
    sentences += [
        f"The announcement {event.get('name', '')!r} is posted by {handle}, an account outside now."
        for _, event in entries_of(changed, "events")
        if event.get("author") == handle
    ]
    role = str(person.get("role", DEFAULT_ROLE))
    if role not in role_names(changed):
        sentences += [f"Nobody is {role} any more.", *forget_role(changed, document, role)]
    return Change(changed, tuple(sentences))


def rename_named(document: Document, kind: Named, old: str, new: str) -> Change:
    """Another name for a private question or an announcement; comparisons of its text follow.

    Raises:
        BadInput: there is none of that name, or another has the new one.
    """
    names = _names(document, kind)
    refuse_unknown(old, names, _KINDS[kind])
    if new == old:
        return Change(copy_of(document))
    refuse_unusable(new, names, _KINDS[kind])
    changed = copy_of(document)
    for _, entry in entries_of(changed, kind):
        if entry.get("name") == old:
            entry["name"] = new
    slots = {f"{_SLOTS[kind]}.{old}": f"{_SLOTS[kind]}.{new}"}
    sentences = change_factors(changed, document, slots=slots)
    return Change(changed, (*sentences, *_change_along(changed, kind, {old: new})))


def remove_named(document: Document, kind: Named, name: str) -> Change:
    """A private question or an announcement taken away, with its comparison.

    Raises:
        BadInput: there is none of that name.
    """
    refuse_unknown(name, _names(document, kind), _KINDS[kind])
    changed = copy_of(document)
    changed[kind] = [entry for entry in changed[kind] if not (isinstance(entry, dict) and entry.get("name") == name)]
    if not changed[kind]:
        del changed[kind]
    sentences = change_factors(changed, document, slots={f"{_SLOTS[kind]}.{name}": None})
    return Change(changed, (*sentences, *_change_along(changed, kind, {name: None})))


def _change_along(changed: dict[str, Any], kind: Named, renames: Renames) -> list[str]:
    return change_references(changed, ReferenceRenames(probes=renames)) if kind == "probes" else []


def _names(document: Document, kind: Named) -> list[str]:
    return [str(entry.get("name", "")) for _, entry in entries_of(document, kind)]


def _with_mention(text: str, old: str, new: str) -> str:
    return re.sub(rf"@{re.escape(old)}(?![\w-])", lambda _: f"@{new}", text, flags=re.IGNORECASE)


def _with_mentions(value: Any, old: str, new: str) -> Any:
    """A persona or a past, of any shape, in which a person is mentioned by another handle."""
    if isinstance(value, str):
        return _with_mention(value, old, new)
    if isinstance(value, list):
        return [_with_mentions(item, old, new) for item in value]
    if isinstance(value, dict):
        return {key: _with_mentions(item, old, new) for key, item in value.items()}
    return value
