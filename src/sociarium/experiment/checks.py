"""What a definition must keep beyond the shape of its parts; every fault is found at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sociarium.experiment.definition import Definition
from sociarium.experiment.design import Design
from sociarium.experiment.factors import read_factors
from sociarium.experiment.faults import Fault, Loc, did_you_mean
from sociarium.experiment.placeholders import RESERVED_ROLE_KEYS, role_key, unknown
from sociarium.experiment.resolving import message_count
from sociarium.experiment.sections import STARTING_PROMPT, PromptSection
from sociarium.experiment.slots import MODEL_USERS, slots
from sociarium.experiment.text import Text, each

MOST_AGENTS = 900
"""Agents in a run: their names end in three digits of their own, 100 to 999."""


def faults(definition: Definition) -> list[Fault]:
    """Every fault of a definition whose parts are well formed."""
    return [
        *_role_names(definition),
        *_sections(definition),
        *_names(definition),
        *_placeholders(definition),
        *_sweeps(definition),
    ]


def design_of(definition: Definition, sweep: str) -> Design:
    """The conditions of a sweep of a checked definition.

    Raises:
        KeyError: the definition has no sweep of that name.
    """
    factors, exclusions, _ = read_factors(definition.all_sweeps[sweep], slots(definition))
    return Design(factors, exclusions)


def _role_names(definition: Definition) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for name in definition.roles:
        key = role_key(name)
        if name in MODEL_USERS or key in RESERVED_ROLE_KEYS or name == "random":
            yield Fault(("roles", name), f"no role can be called {name!r}", "it means something else; rename it")
        elif key in seen:
            yield Fault(
                ("roles", name),
                f"{name!r} and {seen[key]!r} have the same placeholders, <{key}_...>",
                "rename one of them",
            )
        seen.setdefault(key, name)


def _sections(definition: Definition) -> Iterator[Fault]:
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
    yield from _doubles("section", [section.title for section in sections], ("sections",))
    for position, section in enumerate(sections):
        for role in section.private or {}:
            if role not in definition.roles:
                loc = ("sections", position, "private", role)
                yield Fault(loc, f"there is no role {role!r}", did_you_mean(role, definition.roles))


def _names(definition: Definition) -> Iterator[Fault]:
    yield from _doubles("probe", [probe.name for probe in definition.probes], ("probes",))
    yield from _doubles("event", [event.name for event in definition.events], ("events",))
    for user, sections in _prompts(definition):
        yield from _doubles("section", [section.title for section in sections], (user,))
    for position, probe in enumerate(definition.probes):
        for place, role in enumerate(probe.of or ()):
            loc = ("probes", position, "of", place)
            if role not in definition.roles:
                yield Fault(loc, f"there is no role {role!r}", did_you_mean(role, definition.roles))
            elif definition.roles[role].script is not None:
                yield Fault(loc, f"the role {role!r} has a script and answers no questions", "take it out")
    first = definition.first_speaker
    if first is not None and first != "random" and first not in definition.roles:
        mend = did_you_mean(first, [*definition.roles, "random"])
        yield Fault(("first_speaker",), f"there is no role {first!r}", mend)


def _doubles(kind: str, names: list[str], loc: Loc) -> Iterator[Fault]:
    counts = Counter(names)
    for position, name in enumerate(names):
        if counts[name] > 1 and name in names[:position]:
            yield Fault((*loc, position), f"a second {kind} is called {name!r}", "rename one of them")


def _prompts(definition: Definition) -> Iterator[tuple[str, tuple[PromptSection, ...]]]:
    yield "summarizer", definition.summarizer or ()
    yield "manager", definition.manager or ()


def _placeholders(definition: Definition) -> Iterator[Fault]:
    for loc, text, has_self in _written(definition):
        for word in unknown(text, definition.roles, has_self=has_self):
            if word.word == "SELF_NAME":
                message, mend = "<SELF_NAME> has no meaning here", "only an agent's own prompt has a self"
            else:
                message = f"<{word.word}> is not a placeholder"
                mend = f"did you mean {' or '.join(word.nearest)}?" if word.nearest else "write it another way"
            yield Fault(loc, message, mend, within=word.start)


def _written(definition: Definition) -> Iterator[tuple[Loc, str, bool]]:
    """Every text of a definition: where it stands, what it says, whether it is addressed to one agent."""

    def of(loc: Loc, text: Text | None, *, has_self: bool) -> Iterable[tuple[Loc, str, bool]]:
        return [((*loc, *below), string, has_self) for below, string in each(text)] if text is not None else []

    yield from of(("starting_message",), definition.starting_message, has_self=False)
    for role, spec in definition.roles.items():
        for place, line in enumerate(spec.script or ()):
            yield ("roles", role, "script", place), line, True
    for position, section in enumerate(definition.sections):
        yield from of(("sections", position, "shared"), section.shared, has_self=True)
        for role, text in (section.private or {}).items():
            yield from of(("sections", position, "private", role), text, has_self=True)
    for user, sections in _prompts(definition):
        for position, prompt in enumerate(sections):
            yield from of((user, position, "content"), prompt.content, has_self=False)
    for position, probe in enumerate(definition.probes):
        yield from of(("probes", position, "ask"), probe.ask, has_self=True)
    for position, event in enumerate(definition.events):
        yield from of(("events", position, "text"), event.text, has_self=False)


def _sweeps(definition: Definition) -> Iterator[Fault]:
    if definition.sweep is not None and definition.sweeps is not None:
        yield Fault(("sweeps",), "`sweep` and `sweeps` cannot both stand", "keep one of them")
    known = slots(definition)
    for name, sweep in definition.all_sweeps.items():
        loc: Loc = ("sweep",) if definition.sweeps is None else ("sweeps", name)
        factors, exclusions, found = read_factors(sweep, known, loc)
        yield from found
        if not found:
            yield from _feasible(definition, Design(factors, exclusions), loc)


def _feasible(definition: Definition, design: Design, loc: Loc) -> Iterator[Fault]:
    if not design.size:
        yield Fault((*loc, "exclude"), "every condition is left out", "exclude less")
        return
    lengths = ("messages", "messages_per_day", "days")
    for levels, _ in design.combinations(design.deciding(lengths)):
        messages, days = message_count(design.settings(levels))
        if messages < days:
            yield Fault(
                _factor_loc(design, lengths, loc),
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
            yield Fault(_factor_loc(design, agents, loc), message, f"a run has 1 to {MOST_AGENTS}; `exclude` it")
            break


def _factor_loc(design: Design, slots_: Iterable[str], loc: Loc) -> Loc:
    named = [design.factors[position].name for position in design.deciding(slots_)]
    own = [name for name in named if name in set(slots_)]
    return (*loc, "factors", (own or named)[0]) if named else loc
