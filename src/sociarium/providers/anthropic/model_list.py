"""The models that a server lists: a hint, never a gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, TimedOut
from sociarium.ports.model import Description
from sociarium.providers.anthropic.package import Package
from sociarium.providers.anthropic.response import read_error
from sociarium.providers.errors import error_of_status
from sociarium.providers.model_names import UNREAD, lacking
from sociarium.providers.model_pages import further_pages
from sociarium.providers.secret import Secret
from sociarium.providers.transport import HttpResponse

PATH = "/v1/models"
_TIMEOUT = 30.0
_ALL = 1000
"""Models that one page of the list may have."""
_NO_LIST = {404, 405}


class ModelList:
    """The list of models of one server."""

    def __init__(self, package: Package, secret: Secret) -> None:
        self._package = package
        self._secret = secret

    async def describe(self, about: Description) -> Description:
        """A description filled in from the list; what the list lacks is a hint with the nearest names."""
        about, cards, cut = await self._read(about)
        if cards is None:
            return about
        if about.model not in cards and cut:  # what was not read may have it
            return _unread(about, cut)
        if about.model not in cards:
            return replace(about, hints=(*about.hints, lacking(about.model, sorted(cards), address=about.address)))
        return replace(about, served=True, context=_context(cards[about.model]))

    async def list_names(self, about: Description) -> tuple[list[str], str]:
        """The names on the list in order, and why it cannot be read; both may be empty.

        Raises:
            Misconfigured: nobody answers.
        """
        about, cards, cut = await self._read(about)
        if about.problem:
            raise Misconfigured(about.problem)
        return sorted(cards or ()), " ".join((*about.hints, cut)).strip()

    async def _read(self, about: Description) -> tuple[Description, dict[str, Mapping[str, Any]] | None, str]:
        """As of the other servers: what the list says, and why it may be longer."""
        try:
            answered = await self._ask({})
        except TimedOut:
            return _unread(about, f"{about.address} did not list its models within {_TIMEOUT:g} s"), None, ""
        except (EndpointUnavailable, Misconfigured) as error:
            return replace(about, reachable=False, problem=str(error)), None, ""
        except ModelError as error:
            return _unread(about, str(error)), None, ""
        if answered.status in _NO_LIST:  # nothing is said about the model
            return about, None, ""
        if answered.status != 200:
            words = self._secret.scrub(read_error(answered.body).words)
            place = f"the list of models of {about.address}"
            failure = error_of_status(answered.status, answered.headers, words, place=place, key=self._secret.name)
            return _unread(about, str(failure)), None, ""
        first = answered.json_or_none()
        cards = _cards(first)
        if cards is None:
            return _unread(about, f"{about.address} lists its models in a form that is not the API's"), None, ""
        pages, cut = await further_pages(first, self._ask, seconds=_TIMEOUT)
        cards.update(card for page in pages for card in (_cards(page) or {}).items())
        return about, cards, self._secret.scrub(cut)

    async def _ask(self, query: Mapping[str, str]) -> HttpResponse:
        return await self._package.get(f"{PATH}?{urlencode({'limit': _ALL, **query})}", seconds=_TIMEOUT)


def _cards(value: Any) -> dict[str, Mapping[str, Any]] | None:
    entries = value.get("data") if isinstance(value, dict) else None
    if not isinstance(entries, list):
        return None
    return {card["id"]: card for card in entries if isinstance(card, dict) and isinstance(card.get("id"), str)}


def _unread(about: Description, why: str) -> Description:
    return replace(about, hints=(*about.hints, f"{why}; {UNREAD}"))


def _context(card: Mapping[str, Any]) -> int | None:
    value = card.get("max_input_tokens")
    return value if isinstance(value, int) and not isinstance(value, bool) else None
