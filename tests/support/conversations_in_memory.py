"""A conversation played in memory: every request answered by a function, every request and event kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.environments.conversation import play
from sociarium.experiment.resolve import resolve
from sociarium.experiment.rng import Draws
from sociarium.experiment.run_content import Content
from sociarium.experiment.validation import design_of
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.ports.person import Question
from sociarium.records.runs import Run
from sociarium.runner.run.event_loop import finish
from sociarium.runner.run.stage import RunStage
from tests.support.definitions import definition, small
from tests.support.run_in_memory import Answer, RunInMemory


def says_its_key(key: str, request: ModelRequest) -> str:
    """Words that name the moment."""
    return f"words at {key}"


@dataclass
class Played(RunInMemory):
    """A conversation that was played."""

    async def person(self, key: str, question: Question) -> str:
        """One of the choices, drawn from the moment."""
        return Draws("person", key).choice(question.choices)

    async def record(self, key: str, compute: Callable[[], Any]) -> Any:
        """Compute it."""
        return compute()

    @property
    def agents(self) -> list[str]:
        """Names in order of creation."""
        return [event.happening.author for event in self.of_kind("agent")]

    def speakers(self) -> list[list[str]]:
        """Who spoke, day by day."""
        found: dict[int, list[str]] = {}
        for event in self.of_kind("message"):
            found.setdefault(event.happening.day, []).append(event.happening.author)
        return list(found.values())

    def texts(self) -> list[str]:
        """What was said."""
        return [event.happening.content for event in self.of_kind("message")]

    def prompt(self, key: str) -> list[tuple[str, str]]:
        """The messages of a request."""
        return [(message.role, message.content) for message in self.requests[key].messages]


def content_of(condition: int = 0, **changes: str | None) -> Content:
    """The content of a condition of a small file."""
    found = definition(small(**changes))
    design = design_of(found, "main")
    streams = found.all_sweeps["main"].streams
    return resolve(found, design.settings(design.levels(condition)), streams=streams)


def played(
    answer: Answer | Sequence[str | ModelReply] = says_its_key,
    *,
    condition: int = 0,
    seed: int = 0,
    replicate: int = 1,
    run: str = "run",
    shuffled: str | None = None,
    **changes: str | None,
) -> Played:
    """Play a condition of a small file.

    Args:
        answer: a function of key and request; or what models say in turn.
        shuffled: answers that are waited for together come in an order drawn from it.
        changes: entries of the file, as in `small`.
    """
    if not callable(answer):
        rest = iter(answer)
        answer_to: Answer = lambda key, request: next(rest)  # noqa: E731
    else:
        answer_to = answer
    content = content_of(condition, **changes)
    found = Played(answer_to, shuffled)
    record = Run(run, "experiment", "tester", replicate, seed, content.model_dump_json(), run, "")
    found.ended = finish(play(content, RunStage(record, content.streams, found)))
    return found
