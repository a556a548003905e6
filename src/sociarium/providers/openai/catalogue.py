"""The models that a server lists, through the official package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import openai

from sociarium.errors import Misconfigured, ModelError
from sociarium.experiment.address import public_address
from sociarium.ports.model import Description
from sociarium.providers.connections import account_of
from sociarium.providers.failures import is_of_proxy, of_proxy, of_status
from sociarium.providers.openai.reading import complaint
from sociarium.providers.secret import Secret

_PATIENCE = 30.0
_CONTEXT = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
"""Under which names servers tell it: vLLM, OpenRouter, Groq, LM Studio, llama.cpp."""


class Catalogue:
    """The list of models of one server; connects when it is read."""

    def __init__(
        self, base_url: str, secret: Secret, *, headers: Mapping[str, str], away: str, proxy: str | None
    ) -> None:
        self._base_url = base_url
        self._secret = secret
        self._headers = dict(headers)
        self._away = away
        self._proxy = proxy
        self._client: openai.AsyncOpenAI | None = None

    async def describe(self, about: Description) -> Description:
        """A description filled in from the list."""
        cards = await self._cards(about)
        if isinstance(cards, Description):
            return cards
        card = cards.get(about.model)
        if card is None:
            known = ", ".join(sorted(cards)[:8]) or "none"
            return replace(
                about, served=False, problem=f"{about.address} does not list {about.model!r}; it lists: {known}"
            )
        return replace(about, served=True, context=_context(card))

    async def names(self, about: Description) -> list[str]:
        """The names on the list, in order; none where the server has no list.

        Raises:
            Misconfigured: it cannot be read; the message says why.
        """
        cards = await self._cards(about)
        if not isinstance(cards, Description):
            return sorted(cards)
        if cards.problem:
            raise Misconfigured(cards.problem)
        return []

    async def _cards(self, about: Description) -> dict[str, dict[str, Any]] | Description:
        """What the list says of each model; where there is none, the description that says so."""
        try:
            page = await self._opened().models.list()
            return {card.id: card.to_dict() for card in page.data}
        except openai.APIStatusError as error:
            if error.status_code in {404, 405}:  # no list; nothing is said about the model
                return about
            words = self._secret.scrub(complaint(error.response.content).message)
            place = f"the models of {about.address}"
            failure = of_status(error.status_code, error.response.headers, words, place=place, key=self._secret.name)
            if self._proxy and is_of_proxy(error.status_code, error.response.content):
                failure = of_proxy(error.status_code, public_address(self._proxy), server=about.address)
            return replace(about, problem=str(failure))
        except openai.APITimeoutError:
            return replace(about, reachable=False, problem=f"{about.address} did not answer within {_PATIENCE:g} s")
        except openai.APIConnectionError as error:
            if self._proxy:
                return replace(about, reachable=False, problem=str(self._on_the_way(error, about.address)))
            return replace(about, reachable=False, problem=self._away)
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            return replace(about, problem=f"{about.address} lists its models in a form that is not the protocol's")

    async def aclose(self) -> None:
        """Let go of connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _on_the_way(self, error: openai.APIConnectionError, server: str) -> ModelError:
        """What stops at the proxy; an HTTP client words its status at the beginning of what it says."""
        told = re.match(r"\d{3}\b", str(error.__cause__)) if isinstance(error.__cause__, httpx2.ProxyError) else None
        return of_proxy(int(told[0]) if told else None, public_address(self._proxy or ""), server=server)

    def _opened(self) -> openai.AsyncOpenAI:
        if self._client is None:
            # Servers without keys are asked without one; the package insists on some text.
            self._client = openai.AsyncOpenAI(
                api_key=self._secret.reveal() or "none",
                base_url=public_address(self._base_url),
                default_headers=self._headers | account_of(self._base_url, self._secret.headers),
                default_query=dict(parse_qsl(urlsplit(self._base_url).query, keep_blank_values=True)),
                max_retries=0,
                timeout=_PATIENCE,
                http_client=httpx2.AsyncClient(trust_env=False, proxy=self._proxy),
            )
        return self._client


def _context(card: Mapping[str, Any]) -> int | None:
    meta = card.get("meta")
    places = (card, meta if isinstance(meta, Mapping) else {})
    found = (place.get(name) for place in places for name in _CONTEXT)
    return next((value for value in found if isinstance(value, int) and not isinstance(value, bool)), None)
