"""OpenAI's moderation endpoint, through the official package: how far texts are what its categories name.

Concurrency: one call at a time, each with connections of its own, so that any event loop may make it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import openai

from sociarium.errors import Misconfigured, ModelError, TimedOut, Transient
from sociarium.experiment.address import Address, address_of
from sociarium.providers.errors import error_of_status
from sociarium.providers.network import Network, ProxyRoute
from sociarium.providers.openai.adapter import OFFICIAL
from sociarium.providers.openai.error_body import read_error
from sociarium.providers.secret import Secret
from sociarium.providers.vendor_clients import httpx2_client

_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Moderated:
    """What the endpoint says of a text.

    Attributes:
        scores: category -> from 0 to 1.
    """

    flagged: bool
    scores: Mapping[str, float]


class Moderation:
    """The endpoint of one server.

    Args:
        base_url: up to and with the version.

    Raises:
        Misconfigured: the address or the key cannot be used, or the key is missing.
    """

    def __init__(self, base_url: str | Address = OFFICIAL, *, key: str | None, network: Network) -> None:
        address = address_of(base_url)
        self.address = address.public.rstrip("/")
        self._secret = Secret(key, "OPENAI_API_KEY", also=(*address.secrets, *network.secrets))
        self._route = ProxyRoute(address, network, away=f"nobody answers at {self.address}")
        if not self._secret and self._route.server.host.endswith("api.openai.com"):
            raise Misconfigured(f"{self.address} wants a key; put it into .env as OPENAI_API_KEY=...")

    async def ask(self, texts: Sequence[str], *, model: str) -> list[Moderated]:
        """What a model says of each of some texts.

        Raises:
            RateLimited, Transient, TimedOut, EndpointUnavailable, Misconfigured: it does not answer so.
        """
        where = f"the moderation of {self.address}"
        try:
            async with asyncio.timeout(_TIMEOUT), self._client() as client:
                answer = await client.moderations.with_raw_response.create(model=model, input=list(texts))
                content: bytes = answer.http_response.content
        except openai.APIStatusError as error:
            response = error.response
            words = self._secret.scrub(read_error(response.content).message)
            raise error_of_status(
                response.status_code, response.headers, words, place=where, key=self._secret.name
            ) from error
        except TimeoutError as error:
            raise TimedOut(f"{where} did not answer within {_TIMEOUT:g} s") from error
        except openai.APIConnectionError as error:
            if isinstance(error.__cause__, ModelError):
                raise error.__cause__ from None
            raise Transient(f"{where} dropped the connection") from error
        return _read(content, len(texts), model, where)

    def _client(self) -> openai.AsyncOpenAI:
        headers = {**({} if self._secret else self._route.server.account), **self._secret.headers}
        return openai.AsyncOpenAI(
            api_key="none",
            base_url=self._route.server.base,
            default_query=dict(parse_qsl(self._route.server.query, keep_blank_values=True)),
            max_retries=0,
            http_client=httpx2_client(self._route, silence=_TIMEOUT, headers=headers),
        )


def _read(content: bytes, count: int, model: str, where: str) -> list[Moderated]:
    try:
        body: Any = json.loads(content)
        served = str(body.get("model", ""))
        results = [
            Moderated(bool(one["flagged"]), {str(name): float(score) for name, score in one["category_scores"].items()})
            for one in body["results"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Transient(f"{where} answered in a form that is not the protocol's") from error
    if served and served != model:
        raise Misconfigured(f"{where} answered as {served!r}, and {model!r} was asked: values of both may not be mixed")
    if len(results) != count:
        raise Transient(f"{where} answered about {len(results)} of {count} texts")
    return results
