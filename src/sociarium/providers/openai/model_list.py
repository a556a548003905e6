"""The models that a server lists, through the official package, and what kind of server that shows.

All that a list says against a model is a hint.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import openai

from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, TimedOut, Transient
from sociarium.ports.model import Description
from sociarium.providers.errors import error_of_status
from sociarium.providers.model_names import UNREAD, lacking, spelling_of
from sociarium.providers.model_pages import further_pages
from sociarium.providers.openai.error_body import read_error
from sociarium.providers.openai.servers import UNKNOWN, Server, server_of
from sociarium.providers.secret import Secret
from sociarium.providers.transport import HttpResponse, Transport, plain_status
from sociarium.providers.vendor_clients import httpx2_client

_TIMEOUT = 30.0
_CONTEXT = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
"""Under which names servers tell it: vLLM, OpenRouter, Groq, LM Studio, llama.cpp."""
_NAMES = ("id", "model", "name")
"""Under which of them an entry may have it: the protocol, Ollama's own list, Gemini's own list."""
_NO_LIST = {404, 405}
_FIRST_PAGE: Mapping[str, str] = {}
_CALLS = "/chat/completions"


class ModelList:
    """The list of models of one server; connects when it is read.

    Attributes:
        server: the kind that the list showed when it was last read.
    """

    def __init__(self, transport: Transport, secret: Secret) -> None:
        self.server: Server = UNKNOWN
        self._transport = transport
        self._secret = secret
        self._client: openai.AsyncOpenAI | None = None

    async def describe(self, about: Description) -> Description:
        """A description filled in from the list; what the list lacks is a hint with the nearest names."""
        about, cards, cut = await self._read(about)
        if cards is None:
            return about
        name = spelling_of(about.model, cards)
        if name is None and cut:  # what was not read may have it
            return _unread(about, cut)
        if name is None:
            return replace(about, hints=(*about.hints, lacking(about.model, sorted(cards), address=about.address)))
        return replace(about, served=True, context=_context(cards[name]))

    async def list_names(self, about: Description) -> tuple[list[str], str]:
        """The names on the list in order, and why it cannot be read; both may be empty.

        Raises:
            Misconfigured: nobody answers.
        """
        about, cards, cut = await self._read(about)
        if about.problem:
            raise Misconfigured(about.problem)
        return sorted(cards or ()), " ".join((*about.hints, cut)).strip()

    async def look(self) -> Server | None:
        """Which kind of server answers; None where it has no time to say.

        Raises:
            EndpointUnavailable, Transient: it cannot be asked.
        """
        answered = await self._ask()
        if answered.status == 200:
            self.server = server_of(list((_cards(answered.json_or_none()) or {}).values()))
        elif answered.status == 429 or answered.status >= 500:
            return None
        return self.server

    async def _read(self, about: Description) -> tuple[Description, dict[str, Mapping[str, Any]] | None, str]:
        """What the list says of each model, None where it cannot be read, with the description that says why not.

        And why the list may be longer; empty where all of it was read.
        """
        try:
            answered = await self._ask()
            if answered.status in _NO_LIST:  # nothing is said about the model
                return await self._without_list(about), None, ""
        except TimedOut:
            return _unread(about, f"{about.address} did not list its models within {_TIMEOUT:g} s"), None, ""
        except (EndpointUnavailable, Misconfigured) as error:
            return replace(about, reachable=False, problem=str(error)), None, ""
        except ModelError as error:
            return _unread(about, str(error)), None, ""
        if answered.status != 200:
            words = self._secret.scrub(read_error(answered.body).message)
            place = f"the list of models of {about.address}"
            failure = error_of_status(answered.status, answered.headers, words, place=place, key=self._secret.name)
            return _unread(about, str(failure)), None, ""
        first = answered.json_or_none()
        cards = _cards(first)
        if cards is None:
            return _unread(about, f"{about.address} lists its models in a form that is not the protocol's"), None, ""
        pages, cut = await further_pages(first, self._ask, seconds=_TIMEOUT)
        cards.update(card for page in pages for card in (_cards(page) or {}).items())
        self.server = server_of(list(cards.values()))
        return about, cards, self._secret.scrub(cut)

    async def _ask(self, query: Mapping[str, str] = _FIRST_PAGE) -> HttpResponse:
        """What the server answers to the official package, whatever its status.

        Args:
            query: what asks for another page.

        Raises:
            EndpointUnavailable, Transient, Misconfigured: as `Transport.get`.
        """
        began = time.perf_counter()
        try:
            async with asyncio.timeout(_TIMEOUT):
                response = (await self._open_client().models.with_raw_response.list(extra_query=query)).http_response
        except openai.APIStatusError as error:
            response = error.response
        except TimeoutError as error:
            raise TimedOut(f"{self._transport.address} did not answer within {_TIMEOUT:g} s") from error
        except openai.APIConnectionError as error:
            # The client below fails in our own words; the package lets them through or keeps them as the cause.
            if isinstance(error.__cause__, ModelError):
                raise error.__cause__ from None
            raise Transient(f"{self._transport.address} dropped the connection") from error
        status = plain_status(response.status_code)
        return HttpResponse(status, response.headers, response.content, time.perf_counter() - began)

    async def aclose(self) -> None:
        """Let go of connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _open_client(self) -> openai.AsyncOpenAI:
        if self._client is None:
            route = self._transport.route
            account = {} if self._secret else route.server.account
            # The package insists on a key in a header of its own; the client shows what this server wants instead.
            headers = {**account, **self._secret.headers}
            self._client = openai.AsyncOpenAI(
                api_key="none",
                base_url=route.server.base,
                default_query=dict(parse_qsl(route.server.query, keep_blank_values=True)),
                max_retries=0,
                http_client=httpx2_client(route, silence=_TIMEOUT, headers=headers),
            )
        return self._client

    async def _without_list(self, about: Description) -> Description:
        """Where the address has no list, one may be a step below, or the address be that of the calls themselves."""
        if about.address.endswith(_CALLS):
            hint = f"{about.address} is where calls go; write `base_url: {about.address.removesuffix(_CALLS)}`"
            return replace(about, hints=(*about.hints, hint))
        answered = await self._transport.get("v1/models", seconds=_TIMEOUT)
        if answered.status != 200 or _cards(answered.json_or_none()) is None:
            return about
        hint = (
            f"there is no list of models at {about.address}, and one at {about.address}/v1; write "
            f"`base_url: {about.address}/v1`"
        )
        return replace(about, hints=(*about.hints, hint))


