"""What the agents are told: the opening, the sections of their prompts, and the texts in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sociarium.cli.questions.answers import Entry
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.lists import names
from sociarium.cli.wizard.text_input import PlaceholderRules, is_varied, placeholder_table, text
from sociarium.editing.document import Document, modelled_roles
from sociarium.experiment.prompts.sections import STARTING_PROMPT

Place = tuple[str, str | None]
"""Title of a section, and a role; None for the text of all."""


def starting_message(asking: QuestionFlow, tree: Document) -> Document:
    """The first message."""
    message = text(
        asking,
        "starting message",
        "The starting message:",
        before=tree.get("starting_message"),
        rules=PlaceholderRules(tree["roles"], has_self=False, needed=True),
        varied=is_varied(tree.get("starting_message")),
        hint="The first thing that everybody reads, as if somebody had said it. "
        "For example: It is Sunday evening. The sink is full.",
    )
    return {**tree, "starting_message": message}


def sections(asking: QuestionFlow, tree: Document) -> Document:
    """Titles, order, who reads what, and the texts."""
    before: Sequence[dict[str, Any]] = list(tree.get("sections", ()))
    former = {section["title"]: section for section in before}
    line = asking.text(
        "titles",
        "Which sections should the agents' instructions have?",
        hint=f"Titles in the order in which they are read, separated by commas, such as: Goal, Personality. Each agent "
        f"reads a {STARTING_PROMPT!r} before them, which says who it is. Leave it empty to have only that one.",
        default=", ".join(section["title"] for section in before[1:]),
        check=_titles_fault,
    )
    titles = names(line)
    shared = (
        asking.several(
            "shared",
            "Which of them say the same to every role?",
            [Entry(title, title) for title in titles],
            hint="Mark those; all others get a text for each role.",
            default=[title for title in titles if "shared" in former.get(title, {})],
        )
        if titles
        else []
    )
    readers = modelled_roles(tree)
    places: list[Place] = [(STARTING_PROMPT, role) for role in readers]
    for title in titles:
        places += [(title, None)] if title in shared else [(title, role) for role in readers]
    texts = _texts(asking, tree, places, {place: _stands(former, place) for place in places})
    changed = [_section(former.get(STARTING_PROMPT, {}), STARTING_PROMPT, texts, is_shared=False)]
    changed += [_section(former.get(title, {}), title, texts, is_shared=title in shared) for title in titles]
    return {**tree, "sections": changed}


def _texts(asking: QuestionFlow, tree: Document, places: Sequence[Place], before: dict[Place, Any]) -> dict[Place, Any]:
    varied = asking.several(
        "varied",
        "Of which texts do you want to compare several versions?",
        [Entry(_place_name(place), _place_name(place)) for place in places],
        hint="Mark the texts whose effect you study, such as a goal or a personality. Each version is written next.",
        default=[_place_name(place) for place in places if is_varied(before[place])],
    )
    asking.say(placeholder_table(tree))
    return {
        (title, role): text(
            asking,
            f"text/{_place_name((title, role))}",
            f"{_place_name((title, role))}:",
            before=before[title, role],
            rules=PlaceholderRules(tree["roles"], needed=title == STARTING_PROMPT),
            varied=_place_name((title, role)) in varied,
            hint=_hint(title, role),
        )
        for title, role in places
    }


def _hint(title: str, role: str | None) -> str:
    if title == STARTING_PROMPT:
        return (
            f"Tell the {role} who it is, where, and how to speak. "
            "For example: You are <SELF_NAME>. Speak for yourself only, in one to three sentences."
        )
    reader = "everybody" if role is None else f"the {role}"
    return f"What {reader} reads under the heading {title!r}; empty: nothing."


def _place_name(place: Place) -> str:
    title, role = place
    return f"{title} (all)" if role is None else f"{title} of the {role}"


def _stands(former: dict[str, dict[str, Any]], place: Place) -> Any:
    title, role = place
    section = former.get(title, {})
    if role is None:
        return section.get("shared")
    # A text that all shared is where each role begins when it gets its own.
    return section["private"].get(role) if "private" in section else section.get("shared")


def _section(before: dict[str, Any], title: str, texts: dict[Place, Any], *, is_shared: bool) -> dict[str, Any]:
    section: dict[str, Any] = {"title": title}
    if "heading" in before:
        section["heading"] = before["heading"]
    if is_shared:
        return section | {"shared": texts[title, None]}
    private = {
        role: content for (of, role), content in texts.items() if of == title and (content or title == STARTING_PROMPT)
    }
    return section | {"private": private}


def _titles_fault(line: str) -> str:
    if STARTING_PROMPT.lower() in line.lower():
        return f"{STARTING_PROMPT!r} is there anyway; write only the other titles."
    return ""
