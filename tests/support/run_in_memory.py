"""A run played in memory, of any environment: requests are answered by a function; they and all events are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from sociarium.experiment.rng import Draws
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.records.events import Event, Kind

Answer = Callable[[str, ModelRequest], str | ModelReply]
"""What a model says to the request under a key."""


@dataclass
class RunInMemory:
    """A run and its recorder: what was asked under which key, what happened, and how it ended."""

    answer_to: Answer
    shuffled: str | None = None
    requests: dict[str, ModelRequest] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    ended: str = ""

    async def answer(self, key: str, request: ModelRequest) -> ModelReply:
        """Answer, after some turns of the event loop where answers are shuffled."""
        self.requests[key] = request
        turns = 0 if self.shuffled is None else Draws(self.shuffled, key).below(20)
        for _ in range(turns):
            await asyncio.sleep(0)
        said = self.answer_to(key, request)
        return ModelReply(said) if isinstance(said, str) else said

    def add_event(self, event: Event) -> None:
        """Keep it."""
        self.events.append(event)

    def of_kind(self, kind: Kind) -> list[Event]:
        """The events of one kind, in order."""
        return [event for event in self.events if event.happening.kind == kind]
