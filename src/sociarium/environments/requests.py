"""Requests to models, as environments make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sociarium.environments.context_window import was_cut
from sociarium.experiment.run_content import ModelContent
from sociarium.ports.model import ChatMessage, ModelIdentity, ModelReply, ModelRequest
from sociarium.records.runs import Ending

T = TypeVar("T")

JOINT = "\n\n"
"""Between neighbouring messages of one chat role, which are joined for strict chat templates."""


class Asking(Protocol):
    """What is needed to ask a model; a `Stage` has it."""

    async def ask(self, key: str, request: ModelRequest) -> ModelReply:
        """See `Stage.ask`."""
        ...

    def seed(self, key: str) -> int:
        """See `Stage.seed`."""
        ...


class RunEnded(Exception):
    """The run ends here, with a result."""

    def __init__(self, ending: Ending) -> None:
        self.ending = ending
        super().__init__(ending)


@dataclass(frozen=True, slots=True)
class AskResult(Generic[T]):
    """What a prompt, sent perhaps several times, came to.

    Attributes:
        value: as read from the last reply; None when none could be read.
        key: of the last call.
        reply: the last one.
        attempts: calls made.
        cut: whether the last reply's count proves that the server cut the prompt; nothing that it says counts then.
    """

    value: T | None
    key: str
    reply: ModelReply
    attempts: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """What one of the run's models is asked, however often.

    Attributes:
        model: its name in the file.
        purpose: why it is asked, such as `reply` or `probe`; for records and counts.
        schema: JSON Schema of the reply; None for plain text.
        stop: texts at which the reply ends.
    """

    model: str
    messages: Sequence[ChatMessage]
    purpose: str
    schema: Mapping[str, Any] | None = None
    stop: tuple[str, ...] = ()


def model_request(models: Mapping[str, ModelContent], stage: Asking, key: str, prompt: Prompt) -> ModelRequest:
    """The request that a call makes of a prompt, its derived seed in place.

    Args:
        key: of the call; where the model's `seed` is `run`, its seed derives from it.
    """
    spec = models[prompt.model]
    options = dict(spec.options)
    if options.get("seed") == "run":
        options["seed"] = stage.seed(key)
    identity = ModelIdentity(prompt.model, spec.provider, spec.model, options)
    return ModelRequest(identity, tuple(prompt.messages), prompt.schema, prompt.stop, prompt.purpose)


async def ask_until(
    models: Mapping[str, ModelContent],
    stage: Asking,
    key: str,
    prompt: Prompt,
    *,
    retries: int,
    read: Callable[[ModelReply], T | None],
) -> AskResult[T]:
    """Ask until the reply can be read, at most `retries` times again; each time is a call with a key of its own.

    A refusal ends the asking, and so does a count that proves that the server cut the prompt.

    Args:
        key: of the first call; the second is `key/2`.
        read: what the reply says; None asks again.

    Raises:
        RunEnded: the server refuses the prompt as too long; it ends `context_cut`.
        ModelError: the model did not answer, for good.
    """
    attempt = 0
    while True:
        attempt += 1
        own_key = key if attempt == 1 else f"{key}/{attempt}"
        reply = await stage.ask(own_key, model_request(models, stage, own_key, prompt))
        if reply.finish_reason == "overlong":
            raise RunEnded("context_cut")
        value, cut = read(reply), was_cut(models[prompt.model], reply)
        if value is not None or cut or reply.finish_reason == "refused" or attempt > retries:
            return AskResult(value, own_key, reply, attempt, cut)
