"""What a sweep will come to: calls exactly, tokens by playing sampled conditions with stand-in words.

The stand-in answers with few words once and with many once, so that the range of tokens knows how prompts grow: every
system prompt, history and summary is the real one, only the words are not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sociarium.environments.answer_schema import PERCENT
from sociarium.environments.feed.population import write
from sociarium.environments.registry import play
from sociarium.experiment.feed.run_content import FeedContent, PopulationContent
from sociarium.experiment.feed.sample import sample
from sociarium.experiment.rng import Draws
from sociarium.experiment.stored_content import RunContent
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.ports.person import Question
from sociarium.ports.rankers import LatestFirst, Rankers
from sociarium.providers.offline import instance
from sociarium.records.events import SPOKEN, Event
from sociarium.records.inputs import OutsidePost
from sociarium.records.runs import Run
from sociarium.runner.run.stage import RunStage

_CHARACTERS_PER_WORD = 6
_MOST_WORDS = {"write": 60, "post": 60}
"""Of posts on a network, where they are told to be short."""
_MOST_WRITTEN = 30
"""People of a population who are rehearsed."""


_RUN = Run("rehearsal", "", "", 1, 0, "", "rehearsal", "")


@dataclass(frozen=True, slots=True)
class RehearsalOptions:
    """How the stand-in answers.

    Attributes:
        words: of a reply, where no `max_tokens` bounds it.
        aside: words of a remark within a structured answer.
        characters_per_token: of English prose.
        eager: the greatest probability of a reaction.
    """

    words: int
    aside: int
    characters_per_token: float
    eager: float


MANNERS = (RehearsalOptions(25, 6, 5.0, 0.1), RehearsalOptions(180, 18, 3.5, 0.3))
"""Of few words and of many, for the low and the high end."""


@dataclass(frozen=True, slots=True)
class Fullest:
    """Tokens of a prompt, and of the context into which it should fit."""

    prompt: float
    context: int


@dataclass(slots=True)
class Usage:
    """What one run or many come to: tokens by model, calls by purpose, messages.

    Attributes:
        asked: calls by model.
        fullest: by model, the prompt that fills the context which the file expects of it most.
    """

    prompt: dict[str, float] = field(default_factory=dict)
    completion: dict[str, float] = field(default_factory=dict)
    calls: dict[str, float] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)
    messages: float = 0.0
    fullest: dict[str, Fullest] = field(default_factory=dict)

    def fill(self, model: str, prompt: float, context: int) -> None:
        """Take note of a prompt where a context is expected."""
        fullest = self.fullest.get(model)
        if fullest is None or prompt / context > fullest.prompt / fullest.context:
            self.fullest[model] = Fullest(prompt, context)

    def add(self, model: str, purpose: str, prompt: float, completion: float) -> None:
        """Count a call."""
        self.prompt[model] = self.prompt.get(model, 0.0) + prompt
        self.completion[model] = self.completion.get(model, 0.0) + completion
        self.calls[purpose] = self.calls.get(purpose, 0.0) + 1
        self.asked[model] = self.asked.get(model, 0.0) + 1

    def include(self, other: Usage, times: float) -> None:
        """Count what something else came to, so many times."""
        mine = (self.prompt, self.completion, self.calls, self.asked)
        theirs = (other.prompt, other.completion, other.calls, other.asked)
        for own, more in zip(mine, theirs, strict=True):
            for name, value in more.items():
                own[name] = own.get(name, 0.0) + value * times
        self.messages += other.messages * times
        for name, fullest in other.fullest.items():
            self.fill(name, fullest.prompt, fullest.context)


ObserveRequest = Callable[[str, ModelRequest], None]
"""Is shown every request of a rehearsal, with its key."""


@dataclass(slots=True)
class _StandIn:
    """A recorder that answers every request in its manner and counts what was asked."""

    manner: RehearsalOptions
    observe: ObserveRequest | None = None
    usage: Usage = field(default_factory=Usage)

    async def answer(self, key: str, request: ModelRequest) -> ModelReply:
        if self.observe is not None:
            self.observe(key, request)
        text = self._text(key, request)
        characters = sum(len(message.content) for message in request.messages)
        density = self.manner.characters_per_token
        self.usage.add(request.model.name, request.purpose, characters / density, len(text) / density)
        if context := request.model.options.get("context"):
            self.usage.fill(request.model.name, characters / density, context)
        return ModelReply(text)

    def _text(self, key: str, request: ModelRequest) -> str:
        if request.schema:
            drawn = self._fill(request.schema, Draws("estimate", key), request.schema.get("$defs", {}), depth=0)
            values = list(drawn.values())
            return str(values[0]) if len(values) == 1 and not isinstance(values[0], dict) else json.dumps(drawn)
        most = request.model.options.get("max_tokens")
        length = min(self.manner.words, _MOST_WORDS.get(request.purpose, self.manner.words)) * _CHARACTERS_PER_WORD
        if most is not None:
            length = min(length, int(most * self.manner.characters_per_token))
        return _words(length)

    def _fill(self, schema: Mapping[str, Any], draws: Draws, named: Mapping[str, Any], *, depth: int) -> Any:
        """An instance of a schema; what is said below its top is an aside."""
        if "$ref" in schema:
            return self._fill(named[schema["$ref"].removeprefix("#/$defs/")], draws, named, depth=depth)
        if schema.get("type") == "object":
            parts = schema.get("properties", {}).items()
            return {name: self._fill(part, draws, named, depth=depth + 1) for name, part in parts}
        if schema.get("type") == "string" and "enum" not in schema:
            length = (self.manner.words if depth < 2 else self.manner.aside) * _CHARACTERS_PER_WORD
            return _words(min(length, schema.get("maxLength", length)))
        if schema == PERCENT:
            return round(100 * draws.random() * self.manner.eager)
        return instance(schema, draws)

    async def person(self, key: str, question: Question) -> str:
        return question.choices[0] if question.choices else "words"

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        return compute()

    async def people(
        self, key: str, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        persona = _words(self.manner.words * _CHARACTERS_PER_WORD)
        numbers = range(first, last + 1)
        return [{"handle": f"{population.role}_{n}", "role": population.role, "persona": persona} for n in numbers]

    async def inputs(self, key: str) -> Sequence[OutsidePost]:
        return []

    def add_event(self, event: Event) -> None:
        self.usage.messages += event.happening.kind in SPOKEN


def _words(length: int) -> str:
    return ("words " * (length // _CHARACTERS_PER_WORD + 1))[: max(length, 1)].strip() or "w"


async def rehearse(
    content: RunContent,
    manner: RehearsalOptions,
    *,
    seed: int = 0,
    observe: ObserveRequest | None = None,
    rankers: Rankers | None = None,
) -> Usage:
    """What a condition comes to: played with stand-in words, a large feed as a small one that is like it."""
    times = 1.0
    if isinstance(content, FeedContent):
        content, times = sample(content)
    stand_in = _StandIn(manner, observe)
    await play(content, RunStage(replace(_RUN, seed=seed), content.streams, stand_in, rankers or LatestFirst()))
    usage = Usage()
    usage.include(stand_in.usage, times)
    return usage


async def rehearse_population(
    content: PopulationContent,
    count: int,
    manner: RehearsalOptions,
    *,
    seed: int = 0,
    observe: ObserveRequest | None = None,
) -> Usage:
    """What it comes to that so many people are written."""
    some = min(count, _MOST_WRITTEN)
    stand_in = _StandIn(manner, observe)
    await write(content, some, RunStage(replace(_RUN, seed=seed), content.streams, stand_in))
    usage = Usage()
    usage.include(stand_in.usage, count / some)
    return usage
