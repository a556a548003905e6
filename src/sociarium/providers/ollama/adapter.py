"""The model port over Ollama's native API."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, Transient
from sociarium.ports.model import Description, FinishReason, ModelInMemory, ModelReply, ModelRequest, ServedReply
from sociarium.providers.errors import NO_SUCH_ADDRESS, error_of_gateway, error_of_status, is_of_gateway, readable_words
from sociarium.providers.ollama.host import Host
from sociarium.providers.ollama.memory import read_memory
from sociarium.providers.ollama.options import body_of, option_named_in, sent_options, unknown_extra
from sociarium.providers.refusals import Meaning, is_overlong, meaning_of
from sociarium.providers.schema_in_words import FORM, LEARNED
from sociarium.providers.thinking import split_thinking, thinking_in
from sociarium.providers.token_counts import token_count
from sociarium.providers.transport import HttpResponse
from sociarium.providers.undecoded import UndecodedError, refuse_undecoded

_CLOUD = re.compile(r"[:-]cloud\Z|\Ahttps://(?:\w+\.)?ollama\.com(?::|/|\Z)", re.IGNORECASE)
"""Names of models that Ollama has asked elsewhere, and where that is."""

_FINISH: dict[str, FinishReason] = {"stop": "stop", "length": "length"}
_CONTEXT_OF_CLOUD = (
    "Ollama's cloud takes no `context`, and a prompt that is longer ends its run as if it had been cut; take `context` "
    "out of the entry"
)


class Ollama:
    """The models of one Ollama server.

    Calls go over a transport of the program's own (docs/decisions/0023); the official package lists, shows and pulls.

    Args:
        host: an address, or a host shared with other models; closed with the last who uses it.
        keep_alive: how long Ollama keeps a model loaded after a call; sent with every one, or not at all where it is
            None: sent, it takes back an unloading that Ollama has planned to make room for another model.
        timeout: seconds that one call may take, loading the model included.

    Raises:
        Misconfigured: the address cannot be used.
    """

    def __init__(self, host: Host | str, *, keep_alive: str | int | None = None, timeout: float = 600.0) -> None:
        self._host = host if isinstance(host, Host) else Host(host)
        self._host.acquire()
        self._keep_alive = keep_alive
        self._timeout = timeout
        self._closed = False
        self._in_words: set[str] = set()
        self._answered: set[str] = set()

    def __repr__(self) -> str:
        return f"Ollama({self._host.address})"

    async def ask(self, request: ModelRequest) -> ServedReply:
        """Ask once; a model that is missing is fetched before, where that is allowed.

        Where a JSON Schema is refused the same is asked at once in words, and from then on where that is answered.
        """
        model = request.model
        in_words = request.schema is not None and model.model in self._in_words
        body = body_of(request, keep_alive=self._keep_alive, schema_in_words=in_words)
        digest = await self._host.digest(model.model, entry=model.name)
        answered = await self._post(body)
        if model.model in self._answered and is_of_gateway(answered.status, answered.body):
            words = self._host.secret.scrub(readable_words(_words(answered)))
            raise error_of_gateway(answered.status, words, place=self._place(request))
        if answered.status == 404 and "not found" in _words(answered):  # removed since the list was read
            self._host.forget()
            digest = await self._host.digest(model.model, entry=model.name)
            answered = await self._post(body)
        taught = "format" in body and _meaning(answered) == "no_schema"
        if taught:
            body = body_of(request, keep_alive=self._keep_alive, schema_in_words=True)
            answered = await self._post(body)
        sent = sent_options(body) | ({"form": FORM} if in_words or taught else {})
        if answered.status != 200:
            if is_overlong(_words(answered)) or _meaning(answered) == "overlong":
                return ServedReply(ModelReply("", finish_reason="overlong"), sent, answered.seconds, digest=digest)
            raise self._failure(request, answered)
        try:
            value = answered.json()
            reply = _reply(value)
        except UndecodedError as error:
            raise Transient(f"{self._place(request)}: {self._host.secret.scrub(str(error))}") from error
        except ValueError as error:
            words = self._host.secret.scrub(readable_words(answered.body.decode("utf-8", "replace")))
            raise Transient(f"{self._place(request)}: the answer is no chat reply: {words}") from error
        self._answered.add(model.model)
        if taught:
            self._in_words.add(model.model)
        served = value.get("model")
        return ServedReply(
            reply,
            sent,
            answered.seconds,
            served_model=served if isinstance(served, str) else None,
            digest=digest,
            learned=(LEARNED,) if taught else (),
            hardware=await self._host.hardware.of(model.model),
        )

    async def pull(self, model: str) -> None:
        """Fetch a model, or its newest version.

        Raises:
            EndpointUnavailable: Ollama does not answer.
            Transient: the download broke off.
            Misconfigured: there is no such model.
        """
        await self._host.pull(model)

    async def describe(self, model: str, options: Mapping[str, Any] | None = None) -> Description:
        """What Ollama says about a model, without asking or fetching it; never raises a model's error."""
        about = Description("ollama", model, self._host.address, reachable=True)
        try:
            described = await self._host.describe(about)
        except EndpointUnavailable as error:
            return replace(about, reachable=False, problem=str(error))
        except ModelError as error:
            return replace(about, problem=str(error))
        return described if described.problem else _with_options(described, options or {})

    async def models_in_memory(self) -> Sequence[ModelInMemory]:
        """What Ollama has loaded now."""
        return await read_memory(self._host.transport)

    async def is_alive(self) -> bool:
        """Whether Ollama answers at all; it does while it loads a model."""
        return await self._host.transport.is_alive("api/version")

    async def aclose(self) -> None:
        """Let go of connections."""
        if not self._closed:
            self._closed = True
            await self._host.aclose()

    async def _post(self, body: dict[str, Any]) -> HttpResponse:
        try:
            return _with_status_of_error(await self._host.transport.post("api/chat", body, seconds=self._timeout))
        except ModelError:
            self._host.forget()
            raise

    def _failure(self, request: ModelRequest, answered: HttpResponse) -> ModelError:
        place, raw = self._place(request), _words(answered)
        words = self._host.secret.scrub(readable_words(raw))
        if answered.status == 400 and (option := option_named_in(raw)):
            return Misconfigured(
                f"{place}: the server refuses the option `{option}`: {words}; take it out of the model's entry, or set "
                "what the model takes"
            )
        if "requires more system memory" in raw:
            return Misconfigured(f"{place}: {words}; lower `context`, or choose a smaller model")
        if answered.status in NO_SUCH_ADDRESS:
            return Misconfigured(f"{place}: {words}; is this the address of an Ollama server?")
        return error_of_status(answered.status, answered.headers, words, place=place, key=self._host.secret.name)

    def _place(self, request: ModelRequest) -> str:
        return f"model {request.model.model!r} on {self._host.address}"


