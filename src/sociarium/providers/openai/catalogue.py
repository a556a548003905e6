"""The models that a server lists, and what kind of server that shows; all that a list says against one is a hint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, TimedOut
from sociarium.ports.model import Description
from sociarium.providers.failures import of_status
from sociarium.providers.openai.names import UNREAD, lacking, spelling_of
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

    async def look(self) -> Server | None:
        """Which kind of server answers; None where it has no time to say.

        Raises:
            EndpointUnavailable, Transient: it cannot be asked.
        """
        answered = await self._transport.get("models", seconds=_PATIENCE)
        if answered.status == 200:
            self.server = server_of(list((_cards(answered.json_or_none()) or {}).values()))
        elif answered.status == 429 or answered.status >= 500:
            return None
        return self.server

    async def _read(self, about: Description) -> tuple[Description, dict[str, Mapping[str, Any]] | None]:
        """What the list says of each model, None where it cannot be read; and the description that says why not."""
        try:
            answered = await self._transport.get("models", seconds=_PATIENCE)
            if answered.status in _NO_LIST:  # nothing is said about the model
                return await self._without_list(about), None
        except TimedOut:
            return _unread(about, f"{about.address} did not list its models within {_PATIENCE:g} s"), None
        except (EndpointUnavailable, Misconfigured) as error:
            return replace(about, reachable=False, problem=str(error)), None
        except ModelError as error:
            return _unread(about, str(error)), None
        if answered.status != 200:
            words = self._secret.scrub(complaint(answered.body).message)
            place = f"the list of models of {about.address}"
            failure = of_status(answered.status, answered.headers, words, place=place, key=self._secret.name)
            return _unread(about, str(failure)), None
        cards = _cards(answered.json_or_none())
        if cards is None:
            return _unread(about, f"{about.address} lists its models in a form that is not the protocol's"), None
        self.server = server_of(list(cards.values()))
        return about, cards

    async def _without_list(self, about: Description) -> Description:
        """Where the address has no list, one may be a step below, or the address be that of the calls themselves."""
        if about.address.endswith(_CALLS):
            hint = f"{about.address} is where calls go; write `base_url: {about.address.removesuffix(_CALLS)}`"
            return replace(about, hints=(*about.hints, hint))
        answered = await self._transport.get("v1/models", seconds=_PATIENCE)
        if answered.status != 200 or _cards(answered.json_or_none()) is None:
            return about
        hint = (
            f"there is no list of models at {about.address}, and one at {about.address}/v1; write "
            f"`base_url: {about.address}/v1`"
        )
        return replace(about, hints=(*about.hints, hint))


def _cards(value: Any) -> dict[str, Mapping[str, Any]] | None:
    """The entries of a list by name, in the protocol's form or as a bare array; None where it is no list."""
    entries = value.get("data", value.get("models")) if isinstance(value, dict) else value
    if not isinstance(entries, list):
        return None
    cards = [card for card in entries if isinstance(card, dict)]
    return {card["id"]: card for card in cards if isinstance(card.get("id"), str)}


def _unread(about: Description, why: str) -> Description:
    return replace(about, hints=(*about.hints, f"{why}; {UNREAD}"))


def _context(card: Mapping[str, Any]) -> int | None:
    meta = card.get("meta")
    places = (card, meta if isinstance(meta, Mapping) else {})
    found = (place.get(name) for place in places for name in _CONTEXT)
    return next((value for value in found if isinstance(value, int) and not isinstance(value, bool)), None)
