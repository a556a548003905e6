"""The resolved content of a feed's runs, and of the populations that are written for them.

A run's id is made of it, so a field may be added later only with a default that means what its absence means now.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.feed.people import Person
from sociarium.experiment.feed.rules import Rule
from sociarium.experiment.frozen import Frozen, InFilesOnly
from sociarium.experiment.prompts.placeholders import RoleFacts
from sociarium.experiment.run_content import (
    ForkMoment,
    ModelContent,
    PlayedContent,
    ProbeContent,
    RoleContent,
    SectionContent,
    texts_of_sections,
)
from sociarium.experiment.sweep import Streams

Ranking = Literal["chronological", "popular", "similar", "random", "weighted"]
CodeName = Annotated[str, Field(pattern=r"^[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*$"), InFilesOnly()]
"""A researcher's own ranker: `package.module:function`."""
GraphKind = Literal["given", "random", "small_world", "scale_free", "complete"]
Suggest = Literal["none", "popular", "friends_of_friends", "similar"]
Verdict = Literal["none", "label", "downrank", "remove"]
Reading = Literal["by_list", "together"]


class PopulationContent(Frozen):
    """People who are written by a model: what makes them who they are, and nothing of how many or for which condition.

    They are written once per replicate. The first of them are the same however many are asked for.

    Attributes:
        name: tells populations of one file apart: `troll`, `troll/2`, `newcomers`.
        role: archetype of those who are written.
        model: its name in `models`.
        prompt: what the model is told of whom to write.
        quotas: attribute -> value -> share; shares of an attribute sum to 1.
        schema_: JSON Schema of the persona, where the file gives one.
        models: the one model, by its name in the file.
    """

    environment: Literal["population"] = "population"
    name: str
    role: str
    model: str
    prompt: str
    quotas: dict[str, dict[str, float]] = Field(default_factory=dict)
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")
    models: dict[str, ModelContent]
    streams: Streams = "common"

    @property
    def digest(self) -> str:
        """Equal for equal content."""
        return fingerprint(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))


class PopulationShare(Frozen):
    """So many people of a population.

    Attributes:
        rule: by which they act; None where a model plays them.
    """

    population: PopulationContent
    count: int
    rule: Rule | None = None


class AlikeContent(Frozen):
    """So many people who act by one rule.

    Attributes:
        person: each of them, but for the handle, which is followed by `_1`, `_2` and so on.
    """

    person: Person
    count: int

    def person_at(self, number: int) -> Person:
        """One of them, from 1."""
        return self.person.model_copy(update={"handle": f"{self.person.handle}_{number}"})


class NewcomersContent(Frozen):
    """People who arrive at the beginning of each day.

    Attributes:
        from_day: the first day on which some do.
    """

    population: PopulationContent
    per_day: int
    from_day: int = 2

    def arrivals(self, day: int) -> int:
        """People who have arrived when a day has begun."""
        return self.per_day * max(0, day - self.from_day + 1)


class GraphContent(Frozen):
    """Who follows whom when the run begins.

    Attributes:
        degree: people that each one follows, on average, newcomers too; `given` and `complete` do not use it.
        rewire: share of a small world's ties that lead elsewhere.
    """

    kind: GraphKind = "given"
    degree: int = 4
    rewire: float = 0.1


class DelayContent(Frozen):
    """How long something is under way: minutes, drawn between both, which are included."""

    least: int
    most: int


class FeedSettings(Frozen):
    """How people meet posts.

    Attributes:
        replies, following, recent: at most so many posts of each list in a visit.
        sessions_per_day: of each person; a fraction is a probability for one more.
        post: `daily`: once a day; a probability for each visit; `chosen`: the person decides in each visit.
        tick: minutes; 0: strictly one after another.
        reply_delay: between somebody's visit and the moment at which a reply drawn there takes effect; None: none.
        mute: whether people may mute others, and so be shown no posts of theirs any more.
        suggest: by what people are found whom a person is told of in each visit.
        suggestions: at most so many.
    """

    ranking: Ranking | CodeName = "chronological"
    replies: int = 10
    following: int = 10
    recent: int = 10
    sessions_per_day: float = 1.0
    reading: Reading = "by_list"
    post: Literal["daily", "chosen"] | float = "daily"
    tick: int = 60
    reply_delay: DelayContent | None = None
    mute: bool = False
    suggest: Suggest = "none"
    suggestions: int = 3


