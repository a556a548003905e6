"""A conversation as a researcher writes it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from sociarium.experiment.definition import Definition, Name
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.prompts.sections import PromptSection, Section
from sociarium.experiment.prompts.text import Text
from sociarium.experiment.roles import Role
from sociarium.experiment.run_content import ReplyRules

RESEARCHER = "Researcher"


class ScheduledEvent(Frozen):
    """What the researcher says into the conversation, at a fixed moment."""

    name: Annotated[Name, Field(description="names it in factors (`event.NAME`) and tables")]
    day: Annotated[int, Field(ge=1, description="on which it is said")] = 1
    after_message: Annotated[int, Field(ge=0, description="of that day; 0: before the first")] = 0
    author: Annotated[Name, Field(description="who is shown to say it")] = RESEARCHER
    text: Annotated[Text, Field(description="the words; a condition in which they are empty has none")]


class ConversationDefinition(Definition):
    """An experiment file about a conversation."""

    environment: Annotated[Literal["conversation"], Field(description="this kind of experiment")] = "conversation"
    starting_message: Annotated[Text, Field(description="the first message, which everybody reads")] = (
        "Start the conversation."
    )
    continuation: Annotated[
        Text | None,
        Field(description="what an agent reads where its own message would be the last; default: a neutral line"),
    ] = None
    roles: Annotated[dict[Name, Role], Field(min_length=1, description="name -> who takes part")]
    sections: Annotated[
        tuple[Section, ...],
        Field(min_length=1, description="what each role reads before the conversation, in this order"),
    ]
    summarizer: Annotated[
        tuple[PromptSection, ...] | None,
        Field(
            min_length=1,
            description="the prompt by which each day but the last is summed up for the next; none: nothing is",
        ),
    ] = None
    manager: Annotated[
        tuple[PromptSection, ...] | None,
        Field(
            min_length=1,
            description="the prompt by which a model chooses who speaks next (`speaker_selection: auto`)",
        ),
    ] = None
    reply: Annotated[ReplyRules, Field(description="how replies are read")] = ReplyRules()
    speaker_prefix: Annotated[
        Literal["always", "never"],
        Field(description="always: others' messages begin with who speaks; never: they stand bare"),
    ] = "always"
    stop: Annotated[
        Literal["none", "names"],
        Field(description="names: a reply is cut off by the server where it begins to speak for another agent"),
    ] = "none"
    first_speaker: Annotated[str | None, Field(description="a role, or random; default: the first role")] = None
    events: Annotated[
        tuple[ScheduledEvent, ...], Field(description="what you say into the conversation, and when")
    ] = ()

    @field_validator("continuation", mode="before")
    @classmethod
    def _something(cls, value: object) -> object:
        if value is None:
            raise PydanticCustomError("continuation", "this is empty; write a short neutral line, or take the key out")
        return value

    @property
    def role_names(self) -> tuple[str, ...]:
        """See the base."""
        return tuple(self.roles)
