"""Roles: who can take part in a run."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sociarium.experiment.frozen import Frozen
from sociarium.experiment.prompts.placeholders import Pronouns


class Role(Frozen):
    """A role; its agents are played by a model, or say a script."""

    pronouns: Annotated[Pronouns, Field(description="for one agent of the role; several are always they")] = "they"
    plural: Annotated[str | None, Field(min_length=1, description="when English would form another one")] = None
    name: Annotated[
        str | None,
        Field(min_length=1, description="what others call its agents: Juror makes Juror_417; default: the role"),
    ] = None
    script: Annotated[
        tuple[str, ...] | None,
        Field(
            min_length=1,
            description="a confederate: says these lines in turn, without a model, then is silent",
        ),
    ] = None
