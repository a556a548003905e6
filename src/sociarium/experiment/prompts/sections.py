"""Prompt sections: what stands in a system prompt, in which order, for whom."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sociarium.experiment.frozen import Frozen
from sociarium.experiment.prompts.text import Text

Title = Annotated[str, Field(min_length=1)]
Heading = Literal["auto", "always"]


class Section(Frozen):
    """A section of the agents' system prompts: shared by all, or private by role."""

    title: Annotated[Title, Field(description="names it in factors (`section.TITLE`), and heads it")]
    heading: Annotated[Heading, Field(description="auto: no heading without text; always: even then")] = "auto"
    shared: Annotated[Text | None, Field(description="the text that all roles read, instead of `private`")] = None
    private: Annotated[dict[str, Text] | None, Field(description="role -> text")] = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.shared is None) == (self.private is None):
            raise PydanticCustomError(
                "section_kind",
                "a section is either shared or private; give it one of `shared:` and `private:`",
            )
        return self

    def text_for(self, role: str) -> Text | None:
        """What the section says to a role; None when it leaves the role out."""
        return self.shared if self.private is None else self.private.get(role)


class PromptSection(Frozen):
    """A section of a prompt with one reader: the summarizer's or the manager's."""

    title: Annotated[Title, Field(description="names it in factors, and heads it")]
    content: Annotated[Text, Field(description="the text")]
    heading: Annotated[Heading, Field(description="auto: no heading without text; always: even then")] = "auto"


def assemble_prompt(sections: list[tuple[str, Heading, str]]) -> str:
    """A system prompt: the first section's text, then `## Title` and text for each other one.

    Args:
        sections: title, heading and rendered text of each section, in order.
    """
    if not sections:
        return ""
    parts = [sections[0][2]]
    for title, heading, text in sections[1:]:
        if text.strip():
            parts.append(f"## {title}\n\n{text}")
        elif heading == "always":
            parts.append(f"## {title}")
    return "\n\n".join(part for part in parts if part)
