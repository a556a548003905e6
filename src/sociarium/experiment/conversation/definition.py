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

    name: Name
    day: Annotated[int, Field(ge=1)] = 1
    after_message: Annotated[int, Field(ge=0, description="of that day; 0: before the first")] = 0
    author: Name = RESEARCHER
    text: Text


class ConversationDefinition(Definition):
    """An experiment file about a conversation."""

    environment: Literal["conversation"] = "conversation"
    starting_message: Text = "Start the conversation."
    continuation: Annotated[
        Text | None,
        Field(description="what an agent reads where its own message would be the last; default: a neutral line"),
    ] = None
    roles: Annotated[dict[Name, Role], Field(min_length=1)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    summarizer: Annotated[tuple[PromptSection, ...] | None, Field(min_length=1)] = None
    manager: Annotated[tuple[PromptSection, ...] | None, Field(min_length=1)] = None
    reply: ReplyRules = ReplyRules()
    speaker_prefix: Literal["always", "never"] = "always"
    stop: Literal["none", "names"] = "none"
    first_speaker: Annotated[str | None, Field(description="a role, or random; default: the first role")] = None
    events: tuple[ScheduledEvent, ...] = ()

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
