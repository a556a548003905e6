"""HTTP/1.1 as a stand-in server speaks it: enough for the clients at hand, and little work a request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any

from pydantic_core import from_json

_HEAD_END = b"\r\n\r\n"
_REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Request:
    """A request as it came in; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: str = ""

    @cached_property
    def json(self) -> Any:
        """The body's value, read once; not to be changed."""
        try:
            return from_json(self.body)  # a server that is measured beside its client must not be what is measured
        except ValueError:  # half a surrogate pair
            return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back.

    Attributes:
        body: of one piece.
        pieces: of a streamed answer, instead of a body.
        pause: seconds before each piece.
        keep: bytes of the body that are really sent before the connection drops; None for all of them.
        stalls: it does not drop then, and nothing more is sent.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Sequence[bytes] = ()
    pause: float = 0.0
    keep: int | None = None
    stalls: bool = False


DROP = Response(status=0)
"""No answer: the connection is reset."""


def as_json(value: Any, status: int = 200, **headers: str) -> Response:
    """A JSON answer."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status, json.dumps(value).encode(), named)


Handler = Callable[[Request], Awaitable[Response]]


class Connection(asyncio.Protocol):
    """One connection; requests are served one after another, and forgotten when the client leaves."""

    def __init__(self, handler: Handler, connections: set[Connection]) -> None:
        self._handler = handler
        self._connections = connections
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, and so is its request."""
        self._connections.discard(self)
        self._gone.set_result(None)
        if self._task:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Collect; begin when a request is whole."""
        self._buffer += data
        self._begin()

    def abort(self) -> asyncio.Future[None]:
        """Reset the connection; done when it is gone."""
        if self._transport:
            self._transport.abort()
        return self._gone

    def _begin(self) -> None:
        if self._task is None and (request := self._next()) is not None:
            self._task = asyncio.get_running_loop().create_task(self._serve(request))

    def _next(self) -> Request | None:
        end = self._buffer.find(_HEAD_END)
        if end < 0:
            return None
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        start = end + len(_HEAD_END)
        stop = start + int(headers.get("content-length", 0))
        if len(self._buffer) < stop:
            return None
        method, target, _version = first.split(" ")
        body = bytes(self._buffer[start:stop])
        del self._buffer[:stop]
        path, _, query = target.partition("?")
        return Request(method, path, headers, body, query)

    async def _serve(self, request: Request) -> None:
        transport = self._transport
        assert transport is not None
        response = await self._handler(request)
        if response.status == 0:
            transport.abort()
        elif response.pieces:
            await self._stream(transport, response)
        else:
            head = _head(response, f"content-length: {len(response.body)}")
            if response.keep is None:
                transport.write(head + response.body)
            else:
                transport.write(head + response.body[: response.keep])
                if response.stalls:
                    await asyncio.Event().wait()
                transport.close()
        self._task = None
        self._begin()

    async def _stream(self, transport: asyncio.Transport, response: Response) -> None:
        transport.write(_head(response, "transfer-encoding: chunked"))
        for piece in response.pieces:
            await asyncio.sleep(response.pause)
            transport.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        transport.write(b"0\r\n\r\n")


def _head(response: Response, framing: str) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {_REASONS.get(response.status, 'Unknown')}", framing]
    headers = {"content-type": "application/json", **response.headers}
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
