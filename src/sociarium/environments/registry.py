"""The environments, by the name that a definition gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sociarium.environments import conversation
from sociarium.environments.stage import Stage
from sociarium.experiment.content import Content
from sociarium.records.runs import Ending


class Environment(Protocol):
    """How one kind of run unfolds.

    `PROTOCOL` counts the versions of its rules: a run is only ever continued or replayed under the version under
    which it began.
    """

    PROTOCOL: int

    async def play(self, content: Content, stage: Stage) -> Ending:
        """Play a run from its beginning to its end."""
        ...


ENVIRONMENTS: Mapping[str, Environment] = {"conversation": conversation}
