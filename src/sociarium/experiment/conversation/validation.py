"""What a conversation's definition must keep beyond the shape of its parts."""

from __future__ import annotations

from collections.abc import Iterator

from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.conversation.resolve import message_count
from sociarium.experiment.conversation.settable import LENGTH, OTHER_USERS
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.loading.name_checks import (
    Written,
    doubles,
    factor_loc,
    misspelt,
    roles_of_probes,
    roles_of_sections,
    written,
    written_probes,
    written_sections,
)
from sociarium.experiment.problems import Fault, Loc, did_you_mean
from sociarium.experiment.prompts.placeholders import RESERVED_ROLE_KEYS, role_key
from sociarium.experiment.prompts.sections import STARTING_PROMPT, PromptSection

MOST_AGENTS = 900
"""Agents in a run: their names end in three digits of their own, 100 to 999."""


def faults(definition: ConversationDefinition) -> Iterator[Fault]:
    """Every fault of a definition whose parts are well formed, its sweeps apart."""
    yield from _role_names(definition)
    yield from _sections(definition)
    yield from _names(definition)
    yield from _continuation(definition)
    yield from misspelt(_written(definition), definition.roles)


def _role_names(definition: ConversationDefinition) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for name in definition.roles:
        key = role_key(name)
        if name in OTHER_USERS or key in RESERVED_ROLE_KEYS or name == "random":
            yield Fault(("roles", name), f"no role can be called {name!r}", "it means something else; rename it")
        elif key in seen:
            yield Fault(
                ("roles", name),
                f"{name!r} and {seen[key]!r} have the same placeholders, <{key}_...>",
                "rename one of them",
            )
        seen.setdefault(key, name)


def _sections(definition: ConversationDefinition) -> Iterator[Fault]:
    sections = definition.sections
    first = sections[0]
    if first.title != STARTING_PROMPT:
        mend = f"the first section is titled `{STARTING_PROMPT}` and is private"
        yield Fault(("sections", 0, "title"), f"the first section is {first.title!r}", mend)
    elif first.private is None:
        yield Fault(("sections", 0), f"the {STARTING_PROMPT} is private", "write `private:` with a text for each role")
    else:
        for role, spec in definition.roles.items():
            if spec.script is None and role not in first.private:
                yield Fault(
                    ("sections", 0, "private"),
                    f"the role {role!r} has no starting prompt",
                    f"add `{role}: ...` here, or give the role a script",
                )
    yield from roles_of_sections(sections, definition.roles)


def _names(definition: ConversationDefinition) -> Iterator[Fault]:
    scripted = [name for name, role in definition.roles.items() if role.script is not None]
    yield from roles_of_probes(definition.probes, definition.roles, scripted)
    yield from doubles("event", [event.name for event in definition.events], ("events",))
    for user, sections in _prompts(definition):
        yield from doubles("section", [section.title for section in sections], (user,))
    first = definition.first_speaker
    if first is not None and first != "random" and first not in definition.roles:
        mend = did_you_mean(first, [*definition.roles, "random"])
        yield Fault(("first_speaker",), f"there is no role {first!r}", mend)


def _continuation(definition: ConversationDefinition) -> Iterator[Fault]:
    for loc, text, _ in written(("continuation",), definition.continuation, has_self=True):
        if not text.strip():
            mend = "write a short neutral line, or take the key out: then one is there that says only whose turn it is"
            yield Fault(loc, "the continuation is empty, so a request would end with an agent's own message", mend)


def _prompts(definition: ConversationDefinition) -> Iterator[tuple[str, tuple[PromptSection, ...]]]:
    yield "summarizer", definition.summarizer or ()
    yield "manager", definition.manager or ()


def _written(definition: ConversationDefinition) -> Iterator[Written]:
    """Every text of a definition."""
    yield from written(("starting_message",), definition.starting_message, has_self=False)
    yield from written(("continuation",), definition.continuation, has_self=True)
    for role, spec in definition.roles.items():
        for place, line in enumerate(spec.script or ()):
            yield Written(("roles", role, "script", place), line, has_self=True)
    yield from written_sections(definition.sections)
    for user, sections in _prompts(definition):
        for position, prompt in enumerate(sections):
            yield from written((user, position, "content"), prompt.content, has_self=False)
    yield from written_probes(definition.probes)
    for position, event in enumerate(definition.events):
        yield from written(("events", position, "text"), event.text, has_self=False)


def infeasible(definition: ConversationDefinition, design: Design, loc: Loc) -> Iterator[Fault]:
    """Conditions that cannot be played: fewer messages than days, nobody there or too many."""
    for levels, _ in design.combinations(design.deciding(LENGTH)):
        messages, days = message_count(design.settings(levels))
        if messages < days:
            yield Fault(
                factor_loc(design, LENGTH, loc),
                f"{messages} message{'s' * (messages != 1)} cannot fill {days} days",
                "give each day at least one message, or `exclude` the combination",
            )
            break
    agents = [f"agents.{role}" for role in definition.roles]
    for levels, _ in design.combinations(design.deciding(agents)):
        settings = design.settings(levels)
        count = sum(int(settings.get(slot, 1)) for slot in agents)
        if not 0 < count <= MOST_AGENTS:
            message = f"a condition has {count or 'no'} agents"
            yield Fault(factor_loc(design, agents, loc), message, f"a run has 1 to {MOST_AGENTS}; `exclude` it")
            break
