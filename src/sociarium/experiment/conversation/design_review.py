"""What a reviewer of the paper would ask about a sweep of conversations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from sociarium.count_text import count_text
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.conversation.resolve import message_count, resolve, shape
from sociarium.experiment.conversation.settable import LENGTH, OTHER_USERS
from sociarium.experiment.conversation.validation import located_texts
from sociarium.experiment.definition import choice_texts
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.plural_warnings import plural_warnings
from sociarium.experiment.problems import Loc, path_text
from sociarium.experiment.prompts.placeholders import role_forms, role_key
from sociarium.experiment.prompts.unfilled import unfilled_warnings
from sociarium.experiment.run_content import shares, user_models


def warnings(definition: ConversationDefinition, design: Design) -> Iterator[str]:
    """The warnings of a sweep, one sentence each."""
    yield from _company(definition, design)
    yield from _silent_agents(definition, design)
    yield from _days_and_messages(design)
    yield from _unheard_events(definition, design)
    varied = _varied_roles(definition, design)
    named = _roles_read_by_name(definition, design, varied)
    yield from unfilled_warnings(_verbatim_texts(definition), definition.role_names)
    yield from plural_warnings(located_texts(definition), _roles_of_several(definition, design))
    yield from _telling_names(named)
    yield from _telling_words(definition, [role for role in varied if role not in named])


def _verbatim_texts(definition: ConversationDefinition) -> Iterator[tuple[str, str]]:
    """What models read of the file and no placeholder is filled in, with where it stands."""
    for place, event in enumerate(definition.events):
        yield f"events[{place}].author", event.author
    for place, section in enumerate(definition.sections):
        yield f"sections[{place}].title", section.title
    for place, part in enumerate(definition.summarizer or ()):
        yield f"summarizer[{place}].title", part.title
    yield from choice_texts(definition)


def _roles_of_several(definition: ConversationDefinition, design: Design) -> list[str]:
    """Roles that are spoken of in the plural in some condition, whose plural the file does not give."""
    return [
        name
        for name, role in definition.roles.items()
        if role.plural is None and design.values(f"agents.{name}", 1) != {1}
    ]


def _company(definition: ConversationDefinition, design: Design) -> Iterator[str]:
    """What is special about conditions with one or two agents."""
    slots = ("speaker_selection", *(f"agents.{role}" for role in definition.roles))
    companies = set()
    for levels, _ in design.combinations(design.deciding(slots)):
        condition = shape(definition, design.settings(levels))
        companies.add((condition.speaker_selection, sum(condition.counts.values())))
    if ("random", 2) in companies:
        yield "random selection among two agents is round robin: nobody speaks twice running, so they take turns"
    if any(agents == 1 for _, agents in companies):
        yield "a condition has one agent alone: it reads the continuation line after each of its messages"


def _silent_agents(definition: ConversationDefinition, design: Design) -> Iterator[str]:
    """Conditions with more agents than messages."""
    for levels, _ in design.combinations(design.deciding((*LENGTH, *(f"agents.{role}" for role in definition.roles)))):
        settings = design.settings(levels)
        agents, messages = sum(shape(definition, settings).counts.values()), message_count(settings)[0]
        if agents > messages:
            yield (
                f"a condition has {count_text(agents, 'agent')} and {count_text(messages, 'message')}: some never speak"
            )
            return


def _days_and_messages(design: Design) -> Iterator[str]:
    by_messages: dict[int, set[int]] = {}
    for levels, _ in design.combinations(design.deciding(LENGTH)):
        settings = design.settings(levels)
        messages, days = message_count(settings)
        if "messages_per_day" not in settings:
            by_messages.setdefault(messages, set()).add(shares(messages, days)[0])
    for per_day in by_messages.values():
        if len(per_day) > 1:
            yield (
                f"more days mean fewer messages a day ({', '.join(map(str, sorted(per_day, reverse=True)))}): the two "
                "effects cannot be told apart; `messages_per_day` keeps the days alike"
            )
            return


def _unheard_events(definition: ConversationDefinition, design: Design) -> Iterator[str]:
    texts = tuple(f"event.{event.name}" for event in definition.events)
    deciding = design.deciding((*LENGTH, *texts))
    contents = (resolve(definition, design.exemplary(levels), "common") for levels, _ in design.combinations(deciding))
    heard = {event.name for content in contents for event in content.events}
    for event in definition.events:
        if event.name not in heard:
            yield f"the event {event.name} never happens: no condition has words for it at that moment"


def _roles_read_by_name(definition: ConversationDefinition, design: Design, roles: Sequence[str]) -> list[str]:
    """Those of the roles after which agents are called before others."""
    prefixed = design.values("speaker_prefix", definition.speaker_prefix) != {"never"}
    managed = "auto" in design.values("speaker_selection", "round_robin")
    summarised = definition.summarizer is not None and design.values("days", 1) != {1}
    if len(definition.roles) < 2 or not (prefixed or managed or summarised):
        return []
    return [role for role in roles if _is_telling(definition, role)]


def _is_telling(definition: ConversationDefinition, role: str) -> bool:
    """Whether its agents are called after the role, or by a name that holds its word."""
    name = definition.roles[role].name
    return name is None or _plain_word(definition, role, name) is not None


def _telling_names(roles: Sequence[str]) -> Iterator[str]:
    """Roles after which agents are called in every condition, although what they are told differs between them."""
    if roles:
        whose = "its name" if len(roles) == 1 else "their names"
        yield (
            f"the texts of {', '.join(roles)} vary, and others read {whose} in every condition: a name that fits one "
            f"of the texts gives the condition away; `roles: {{{roles[-1]}: {{name: Participant}}}}` calls such agents "
            "otherwise"
        )


def _telling_words(definition: ConversationDefinition, roles: Sequence[str]) -> Iterator[str]:
    """Texts that tell others what a role is called whose agents are called otherwise."""
    for role in roles:
        telling = next(
            (
                (loc, word)
                for loc, text, _ in located_texts(definition)
                if _is_read_by_others(definition, loc, role)
                for word in _role_names(definition, role, text)
            ),
            None,
        )
        if telling is not None:
            loc, word = telling
            yield (
                f"the texts of {role} vary, and others read {role!r} in {path_text(loc)} ({word}): "
                "a word that fits one of the texts gives the condition away; write another one there"
            )


def _role_names(definition: ConversationDefinition, role: str, text: str) -> Iterator[str]:
    """How a text calls a role: its placeholders, then the plain word, alone or in the plural."""
    for named, form in sorted(role_forms(text, definition.roles)):
        if named == role and form in {"NOUN", "POSS"}:
            yield f"<{role_key(role)}_{form}>"
    plain = _plain_word(definition, role, text)
    if plain is not None:
        yield plain


def _plain_word(definition: ConversationDefinition, role: str, text: str) -> str | None:
    """The role's word where a text has it, however its parts are joined; also in the plural."""
    forms = [rf"{_pattern_of(role)}s?", *(_pattern_of(plural) for plural in (definition.roles[role].plural,) if plural)]
    plain = re.search(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", text, re.IGNORECASE)
    return plain[0] if plain is not None else None


def _pattern_of(name: str) -> str:
    return r"[\s_-]+".join(map(re.escape, re.split(r"[\s_-]+", name)))


def _is_read_by_others(definition: ConversationDefinition, loc: Loc, role: str) -> bool:
    match loc:
        case ("sections", _, "private", str(reader), *_) | ("roles", str(reader), "script", *_):
            return reader != role
        case ("probes", int(position), *_):
            return set(definition.probes[position].of or definition.roles) != {role}
        case _:
            return len(definition.roles) > 1 and loc[0] not in OTHER_USERS


def _varied_roles(definition: ConversationDefinition, design: Design) -> list[str]:
    """Roles that take part and are told different things in different conditions."""
    return [
        role
        for role in definition.roles
        if design.values(f"agents.{role}", 1) != {0}
        and any(
            len(design.values(f"section.{section.title}.{role}", None)) > 1
            for section in definition.sections
            if role in (section.private or {})
        )
    ]


def casting(definition: ConversationDefinition, design: Design) -> tuple[str, ...]:
    """The slots that decide who uses a model at all: length, selection, and roles that some condition goes without."""
    agents = {f"agents.{role}" for role in definition.roles}
    absences = {slot for slot in agents if 0 in design.values(slot, 1)}
    return ("days", "speaker_selection", *sorted(absences))


def users_of(definition: ConversationDefinition, settings: Settings) -> Mapping[str, set[str]]:
    """The models of a condition with who uses them."""
    content = resolve(definition, settings, "common")
    users: dict[str, set[str]] = {}
    for user, model in user_models(content).items():
        users.setdefault(model, set()).add(user)
    for probe in content.probes:
        if probe.model:
            users.setdefault(probe.model, set()).add("probes")
    return users
