"""Asks an application of this process for a page, without a server."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class PageResponse:
    """A page with its status."""

    status: int
    text: str


async def get(app: ASGIApp, path: str, query: str, *, host: str) -> PageResponse:
    """Ask for a page.

    Args:
        path: not quoted.
        host: as the application knows itself.
    """
    status, body = 500, bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", host.encode())],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", int(host.rpartition(":")[2])),
        "state": {},
    }
    await app(scope, receive, send)
    return PageResponse(status, body.decode("utf-8"))
