"""The clients that vendors' packages are handed."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from sociarium.errors import EndpointUnavailable
from sociarium.providers.network import Network, ProxyRoute
from sociarium.providers.vendor_clients import httpx2_client, httpx_transport
from tests.support.byte_server import listening, raw

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_pieces_come_as_they_are_sent_and_who_gives_them_up_takes_the_connection_along() -> None:
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"5\r\nline\n\r\n")
        assert await reader.read(1) == b""
        gone.set()

    async with listening(serve) as port:
        route = ProxyRoute(f"http://127.0.0.1:{port}", Network(), away="away")
        heard = asyncio.Event()

        async def lines() -> None:
            async with (
                httpx.AsyncClient(transport=httpx_transport(route, silence=30)) as client,
                client.stream("GET", f"http://127.0.0.1:{port}/pull") as response,
            ):
                async for line in response.aiter_lines():
                    assert line == "line"
                    heard.set()

        pulling = asyncio.create_task(lines())
        async with asyncio.timeout(10):
            await heard.wait()
            pulling.cancel()
            await gone.wait()


async def test_what_fails_is_one_of_the_programs_own_errors() -> None:
    async def ask() -> None:
        async with raw() as served:
            port = served.port
        route = ProxyRoute(f"http://127.0.0.1:{port}", Network(), away="nobody there")
        async with httpx2_client(route, silence=5, headers={}) as client:
            await client.get(f"http://127.0.0.1:{port}/models")

    with pytest.raises(EndpointUnavailable, match="nobody there"):
        await ask()
