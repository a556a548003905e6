"""The models that a server lists, through the official package."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import openai

from sociarium.errors import Misconfigured, ModelError
from sociarium.ports.model import Description
from sociarium.providers.failures import of_status
from sociarium.providers.network import Route
from sociarium.providers.openai.reading import complaint
from sociarium.providers.secret import Secret
from sociarium.providers.vendor_clients import httpx2_client

_PATIENCE = 30.0
_CONTEXT = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
"""Under which names servers tell it: vLLM, OpenRouter, Groq, LM Studio, llama.cpp."""


class Catalogue:
    """The list of models of one server; connects when it is read."""

    def __init__(self, route: Route, secret: Secret, *, headers: Mapping[str, str]) -> None:
        self._route = route
        self._secret = secret
        self._headers = dict(headers)
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
            async with asyncio.timeout(_PATIENCE):
                page = await self._opened().models.list()
            return {card.id: card.to_dict() for card in page.data}
        except openai.APIStatusError as error:
            if error.status_code in {404, 405}:  # no list; nothing is said about the model
                return about
            words = self._secret.scrub(complaint(error.response.content).message)
            place = f"the models of {about.address}"
            failure = of_status(error.status_code, error.response.headers, words, place=place, key=self._secret.name)
            return replace(about, problem=str(failure))
        except TimeoutError:
            return replace(about, reachable=False, problem=f"{about.address} did not answer within {_PATIENCE:g} s")
        except ModelError as error:  # of the client below, in our own words; the package lets it through
            return replace(about, reachable=False, problem=str(error))
        except openai.APIConnectionError as error:
            cause = error.__cause__  # or keeps it as a cause
            problem = str(cause if isinstance(cause, ModelError) else f"{about.address} dropped the connection")
            return replace(about, reachable=False, problem=problem)
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            return replace(about, problem=f"{about.address} lists its models in a form that is not the protocol's")

    async def aclose(self) -> None:
        """Let go of connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _opened(self) -> openai.AsyncOpenAI:
        if self._client is None:
            server = self._route.server
            # Servers without keys are asked without one; the package insists on some text.
            self._client = openai.AsyncOpenAI(
                api_key=self._secret.reveal() or "none",
                base_url=server.base,
                default_headers={**self._headers, **({} if self._secret else server.account)},
                default_query=dict(parse_qsl(server.query, keep_blank_values=True)),
                max_retries=0,
                http_client=httpx2_client(self._route, silence=_PATIENCE),
            )
        return self._client


def _context(card: Mapping[str, Any]) -> int | None:
    meta = card.get("meta")
    places = (card, meta if isinstance(meta, Mapping) else {})
    found = (place.get(name) for place in places for name in _CONTEXT)
    return next((value for value in found if isinstance(value, int) and not isinstance(value, bool)), None)
