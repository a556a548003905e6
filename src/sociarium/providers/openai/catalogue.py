"""The models that a server lists, through the official package; all that a list says against one is a hint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx2
import openai

from sociarium.errors import Misconfigured
from sociarium.ports.model import Description
from sociarium.providers.failures import of_status
from sociarium.providers.openai.names import UNREAD, lacking, spelling_of
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
        """A description filled in from the list; what the list lacks is a hint with the nearest names."""
        about, cards = await self._read(about)
        if cards is None:
            return about
        name = spelling_of(about.model, cards)
        if name is None:
            return replace(about, hints=(*about.hints, lacking(about.model, sorted(cards), address=about.address)))
        return replace(about, served=True, context=_context(cards[name]))

    async def listed(self, about: Description) -> tuple[list[str], str]:
        """The names on the list in order, and why it cannot be read; both may be empty.

        Raises:
            Misconfigured: nobody answers.
        """
        about, cards = await self._read(about)
        if about.problem:
            raise Misconfigured(about.problem)
        return sorted(cards or ()), " ".join(about.hints)

    async def _read(self, about: Description) -> tuple[Description, dict[str, Mapping[str, Any]] | None]:
        """What the list says of each model, None where it cannot be read; and the description that says why not."""
        try:
            page = await self._opened().models.with_raw_response.list()
            return about, _cards(json.loads(page.content))
        except openai.APIStatusError as error:
            if error.status_code in {404, 405}:  # no list; nothing is said about the model
                return about, None
            words = self._secret.scrub(complaint(error.response.content).message)
            place = f"the list of models of {about.address}"
            failure = of_status(error.status_code, error.response.headers, words, place=place, key=self._secret.name)
            return _unread(about, str(failure)), None
        except openai.APITimeoutError as error:
            if isinstance(error.__cause__, httpx2.ConnectTimeout):
                return replace(about, reachable=False, problem=self._away), None
            return _unread(about, f"{about.address} did not list its models within {_PATIENCE:g} s"), None
        except openai.APIConnectionError:
            return replace(about, reachable=False, problem=self._away), None
        except (openai.OpenAIError, ValueError, RecursionError):
            return _unread(about, f"{about.address} lists its models in a form that is not the protocol's"), None

    async def aclose(self) -> None:
        """Let go of connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _opened(self) -> openai.AsyncOpenAI:
        if self._client is None:
            # Servers without keys are asked without one; the package insists on some text.
            self._client = openai.AsyncOpenAI(
                api_key=self._secret.reveal() or "none",
                base_url=self._base_url,
                default_headers=self._headers,
                max_retries=0,
                timeout=_PATIENCE,
                http_client=httpx2.AsyncClient(trust_env=False, proxy=self._proxy),
            )
        return self._client


def _cards(value: Any) -> dict[str, Mapping[str, Any]]:
    """The entries of a list, in the protocol's form or as a bare array.

    Raises:
        ValueError: it is no list.
    """
    entries = value.get("data", value.get("models")) if isinstance(value, dict) else value
    if not isinstance(entries, list):
        raise ValueError("no list")  # noqa: TRY004 - the server's fault, not a caller's
    cards = [card for card in entries if isinstance(card, dict)]
    return {card["id"]: card for card in cards if isinstance(card.get("id"), str)}


def _unread(about: Description, why: str) -> Description:
    return replace(about, hints=(*about.hints, f"{why}; {UNREAD}"))


def _context(card: Mapping[str, Any]) -> int | None:
    meta = card.get("meta")
    places = (card, meta if isinstance(meta, Mapping) else {})
    found = (place.get(name) for place in places for name in _CONTEXT)
    return next((value for value in found if isinstance(value, int) and not isinstance(value, bool)), None)
