"""A feed as a researcher writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sociarium.experiment.definition import Definition, Name
from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.feed.people import Handle, Person
from sociarium.experiment.feed.run_content import GraphKind, Ranking, Reading, Verdict
from sociarium.experiment.feed.source_entries import SOURCES
from sociarium.experiment.feed.step_models import DOTTED, StepModels
from sociarium.experiment.feed.time_spans import span, time_of_day
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.prompts.placeholders import Pronouns
from sociarium.experiment.prompts.sections import Section
from sociarium.experiment.prompts.text import Text

Probability = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class Writers(Frozen):
    """People who are written by a model, as both kinds of entry say it."""

    role: Name = DEFAULT_ROLE
    model: Name
    prompt: Annotated[str, Field(min_length=1, description="what the model is told of whom to write")]
    quotas: Annotated[
        dict[Name, dict[Name, Probability]],
        Field(description="attribute -> value -> share; shares of an attribute sum to 1"),
    ] = Field(default_factory=dict)
    schema_: Annotated[
        dict[str, JsonValue] | None, Field(alias="schema", description="JSON Schema of the persona; default: text")
    ] = None


class Generate(Writers):
    """People of one role who are written by a model and there from the start."""

    generate: Annotated[int, Field(ge=0, description="how many")]


class Newcomers(Writers):
    """People who are written by a model and arrive at the beginning of each day, from one of them on."""

    per_day: Count = 1
    from_day: Annotated[
        int,
        Field(ge=1, alias="from", description="the first day on which some arrive; with 1, nobody else need be there"),
    ] = 2


def _entry_kind(value: Any) -> str:
    keys = value if isinstance(value, Mapping) else getattr(type(value), "model_fields", ())
    return "<written>" if "generate" in keys else "<person>"


def _with_sources(schema: dict[str, Any]) -> None:
    """Entries that are read from elsewhere stand in files only: what they name is put in their place."""
    schema["items"] = {"anyOf": [schema["items"], *SOURCES]}


Entry = Annotated[
    Annotated[Person, Tag("<person>")] | Annotated[Generate, Tag("<written>")], Discriminator(_entry_kind)
]


class Archetype(Frozen):
    """How placeholders speak of the people of a role."""

    pronouns: Annotated[Pronouns, Field(description="for one of them; several are always they")] = "they"
    plural: Annotated[str | None, Field(min_length=1, description="when English would form another one")] = None


class Graph(Frozen):
    """Who follows whom when the run begins."""

    kind: GraphKind = "given"
    degree: Annotated[int, Field(ge=0, description="people that each one follows, on average")] = 4
    rewire: Annotated[Probability, Field(description="share of a small world's ties that lead elsewhere")] = 0.1


def _posting(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        raise PydanticCustomError(
            "posting", "this is not how people post; write daily, chosen, or a probability such as 0.3"
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

    from_: Annotated[Span, Field(alias="from")]
    to: Span

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

    ranking: Ranking = "chronological"
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


class Match(Frozen):
    """The posts that a policy is about."""

    words: Annotated[tuple[Name, ...], Field(min_length=1, description="whole words or phrases, in any case")]


class Policy(Frozen):
    """A content policy to test."""

    match: Match | None = None
    do: Verdict = "none"
    label: Text = "Disputed by independent reviewers."


class Memory(Frozen):
    """What people remember."""

    hidden_state: bool = True
    max_words: Annotated[int, Field(ge=1, description="of the hidden state and of a condensed memory")] = 200
    reflect_every: Annotated[Count, Field(description="days after which memory is condensed; 0: never")] = 3
    recall: Annotated[Count, Field(description="older memories recalled by similarity")] = 8
    recent: Annotated[Count, Field(description="latest memories that always stand in the prompt")] = 12


class Prompts(Frozen):
    """Instructions of the steps, where they are not the usual ones."""

    read: Text | None = None
    plan: Text | None = None
    write: Text | None = None
    post: Text | None = None
    reflect: Text | None = None
    persona: Annotated[str | None, Field(description="what stands before the prompt of people who are written")] = None


class InjectedPost(Frozen):
    """A post that the researcher puts into the world."""

    name: Name
    day: Annotated[int, Field(ge=1)] = 1
    every: Annotated[Count, Field(description="days after which it comes again; 0: once")] = 0
    time: Annotated[str, Field(description="of the day, as 09:30"), AfterValidator(_time)] = "00:00"
    author: Annotated[Handle, Field(description="a person, or an account outside")]
    post: Text


class FeedDefinition(Definition):
    """An experiment file about a feed."""

    model_config = ConfigDict(json_schema_extra={"patternProperties": {DOTTED: {"type": "string"}}})

    environment: Literal["feed"]
    roles: Annotated[dict[Name, Archetype], Field(description="how placeholders speak of them; optional")] = Field(
        default_factory=dict
    )
    model: StepModels = StepModels()
    people: Annotated[tuple[Entry, ...], Field(json_schema_extra=_with_sources)] = ()
    newcomers: Newcomers | None = None
    graph: Graph = Graph()
    feed: FeedRules = FeedRules()
    policy: Policy = Policy()
    sections: tuple[Section, ...] = ()
    prompts: Prompts = Prompts()
    memory: Memory = Memory()
    events: tuple[InjectedPost, ...] = ()
    days: Annotated[int, Field(ge=1)] = 1

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
    def written_out(self) -> tuple[Person, ...]:
        """The people who are written out."""
        return tuple(entry for entry in self.people if isinstance(entry, Person))

    @property
    def generated(self) -> tuple[Generate, ...]:
        """The entries whose people are written by a model."""
        return tuple(entry for entry in self.people if isinstance(entry, Generate))

    @property
    def role_names(self) -> tuple[str, ...]:
        """The archetypes that somebody has, in the order in which they first appear."""
        arriving = (self.newcomers.role,) if self.newcomers else ()
        return tuple(dict.fromkeys((*(entry.role for entry in self.people), *arriving)))
