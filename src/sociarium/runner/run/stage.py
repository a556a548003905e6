"""The stage as the runner builds it, over a recorder that answers from the journal, a model, or only the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sociarium.environments.stage import Stage
from sociarium.errors import SociariumError
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.rng import Draws, SeedRoot
from sociarium.experiment.sweep import Streams
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.ports.person import Question
from sociarium.ports.rankers import NoRankers, Ranker, Rankers
from sociarium.records.events import Event, Happening, event
from sociarium.records.inputs import OutsidePost
from sociarium.records.runs import Run

T = TypeVar("T")

_SEEDS = 2**31


class Recorder(Protocol):
    """Answers a run's questions and keeps what happened in it."""

    async def answer(self, key: str, request: ModelRequest) -> ModelReply:
        """See `Stage.ask`."""
        ...

    async def person(self, key: str, question: Question) -> str:
        """See `Stage.ask_person`."""
        ...

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        """See `Stage.record`."""
        ...

    async def people(
        self, key: str, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        """See `Stage.people`."""
        ...

    async def inputs(self, key: str) -> Sequence[OutsidePost]:
        """See `Stage.inputs`."""
        ...

    def add_event(self, event: Event) -> None:
        """Keep an event; events come in their order."""
        ...


class KeyUsedTwice(SociariumError):
    """An environment used one key for two moments."""


@dataclass(slots=True)
class _Keys:
    """The keys of a run that were used, for answers and for events."""

    requests: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)


class RunStage:
    """The stage of one run."""

    def __init__(self, run: Run, streams: Streams, recorder: Recorder, rankers: Rankers | None = None) -> None:
        self._run = run
        self._own = (run.stream,) if streams == "independent" else ()
        self._branches: tuple[str, ...] = ()
        self._chance, self._seeds = self._roots()
        self._recorder = recorder
        self._rankers = rankers or NoRankers()
        self._keys = _Keys()
        self._seq = 0

    async def ask(self, key: str, request: ModelRequest) -> ModelReply:
        """See the protocol."""
        self._use(key, self._keys.requests)
        return await self._recorder.answer(key, request)

    async def ask_person(self, key: str, *, text: str, context: str, choices: tuple[str, ...] = ()) -> str:
        """See the protocol."""
        self._use(key, self._keys.requests)
        return await self._recorder.person(key, Question(self._run.id, text, context, choices))

    def rng(self, key: str) -> Draws:
        """See the protocol."""
        return self._chance.draws(key)

    def seed(self, key: str) -> int:
        """See the protocol."""
        return self._seeds.draws(key).below(_SEEDS)

    def branch(self, name: str) -> None:
        """See the protocol."""
        self._branches += (name,)
        self._chance, self._seeds = self._roots()

    def _roots(self) -> tuple[SeedRoot, SeedRoot]:
        """Of draws, and of the seeds that models are sent."""
        return (
            SeedRoot("rng", self._run.seed, self._run.replicate, *self._own, *self._branches),
            SeedRoot("seed", self._run.stream, *self._branches),
        )

    def emit(self, key: str, happening: Happening) -> None:
        """See the protocol."""
        self._use(key, self._keys.events)
        self._seq += 1
        self._recorder.add_event(event(self._run.id, key, self._seq, happening))

    async def together(self, steps: Mapping[str, Callable[[Stage], Awaitable[T]]]) -> dict[str, T]:
        """See the protocol."""
        return await _together(self, steps)

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        """See the protocol."""
        self._use(key, self._keys.requests)
        return await self._recorder.record(key, compute)

    def ranker(self, name: str) -> Ranker:
        """See the protocol."""
        return self._rankers.ranker(name)

    async def people(
        self, key: str, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        """See the protocol."""
        self._use(key, self._keys.requests)
        return await self._recorder.people(key, population, first, last)

    async def inputs(self, key: str) -> Sequence[OutsidePost]:
        """See the protocol."""
        self._use(key, self._keys.requests)
        return await self._recorder.inputs(key)

    def _use(self, key: str, used: set[str]) -> None:
        if key in used:
            raise KeyUsedTwice(f"run {self._run.id} uses the key {key} twice; a key names one moment")
        used.add(key)


class _StepStage:
    """The stage of one step among several: like its parent's, but what it emits waits for the others."""

    def __init__(self, parent: Stage) -> None:
        self._parent = parent
        self.emitted: list[tuple[str, Happening]] = []

    async def ask(self, key: str, request: ModelRequest) -> ModelReply:
        """See the protocol."""
        return await self._parent.ask(key, request)

    async def ask_person(self, key: str, *, text: str, context: str, choices: tuple[str, ...] = ()) -> str:
        """See the protocol."""
        return await self._parent.ask_person(key, text=text, context=context, choices=choices)

    def rng(self, key: str) -> Draws:
        """See the protocol."""
        return self._parent.rng(key)

    def seed(self, key: str) -> int:
        """See the protocol."""
        return self._parent.seed(key)

    def branch(self, name: str) -> None:
        """See the protocol; not within steps."""
        raise AssertionError(f"the branch {name!r} begins within a step")

    def emit(self, key: str, happening: Happening) -> None:
        """See the protocol."""
        self.emitted.append((key, happening))

    async def together(self, steps: Mapping[str, Callable[[Stage], Awaitable[T]]]) -> dict[str, T]:
        """See the protocol."""
        return await _together(self, steps)

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        """See the protocol."""
        return await self._parent.record(key, compute)

    def ranker(self, name: str) -> Ranker:
        """See the protocol."""
        return self._parent.ranker(name)

    async def people(
        self, key: str, population: PopulationContent, first: int, last: int
    ) -> Sequence[Mapping[str, Any] | None]:
        """See the protocol."""
        return await self._parent.people(key, population, first, last)

    async def inputs(self, key: str) -> Sequence[OutsidePost]:
        """See the protocol."""
        return await self._parent.inputs(key)


async def _together(stage: Stage, steps: Mapping[str, Callable[[Stage], Awaitable[T]]]) -> dict[str, T]:
    keys = sorted(steps)
    stages = {key: _StepStage(stage) for key in keys}
    results = await _side_by_side([_step(steps[key], stages[key]) for key in keys])
    for key in keys:
        for name, happening in stages[key].emitted:
            stage.emit(name, happening)
    merged: dict[str, T] = {}
    for key, result in zip(keys, results, strict=True):
        if isinstance(result, BaseException):
            raise result
        merged[key] = result
    return merged


async def _side_by_side(steps: Sequence[Coroutine[Any, Any, T]]) -> Sequence[T | BaseException]:
    if len(steps) != 1:
        results: list[T | BaseException] = await asyncio.gather(*steps, return_exceptions=True)
        return results
    # One alone needs no task of its own.
    try:
        return [await steps[0]]
    except Exception as error:  # noqa: BLE001  # the caller raises it, as those of many
        return [error]


async def _step(step: Callable[[Stage], Awaitable[T]], stage: Stage) -> T:
    return await step(stage)
