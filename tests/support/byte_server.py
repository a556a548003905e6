"""A server that answers byte for byte what a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


CLOSE = b""
"""In place of an answer, or of a piece of one: the server closes the connection."""


@dataclass
class Raw:
    """A server that answers each request with the next pieces.

    Attributes:
        heard: requests, each whole. accepted: connections that were made.
    """

    answers: list[Sequence[bytes]]
    heard: list[bytes] = field(default_factory=list)
    accepted: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
            )
            self.heard.append(head + await reader.readexactly(length))
            for piece in self.answers.pop(0):
                if piece == CLOSE:
                    writer.close()
                    await writer.wait_closed()
                    return
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve, **options: Any) -> AsyncIterator[int]:
    """The port of a server under way; what it still does at the end is ended, too."""
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            await serve(reader, writer)
        writer.transport.abort()

    async with await asyncio.start_server(one, "127.0.0.1", 0, **options) as server:
        yield server.sockets[0].getsockname()[1]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def raw(*answers: bytes | Sequence[bytes], **options: Any) -> AsyncIterator[Raw]:
    """A server under way."""
    served = Raw([[answer] if isinstance(answer, bytes) else answer for answer in answers])
    async with listening(served.serve, **options) as served.port:
        yield served
