"""What a conversation's definition must keep beyond the shape of its parts."""

from __future__ import annotations

from collections.abc import Iterator

from sociarium.count_text import count_text
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.conversation.resolve import message_count
from sociarium.experiment.conversation.settable import LENGTH, OTHER_USERS
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.loading.name_checks import (
    LocatedText,
    duplicate_problems,
    factor_loc,
    placeholder_problems,
    roles_of_probes,
    roles_of_sections,
    texts_at,
    texts_of_probes,
    texts_of_sections,
)
from sociarium.experiment.problems import Loc, PathProblem, did_you_mean
from sociarium.experiment.prompts.placeholders import RESERVED_ROLE_KEYS, role_key
from sociarium.experiment.prompts.sections import PromptSection
from sociarium.experiment.prompts.starting_prompt import STARTING_PROMPT

MOST_AGENTS = 900
"""Agents in a run: their names end in three digits of their own, 100 to 999."""


def problems(definition: ConversationDefinition) -> Iterator[PathProblem]:
    """Every fault of a definition whose parts are well formed, its sweeps apart."""
    yield from _role_names(definition)
    yield from _sections(definition)
    yield from _names(definition)
    yield from _lines_of_nobody(definition)
    yield from placeholder_problems(located_texts(definition), definition.roles)


def _role_names(definition: ConversationDefinition) -> Iterator[PathProblem]:
    by_key: dict[str, str] = {}
    for name in definition.roles:
        key = role_key(name)
        if name in OTHER_USERS or key in RESERVED_ROLE_KEYS or name == "random":
            yield PathProblem(("roles", name), f"no role can be called {name!r}", "it means something else; rename it")
        elif key in by_key:
            yield PathProblem(
                ("roles", name),
                f"{name!r} and {by_key[key]!r} have the same placeholders, <{key}_...>",
                "rename one of them",
            )
        by_key.setdefault(key, name)
        called = definition.roles[name].name
        if called is not None and not any(character.isalnum() for character in called):
            message, mend = f"no agent can be called {called!r}", "write a name with a letter or a digit, such as Juror"
            yield PathProblem(("roles", name, "name"), message, mend)


def _sections(definition: ConversationDefinition) -> Iterator[PathProblem]:
    sections = definition.sections
    first = sections[0]
    if first.title != STARTING_PROMPT:
        mend = f"the first section is titled `{STARTING_PROMPT}` and is private"
        yield PathProblem(("sections", 0, "title"), f"the first section is {first.title!r}", mend)
    elif first.private is None:
        yield PathProblem(
            ("sections", 0), f"the {STARTING_PROMPT} is private", "write `private:` with a text for each role"
        )
    else:
        for role, spec in definition.roles.items():
            if spec.script is None and role not in first.private:
                yield PathProblem(
                    ("sections", 0, "private"),
                    f"the role {role!r} has no starting prompt",
                    f"add `{role}: ...` here, or give the role a script",
                )
    yield from roles_of_sections(sections, definition.roles)


def _names(definition: ConversationDefinition) -> Iterator[PathProblem]:
    scripted = [name for name, role in definition.roles.items() if role.script is not None]
    yield from roles_of_probes(definition.probes, definition.roles, scripted)
    yield from duplicate_problems("event", [event.name for event in definition.events], ("events",))
    for user, sections in _prompts(definition):
        yield from duplicate_problems("section", [section.title for section in sections], (user,))
    first = definition.first_speaker
    if first is not None and first != "random" and first not in definition.roles:
        mend = did_you_mean(first, [*definition.roles, "random"])
        yield PathProblem(("first_speaker",), f"there is no role {first!r}", mend)


def _lines_of_nobody(definition: ConversationDefinition) -> Iterator[PathProblem]:
    """The two lines that agents read as somebody's who is none of them; neither can be silence."""
    for loc, text, _ in texts_at(("starting_message",), definition.starting_message, has_self=False):
        if not text.strip():
            mend = "write what the first agent answers to, or take the key out: then it is `Start the conversation.`"
            yield PathProblem(loc, "the starting message is empty, so nobody begins the conversation", mend)
    for loc, text, _ in texts_at(("continuation",), definition.continuation, has_self=True):
        if not text.strip():
            mend = "write a short neutral line, or take the key out: then one is there that says only whose turn it is"
            yield PathProblem(
                loc, "the continuation is empty, so a request would end with an agent's own message", mend
            )


def _prompts(definition: ConversationDefinition) -> Iterator[tuple[str, tuple[PromptSection, ...]]]:
    yield "summarizer", definition.summarizer or ()
    yield "manager", definition.manager or ()


def located_texts(definition: ConversationDefinition) -> Iterator[LocatedText]:
    """Every text of a definition."""
    yield from texts_at(("starting_message",), definition.starting_message, has_self=False)
    yield from texts_at(("continuation",), definition.continuation, has_self=True)
    for role, spec in definition.roles.items():
        for place, line in enumerate(spec.script or ()):
            yield LocatedText(("roles", role, "script", place), line, has_self=True)
    yield from texts_of_sections(definition.sections)
    for user, sections in _prompts(definition):
        for position, prompt in enumerate(sections):
            yield from texts_at((user, position, "content"), prompt.content, has_self=False)
    yield from texts_of_probes(definition.probes)
    for position, event in enumerate(definition.events):
        yield from texts_at(("events", position, "text"), event.text, has_self=False)


def infeasible(definition: ConversationDefinition, design: Design, loc: Loc) -> Iterator[PathProblem]:
    """Conditions that cannot be played: fewer messages than days, nobody there or too many."""
    for levels, _ in design.combinations(design.deciding(LENGTH)):
        messages, days = message_count(design.settings(levels))
        if messages < days:
            yield PathProblem(
                factor_loc(design, LENGTH, loc),
                f"{count_text(messages, 'message')} cannot fill {count_text(days, 'day')}",
                "give each day at least one message, or `exclude` the combination",
            )
            break
    agents = [f"agents.{role}" for role in definition.roles]
    for levels, _ in design.combinations(design.deciding(agents)):
        settings = design.settings(levels)
        count = sum(int(settings.get(slot, 1)) for slot in agents)
        if not 0 < count <= MOST_AGENTS:
            message = f"a condition has {count or 'no'} agents"
            yield PathProblem(factor_loc(design, agents, loc), message, f"a run has 1 to {MOST_AGENTS}; `exclude` it")
            break
