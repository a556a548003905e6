"""People of whom an entry of a file says a number: those whom a model writes, and those who act alike."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from sociarium.experiment.definition import Name
from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.feed.people import HANDLE, Handle, handle_stem
from sociarium.experiment.feed.rules import Rule
from sociarium.experiment.frozen import Frozen

Probability = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Stem = Annotated[str, Field(min_length=1, max_length=40, pattern=HANDLE)]


class Writers(Frozen):
    """People who are written by a model, as both kinds of entry say it."""

    role: Annotated[Name, Field(description="their archetype")] = DEFAULT_ROLE
    model: Annotated[Name, Field(description="the one that writes them, by its name under `models`")]
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
    rule: Annotated[
        Rule | None, Field(description="by which they act; the model then writes who they are, no more")
    ] = None

    @property
    def size(self) -> int:
        """How many there are where no factor says otherwise."""
        return self.generate


class Alike(Frozen):
    """People who act by one rule, and of whom nothing else is written."""

    count: Annotated[int, Field(ge=0, description="how many")]
    rule: Annotated[Rule, Field(description="by which they act")]
    handle: Annotated[
        Stem | None, Field(description="what their handles begin with, before a number; default: the role")
    ] = None
    bio: Annotated[str, Field(description="of each, as others see it")] = ""
    follows: Annotated[tuple[Handle, ...], Field(description="handles that each follows")] = ()
    followers_count: Annotated[Count, Field(description="followers of each beyond the people who are simulated")] = 0
    role: Annotated[Name, Field(description="their archetype")] = DEFAULT_ROLE

    @property
    def size(self) -> int:
        """How many there are where no factor says otherwise."""
        return self.count

    @property
    def stem(self) -> str:
        """What their handles begin with."""
        return self.handle or handle_stem(self.role)


class Newcomers(Writers):
    """People who are written by a model and arrive at the beginning of each day, from one of them on."""

    per_day: Annotated[Count, Field(description="how many arrive as each day begins")] = 1
    from_day: Annotated[
        int,
        Field(ge=1, alias="from", description="the first day on which some arrive; with 1, nobody else need be there"),
    ] = 2
