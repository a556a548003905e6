"""The model port: a request goes out, a reply comes back.

Concurrency: an adapter serves many requests of one event loop at once.
Ownership: who opens an adapter closes it. Order: none between requests.
Errors: `ask` raises only members of `errors.ModelError`; a refusal by the model or its server's filter is a reply.
Retries: none in an adapter; the runner's policy is the only one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from sociarium.experiment.canonical import canonical_string, canonical_text, fingerprint_of_text
from sociarium.ports.turn_end import turn_end, without_words_of_head

Speaker = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "refused", "overlong", "other"]
"""overlong: the server refused the prompt because it does not fit; there is no text."""


CANARY = "canary"
"""The purpose of a fixed question of no run, and what stands in a run's place: it opens and closes no model."""


class ChatMessage(NamedTuple):
    """A message of a chat; a tuple, as each prompt makes all of its messages anew."""

    role: Speaker
    content: str


BEFORE_MESSAGES = '{"messages":['
"""The beginning of every request's canonical JSON."""


def message_text(message: ChatMessage) -> str:
    """A message in a request's canonical JSON; commas stand between them."""
    role, content = message
    return f'["{role}",{canonical_string(content)}]'


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """What is asked: never where it is served.

    Attributes:
        name: of the model's entry in the experiment file.
        options: as they go out, a derived seed in its place.
    """

    name: str
    provider: str
    model: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """A request.

    Attributes:
        schema: JSON Schema of the answer, where a structured one is asked for.
        stop: strings at which the model stops.
        purpose: for display and estimates; not part of the fingerprint.
    """

    model: ModelIdentity
    messages: tuple[ChatMessage, ...]
    schema: Mapping[str, Any] | None = None
    stop: tuple[str, ...] = ()
    purpose: str = field(default="", compare=False)

    def fingerprint(self) -> str:
        """SHA-256 of the request's canonical JSON, before any adapter touches it."""
        # Put together of its parts, as the messages are nearly all of it: of a mapping it takes twice the time.
        messages = ",".join(map(message_text, self.messages))
        return fingerprint_of_text(f"{BEFORE_MESSAGES}{messages}{self.text_after_messages()}")

    def text_after_messages(self) -> str:
        """The end of the request's canonical JSON: what stands in it after its messages."""
        model = self.model
        identity = canonical_text([model.name, model.provider, model.model, dict(model.options)])
        schema = "null" if self.schema is None else canonical_text(self.schema)
        stop = ",".join(map(canonical_string, self.stop))
        return f'],"model":{identity},"schema":{schema},"stop":[{stop}]}}'


@dataclass(frozen=True, slots=True)
class ModelReply:
    """What the run sees of an answer.

    Attributes:
        text: what the model said, thinking apart.
        replaced: whether characters that no store can hold became U+FFFD.
        after_turn: what stood from a template's end of turn on, where the port knows it; no part of the text.
        prompt_tokens, completion_tokens: as the server counted; None where it does not.
    """

    text: str
    thinking: str = ""
    finish_reason: FinishReason = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    replaced: bool = False
    after_turn: str = ""


@dataclass(frozen=True, slots=True)
class ServedReply:
    """A reply with the facts of its call.

    Attributes:
        sent: options as really sent, and as `form` what went out in another form than the request has it.
        seconds: from sending to the whole reply.
        cached_tokens: of the prompt, those that the server had kept from calls before; None where it does not say.
        endpoint: the public address of the server; None where none was asked. Not an adapter's to set.
        hardware: on which kind the server says that it answered, as `ModelInMemory` has it; None where it does not.
        learned: what this call taught about its model, each in words that go on from the model's name; told once.
    """

    reply: ModelReply
    sent: Mapping[str, Any]
    seconds: float
    served_model: str | None = None
    digest: str | None = None
    fingerprint: str | None = None
    cached_tokens: int | None = None
    endpoint: str | None = None
    learned: tuple[str, ...] = ()
    hardware: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """A model at its server.

    Attributes:
        address: of the server.
        reachable: whether a server answers there.
        served: whether it has the model; None where it does not say.
        context: tokens that the model can take in at most; None where the server does not say.
        digest: of the weights; None where the server has none.
        version: of the server's program; None where it does not say.
        capabilities: as the server lists them.
        problem: what surely stops a run, with its mend; empty when nothing does.
        hints: what may stop or mislead it, each with its mend; the model's first answer decides.
    """

    provider: str
    model: str
    address: str
    reachable: bool
    served: bool | None = None
    context: int | None = None
    digest: str | None = None
    version: str | None = None
    capabilities: tuple[str, ...] = ()
    problem: str = ""
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelInMemory:
    """A model that a server has loaded.

    Attributes:
        model: the name under which the server lists it.
        context: tokens that it was loaded for; None where the server does not say.
        hardware: where its weights are, `gpu`, `cpu` or `mixed`; None where the server does not say.
    """

    model: str
    context: int | None = None
    hardware: str | None = None


class Model(Protocol):
    """A server that can be asked."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        """Ask once.

        Raises:
            Transient: a moment's failure; asking again is sensible.
            TimedOut: no answer in the time that a call may take; `LivenessProbe` tells whether the server lives.
            RateLimited: asked too often; `retry_after` says for how long, where the server does.
            EndpointUnavailable: nobody answers at the address.
            Misconfigured: it will never be answered as configured.
            RequestRefused: the server refuses it, and does not say that the model is to blame.
            RequestTooLarge: the account's limits let no request of this size through, however long one waits.
        """
        ...

    async def describe(self, model: str, options: Mapping[str, Any] | None = None) -> Description:
        """What the server says about a model, without asking or fetching it; never raises a model's error.

        Args:
            options: of the model's entry, by their names in the file; the description tells which of them the server or
                the model cannot take.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class LivenessProbe(Protocol):
    """A server that can be asked for a sign of life."""

    async def is_alive(self) -> bool:
        """Whether the server answers a cheap request soon, whatever the answer; no model is asked. Raises nothing."""
        ...


@runtime_checkable
class LoadingModel(Protocol):
    """A server that loads models, and says which it has in memory."""

    async def models_in_memory(self) -> Sequence[ModelInMemory]:
        """What is loaded now; nothing is loaded for it.

        Raises:
            ModelError: the server does not say, or not in a few seconds.
        """
        ...


@runtime_checkable
class PullingModel(Protocol):
    """A server into which models can be fetched."""

    async def pull(self, model: str) -> None:
        """Fetch a model, or its newest version.

        Raises:
            EndpointUnavailable: nobody answers at the address.
            Transient: the download broke off.
            Misconfigured: there is no such model.
        """
        ...


def whole_turn(reply: ModelReply) -> ModelReply:
    """A reply as runs get it: what a store can hold of it, up to where its turn ends."""
    whole = storable(reply)
    if (text := without_words_of_head(whole.text)) != whole.text:
        whole = replace(whole, text=text)
    end = turn_end(whole.text)
    return whole if end is None else replace(whole, text=whole.text[:end], after_turn=whole.text[end:])


def storable(reply: ModelReply) -> ModelReply:
    """The reply with lone surrogates, which no store can hold, as U+FFFD."""
    text, thinking = _storable_text(reply.text), _storable_text(reply.thinking)
    if text == reply.text and thinking == reply.thinking:
        return reply
    return ModelReply(text, thinking, reply.finish_reason, reply.prompt_tokens, reply.completion_tokens, replaced=True)


def _storable_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
