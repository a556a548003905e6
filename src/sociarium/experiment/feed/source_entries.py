"""People that an entry of a file names instead of writing them out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sociarium.experiment.feed.default_role import DEFAULT_ROLE
from sociarium.experiment.feed.people import Handle
from sociarium.experiment.frozen import Frozen

DEFAULT_BUDGET = 2000
"""Tokens of history that an archive may take in a prompt."""


class PeopleFile(Frozen):
    """People in a file beside the definition: the fields of a person, one JSON object a line."""

    file: Annotated[str, Field(description="a path beside this file, such as people.jsonl")]


class PeopleArchive(Frozen):
    """A person, from a personal archive exported from X/Twitter."""

    archive: Annotated[str, Field(min_length=1, description="the exported folder, or its .zip, beside this file")]
    consent: Annotated[str, Field(min_length=1, pattern=r"\S", description="where the person's consent is documented")]
    budget: Annotated[int, Field(ge=0, description="tokens that the history may take in a prompt")] = DEFAULT_BUDGET
    handle: Annotated[Handle | None, Field(description="instead of the account's own")] = None
    name: Annotated[str | None, Field(description="instead of the account's own")] = None
    role: Annotated[str, Field(min_length=1, description="the archetype")] = DEFAULT_ROLE
    persona: Annotated[Any, Field(description="free text, or any tree")] = ""
    background: Annotated[str, Field(description="what the person knows; never condensed")] = ""
    followers_count: Annotated[int, Field(ge=0, description="followers beyond the people who are simulated")] = 0


SOURCES: tuple[dict[str, Any], ...] = (PeopleFile.model_json_schema(), PeopleArchive.model_json_schema())
"""JSON Schemas of the entries."""
