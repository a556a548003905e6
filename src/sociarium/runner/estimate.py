"""What a sweep will come to: calls exactly, tokens by playing sampled conditions with stand-in words.

The stand-in answers with short replies once and long ones once, so that the range of tokens knows how prompts grow:
every system prompt, history and summary is the real one, only the words are not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sociarium.environments.registry import play
from sociarium.experiment.chance import Draws
from sociarium.experiment.contents import RunContent
from sociarium.experiment.feed.content import PopulationContent
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.ports.person import Question
from sociarium.providers.offline import instance
from sociarium.records.events import Event
from sociarium.records.inputs import Posted
from sociarium.records.runs import Run
from sociarium.runner.stage import RunStage

SHORT_WORDS, LONG_WORDS = 25, 180
"""Words of a reply: few and many, where no `max_tokens` bounds them."""
_CHARACTERS_PER_WORD = 6
CHARACTERS_PER_TOKEN = (5.0, 3.5)
"""Of English prose, for the low and the high end."""


@dataclass(slots=True)
class Usage:
    """Tokens and calls of one run or many, by model."""

    prompt: dict[str, float] = field(default_factory=dict)
    completion: dict[str, float] = field(default_factory=dict)

    def add(self, model: str, prompt: float, completion: float) -> None:
        """Count a call."""
        self.prompt[model] = self.prompt.get(model, 0.0) + prompt
        self.completion[model] = self.completion.get(model, 0.0) + completion


@dataclass(slots=True)
class _StandIn:
    """A recorder that answers every request with so many words and counts what was asked."""

    words: int
    characters_per_token: float
    usage: Usage = field(default_factory=Usage)
    purposes: dict[str, int] = field(default_factory=dict)

    async def answer(self, key: str, request: ModelRequest) -> ModelReply:
        options = request.model.options
        text = self._text(key, request, options)
        asked = sum(len(message.content) for message in request.messages)
        self.usage.add(request.model.name, asked / self.characters_per_token, len(text) / self.characters_per_token)
        self.purposes[request.purpose] = self.purposes.get(request.purpose, 0) + 1
        return ModelReply(text)

    def _text(self, key: str, request: ModelRequest, options: Mapping[str, Any]) -> str:
        if request.schema:
            properties = request.schema.get("properties", {})
            drawn = instance(request.schema, Draws("estimate", key))
            if len(properties) == 1 and not isinstance(next(iter(drawn.values())), dict):
                return str(next(iter(drawn.values())))
            return json.dumps(drawn)
        most = options.get("max_tokens")
        length = self.words * _CHARACTERS_PER_WORD
        if most is not None:
            length = min(length, int(most * self.characters_per_token))
        return self._words(length)

    def _words(self, length: int) -> str:
        return ("words " * (length // _CHARACTERS_PER_WORD + 1))[: max(length, 1)].strip() or "w"

    async def person(self, key: str, question: Question) -> str:
        return question.choices[0] if question.choices else "words"

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        return compute()

    async def people(
        self, key: str, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        persona = self._words(int(LONG_WORDS * self.characters_per_token))
        numbers = range(first, last + 1)
        return [{"handle": f"{population.role}_{n}", "role": population.role, "persona": persona} for n in numbers]

    async def inputs(self, key: str) -> Sequence[Posted]:
        return []

    def happened(self, event: Event) -> None:
        pass


async def rehearsed(content: RunContent, *, words: int, characters_per_token: float) -> tuple[Usage, dict[str, int]]:
    """Play a condition with stand-in words; returns its usage, and its calls by purpose."""
    stand_in = _StandIn(words, characters_per_token)
    run = Run("rehearsal", "", "", 1, 0, "", "rehearsal", "")
    await play(content, RunStage(run, content.streams, stand_in))
    return stand_in.usage, stand_in.purposes
