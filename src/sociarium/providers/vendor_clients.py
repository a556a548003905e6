"""HTTP clients for vendors' packages, over the same connections, proxies and certificates as every call.

`ollama` is made for httpx, `openai` and `anthropic` for httpx2, which are alike; each gets a transport of its own kind.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import httpx
import httpx2
from pyreqwest.client import Client
from pyreqwest.exceptions import PyreqwestError
from pyreqwest.response import Response

from sociarium.errors import Transient
from sociarium.providers.errors import error_of_proxy, is_of_proxy
from sociarium.providers.network import ProxyRoute

_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "user-agent"})
"""Headers that belong to the connection."""
_KEYS = frozenset({"authorization", "x-api-key"})
"""Headers in which packages would show a key."""


class _Exchange:
    """One request and its answer, read piece by piece."""

    def __init__(self, route: ProxyRoute, response: Response, open_: AsyncExitStack, most: int | None = None) -> None:
        self._route = route
        self._open = open_
        self._most = most
        self.status = response.status
        self.headers = list(response.headers.items())
        self._body = response.body_reader
        self._read: bytes | None = None

    async def whole(self) -> bytes:
        """The body; `pieces` gives it once more."""
        self._read = b"".join([piece async for piece in self.pieces()])
        return self._read

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body, as it comes; fails as `_send` does."""
        if self._read is not None:
            yield self._read
            return
        length = 0
        try:
            while (piece := await self._body.read_chunk()) is not None:
                length += len(piece)
                if self._most is not None and length > self._most:
                    where, most = self._route.server.public, self._most // 2**20
                    raise Transient(f"{where} answered with more than {most} MiB; that is no reply")
                yield bytes(piece)
        except PyreqwestError as error:
            raise await self._route.failure(error) from error

    async def aclose(self) -> None:
        """Leave it."""
        await self._open.aclose()


async def _send(
    route: ProxyRoute,
    client: Client,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes,
    most: int | None = None,
) -> _Exchange:
    """Send a request.

    Args:
        most: bytes of a body; None for no bound.

    Raises:
        ModelError: as `Transport.post`; packages let it through, or keep it as a cause.
    """
    own_headers = {name: value for name, value in headers.items() if name.lower() not in _OURS}
    # Nothing is collected: a pull tells of itself line by line, and who gives it up takes the connection along.
    request = client.request(method, url).headers(own_headers).streamed_read_buffer_limit(0)
    open_ = AsyncExitStack()
    try:
        response = await open_.enter_async_context(
            (request.body_bytes(content) if content else request).build_streamed()
        )
        exchange = _Exchange(route, response, open_, most)
        await _refuse_of_proxy(route, exchange)
    except PyreqwestError as error:
        await open_.aclose()
        raise await route.failure(error) from error
    except BaseException:
        await open_.aclose()
        raise
    return exchange


async def _refuse_of_proxy(route: ProxyRoute, exchange: _Exchange) -> None:
    if route.passes_on and exchange.status in {403, 407} and is_of_proxy(exchange.status, await exchange.whole()):
        raise error_of_proxy(exchange.status, route.proxy, server=route.server.public)


class _HttpxBody(httpx.AsyncByteStream):
    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._exchange.pieces():
            yield piece

    async def aclose(self) -> None:
        await self._exchange.aclose()


class _HttpxTransport(httpx.AsyncBaseTransport):
    def __init__(self, route: ProxyRoute, client: Client) -> None:
        self._route = route
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        exchange = await _send(
            self._route, self._client, request.method, str(request.url), headers=request.headers, content=content
        )
        return httpx.Response(exchange.status, headers=exchange.headers, stream=_HttpxBody(exchange))

    async def aclose(self) -> None:
        await self._client.close()


class _Httpx2Body(httpx2.AsyncByteStream):
    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._exchange.pieces():
            yield piece

    async def aclose(self) -> None:
        await self._exchange.aclose()


class _Httpx2Transport(httpx2.AsyncBaseTransport):
    def __init__(self, route: ProxyRoute, client: Client, headers: Mapping[str, str], most: int | None) -> None:
        self._route = route
        self._client = client
        self._headers = headers
        self._most = most

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        content = await request.aread()
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _KEYS}
        exchange = await _send(
            self._route,
            self._client,
            request.method,
            str(request.url),
            headers={**headers, **self._headers},
            content=content,
            most=self._most,
        )
        return httpx2.Response(exchange.status, headers=exchange.headers, stream=_Httpx2Body(exchange))

    async def aclose(self) -> None:
        await self._client.close()


def httpx_transport(route: ProxyRoute, *, silence: float) -> httpx.AsyncBaseTransport:
    """For a package over httpx.

    Args:
        silence: seconds that an answer may pause.
    """
    return _HttpxTransport(route, route.client({}, silence=silence))


def httpx2_client(
    route: ProxyRoute, *, headers: Mapping[str, str], silence: float | None = None, most: int | None = None
) -> httpx2.AsyncClient:
    """For a package over httpx2; as `httpx_transport`.

    Args:
        headers: that show who asks, in place of what the package would show.
        silence: seconds that an answer may pause; None for no bound.
        most: bytes of an answer; None for no bound.
    """
    transport = _Httpx2Transport(route, route.client({}, silence=silence), headers, most)
    return httpx2.AsyncClient(trust_env=False, transport=transport)
