"""The official package over the program's own connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import anthropic
import httpx2

from sociarium.errors import ModelError, TimedOut, Transient
from sociarium.providers.secret import Secret
from sociarium.providers.transport import MOST_BYTES, HttpResponse, Transport, plain_status
from sociarium.providers.vendor_clients import httpx2_client


class Package:
    """Calls of the official package to one server: no retries of its own, none of its reading.

    Args:
        transport: to the same server; its connections, proxies and certificates are those of the calls.
    """

    def __init__(self, transport: Transport, secret: Secret) -> None:
        self._transport = transport
        self._secret = secret
        self._client: anthropic.AsyncAnthropic | None = None

    async def post(self, path: str, body: Mapping[str, Any], *, seconds: float) -> HttpResponse:
        """Send a JSON value, and read the whole answer, whatever its status.

        Raises:
            EndpointUnavailable, Transient, TimedOut, Misconfigured: as `Transport.post`.
        """
        return await self._call("POST", path, body, seconds)

    async def get(self, path: str, *, seconds: float) -> HttpResponse:
        """Read; as `post`."""
        return await self._call("GET", path, None, seconds)

    async def aclose(self) -> None:
        """Let go of connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None, seconds: float) -> HttpResponse:
        client = self._open_client()
        began = time.perf_counter()
        try:
            async with asyncio.timeout(seconds):
                if method == "POST":
                    response = await client.post(path, cast_to=httpx2.Response, body=body)
                else:
                    response = await client.get(path, cast_to=httpx2.Response)
        except anthropic.APIStatusError as error:
            response = error.response
        except TimeoutError as error:
            raise TimedOut(
                f"{self._transport.address} did not answer within {seconds:g} s; `timeout` in the model's entry "
                "allows more"
            ) from error
        except anthropic.APIConnectionError as error:
            # The client below fails in our own words; the package lets them through or keeps them as the cause.
            if isinstance(error.__cause__, ModelError):
                raise error.__cause__ from None
            raise Transient(f"{self._transport.address} dropped the connection") from error
        status = plain_status(response.status_code)
        return HttpResponse(status, response.headers, response.content, time.perf_counter() - began)

    def _open_client(self) -> anthropic.AsyncAnthropic:
        if self._client is None:
            server = self._transport.route.server
            account = {} if self._secret else server.account
            # The package insists on a key; the client below shows what this server wants instead.
            headers = {**account, **self._secret.headers}
            self._client = anthropic.AsyncAnthropic(
                api_key="none",
                base_url=server.base.removesuffix("/v1"),  # it adds the version itself
                default_query=dict(parse_qsl(server.query, keep_blank_values=True)),
                max_retries=0,
                timeout=None,
                http_client=httpx2_client(self._transport.route, headers=headers, most=MOST_BYTES),
            )
        return self._client
