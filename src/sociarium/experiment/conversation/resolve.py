"""From a conversation and a condition's levels to the content of its runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.design.condition import Condition
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.prompts.placeholders import named_roles
from sociarium.experiment.prompts.sections import PromptSection
from sociarium.experiment.run_content import (
    Content,
    EventContent,
    PromptContent,
    RoleContent,
    shares,
)
from sociarium.experiment.sweep import Streams

DEFAULT_MESSAGES = 10

DEFAULT_MANAGER = (
    PromptSection(
        title="Starting prompt",
        content=(
            "You lead a conversation without taking part in it. You read what was said so far and decide who speaks "
            "next, so that the conversation goes on as it would among people: someone who was asked answers, "
            "someone who has something to say comes in, and nobody is forgotten for long."
        ),
    ),
    PromptSection(title="Your answer", content="Answer with the name of one participant from the list, nothing else."),
)
"""Chooses speakers (`speaker_selection: auto`) where the file has no `manager:`."""


def message_count(settings: Settings) -> tuple[int, int]:
    """Messages and days of a condition."""
    days = int(settings.get("days", 1))
    if "messages_per_day" in settings:
        return int(settings["messages_per_day"]) * days, days
    return int(settings.get("messages", DEFAULT_MESSAGES)), days


@dataclass(frozen=True, slots=True)
class Shape:
    """How long a condition is and who is in it, without its texts: cheap enough for a million conditions.

    Attributes:
        counts: agents of each role.
    """

    messages: int
    days: int
    speaker_selection: str
    first_speaker: str
    counts: Mapping[str, int]


def shape(definition: ConversationDefinition, settings: Settings) -> Shape:
    """The shape of a condition."""
    messages, days = message_count(settings)
    counts = {role: int(settings.get(f"agents.{role}", 1)) for role in definition.roles}
    first = str(settings.get("first_speaker", definition.first_speaker or ""))
    if first != "random" and not counts.get(first):
        first = next((role for role, count in counts.items() if count), "")
    selection = str(settings.get("speaker_selection", "round_robin"))
    return Shape(messages, days, selection, first, counts)


def resolve(definition: ConversationDefinition, settings: Settings, streams: Streams) -> Content:
    """The content of a condition.

    Args:
        definition: checked.
        settings: what the condition's levels set; other slots have their defaults.
        streams: of the sweep.
    """
    return _Resolver(definition, settings).content(streams)


class _Resolver:
    def __init__(self, definition: ConversationDefinition, settings: Settings) -> None:
        self.definition = definition
        self.settings = settings
        self.condition = Condition(definition, settings)
        self.shape = shape(definition, settings)
        self.counts = self.shape.counts
        self.asked = [name for name, role in definition.roles.items() if self.counts[name] and role.script is None]
        self.messages, self.days = self.shape.messages, self.shape.days

    def content(self, streams: Streams) -> Content:
        definition = self.definition
        selection: Any = self.shape.speaker_selection
        prefix: Any = self.settings.get("speaker_prefix", definition.speaker_prefix)
        sections = self.condition.sections(definition.sections, self.asked)
        summarizer = self._prompt("summarizer", definition.summarizer) if self.days > 1 else None
        manager = self._prompt("manager", definition.manager or DEFAULT_MANAGER) if selection == "auto" else None
        events, probes = self._events(), self.condition.probes(self.asked)
        starting_message = self.condition.text("starting_message", definition.starting_message)
        continuation = definition.continuation
        if continuation is not None:
            continuation = self.condition.text("continuation", continuation)
        texts = [
            starting_message,
            continuation or "",
            *(text for section in sections for text in (section.shared, *(section.private or {}).values()) if text),
            *(text for prompt in (summarizer, manager) if prompt for _, _, text in prompt.sections),
            *(event.text for event in events),
            *(probe.ask for probe in probes),
            *(line for name, role in definition.roles.items() if self.counts[name] for line in role.script or ()),
        ]
        roles = self._roles(texts)
        users = [role.model for role in roles] + [probe.model for probe in probes]
        users += [prompt.model for prompt in (summarizer, manager) if prompt]
        return Content(
            environment=definition.environment,
            starting_message=starting_message,
            messages=self.messages,
            days=self.days,
            speaker_selection=selection,
            first_speaker=self.shape.first_speaker,
            roles=roles,
            sections=sections,
            models={name: self.condition.model(name) for name in sorted({user for user in users if user})},
            summarizer=summarizer,
            manager=manager,
            reply=definition.reply,
            speaker_prefix=prefix,
            stop=definition.stop,
            events=events,
            probes=probes,
            streams=streams,
            continuation=continuation,
            wordings=self.condition.wordings,
        )

    def _prompt(self, user: str, sections: Iterable[PromptSection] | None) -> PromptContent | None:
        if sections is None:
            return None
        return PromptContent(
            model=self.condition.model_of(user),
            sections=tuple(
                (section.title, section.heading, self.condition.text(f"{user}.{section.title}", section.content))
                for section in sections
            ),
        )

    def _events(self) -> tuple[EventContent, ...]:
        lengths = shares(self.messages, self.days)
        events = []
        for event in self.definition.events:
            text = self.condition.text(f"event.{event.name}", event.text)
            if text.strip() and event.day <= self.days and event.after_message <= lengths[event.day - 1]:
                events.append(
                    EventContent(
                        name=event.name,
                        day=event.day,
                        after_message=event.after_message,
                        author=event.author,
                        text=text,
                    )
                )
        return tuple(events)

    def _roles(self, texts: Iterable[str]) -> tuple[RoleContent, ...]:
        absent = [name for name, count in self.counts.items() if not count]
        mentions = {role for text in texts for role in named_roles(text, absent)} if absent else set()
        return tuple(
            RoleContent(
                name=name,
                count=self.counts[name],
                pronouns=role.pronouns,
                plural=role.plural,
                script=role.script if self.counts[name] else None,
                model=self.condition.model_of(name) if name in self.asked else None,
                agent_name=role.name if self.counts[name] else None,
            )
            for name, role in self.definition.roles.items()
            if self.counts[name] or name in mentions
        )
