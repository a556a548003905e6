"""The models that a server lists, and what kind of server the list shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, TimedOut
from sociarium.ports.model import Description
from sociarium.providers.failures import of_status
from sociarium.providers.openai.reading import complaint
from sociarium.providers.openai.servers import UNKNOWN, Server, server_of
from sociarium.providers.secret import Secret
from sociarium.providers.transport import Transport

_PATIENCE = 30.0
_CONTEXT = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
"""Under which names servers tell it: vLLM, OpenRouter, Groq, LM Studio, llama.cpp."""
_NO_LIST = {404, 405}
_CALLS = "/chat/completions"


class Catalogue:
    """The list of models of one server.

    Attributes:
        server: the kind that the list showed when it was last read.
    """

    def __init__(self, transport: Transport, secret: Secret) -> None:
        self.server: Server = UNKNOWN
        self._transport = transport
        self._secret = secret

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

    async def look(self) -> Server | None:
        """Which kind of server answers; None where it has no time to say.

        Raises:
            EndpointUnavailable, Transient: it cannot be asked.
        """
        answered = await self._transport.get("models", seconds=_PATIENCE)
        if answered.status == 200:
            self._learn(_listed(answered.json_or_none()))
        elif answered.status == 429 or answered.status >= 500:
            return None
        return self.server

    async def _cards(self, about: Description) -> dict[str, Mapping[str, Any]] | Description:
        """What the list says of each model; where there is none, the description that says so."""
        try:
            answered = await self._transport.get("models", seconds=_PATIENCE)
            if answered.status in _NO_LIST:  # nothing is said about the model
                return await self._without_list(about)
        except TimedOut:
            return replace(about, reachable=False, problem=f"{about.address} did not answer within {_PATIENCE:g} s")
        except EndpointUnavailable as error:
            return replace(about, reachable=False, problem=str(error))
        except ModelError as error:
            return replace(about, problem=str(error))
        if answered.status != 200:
            words = self._secret.scrub(complaint(answered.body).message)
            place = f"the models of {about.address}"
            failure = of_status(answered.status, answered.headers, words, place=place, key=self._secret.name)
            return replace(about, problem=str(failure))
        cards = _listed(answered.json_or_none())
        if cards is None:
            return replace(about, problem=f"{about.address} lists its models in a form that is not the protocol's")
        self._learn(cards)
        return {card["id"]: card for card in cards}

    async def _without_list(self, about: Description) -> Description:
        """Where the address has no list, one may be a step below, or the address be that of the calls themselves."""
        if about.address.endswith(_CALLS):
            hint = f"{about.address} is where calls go; write `base_url: {about.address.removesuffix(_CALLS)}`"
            return replace(about, hints=(*about.hints, hint))
        answered = await self._transport.get("v1/models", seconds=_PATIENCE)
        if answered.status != 200 or _listed(answered.json_or_none()) is None:
            return about
        hint = (
            f"there is no list of models at {about.address}, and one at {about.address}/v1; write "
            f"`base_url: {about.address}/v1`"
        )
        return replace(about, hints=(*about.hints, hint))

    def _learn(self, cards: list[Mapping[str, Any]] | None) -> None:
        self.server = server_of(cards or [])


def _listed(value: Any) -> list[Mapping[str, Any]] | None:
    """The cards of a list, or of a bare array; None where it is neither."""
    cards = value.get("data") if isinstance(value, Mapping) else value
    if not isinstance(cards, list) or not all(isinstance(card, Mapping) for card in cards):
        return None
    return [card for card in cards if isinstance(card.get("id"), str)]


def _context(card: Mapping[str, Any]) -> int | None:
    meta = card.get("meta")
    places = (card, meta if isinstance(meta, Mapping) else {})
    found = (place.get(name) for place in places for name in _CONTEXT)
    return next((value for value in found if isinstance(value, int) and not isinstance(value, bool)), None)
