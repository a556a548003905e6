"""The resolved content of a run: everything that decides what it asks, and nothing else.

A run's id is made of it, so a field may be added later only with a default that means what its absence means now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.definition import Definition, Moment, Probe, ReplyRules
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.models import Provider
from sociarium.experiment.placeholders import Pronouns, RoleFacts, named_roles
from sociarium.experiment.sections import Heading, PromptSection
from sociarium.experiment.slots import Settings, SpeakerSelection
from sociarium.experiment.sweep import Streams
from sociarium.experiment.text import Text, chosen

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


class ModelContent(Frozen):
    """What a model is: never where it is served."""

    provider: Provider
    model: str = ""
    options: dict[str, Any] = Field(default_factory=dict)


class RoleContent(Frozen):
    """A role in the run; `model` is None for a scripted one."""

    name: str
    count: int
    pronouns: Pronouns = "they"
    plural: str | None = None
    script: tuple[str, ...] | None = None
    model: str | None = None

    @property
    def facts(self) -> RoleFacts:
        """What placeholders need to know of it."""
        return RoleFacts(self.name, self.count, self.pronouns, self.plural)


class SectionContent(Frozen):
    """A section with its chosen text: one for all, or one by role."""

    title: str
    heading: Heading = "auto"
    shared: str | None = None
    private: dict[str, str] | None = None

    def text_for(self, role: str) -> str | None:
        """What it says to a role; None when it leaves the role out."""
        return self.shared if self.private is None else self.private.get(role)


class PromptContent(Frozen):
    """A prompt with one reader: (title, heading, text) of each section, and the reader's model."""

    model: str
    sections: tuple[tuple[str, Heading, str], ...]


class EventContent(Frozen):
    """What the researcher says, and when."""

    name: str
    day: int
    after_message: int
    author: str
    text: str


class ProbeContent(Frozen):
    """A private question to roles; `model` is None where each agent answers with its own."""

    name: str
    of: tuple[str, ...]
    at: tuple[Moment, ...]
    ask: str
    scale: tuple[int, int] | None = None
    choices: tuple[str, ...] | None = None
    model: str | None = None


class Content(Frozen):
    """A conversation as one run plays it."""

    environment: Literal["conversation"]
    starting_message: str
    messages: int
    days: int
    speaker_selection: SpeakerSelection
    first_speaker: str
    roles: tuple[RoleContent, ...]
    sections: tuple[SectionContent, ...]
    models: dict[str, ModelContent]
    summarizer: PromptContent | None = None
    manager: PromptContent | None = None
    reply: ReplyRules = ReplyRules()
    speaker_prefix: Literal["always", "never"] = "always"
    stop: Literal["none", "names"] = "none"
    events: tuple[EventContent, ...] = ()
    probes: tuple[ProbeContent, ...] = ()
    streams: Streams = "common"

    @property
    def digest(self) -> str:
        """Equal for equal content, whatever way it was written."""
        return fingerprint(self.model_dump(mode="json", exclude_defaults=True))

    @property
    def messages_of_days(self) -> tuple[int, ...]:
        """Agents' messages of each day; earlier days take what is left over."""
        return shares(self.messages, self.days)

    @property
    def facts(self) -> tuple[RoleFacts, ...]:
        """The roles as placeholders see them."""
        return tuple(role.facts for role in self.roles)


def shares(total: int, days: int) -> tuple[int, ...]:
    """A total shared evenly among days: 10 over 3 is 4, 3, 3."""
    each, left = divmod(total, days)
    return tuple(each + (day < left) for day in range(days))


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


def shape(definition: Definition, settings: Settings) -> Shape:
    """The shape of a condition."""
    messages, days = message_count(settings)
    counts = {role: int(settings.get(f"agents.{role}", 1)) for role in definition.roles}
    wanted = str(settings.get("first_speaker", definition.first_speaker or ""))
    if wanted != "random" and not counts.get(wanted):
        wanted = next((role for role, count in counts.items() if count), "")
    selection = str(settings.get("speaker_selection", "round_robin"))
    return Shape(messages, days, selection, wanted, counts)


def resolve(definition: Definition, settings: Settings, *, streams: Streams = "common") -> Content:
    """The content of a condition.

    Args:
        definition: checked.
        settings: what the condition's levels set; other slots have their defaults.
        streams: of the sweep.
    """
    return _Resolver(definition, settings).content(streams)


