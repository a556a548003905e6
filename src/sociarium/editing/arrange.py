"""Things of a list added, copied and moved: roles, models, sections, questions, announcements, people."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Literal

from sociarium.count_text import count_text
from sociarium.editing.change import Change, copy_of, entries_of, names_of, refuse_unknown, refuse_unusable
from sociarium.editing.document import Document, is_a_feed
from sociarium.editing.roles import refuse_role_name
from sociarium.editing.values import with_value
from sociarium.errors import BadInput
from sociarium.experiment.prompts.starting_prompt import STARTING_PROMPT

Things = Literal[
    "roles", "models", "sections", "summarizer", "manager", "probes", "events", "people", "hypotheses", "exclusions"
]
_NAME_KEYS: dict[Things, str] = {"sections": "title", "summarizer": "title", "manager": "title", "probes": "name",
                                 "events": "name", "people": "handle", "hypotheses": "name",
                                 "exclusions": "name"}  # fmt: skip
_KINDS: dict[Things, str] = {"roles": "role", "models": "model", "sections": "section", "summarizer": "section",
                             "manager": "section", "probes": "question", "events": "announcement",
                             "people": "person", "hypotheses": "hypothesis", "exclusions": "rule"}  # fmt: skip


def names_in(document: Document, things: Things) -> list[str]:
    """What the things of a list are called, in their order; people written by a model have no name of their own."""
    if things not in _NAME_KEYS:
        return list(names_of(document, things))
    return [str(entry.get(_NAME_KEYS[things], "")) for _, entry in entries_of(document, things)]


def add_item(document: Document, things: Things, entry: Mapping[str, Any]) -> Change:
    """One more thing at the end of a list of things that have their names within.

    Args:
        entry: as a file has it; with its name, in which runs of spaces are one.

    Raises:
        BadInput: it has no name, or another one has it.
    """
    key = _NAME_KEYS[things]
    name = " ".join(str(entry.get(key, "")).split())
    refuse_unusable(name, names_in(document, things), _KINDS[things])
    changed = copy_of(document)
    changed[things] = [*(changed.get(things) or ()), {**entry, key: name}]
    return Change(changed)


def copy_item(document: Document, things: Things, name: str, new: str) -> Change:
    """A thing once more, right behind the first, under a name of its own; what is compared stays as it was.

    A copied role has the texts of the first, and is asked the same questions.

    Raises:
        BadInput: there is none of that name, or something has the new one.
    """
    names = names_in(document, things)
    refuse_unknown(name, names, _KINDS[things])
    if things == "roles":
        refuse_role_name(document, new, others=names)
    else:
        folded = (lambda text: text.casefold()) if things == "people" else str
        refuse_unusable(folded(new), [folded(other) for other in names], _KINDS[things])
    changed = copy_of(document)
    if things not in _NAME_KEYS:
        changed[things] = _with_copy(names_of(changed, things), name, new)
        return Change(changed, tuple(_copy_role_texts(changed, name, new)) if things == "roles" else ())
    entries: list[Any] = []
    for entry in changed[things]:
        entries.append(entry)
        if isinstance(entry, dict) and entry.get(_NAME_KEYS[things]) == name:
            entries.append({**deepcopy(entry), _NAME_KEYS[things]: new})
    changed[things] = entries
    return Change(changed)


def move_item(document: Document, things: Things, position: int, to: int) -> Change:
    """A thing at another place of its list; positions count from 0.

    Raises:
        BadInput: one of the positions is not there, or it is the starting prompt's.
    """
    changed = copy_of(document)
    part = changed.get(things)
    entries: list[Any] = list(part.items()) if isinstance(part, dict) else list(part or ())
    if not (0 <= position < len(entries) and 0 <= to < len(entries)):
        raise BadInput(f"There is no place {max(position, to) + 1} in this list of {len(entries)}.")
    if things == "sections" and not is_a_feed(document) and position != to and 0 in (position, to):
        raise BadInput(f"The {STARTING_PROMPT} stays first.")
    first = next(iter(entries))
    entries.insert(to, entries.pop(position))
    changed[things] = dict(entries) if isinstance(part, dict) else entries
    sentences = []
    if entries[0] is not first and isinstance(part, dict):
        name = entries[0][0]
        if things == "models":
            sentences.append(f"Where no model is chosen, {name} speaks now.")
        elif not is_a_feed(document) and "first_speaker" not in document:
            sentences.append(f"The {name} speaks first now.")
    return Change(changed, tuple(sentences))


def rename_item(document: Document, things: Things, old: str, new: str) -> Change:
    """Another name for a thing that nothing else names.

    Raises:
        BadInput: there is none of that name, or something has the new one.
    """
    names = names_in(document, things)
    refuse_unknown(old, names, _KINDS[things])
    refuse_unusable(new, [name for name in names if name != old], _KINDS[things])
    changed = copy_of(document)
    changed[things][names.index(old)][_NAME_KEYS[things]] = new
    return Change(changed)


def remove_item(document: Document, things: Things, name: str) -> Change:
    """A thing that nothing else names taken away. Raises `BadInput`: there is none of that name."""
    names = names_in(document, things)
    refuse_unknown(name, names, _KINDS[things])
    return remove_at(document, things, names.index(name))


def remove_at(document: Document, things: Things, position: int) -> Change:
    """A thing that nothing else names taken away, by its position; an empty list goes, too."""
    return Change(with_value(document, (things,), [
        entry for place, entry in enumerate(document[things]) if place != position] or None))  # fmt: skip


def _with_copy(part: dict[str, Any], name: str, new: str) -> dict[str, Any]:
    copied: dict[str, Any] = {}
    for key, value in part.items():
        copied[key] = value
        if key == name:
            copied[new] = deepcopy(value)
    return copied


def _copy_role_texts(changed: dict[str, Any], name: str, new: str) -> list[str]:
    texts = questions = 0
    for _, section in entries_of(changed, "sections"):
        if name in names_of(section, "private"):
            section["private"] = _with_copy(section["private"], name, new)
            texts += 1
    for _, probe in entries_of(changed, "probes"):
        if name in (probe.get("of") or ()):
            probe["of"] = [*probe["of"], new]
            questions += 1
    pairs = ((texts, "text"), (questions, "private question"))
    parts = [count_text(count, noun) for count, noun in pairs if count]
    return [f"Copied along: {', '.join(parts)}."] if parts else []
