"""The resolved content of a run: everything that decides what it asks, and nothing else.

A run's id is made of it, so a field may be added later only with a default that means what its absence means now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr

from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.definition import Moment
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.models import Provider
from sociarium.experiment.prompts.library_words import LibraryWords, with_words
from sociarium.experiment.prompts.placeholders import Pronouns, RoleFacts
from sociarium.experiment.prompts.sections import Heading
from sociarium.experiment.sweep import Streams

SpeakerSelection = Literal["round_robin", "random", "auto", "manual"]


class ReplyRules(Frozen):
    """How an agent's reply is read."""

    trim: Annotated[bool, Field(description="cut the agent's own name and what it writes for others")] = True
    empty_retries: Annotated[int, Field(ge=0, le=20, description="how often an empty reply is asked again")] = 2


class ModelContent(Frozen):
    """What a model is: never where it is served."""

    provider: Provider
    model: str = ""
    options: dict[str, Any] = Field(default_factory=dict)


class RoleContent(Frozen):
    """A role in the run.

    Attributes:
        model: None for a scripted one.
        agent_name: by which its agents are called; None: by the role.
    """

    name: str
    count: int
    pronouns: Pronouns = "they"
    plural: str | None = None
    script: tuple[str, ...] | None = None
    model: str | None = None
    agent_name: str | None = None

    @property
    def called(self) -> str:
        """What its agents are called, apart from their numbers."""
        return self.name if self.agent_name is None else self.agent_name

    @property
    def facts(self) -> RoleFacts:
        """What placeholders need to know of it."""
        return RoleFacts(self.name, self.count, self.pronouns, self.plural)


class ForkMoment(Frozen):
    """From when on a run is played by another content than the run whose beginning it shares.

    Attributes:
        origin: that run's id.
        at: messages of a conversation, days of a feed, that both have: what happens right after belongs to the other
            content. None: all that the origin has, to its end; then this is an extension, with further days.
        branch: which of several that differ in nothing else. The first shares the origin's draws after that moment,
            too; each further one has draws and derived seeds of its own from there on.
    """

    origin: str
    at: Annotated[int, Field(ge=1)] | None
    branch: Annotated[int, Field(ge=1)] = 1

    @property
    def own_draws(self) -> str | None:
        """What the stage calls its branch; None where it shares the origin's draws."""
        moment = "end" if self.at is None else self.at
        return None if self.branch == 1 else f"{moment}/{self.branch}"


class PlayedContent(Frozen):
    """What conversations and feeds have alike: roles, and texts whose placeholders speak of them.

    The words with which placeholders are filled may be given to it. They are no part of the content and of its digest.
    """

    _facts: tuple[RoleFacts, ...] | None = PrivateAttr(default=None)

    def texts(self) -> Iterator[str]:
        """Every text that is rendered while it is played."""
        raise NotImplementedError

    def _own_facts(self) -> tuple[RoleFacts, ...]:
        # Fields stay in the subclasses: those of a base would come first in what is stored.
        raise NotImplementedError

    @property
    def facts(self) -> tuple[RoleFacts, ...]:
        """The roles as placeholders see them."""
        return self._own_facts() if self._facts is None else self._facts

    def with_words(self, words: LibraryWords) -> Self:
        """The same content, whose placeholders are filled with these words."""
        spoken = self.model_copy()
        spoken._facts = with_words(self._own_facts(), words)
        return spoken


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
    """A private question to roles.

    Attributes:
        model: None where each agent answers with its own.
        after: the probe whose answer an agent is told of before it is asked.
        shuffle: the order of the choices, or the direction of the scale, is drawn each time.
        repeats: how often it is asked at each moment.
    """

    name: str
    of: tuple[str, ...]
    at: tuple[Moment, ...]
    ask: str
    scale: tuple[int, int] | None = None
    choices: tuple[str, ...] | None = None
    model: str | None = None
    after: str | None = None
    shuffle: bool = False
    repeats: int = 1


class Content(PlayedContent):
    """A conversation as one run plays it.

    Attributes:
        continuation: as written in the file; None where the environment's own line is read.
        fork: what rules from a moment on; None where this content does to the end.
        wordings: slot -> which wording it has, from 1, of texts whose variant lists several.
    """

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
    continuation: str | None = None
    fork: ConversationFork | None = None
    wordings: dict[str, int] = Field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Equal for equal content, whatever way it was written."""
        return fingerprint(self.model_dump(mode="json", exclude_defaults=True))

    @property
    def messages_of_days(self) -> tuple[int, ...]:
        """Agents' messages of each day; earlier days take what is left over."""
        return shares(self.messages, self.days)

    def texts(self) -> Iterator[str]:
        """See the base."""
        yield self.starting_message
        yield self.continuation or ""
        yield from texts_of_sections(self.sections)
        for prompt in (self.summarizer, self.manager):
            yield from (text for _, _, text in (prompt.sections if prompt else ()))
        yield from (event.text for event in self.events)
        yield from (probe.ask for probe in self.probes)
        yield from (line for role in self.roles for line in role.script or ())

    def _own_facts(self) -> tuple[RoleFacts, ...]:
        return tuple(role.facts for role in self.roles)


class ConversationFork(ForkMoment):
    """A conversation goes on otherwise. Of an extension, `messages` and `days` of `then` count those before, too."""

    then: Content


def days_after(days: tuple[int, ...], before: Content, fork: ConversationFork) -> tuple[int, ...]:
    """How many messages each day has once a fork or an extension rules.

    Args:
        days: so far; of an extension they stay, and those of `then` that are new are added.
        before: what ruled until then.
    """
    then = fork.then
    if fork.at is None:
        return (*days, *shares(then.messages - sum(days), then.days - len(days)))
    return days if (then.messages, then.days) == (before.messages, before.days) else then.messages_of_days


def texts_of_sections(sections: tuple[SectionContent, ...]) -> Iterator[str]:
    """What sections say, to all or to each role."""
    for section in sections:
        yield section.shared or ""
        yield from (section.private or {}).values()


def shares(total: int, days: int) -> tuple[int, ...]:
    """A total shared evenly among days: 10 over 3 is 4, 3, 3."""
    each, remainder = divmod(total, days)
    return tuple(each + (day < remainder) for day in range(days))


def user_models(content: Content) -> Mapping[str, str]:
    """Who uses which model: role names, `summarizer`, `manager` -> the model's name in the file."""
    models = {role.name: role.model for role in content.roles if role.model}
    for user, prompt in (("summarizer", content.summarizer), ("manager", content.manager)):
        if prompt:
            models[user] = prompt.model
    return models
