"""A link between two processes of one start: messages in order, many in one piece.

Both ends are this program, and the socket is handed from one to the other: nobody else can speak on it, so what comes
from it is unpickled.
"""

from __future__ import annotations

import asyncio
import pickle
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sociarium.runner.coordination.messages import Message

_HEAD = 4
"""Bytes that say how long a piece is."""


class Link:
    """One end. Lives on one event loop.

    Messages that are sent in one step of the loop go out together; each comes out on the other side, in order.

    Attributes:
        ended: set when the other end is gone, and everything that it sent was taken.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.ended = asyncio.Event()
        self._reader = reader
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        self._take: Callable[[Message], None] | None = None
        self._early: list[Message] = []
        self._some = asyncio.Event()
        self._waiting: list[Message] = []
        self._reading = asyncio.create_task(self._read())

    def listen(self, take: Callable[[Message], None]) -> None:
        """Give everything that comes, and what came before, to a function."""
        early, self._early, self._take = self._early, [], take
        for message in early:
            take(message)

    async def first(self) -> Message | None:
        """What comes first, for who does not listen yet; None where the link ends before anything comes."""
        await self._some.wait()
        return self._early.pop(0) if self._early else None

    def send(self, message: Message) -> None:
        """Send soon. What is sent after the end is lost, as its reader is."""
        if self.ended.is_set():
            return
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(message)

    async def close(self) -> None:
        """Send what waits, and end."""
        self._flush()
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()
        await self.ended.wait()

    def abort(self) -> None:
        """End at once."""
        self._writer.transport.abort()
        self._reading.cancel()

    async def _read(self) -> None:
        try:
            while True:
                head = await self._reader.readexactly(_HEAD)
                piece = await self._reader.readexactly(int.from_bytes(head, "big"))
                for message in pickle.loads(piece):  # noqa: S301  # of this program, see above
                    self._hand_on(message)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            self.ended.set()
            self._some.set()

    def _hand_on(self, message: Any) -> None:
        if self._take is None:
            self._early.append(message)
            self._some.set()
        else:
            self._take(message)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting and not self._writer.is_closing():
            piece = pickle.dumps(waiting, protocol=pickle.HIGHEST_PROTOCOL)
            self._writer.write(len(piece).to_bytes(_HEAD, "big") + piece)


async def open_link(end: socket.socket) -> Link:
    """A link over one end of a pair of sockets, which it then owns."""
    end.setblocking(False)
    return Link(*await asyncio.open_unix_connection(sock=end))
