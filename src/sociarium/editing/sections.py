"""Sections of prompts and versions of texts: what follows another name, and what goes when one is taken away."""

from __future__ import annotations

from typing import Any, Literal

from sociarium.editing.arrange import add_item
from sociarium.editing.change import Change, copy_of, entries_of, refuse_unknown, refuse_unusable, with_key_renamed
from sociarium.editing.document import Document, is_a_feed, modelled_roles
from sociarium.editing.factors import change_factors
from sociarium.editing.roles import role_names
from sociarium.editing.texts import put, section_slots, text_slots, value_at
from sociarium.editing.words import slot_words
from sociarium.errors import BadInput
from sociarium.experiment.prompts.starting_prompt import STARTING_PROMPT

Prompt = Literal["sections", "summarizer", "manager"]
"""Whose prompt: the agents' or people's, the one that records days, the one that chooses speakers."""


def readers(document: Document) -> list[str]:
    """The roles that read sections of their own."""
    return role_names(document) if is_a_feed(document) else modelled_roles(document)


def add_section(document: Document, title: str, text: str = "", *, is_shared: bool = False) -> Change:
    """One more section, read last.

    Args:
        text: what all read, or where each role begins with its own; empty: nobody reads anything there yet.

    Raises:
        BadInput: there is no title, or another section has it.
    """
    private = dict.fromkeys(readers(document), text) if text else {}
    return add_item(document, "sections", {"title": title, **({"shared": text} if is_shared else {"private": private})})


def share_section(document: Document, title: str, *, is_shared: bool) -> Change:
    """Let all read the same under a title, or each role a text of its own, beginning with what all read.

    Of several texts the first one is read by all; comparisons of texts that are gone go with them.

    Raises:
        BadInput: there is no such section, or it is the starting prompt.
    """
    position = _position(document, title, "sections")
    _refuse_starting_prompt(document, position, "sections", "is read by each role in words of its own")
    changed = copy_of(document)
    section = changed["sections"][position]
    if is_shared == ("shared" in section):
        return Change(changed)
    before = _slots(section, position, "sections")
    if is_shared:
        section["shared"] = next(iter((section.pop("private", None) or {}).values()), "")
    else:
        text = section.pop("shared")
        section["private"] = dict.fromkeys(readers(document), text) if text else {}
    return Change(changed, tuple(change_factors(changed, document, slots=dict.fromkeys(before))))


def rename_section(document: Document, old: str, new: str, *, prompt: Prompt = "sections") -> Change:
    """Another title for a section; comparisons of its texts follow.

    Raises:
        BadInput: there is no such section, the title cannot be had, or it is the starting prompt.
    """
    position = _position(document, old, prompt)
    if new == old:
        return Change(copy_of(document))
    refuse_unusable(new, [str(section.get("title", "")) for _, section in entries_of(document, prompt)], "section")
    _refuse_starting_prompt(document, position, prompt, "keeps its title")
    changed = copy_of(document)
    section = changed[prompt][position]
    before = _slots(section, position, prompt)
    section["title"] = new
    slots = dict(zip(before, _slots(section, position, prompt), strict=True))
    return Change(changed, tuple(change_factors(changed, document, slots=slots)))


def remove_section(document: Document, title: str, *, prompt: Prompt = "sections") -> Change:
    """A section taken away with its texts and their comparisons.

    Raises:
        BadInput: there is no such section, or it is the starting prompt.
    """
    position = _position(document, title, prompt)
    _refuse_starting_prompt(document, position, prompt, "cannot be taken out")
    changed = copy_of(document)
    gone = _slots(changed[prompt].pop(position), position, prompt)
    if not changed[prompt]:
        del changed[prompt]
    return Change(changed, tuple(change_factors(changed, document, slots=dict.fromkeys(gone))))


def rename_version(document: Document, slot: str, old: str, new: str) -> Change:
    """Another name for a version of a text; comparisons follow.

    Args:
        slot: the text, by the name under which factors set it, such as `section.Goal.guard` or `starting_message`.

    Raises:
        BadInput: there is no such text or version, or the name cannot be had.
    """
    versions = _versions(document, slot)
    refuse_unknown(old, versions, "version")
    if new == old:
        return Change(copy_of(document))
    refuse_unusable(new, versions, "version")
    changed = copy_of(document)
    put(changed, (*text_slots(document)[slot], "variants"), with_key_renamed(versions, old, new))
    return Change(changed, tuple(change_factors(changed, document, levels={slot: {old: new}})))


def remove_version(document: Document, slot: str, name: str) -> Change:
    """A version of a text taken away; the last but one leaves a plain text, which is not compared.

    Raises:
        BadInput: there is no such text or version, or it is the only one.
    """
    versions = _versions(document, slot)
    refuse_unknown(name, versions, "version")
    rest = {version: text for version, text in versions.items() if version != name}
    if not rest:
        raise BadInput(f"{name!r} is the only version; take out the text itself.")
    changed = copy_of(document)
    loc = text_slots(document)[slot]
    if len(rest) > 1:
        put(changed, (*loc, "variants"), rest)
        return Change(changed, tuple(change_factors(changed, document, levels={slot: {name: None}})))
    put(changed, loc, next(iter(rest.values())))
    # First the level, so that linked levels which chose it go; then the text, which has no versions any more.
    sentences = change_factors(changed, document, levels={slot: {name: None}})
    sentences += change_factors(changed, document, slots={slot: None})
    only = f"“{slot_words(document, slot)}” has one version left, “{next(iter(rest))}”, and is a plain text now."
    return Change(changed, (only, *dict.fromkeys(sentences)))


def _position(document: Document, title: str, prompt: Prompt) -> int:
    for position, section in entries_of(document, prompt):
        if section.get("title") == title:
            return position
    raise BadInput(f"There is no section {title!r}.")


def _slots(section: dict[str, Any], position: int, prompt: Prompt) -> list[str]:
    return list(section_slots(section, position)) if prompt == "sections" else [f"{prompt}.{section['title']}"]


def _refuse_starting_prompt(document: Document, position: int, prompt: Prompt, why: str) -> None:
    if prompt == "sections" and position == 0 and not is_a_feed(document):
        raise BadInput(f"The {STARTING_PROMPT} {why}: it is read first by everybody.")


def _versions(document: Document, slot: str) -> dict[str, str]:
    slots = text_slots(document)
    refuse_unknown(slot, slots, "text")
    text = value_at(document, slots[slot])
    versions: dict[str, str] = text["variants"] if isinstance(text, dict) and "variants" in text else {}
    return versions
