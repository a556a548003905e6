"""What a factor can set in a conversation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.design.settable import Settable, section_texts
from sociarium.experiment.prompts.text import Text
from sociarium.experiment.run_content import SpeakerSelection

SPEAKER_SELECTIONS: tuple[str, ...] = get_args(SpeakerSelection)

OTHER_USERS = ("summarizer", "manager", "probes")
"""Users of a model beside the roles; no role may have one of these names."""

LENGTH = ("messages", "messages_per_day", "days")


def model_users(definition: ConversationDefinition) -> tuple[str, ...]:
    """Who can be given a model of their own."""
    return (*definition.roles, *OTHER_USERS)


def settables(definition: ConversationDefinition) -> Iterator[Settable]:
    """The settable places beside models, options and texts."""
    yield Settable("messages", least=1)
    yield Settable("messages_per_day", least=1)
    yield Settable("days", least=1)
    yield Settable("speaker_selection", choices=SPEAKER_SELECTIONS)
    yield Settable("first_speaker", choices=(*definition.roles, "random"))
    yield Settable("speaker_prefix", choices=("always", "never"))
    for role in definition.roles:
        yield Settable(f"agents.{role}", least=0)


def texts(definition: ConversationDefinition) -> dict[str, Text]:
    """The texts that a factor can choose variants of, by slot name."""
    by_slot: dict[str, Text] = {
        "starting_message": definition.starting_message,
        # A line that is not written has no variants to choose between.
        "continuation": "" if definition.continuation is None else definition.continuation,
    }
    by_slot.update(section_texts(definition.sections))
    for user, sections in (("summarizer", definition.summarizer), ("manager", definition.manager)):
        by_slot.update({f"{user}.{section.title}": section.content for section in sections or ()})
    by_slot.update({f"event.{event.name}": event.text for event in definition.events})
    by_slot.update({f"probe.{probe.name}": probe.ask for probe in definition.probes})
    return by_slot