def _with_options(described: Description, options: Mapping[str, Any]) -> Description:
    """What of a model's entry cannot be; a server too old to list capabilities says nothing of them."""
    able = described.capabilities
    place = f"model {described.model!r} on {described.address}"
    if able and options.get("thinking") and "thinking" not in able:
        mend = "take `thinking` out of the model's entry, or choose a model that thinks"
        return replace(described, problem=f"{place} cannot think (it is capable of: {', '.join(able)}); {mend}")
    if able and "completion" not in able:
        return replace(described, problem=f"{place} cannot chat (it is capable of: {', '.join(able)})")
    if "context" in options and (_CLOUD.search(described.model) or _CLOUD.search(described.address)):
        described = replace(described, hints=(*described.hints, f"{place}: {_CONTEXT_OF_CLOUD}"))
    if unknown := unknown_extra(options):
        mend = "Ollama would ignore it; take it out of `extra`"
        return replace(described, problem=f"{place}: Ollama has no option `{unknown[0]}`; {mend}")
    return described


def _with_status_of_error(answered: HttpResponse) -> HttpResponse:
    """An answer; an error that came with status 200, alone or beside half a reply, with the status that it has."""
    value = answered.json_or_none() if answered.status == 200 else None
    if not isinstance(value, dict) or not isinstance(value.get("error"), str) or not value["error"]:
        return answered
    return answered._replace(status=502 if meaning_of(400, value["error"]) is None else 400)


def _meaning(answered: HttpResponse) -> Meaning | None:
    return None if answered.status == 200 else meaning_of(answered.status, _words(answered))


def _words(answered: HttpResponse) -> str:
    text = answered.body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except ValueError:
        return text
    error = value.get("error") if isinstance(value, dict) else None
    return error if isinstance(error, str) else text


def _reply(value: Any) -> ModelReply:
    message = value.get("message") if isinstance(value, dict) else None
    if not isinstance(message, dict) or not isinstance(message.get("content"), str) or value.get("done") is not True:
        raise ValueError("not a whole chat reply")
    text, thought = split_thinking(refuse_undecoded(message["content"]), thinking_in(message))
    finish = _FINISH.get(str(value.get("done_reason", "stop")), "other")
    return ModelReply(text, thought, finish, token_count(value, "prompt_eval_count"), token_count(value, "eval_count"))
