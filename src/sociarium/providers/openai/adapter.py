"""The model port over any OpenAI-compatible server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sociarium.errors import Misconfigured, ModelError, Transient
from sociarium.experiment.address import Address, address_of
from sociarium.ports.model import Description, ModelReply, ModelRequest, ServedReply
from sociarium.providers.errors import (
    NO_SUCH_ADDRESS,
    error_of_gateway,
    error_of_other_answer,
    error_of_status,
    is_of_gateway,
)
from sociarium.providers.network import Network
from sociarium.providers.openai.error_body import ErrorBody, is_of_request, read_error, refusal_within, status_of
from sociarium.providers.openai.event_stream import completion_of_events
from sociarium.providers.openai.learned_form import Lesson, guesses, has_system, in_words, is_unexplained, lesson
from sociarium.providers.openai.model_list import ModelList
from sociarium.providers.openai.options import Dialect, body_of, first_dialect, form_of, sent_options
from sociarium.providers.openai.response import cut_at, read_completion
from sociarium.providers.openai.servers import UNKNOWN, Server, hint_of, needs_server, server_at
from sociarium.providers.refusals import Meaning
from sociarium.providers.secret import Secret
from sociarium.providers.transport import HttpResponse, Transport
from sociarium.providers.undecoded import UndecodedError

OFFICIAL = "https://api.openai.com/v1"
_LIMITS = {"max_tokens", "max_completion_tokens"}


@dataclass(frozen=True, slots=True)
class _Call:
    """A call with its answer, whose status is the one that a refusal within it stands for."""

    body: dict[str, Any]
    how: Dialect
    answered: HttpResponse
    value: Any = None
    refusal: ErrorBody | None = None


class OpenAI:
    """One server; several models may be asked through it.

    Calls go over a transport of the program's own (docs/decisions/0023); the official package lists the models.

    Args:
        base_url: up to and with the version, such as http://127.0.0.1:8000/v1; a query stays.
        key: None for a server without keys.
        key_name: of the environment variable that holds it, for messages.
        key_header: in which the key is shown as it is, such as api-key; without one as `Authorization: Bearer`.
        timeout: seconds that one call may take.
        network: proxies and certificates.

    Raises:
        Misconfigured: the address or the key cannot be used.
    """

    base_url: str
    """As it may be shown."""

    def __init__(
        self,
        base_url: str | Address = OFFICIAL,
        *,
        key: str | None = None,
        key_name: str = "OPENAI_API_KEY",
        key_header: str | None = None,
        timeout: float = 600.0,
        network: Network = Network(),  # noqa: B008
    ) -> None:
        address = address_of(base_url)
        self.base_url = address.public.rstrip("/")
        self._secret = Secret(key, key_name, header=key_header, also=(*address.secrets, *network.secrets))
        away = f"nobody answers at {self.base_url}; start the server, or mend `base_url`"
        self._transport = Transport(address, headers=self._secret.headers, away=away, network=network)
        self._timeout = timeout
        self._official = self._transport.host.endswith("api.openai.com")
        if self._official and not self._secret:
            raise Misconfigured(f"{self.base_url} wants a key; put it into .env as {key_name}=...")
        self._catalogue = ModelList(self._transport, self._secret)
        self._server: Server | None = None
        self._looking = asyncio.Lock()
        self._dialects: dict[str, Dialect] = {}
        self._system_is_taken: set[str] = set()
        self._answered: set[str] = set()

    def __repr__(self) -> str:
        return f"OpenAI({self._transport.address})"

    async def ask(self, request: ModelRequest) -> ServedReply:
        """Ask once; again at once only in another form, where a refusal teaches one or leaves one to be tried.

        What was learned is kept; what was tried is kept where it was answered.
        """
        model = request.model.model
        server = await self._reader(request.model.options)
        learned: dict[str, Any] = {}
        guess: Lesson = {}
        first: _Call | None = None
        untried: list[Lesson] = []
        while True:
            call = await self._call(request, {**learned, **guess}, server)
            if call.refusal is None:
                break
            status, refusal = call.answered.status, call.refusal
            taught = lesson(status, refusal, call.body)
            if taught is not None and learned.keys().isdisjoint(taught):
                learned.update(taught)
                guess, first = {}, None
                continue
            if taught is not None or not is_unexplained(status, refusal, call.body):
                return self._refusal_outcome(request, call, refusal)
            if first is None:
                first, untried = call, guesses(refusal, call.body, system_is_taken=model in self._system_is_taken)
            if not untried:
                return self._refusal_outcome(request, first, first.refusal or refusal)
            guess = untried.pop(0)
        before = self._dialect(model)  # others may have learned meanwhile; each lesson is kept
        served = self._read(request, call)
        learned.update(guess)
        self._dialects[model] = replace(before, **learned) if learned else before
        if has_system(call.body):
            self._system_is_taken.add(model)
        return replace(served, learned=in_words(learned, before=before)) if learned else served

    async def _call(self, request: ModelRequest, changes: Lesson, server: Server) -> _Call:
        dialect = self._dialect(request.model.model)
        how = replace(dialect, **changes) if changes else dialect
        body = body_of(request, how, server)
        answered = await self._transport.post("chat/completions", body, seconds=self._timeout)
        if answered.status != 200:
            error = read_error(answered.body)
            if is_of_request(answered.status, error):
                answered = answered._replace(status=400)
            return _Call(body, how, answered, refusal=error)
        value = answered.json_or_none()
        if value is None:
            value = completion_of_events(answered.body)
        refusal = refusal_within(value)
        if refusal is not None:
            answered = answered._replace(status=status_of(refusal))
        return _Call(body, how, answered, value, refusal)

    def _dialect(self, model: str) -> Dialect:
        return self._dialects.get(model) or first_dialect(model, official=self._official)

    def _refusal_outcome(self, request: ModelRequest, call: _Call, refusal: ErrorBody) -> ServedReply:
        """The outcome that a refusal is.

        Raises:
            ModelError: it is none.
        """
        outcomes: dict[Meaning | None, ModelReply] = {
            "filtered": ModelReply("", finish_reason="refused"),
            "overlong": ModelReply("", finish_reason="overlong"),
            "cut": ModelReply("", finish_reason="length"),
            "invalid_answer": ModelReply(refusal.generated, finish_reason="other"),
        }
        reply = outcomes.get(refusal.meaning(call.answered.status))
        if reply is None:
            raise self._failure(request, call, refusal)
        return ServedReply(reply, _sent_form(request, call), call.answered.seconds)

    async def describe(self, model: str, options: Mapping[str, Any] | None = None) -> Description:
        """What the server says about a model, without asking it; never raises a model's error."""
        about = Description("openai", model, self._transport.address, reachable=True)
        described = await self._catalogue.describe(about)
        server = server_at(self._transport.host)
        server = self._catalogue.server if server is UNKNOWN else server
        hint = hint_of(server, options or {}, described.address) if described.reachable else ""
        return replace(described, hints=(*described.hints, hint)) if hint else described

    async def is_alive(self) -> bool:
        """Whether the server answers at all."""
        return await self._transport.is_alive("models")

    async def _reader(self, options: Mapping[str, Any]) -> Server:
        """The kind of server, looked up once, and only where the options that are sent depend on it."""
        if self._server is None and needs_server(options):
            async with self._looking:
                if self._server is None:
                    server = server_at(self._transport.host)
                    self._server = server if server is not UNKNOWN else await self._catalogue.look()
        return self._server or UNKNOWN

    async def list_models(self) -> tuple[list[str], str]:
        """The models that the server lists, a hint, for it may serve others; and why its list cannot be read.

        Raises:
            Misconfigured: nobody answers at the address.
        """
        return await self._catalogue.list_names(Description("openai", "", self._transport.address, reachable=True))

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._transport.aclose()
        await self._catalogue.aclose()

    def _read(self, request: ModelRequest, call: _Call) -> ServedReply:
        try:
            completion = read_completion(call.value)
        except UndecodedError as error:
            raise Transient(f"{self._place(request)}: {self._secret.scrub(str(error))}") from error
        except ValueError as error:
            raise error_of_other_answer(
                self._secret.scrub(call.answered.body.decode("utf-8", "replace")),
                place=self._place(request),
                wanted="chat completion",
                has_answered=request.model.model in self._answered,
            ) from error
        self._answered.add(request.model.model)
        return ServedReply(
            completion.reply if call.how.stops else cut_at(completion.reply, request.stop),
            _sent_form(request, call),
            call.answered.seconds,
            served_model=completion.served_model,
            fingerprint=completion.fingerprint,
            cached_tokens=completion.cached_tokens,
        )

    def _failure(self, request: ModelRequest, call: _Call, refusal: ErrorBody) -> ModelError:
        place, words = self._place(request), self._secret.scrub(refusal.message)
        status, headers = call.answered.status, call.answered.headers
        if request.model.model in self._answered and is_of_gateway(status, call.answered.body):
            return error_of_gateway(status, words, place=place)
        means = refusal.meaning(status)
        if means == "credit":
            return Misconfigured(f"{place}: the account behind {self._secret.name} has no credit left: {words}")
        if means == "key":
            return error_of_status(401, headers, words, place=place, key=self._secret.name)
        if means in {"too_large", "rate_limit", "passing"}:
            return error_of_status(
                status, headers, words, place=place, key=self._secret.name, about=refusal.words, codes=refusal.codes
            )
        if status in NO_SUCH_ADDRESS or means == "no_model":
            return self._missing(request, refusal, words)
        option = refusal.option(sent_options(call.body))
        if means == "limit" and not _LIMITS.isdisjoint(call.body):
            option = "max_tokens"
        if status in {400, 422} and option:
            return Misconfigured(
                f"{place}: the server refuses the option `{option}`: {words}; take it out of the model's entry, or set "
                "what the server takes"
            )
        return error_of_status(status, headers, words, place=place, key=self._secret.name, about=refusal.words)

    def _missing(self, request: ModelRequest, refusal: ErrorBody, words: str) -> Misconfigured:
        if refusal.meaning(404) == "no_model" or "model" in refusal.code or request.model.model in refusal.message:
            return Misconfigured(
                f"{self._place(request)}: the server does not have it: {words}; `sociarium models check FILE` "
                "tells the names that it lists"
            )
        return Misconfigured(
            f"{self._place(request)}: there are no chat completions at this address: {words}; "
            "`base_url` usually ends in /v1, for Open WebUI in /api"
        )

    def _place(self, request: ModelRequest) -> str:
        return f"model {request.model.model!r} on {self._transport.address}"


def _sent_form(request: ModelRequest, call: _Call) -> dict[str, Any]:
    form = form_of(request, call.how)
    return sent_options(call.body) | {"form": form} if form else sent_options(call.body)
