"""The model port over Anthropic's Messages API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sociarium.errors import Misconfigured, ModelError, Transient
from sociarium.experiment.address import Address, address_of
from sociarium.ports.model import Description, ModelReply, ModelRequest, ServedReply
from sociarium.providers.anthropic.learned_form import in_words, lesson
from sociarium.providers.anthropic.model_list import ModelList
from sociarium.providers.anthropic.package import Package
from sociarium.providers.anthropic.request import (
    Form,
    body_of,
    form_of,
    is_wrapped,
    lacking_options,
    sent_options,
    takes_tool,
)
from sociarium.providers.anthropic.response import ErrorBody, error_within, read_answer, read_error
from sociarium.providers.errors import (
    NO_SUCH_ADDRESS,
    error_of_gateway,
    error_of_other_answer,
    error_of_status,
    is_of_gateway,
)
from sociarium.providers.network import Network
from sociarium.providers.refusals import Meaning
from sociarium.providers.secret import Secret
from sociarium.providers.transport import HttpResponse, Transport
from sociarium.providers.undecoded import UndecodedError

OFFICIAL = "https://api.anthropic.com"
_KEY_HEADER = "x-api-key"
_CALLS = "/v1/messages"


class Anthropic:
    """One server; several models may be asked through it.

    Args:
        base_url: up to where `/v1/messages` follows, or with the `/v1`.
        key: None for a server without keys.
        key_name: of the environment variable that holds it, for messages.
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
        key_name: str = "ANTHROPIC_API_KEY",
        timeout: float = 600.0,
        network: Network = Network(),  # noqa: B008
    ) -> None:
        address = address_of(base_url)
        self.base_url = address.public.rstrip("/")
        self._secret = Secret(key, key_name, header=_KEY_HEADER, also=(*address.secrets, *network.secrets))
        away = f"nobody answers at {self.base_url}; start the server, or mend `base_url`"
        self._transport = Transport(address, headers=self._secret.headers, away=away, network=network)
        if self._transport.host.endswith("api.anthropic.com") and not self._secret:
            raise Misconfigured(f"{self.base_url} wants a key; put it into .env as {key_name}=...")
        self._package = Package(self._transport, self._secret)
        self._catalogue = ModelList(self._package, self._secret)
        self._timeout = timeout
        self._forms: dict[str, Form] = {}
        self._answered: set[str] = set()

    def __repr__(self) -> str:
        return f"Anthropic({self._transport.address})"

    async def ask(self, request: ModelRequest) -> ServedReply:
        """Ask once; again at once only in another form, where a refusal teaches one. What was learned is kept."""
        model = request.model.model
        before = form = self._forms.get(model, Form())
        while True:
            body = body_of(request, form)
            answered = await self._package.post(_CALLS, body, seconds=self._timeout)
            value, refusal = None, None
            if answered.status == 200:
                value = answered.json_or_none()
                refusal = error_within(value)
                if refusal is not None:
                    answered = answered._replace(status=refusal.status)
            else:
                refusal = read_error(answered.body)
            if refusal is None:
                break
            taught = lesson(answered.status, refusal, body, form)
            if taught is None:
                return self._refusal_outcome(request, refusal, answered, body, form)
            form = taught
        served = self._read(request, value, answered, body, form)
        if form == before:
            return served
        self._forms[model] = form
        return replace(served, learned=in_words(form, before=before))

    async def describe(self, model: str, options: Mapping[str, Any] | None = None) -> Description:
        """What the server says about a model, without asking it; never raises a model's error."""
        about = await self._catalogue.describe(Description("anthropic", model, self._transport.address, reachable=True))
        problem = lacking_options(options or {})
        return replace(about, problem=problem) if problem and not about.problem else about

    async def is_alive(self) -> bool:
        """Whether the server answers at all."""
        return await self._transport.is_alive("models" if self.base_url.endswith("/v1") else "v1/models")

    async def list_models(self) -> tuple[list[str], str]:
        """The models that the server lists, a hint; and why its list cannot be read.

        Raises:
            Misconfigured: nobody answers at the address.
        """
        return await self._catalogue.list_names(Description("anthropic", "", self._transport.address, reachable=True))

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._transport.aclose()
        await self._package.aclose()

    def _read(
        self, request: ModelRequest, value: Any, answered: HttpResponse, body: Mapping[str, Any], form: Form
    ) -> ServedReply:
        structured = request.schema is not None and takes_tool(request, form)
        wrapped = request.schema is not None and is_wrapped(request.schema)
        try:
            answer = read_answer(value, structured=structured, wrapped=wrapped)
        except UndecodedError as error:
            raise Transient(f"{self._place(request)}: {self._secret.scrub(str(error))}") from error
        except ValueError as error:
            raise error_of_other_answer(
                self._secret.scrub(answered.body.decode("utf-8", "replace")),
                place=self._place(request),
                wanted="message",
                has_answered=request.model.model in self._answered,
            ) from error
        self._answered.add(request.model.model)
        return ServedReply(
            answer.reply,
            _sent_form(request, body, form),
            answered.seconds,
            served_model=answer.served_model,
            cached_tokens=answer.cached_tokens,
        )

    def _refusal_outcome(
        self, request: ModelRequest, refusal: ErrorBody, answered: HttpResponse, body: Mapping[str, Any], form: Form
    ) -> ServedReply:
        """The outcome that a refusal is.

        Raises:
            ModelError: it is none.
        """
        outcomes: dict[Meaning | None, ModelReply] = {
            "filtered": ModelReply("", finish_reason="refused"),
            "overlong": ModelReply("", finish_reason="overlong"),
        }
        reply = outcomes.get(refusal.meaning(answered.status))
        if reply is None:
            raise self._failure(request, refusal, answered, body)
        return ServedReply(reply, _sent_form(request, body, form), answered.seconds)

    def _failure(
        self, request: ModelRequest, refusal: ErrorBody, answered: HttpResponse, body: Mapping[str, Any]
    ) -> ModelError:
        place, words, status = self._place(request), self._secret.scrub(refusal.words), answered.status
        if request.model.model in self._answered and is_of_gateway(status, answered.body):
            return error_of_gateway(status, words, place=place)
        means = refusal.meaning(status)
        if means == "credit":
            return Misconfigured(f"{place}: the account behind {self._secret.name} has no credit left: {words}")
        if means == "no_model" or (status == 404 and request.model.model in refusal.words):
            return Misconfigured(
                f"{place}: the server does not have it: {words}; `sociarium models check FILE` tells the names that it "
                "lists"
            )
        if status in NO_SUCH_ADDRESS:
            return Misconfigured(
                f"{place}: there is no Messages API at this address: {words}; `base_url` is what stands before "
                "/v1/messages"
            )
        option = refusal.option(sent_options(body))
        if status == 400 and option:
            return Misconfigured(
                f"{place}: the server refuses the option `{option}`: {words}; take it out of the model's entry, or set "
                "what the server takes"
            )
        return error_of_status(status, answered.headers, words, place=place, key=self._secret.name, about=refusal.words)

    def _place(self, request: ModelRequest) -> str:
        return f"model {request.model.model!r} on {self._transport.address}"


def _sent_form(request: ModelRequest, body: Mapping[str, Any], form: Form) -> dict[str, Any]:
    other = form_of(request, form)
    return sent_options(body) | {"form": other} if other else sent_options(body)
