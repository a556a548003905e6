"""A server that speaks MongoDB's wire protocol and answers as a test tells it to, faults among them."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import bson

from sociarium.stores.mongo.schema import INDEXES, SCHEMA

Command = dict[str, Any]
Answer = Callable[[str, Command], Command | None]
"""Answers a command, by its name and whole; None cuts the connection."""

HELLO = {
    "ok": 1,
    "isWritablePrimary": True,
    "helloOk": True,
    "minWireVersion": 0,
    "maxWireVersion": 21,
    "maxBsonObjectSize": 16 * 1024 * 1024,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
}
DONE = {"ok": 1, "n": 1}
MARK = {"_id": "store", "schema": SCHEMA, "indexes": sorted(INDEXES)}
"""The mark of a store that needs nothing when it is opened."""


def found(*documents: Command) -> Command:
    """The answer to a find."""
    return {"ok": 1, "cursor": {"id": 0, "ns": "sociarium.x", "firstBatch": list(documents)}}


def refused(code: int, text: str) -> Command:
    """A command that failed."""
    return {"ok": 0, "code": code, "errmsg": text}


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server; yields its address, as 127.0.0.1:port."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while (header := self.rfile.read(16)) and len(header) == 16:
                length, request, _, opcode = struct.unpack("<iiii", header)
                if opcode not in {2004, 2013}:
                    return
                body = self.rfile.read(length - 16)
                command = _legacy(body) if opcode == 2004 else _message(body)
                name = next(iter(command))
                reply = HELLO if name.lower() in {"hello", "ismaster"} else answer(name, command)
                if reply is None:
                    return
                self.wfile.write(_reply(request, reply, legacy=opcode == 2004))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            """A client that goes away is no news."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def _legacy(body: bytes) -> Command:
    start = body.index(b"\0", 4) + 1 + 8
    return bson.decode(body[start:])


def _message(body: bytes) -> Command:
    command: Command = {}
    at = 4
    while at < len(body):
        kind, (size,) = body[at], struct.unpack_from("<i", body, at + 1)
        part = body[at + 1 : at + 1 + size]
        if kind == 0:
            command = bson.decode(part) | command
        else:
            name_ends = part.index(b"\0", 4)
            command[part[4:name_ends].decode()] = list(bson.decode_iter(part[name_ends + 1 :]))
        at += 1 + size
    return command


def _reply(request: int, document: Command, *, legacy: bool) -> bytes:
    head = struct.pack("<iqii", 0, 0, 0, 1) if legacy else struct.pack("<ib", 0, 0)
    body = head + bson.encode(document)
    return struct.pack("<iiii", 16 + len(body), 0, request, 1 if legacy else 2013) + body