def _cards(value: Any) -> dict[str, Mapping[str, Any]] | None:
    """The entries of a list by name: in the protocol's form, as a bare array, of names alone, or by a gateway's names.

    None where it is no list, or has entries and none with a name that is known: nothing can be said of a model then.
    """
    entries = value.get("data", value.get("models")) if isinstance(value, dict) else value
    if entries is None and isinstance(value, dict) and "data" in value:
        entries = []  # so Go's servers write a list with nothing in it
    if not isinstance(entries, list):
        return None
    cards: dict[str, Mapping[str, Any]] = {
        name: card if isinstance(card, dict) else {} for card in entries if (name := _name(card))
    }
    return cards if cards or not entries else None


def _name(card: Any) -> str:
    """Under which name an entry lists its model; empty for none."""
    names = [card.get(key) for key in _NAMES] if isinstance(card, dict) else [card]
    return next((name for name in names if isinstance(name, str) and name), "")


def _unread(about: Description, why: str) -> Description:
    return replace(about, hints=(*about.hints, f"{why}; {UNREAD}"))


def _context(card: Mapping[str, Any]) -> int | None:
    meta = card.get("meta")
    places = (card, meta if isinstance(meta, Mapping) else {})
    values = (place.get(name) for place in places for name in _CONTEXT)
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool)), None)