class PolicyContent(Frozen):
    """A content policy: what is done with posts that hold one of the words, in any case, as whole words."""

    do: Verdict = "none"
    words: tuple[str, ...] = ()
    label: str = "Disputed by independent reviewers."


class ScheduledSettings(Frozen):
    """What holds from the first tick of a day on, until another day is named: all of it, changed or not."""

    day: int
    feed: FeedSettings
    policy: PolicyContent


class MemoryContent(Frozen):
    """What people remember.

    Attributes:
        hidden_state: whether they keep one.
        max_words: of the hidden state, and of each condensed memory.
        reflect_every: days after which memory is condensed; 0: never.
        recall: older memories that are recalled by similarity.
        recent: latest memories that always stand in the prompt.
    """

    hidden_state: bool = True
    max_words: int = 200
    reflect_every: int = 3
    recall: int = 8
    recent: int = 12


class PromptsContent(Frozen):
    """The instructions of each step; defaults are in `experiment/feed/prompts.py`."""

    read: str
    plan: str
    write: str
    post: str
    reflect: str


class FeedEventContent(Frozen):
    """A post that the researcher puts into the world.

    Attributes:
        day: of the first time.
        every: days after which it comes again; 0: once.
        minute: of the day.
        author: a handle, of a person or of an account outside.
    """

    name: str
    day: int
    every: int = 0
    minute: int = 0
    author: str
    text: str


class FeedContent(PlayedContent):
    """A feed as one run plays it.

    Attributes:
        people: given in the file, in its order, `{file:}` and `{archive:}` in their places.
        alike: people who act by one rule, there from the start, after those given.
        generated: people of populations, there from the start, after those.
        roles: every archetype with how many of it are there when the first day begins, and its model's name.
        code: module of a ranker that is used -> SHA-256 of its source.
        schedule: settings of later days, by day; `feed` and `policy` are those of the first day.
        fork: what rules from a moment on; None where this content does to the end.
        step_models: of the steps `read`, `write`, `post`, `reflect` that have a model of their own, its name.
    """

    environment: Literal["feed"]
    days: int
    people: tuple[Person, ...] = ()
    alike: tuple[AlikeContent, ...] = ()
    generated: tuple[PopulationShare, ...] = ()
    newcomers: NewcomersContent | None = None
    roles: tuple[RoleContent, ...]
    sections: tuple[SectionContent, ...] = ()
    models: dict[str, ModelContent]
    graph: GraphContent = GraphContent()
    feed: FeedSettings = FeedSettings()
    policy: PolicyContent = PolicyContent()
    memory: MemoryContent = MemoryContent()
    prompts: PromptsContent
    events: tuple[FeedEventContent, ...] = ()
    probes: tuple[ProbeContent, ...] = ()
    streams: Streams = "common"
    code: dict[str, str] = Field(default_factory=dict)
    schedule: tuple[ScheduledSettings, ...] = ()
    fork: FeedFork | None = None
    step_models: dict[str, str] = Field(default_factory=dict)
    wordings: dict[str, int] = Field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Equal for equal content, whatever way it was written."""
        return fingerprint(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))

    def on_day(self, day: int) -> Self:
        """The content with the settings of a day; itself where these are its own."""
        settings = next((one for one in reversed(self.schedule) if one.day <= day), None)
        if settings is None or (settings.feed, settings.policy) == (self.feed, self.policy):
            return self
        return self.model_copy(update={"feed": settings.feed, "policy": settings.policy})

    def model_of_call(self, purpose: str, own: str) -> str:
        """Who is asked.

        Args:
            purpose: of the call: `read`, `plan`, `write`, `post` or `reflect`.
            own: the model of the person's role.
        """
        # Whoever reads decides, too: in one question, or in the next.
        return self.step_models.get("read" if purpose == "plan" else purpose, own)

    def texts(self) -> Iterator[str]:
        """See the base."""
        yield from texts_of_sections(self.sections)
        yield from self.prompts.model_dump().values()
        yield from (event.text for event in self.events)
        yield from (probe.ask for probe in self.probes)

    def _own_facts(self) -> tuple[RoleFacts, ...]:
        return tuple(role.facts for role in self.roles)


class FeedFork(ForkMoment):
    """A feed goes on otherwise. Of an extension, `days` of `then` count those before, too."""

    then: FeedContent
