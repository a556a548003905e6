"""What a reviewer of the paper would ask about a sweep of conversations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sociarium.count_text import count_text
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.conversation.resolve import message_count, resolve, shape
from sociarium.experiment.conversation.settable import LENGTH
from sociarium.experiment.conversation.validation import located_texts
from sociarium.experiment.definition import choice_texts
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.plural_warnings import plural_warnings
from sociarium.experiment.prompts.unfilled import unfilled_warnings
from sociarium.experiment.run_content import shares, user_models


def warnings(definition: ConversationDefinition, design: Design) -> Iterator[str]:
    """The warnings of a sweep, one sentence each."""
    yield from _company(definition, design)
    yield from _silent_agents(definition, design)
    yield from _days_and_messages(design)
    yield from _unheard_events(definition, design)
    yield from unfilled_warnings(_verbatim_texts(definition), definition.role_names)
    yield from plural_warnings(located_texts(definition), _roles_of_several(definition, design))


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
