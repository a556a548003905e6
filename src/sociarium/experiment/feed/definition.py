"""A feed as a researcher writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from sociarium.experiment.definition import Definition, Name
from sociarium.experiment.feed.code_names import names_of_code
from sociarium.experiment.feed.entries import Alike, Count, Generate, Newcomers, Probability
from sociarium.experiment.feed.people import Handle, Person
from sociarium.experiment.feed.run_content import CodeName, GraphKind, Ranking, Reading, Suggest, Verdict
from sociarium.experiment.feed.schedule import Schedule, located_changes
from sociarium.experiment.feed.source_entries import SOURCES
from sociarium.experiment.feed.step_models import DOTTED, StepModels
from sociarium.experiment.feed.time_spans import span, time_of_day
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.prompts.placeholders import Pronouns
from sociarium.experiment.prompts.sections import Section
from sociarium.experiment.prompts.text import Text


def _entry_kind(value: Any) -> str:
    keys = value if isinstance(value, Mapping) else getattr(type(value), "model_fields", ())
    return "<written>" if "generate" in keys else "<alike>" if "count" in keys else "<person>"


def _with_sources(schema: dict[str, Any]) -> None:
    """Entries that are read from elsewhere stand in files only: what they name is put in their place."""
    schema["items"] = {"anyOf": [schema["items"], *SOURCES]}


Entry = Annotated[
    Annotated[Person, Tag("<person>")] | Annotated[Generate, Tag("<written>")] | Annotated[Alike, Tag("<alike>")],
    Discriminator(_entry_kind),
]


class Archetype(Frozen):
    """How placeholders speak of the people of a role."""

    pronouns: Annotated[Pronouns, Field(description="for one of them; several are always they")] = "they"
    plural: Annotated[str | None, Field(min_length=1, description="when English would form another one")] = None


class Graph(Frozen):
    """Who follows whom when the run begins."""

    kind: Annotated[GraphKind, Field(description="given: from `follows` alone, which hold in every kind")] = "given"
    degree: Annotated[int, Field(ge=0, description="people that each one follows, on average")] = 4
    rewire: Annotated[Probability, Field(description="share of a small world's ties that lead elsewhere")] = 0.1


def _posting(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        raise PydanticCustomError(
            "posting", "this is not how people post; write daily, chosen, or a probability such as 0.3"
        ) from None


def _ranking(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        if ":" not in str(value):
            *most, last = (f"'{name}'" for name in get_args(Ranking))
            raise PydanticKnownError("literal_error", {"expected": f"{', '.join(most)} or {last}"}) from None
        names = ", ".join(get_args(Ranking))
        raise PydanticCustomError(
            "ranking",
            "there is no such ranking; write {names}, or package.module:function for one of your own",
            {"names": names},
        ) from None


def _span(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        span(read(value))
    except ValueError as error:
        words = "this is not a span of time" if isinstance(error, ValidationError) else str(error)
        raise PydanticCustomError("span", "{words}; write 1h, 30m, or 0", {"words": words}) from None
    return value


def _time(value: str) -> str:
    try:
        time_of_day(value)
    except ValueError as error:
        raise PydanticCustomError("time", "{words}; write it as 09:30", {"words": str(error)}) from None
    return value


Post = Annotated[
    Literal["daily", "chosen"] | Probability,
    Field(description="once a day; a probability in each session; or as the person decides in each session"),
    WrapValidator(_posting),
]


Span = Annotated[str | int, WrapValidator(_span)]


class Delay(Frozen):
    """How long something is under way; drawn between both, minute by minute."""

    from_: Annotated[Span, Field(alias="from", description="the shortest: 5m")]
    to: Annotated[Span, Field(description="the longest: 3h")]

    @model_validator(mode="after")
    def _upwards(self) -> Self:
        if span(self.from_) > span(self.to):
            raise PydanticCustomError("delay", "`from` is longer than `to`; let it be the shorter one")
        return self


def _delay_kind(value: Any) -> str:
    return "<drawn>" if isinstance(value, Mapping | Delay) else "<fixed>"


ReplyDelay = Annotated[
    Annotated[Delay, Tag("<drawn>")] | Annotated[Span, Tag("<fixed>")],
    Discriminator(_delay_kind),
    Field(description="until a reply takes effect: 20m, or drawn anew for each: {from: 5m, to: 3h}"),
]


class FeedRules(Frozen):
    """How people meet posts."""

    ranking: Annotated[
        Ranking | CodeName,
        Field(description="or package.module:function, a ranker of your own"),
        WrapValidator(_ranking),
    ] = "chronological"
    replies: Annotated[Count, Field(description="at most so many replies to own posts in a session")] = 10
    following: Annotated[Count, Field(description="at most so many posts of those followed")] = 10
    recent: Annotated[Count, Field(description="at most so many recent posts of others")] = 10
    sessions_per_day: Annotated[
        float, Field(ge=0, le=24, description="of each person; a fraction is a probability for one more")
    ] = 1.0
    reading: Annotated[Reading, Field(description="a list after the other, or all in one question")] = "by_list"
    post: Post = "daily"
    tick: Annotated[
        str | int,
        Field(description="those who log on within it are asked side by side: 1h, 30m; 0: one after another"),
        WrapValidator(_span),
    ] = "1h"
    reply_delay: ReplyDelay = 0
    mute: Annotated[bool, Field(description="people may mute others: they are shown no posts of theirs any more")] = (
        False
    )
    suggest: Annotated[Suggest, Field(description="whom to follow, as the network suggests it in each visit")] = "none"
    suggestions: Annotated[Count, Field(description="at most so many people in a visit")] = 3


class Match(Frozen):
    """The posts that a policy is about."""

    words: Annotated[tuple[Name, ...], Field(min_length=1, description="whole words or phrases, in any case")]


class Policy(Frozen):
    """A content policy to test."""

    match: Annotated[Match | None, Field(description="the posts that it is about; none where left out")] = None
    do: Annotated[Verdict, Field(description="what is done with them")] = "none"
    label: Annotated[Text, Field(description="the words that a labelled post bears")] = (
        "Disputed by independent reviewers."
    )


class Memory(Frozen):
    """What people remember."""

    hidden_state: Annotated[bool, Field(description="whether people keep a state that nobody else sees")] = True
    max_words: Annotated[int, Field(ge=1, description="of the hidden state and of a condensed memory")] = 200
    reflect_every: Annotated[Count, Field(description="days after which memory is condensed; 0: never")] = 3
    recall: Annotated[Count, Field(description="older memories recalled by similarity")] = 8
    recent: Annotated[Count, Field(description="latest memories that always stand in the prompt")] = 12


class Prompts(Frozen):
    """Instructions of the steps, where they are not the usual ones."""

    read: Annotated[Text | None, Field(description="judging the posts that are shown")] = None
    plan: Annotated[Text | None, Field(description="whom to follow, a plan, the state of mind")] = None
    write: Annotated[Text | None, Field(description="a reply or quote")] = None
    post: Annotated[Text | None, Field(description="a post of one's own")] = None
    reflect: Annotated[Text | None, Field(description="condensing memory")] = None
    persona: Annotated[str | None, Field(description="what stands before the prompt of people who are written")] = None


class InjectedPost(Frozen):
    """A post that the researcher puts into the world."""

    name: Annotated[Name, Field(description="names it in factors (`event.NAME`) and tables")]
    day: Annotated[int, Field(ge=1, description="on which it is posted")] = 1
    every: Annotated[Count, Field(description="days after which it comes again; 0: once")] = 0
    time: Annotated[str, Field(description="of the day, as 09:30"), AfterValidator(_time)] = "00:00"
    author: Annotated[Handle, Field(description="a person, or an account outside")]
    post: Annotated[Text, Field(description="the words; where a variant is empty nothing is posted")]


Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FeedDefinition(Definition):
    """An experiment file about a feed."""

    model_config = ConfigDict(json_schema_extra={"patternProperties": {DOTTED: {"type": "string"}}})

    environment: Annotated[Literal["feed"], Field(description="this kind of experiment")]
    roles: Annotated[dict[Name, Archetype], Field(description="how placeholders speak of them; optional")] = Field(
        default_factory=dict
    )
    model: Annotated[StepModels, Field(description="of single steps, in place of the role's")] = StepModels()
    people: Annotated[
        tuple[Entry, ...], Field(json_schema_extra=_with_sources, description="who is there from the start")
    ] = ()
    newcomers: Annotated[Newcomers | None, Field(description="who arrives later")] = None
    graph: Annotated[Graph, Field(description="who follows whom at the start")] = Graph()
    feed: Annotated[FeedRules, Field(description="how people meet posts")] = FeedRules()
    policy: Annotated[Policy, Field(description="what is done with posts that hold certain words")] = Policy()
    sections: Annotated[tuple[Section, ...], Field(description="what each archetype reads first, in this order")] = ()
    prompts: Annotated[Prompts, Field(description="the instructions of the steps, in words of your own")] = Prompts()
    memory: Annotated[Memory, Field(description="what people remember")] = Memory()
    events: Annotated[tuple[InjectedPost, ...], Field(description="posts that you put into the world")] = ()
    schedule: Annotated[
        Schedule, Field(description="what changes on a day: [{day: 4, set: {feed.ranking: popular}}], or its variants")
    ] = ()
    days: Annotated[int, Field(ge=1, description="how long it lasts")] = 1
    code: Annotated[
        dict[Name, Digest],
        Field(description="module of a ranker of your own -> SHA-256 of its source; filled in when it is first run"),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.people and self.newcomers is None:
            raise PydanticCustomError(
                "people",
                "there are no people; write some under `people:`, an entry with `generate:`, or `newcomers:` who come "
                "from day 1 on",
            )
        return self

    @property
    def code_names(self) -> tuple[str, ...]:
        """See the base."""
        later = (change.set_.get("feed.ranking") for _, _, change in located_changes(self.schedule))
        return names_of_code((self.feed.ranking, *later), self.all_sweeps.values())

    @property
    def written_out(self) -> tuple[Person, ...]:
        """The people who are written out."""
        return tuple(entry for entry in self.people if isinstance(entry, Person))

    @property
    def generated(self) -> tuple[Generate, ...]:
        """The entries whose people are written by a model."""
        return tuple(entry for entry in self.people if isinstance(entry, Generate))

    @property
    def alike(self) -> tuple[Alike, ...]:
        """The entries whose people act by one rule."""
        return tuple(entry for entry in self.people if isinstance(entry, Alike))

    @property
    def asked_roles(self) -> tuple[str, ...]:
        """The archetypes of which somebody is played by a model."""
        asked = {entry.role for entry in self.people if entry.rule is None}
        return tuple(
            role for role in self.role_names if role in asked or role == (self.newcomers and self.newcomers.role)
        )

    @property
    def role_names(self) -> tuple[str, ...]:
        """The archetypes that somebody has, in the order in which they first appear."""
        arriving = (self.newcomers.role,) if self.newcomers else ()
        return tuple(dict.fromkeys((*(entry.role for entry in self.people), *arriving)))
