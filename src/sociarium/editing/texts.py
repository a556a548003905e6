"""The texts of a document: where each stands, by which name a factor reaches it, and how all are changed alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sociarium.editing.change import entries_of, names_of
from sociarium.editing.document import Document, is_a_feed
from sociarium.experiment.feed.settable import STEPS
from sociarium.experiment.problems import Loc

_SINGLE = ("starting_message", "continuation")
_ONE_READER = ("summarizer", "manager")


def text_slots(document: Document) -> dict[str, Loc]:
    """The name by which a factor chooses among the versions of a text -> where the text stands."""
    slots: dict[str, Loc] = {}
    if is_a_feed(document):
        slots |= {f"prompts.{step}": ("prompts", step) for step in STEPS if step in names_of(document, "prompts")}
        if "label" in names_of(document, "policy"):
            slots["policy.label"] = ("policy", "label")
    else:
        slots |= {key: (key,) for key in _SINGLE if key in document}
        for key in _ONE_READER:
            for position, section in entries_of(document, key):
                slots[f"{key}.{section.get('title', '')}"] = (key, position, "content")
    for position, section in entries_of(document, "sections"):
        slots |= section_slots(section, position)
    for position, event in entries_of(document, "events"):
        slots[f"event.{event.get('name', '')}"] = ("events", position, "post" if is_a_feed(document) else "text")
    for position, probe in entries_of(document, "probes"):
        slots[f"probe.{probe.get('name', '')}"] = ("probes", position, "ask")
    return slots


def section_slots(section: dict[str, Any], position: int) -> dict[str, Loc]:
    """Those of one section: its text for all, or the text of each role."""
    title = section.get("title", "")
    slots: dict[str, Loc] = {}
    if "shared" in section:
        slots[f"section.{title}"] = ("sections", position, "shared")
    for role in names_of(section, "private"):
        slots[f"section.{title}.{role}"] = ("sections", position, "private", role)
    return slots


def value_at(document: Document, loc: Loc) -> Any:
    """What stands at a path; None where nothing does."""
    node: Any = document
    for part in loc:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return None
    return node


def put(document: dict[str, Any], loc: Loc, value: Any) -> None:
    """Write a value to a path that is there."""
    node: Any = document
    for part in loc[:-1]:
        node = node[part]
    node[loc[-1]] = value


def strings(document: Document) -> Iterator[tuple[Loc, str]]:
    """Every string of every text that may hold placeholders: versions and wordings apart, lines of scripts included."""
    places = [loc for slot, loc in text_slots(document).items() if slot != "policy.label"]
    for role, spec in names_of(document, "roles").items():
        lines = spec.get("script") if isinstance(spec, dict) else None
        places += [("roles", role, "script", position) for position in range(len(lines or ()))]
    for loc in places:
        text = value_at(document, loc)
        if isinstance(text, str):
            yield loc, text
        elif isinstance(text, dict):
            for name, version in names_of(text, "variants").items():
                if isinstance(version, str):
                    yield (*loc, "variants", name), version
                for position, wording in enumerate(wordings_in(version)):
                    yield (*loc, "variants", name, "wordings", position), wording


def wordings_in(version: Any) -> list[str]:
    """The wordings of a version; none of one that is a plain text."""
    wordings = version.get("wordings") if isinstance(version, dict) else None
    return [each for each in wordings if isinstance(each, str)] if isinstance(wordings, list) else []


def change_strings(document: dict[str, Any], change: Callable[[str], str]) -> int:
    """Change every string alike; returns how many came out other than they were."""
    count = 0
    for loc, text in list(strings(document)):
        if (changed := change(text)) != text:
            put(document, loc, changed)
            count += 1
    return count
