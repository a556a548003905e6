"""A way to a MongoDB server on which chosen commands go wrong: refused, dropped, unheard or late."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal

import bson

from tests.servers.forwarder import Forwarder

Trouble = Literal["not primary", "stepped down", "drop", "unheard", "slow"]
"""What goes wrong with a command.

not primary, stepped down: the server refuses it (10107, 189). drop: the connection breaks before it arrives.
unheard: it is done, and the connection breaks before the answer. slow: it arrives late.
"""
_REFUSALS = {"not primary": (10107, "NotWritablePrimary"), "stepped down": (189, "PrimarySteppedDown")}
_OP_MSG = 2013
_LATE = 0.2


class TroubledWay(Forwarder):
    """Passes commands on as a plan says.

    Args:
        trouble: what happens to a command, by its name and the number of commands of that name so far, from 1.

    Attributes:
        met: what happened.
    """

    def __init__(self, host: str, port: int, trouble: Callable[[str, int], Trouble | None]) -> None:
        super().__init__(host, port)
        self._trouble = trouble
        self._numbers: dict[str, int] = {}
        self.met: list[tuple[str, Trouble]] = []

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._open |= {writer, far_writer}
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer, far_reader, far_writer):
                    pass
        finally:
            self._open -= {writer, far_writer}
            for end in (writer, far_writer):
                end.transport.abort()

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> bool:
        """One command and its answer; False where the connection breaks."""
        message = await _message(reader)
        trouble = self._trouble_of(message)
        if trouble == "drop":
            return False
        if trouble in _REFUSALS:
            writer.write(_refusal(message, *_REFUSALS[trouble]))
            return True
        if trouble == "slow":
            await asyncio.sleep(_LATE)
        far_writer.write(message)
        answer = await _message(far_reader)
        if trouble == "unheard":
            return False
        writer.write(answer)
        await writer.drain()
        return True

    def _trouble_of(self, message: bytes) -> Trouble | None:
        (opcode,) = struct.unpack_from("<i", message, 12)
        if opcode != _OP_MSG or message[20] != 0:
            return None
        (length,) = struct.unpack_from("<i", message, 21)
        command: dict[str, Any] = bson.decode(message[21 : 21 + length])
        name = next(iter(command))
        self._numbers[name] = self._numbers.get(name, 0) + 1
        trouble = self._trouble(name, self._numbers[name])
        if trouble is not None:
            self.met.append((name, trouble))
        return trouble


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(4)
    (length,) = struct.unpack("<i", head)
    return head + await reader.readexactly(length - 4)


def _refusal(message: bytes, code: int, name: str) -> bytes:
    (request,) = struct.unpack_from("<i", message, 4)
    body = bson.encode({"ok": 0.0, "code": code, "codeName": name, "errmsg": "not primary"})
    return struct.pack("<iiiii", 21 + len(body), 0, request, _OP_MSG, 0) + b"\x00" + body