class _Resolver:
    def __init__(self, definition: Definition, settings: Settings) -> None:
        self.definition = definition
        self.settings = settings
        self.shape = shape(definition, settings)
        self.counts = self.shape.counts
        self.asked = [name for name, role in definition.roles.items() if self.counts[name] and role.script is None]
        self.messages, self.days = self.shape.messages, self.shape.days

    def content(self, streams: Streams) -> Content:
        definition = self.definition
        selection: Any = self.shape.speaker_selection
        prefix: Any = self.settings.get("speaker_prefix", definition.speaker_prefix)
        sections = self._sections()
        summarizer = self._prompt("summarizer", definition.summarizer) if self.days > 1 else None
        manager = self._prompt("manager", definition.manager or DEFAULT_MANAGER) if selection == "auto" else None
        events, probes = self._events(), self._probes()
        starting_message = self._text("starting_message", definition.starting_message)
        written = [
            starting_message,
            *(text for section in sections for text in (section.shared, *(section.private or {}).values()) if text),
            *(text for prompt in (summarizer, manager) if prompt for _, _, text in prompt.sections),
            *(event.text for event in events),
            *(probe.ask for probe in probes),
            *(line for name, role in definition.roles.items() if self.counts[name] for line in role.script or ()),
        ]
        roles = self._roles(written)
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
            models={name: self._model(name) for name in sorted({user for user in users if user})},
            summarizer=summarizer,
            manager=manager,
            reply=definition.reply,
            speaker_prefix=prefix,
            stop=definition.stop,
            events=events,
            probes=probes,
            streams=streams,
        )

    def _text(self, slot: str, text: Text) -> str:
        variant = self.settings.get(slot)
        return chosen(text, None if variant is None else str(variant))

    def _user_model(self, user: str) -> str:
        default = self.settings.get("model", next(iter(self.definition.models)))
        return str(self.settings.get(f"model.{user}", default))

    def _model(self, name: str) -> ModelContent:
        spec = self.definition.models[name]
        options = {**spec.options, **self._set_options("option."), **self._set_options(f"option.{name}.")}
        return ModelContent(provider=spec.provider, model=spec.model, options=options)

    def _set_options(self, prefix: str) -> dict[str, Any]:
        names = ((slot, slot.removeprefix(prefix)) for slot in self.settings if slot.startswith(prefix))
        return {name: self.settings[slot] for slot, name in names if "." not in name}

    def _sections(self) -> tuple[SectionContent, ...]:
        found = []
        for section in self.definition.sections:
            slot = f"section.{section.title}"
            if section.shared is not None:
                shared = self._text(slot, section.shared)
                found.append(SectionContent(title=section.title, heading=section.heading, shared=shared))
                continue
            private = {
                role: self._text(f"{slot}.{role}", text)
                for role, text in (section.private or {}).items()
                if role in self.asked
            }
            if private:
                found.append(SectionContent(title=section.title, heading=section.heading, private=private))
        return tuple(found)

    def _prompt(self, user: str, sections: Iterable[PromptSection] | None) -> PromptContent | None:
        if sections is None:
            return None
        return PromptContent(
            model=self._user_model(user),
            sections=tuple(
                (section.title, section.heading, self._text(f"{user}.{section.title}", section.content))
                for section in sections
            ),
        )

    def _events(self) -> tuple[EventContent, ...]:
        lengths = shares(self.messages, self.days)
        found = []
        for event in self.definition.events:
            text = self._text(f"event.{event.name}", event.text)
            if text.strip() and event.day <= self.days and event.after_message <= lengths[event.day - 1]:
                found.append(
                    EventContent(
                        name=event.name,
                        day=event.day,
                        after_message=event.after_message,
                        author=event.author,
                        text=text,
                    )
                )
        return tuple(found)

    def _probes(self) -> tuple[ProbeContent, ...]:
        return tuple(found for probe in self.definition.probes if (found := self._probe(probe)).of)

    def _probe(self, probe: Probe) -> ProbeContent:
        answer = probe.answer.model_dump(by_alias=True) if probe.answer else {}
        return ProbeContent(
            name=probe.name,
            of=tuple(role for role in probe.of or self.definition.roles if role in self.asked),
            at=tuple(moment for moment in ("start", "each_day", "end") if moment in probe.at),
            ask=self._text(f"probe.{probe.name}", probe.ask),
            scale=(answer["from"], answer["to"]) if "from" in answer else None,
            choices=answer.get("choices"),
            model=str(self.settings["model.probes"]) if "model.probes" in self.settings else None,
        )

    def _roles(self, written: Iterable[str]) -> tuple[RoleContent, ...]:
        absent = [name for name, count in self.counts.items() if not count]
        named = {role for text in written for role in named_roles(text, absent)} if absent else set()
        return tuple(
            RoleContent(
                name=name,
                count=self.counts[name],
                pronouns=role.pronouns,
                plural=role.plural,
                script=role.script if self.counts[name] else None,
                model=self._user_model(name) if name in self.asked else None,
            )
            for name, role in self.definition.roles.items()
            if self.counts[name] or name in named
        )


def user_models(content: Content) -> Mapping[str, str]:
    """Who uses which model: role names, `summarizer`, `manager` -> the model's name in the file."""
    found = {role.name: role.model for role in content.roles if role.model}
    for user, prompt in (("summarizer", content.summarizer), ("manager", content.manager)):
        if prompt:
            found[user] = prompt.model
    return found
