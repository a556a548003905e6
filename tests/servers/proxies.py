"""Proxies of this machine: HTTP and SOCKS5, with a user and a password; every host is found at 127.0.0.1.

Use them in a test as context managers, which serve from a thread of their own:

    with http_proxy("ana", "word") as proxy, openai_server() as server:
        ... proxy.url ... proxy.asked ...
"""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urlsplit

_Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Proxy:
    """A proxy under way.

    Attributes:
        asked: hosts and ports that somebody wanted to reach, in order, let through or not.
        refusing: the status with which an HTTP proxy refuses everybody; 0 for nobody.
    """

    scheme: str
    user: str = ""
    password: str = ""
    port: int = 0
    refusing: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens, with what it wants to know."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        return f"{self.scheme}://{login}127.0.0.1:{self.port}"

    async def http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of an HTTP proxy: a tunnel, or requests to one server that are passed on."""
        far: _Pair | None = None
        back: asyncio.Future[None] | None = None
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
                parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
                self.asked.append(f"{parts.hostname}:{parts.port or 80}")
                if status := self.refusing or (0 if self._knows(head) else 407):
                    writer.write(
                        f"HTTP/1.1 {status} No\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n<no/>".encode()
                    )
                    await writer.drain()
                    return
                far = far or await asyncio.open_connection("127.0.0.1", parts.port or 80)
                if method == "CONNECT":
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    await _joined((reader, writer), far)
                    return
                back = back or asyncio.ensure_future(_pumped(far[0], writer))
                far[1].write(await _passed_on(method, parts, head, reader))
        finally:
            if back is not None:
                back.cancel()
            if far is not None:
                far[1].transport.abort()

    def _knows(self, head: bytes) -> bool:
        login = base64.b64encode(f"{self.user}:{self.password}".encode())
        return not self.user or b"proxy-authorization: basic " + login.lower() in head.lower()

    async def socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a SOCKS5 proxy (RFC 1928 and 1929)."""
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        method = 2 if self.user else 0
        writer.write(bytes([5, method if method in methods else 255]))
        if method not in methods:
            await writer.drain()
            return
        if self.user:
            _, length = await reader.readexactly(2)
            user = await reader.readexactly(length)
            password = await reader.readexactly((await reader.readexactly(1))[0])
            good = (user.decode(), password.decode()) == (self.user, self.password)
            writer.write(bytes([1, 0 if good else 1]))
            if not good:
                await writer.drain()
                return
        _, _, _, kind = await reader.readexactly(4)
        size = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        host = await reader.readexactly(size)
        port = int.from_bytes(await reader.readexactly(2), "big")
        name = host.decode() if kind == 3 else ".".join(map(str, host))
        self.asked.append(f"{name}:{port}")
        far = await asyncio.open_connection("127.0.0.1", port)
        writer.write(bytes([5, 0, 0, 1, 127, 0, 0, 1]) + port.to_bytes(2, "big"))
        try:
            await _joined((reader, writer), far)
        finally:
            far[1].transport.abort()


async def _passed_on(method: str, parts: SplitResult, head: bytes, reader: asyncio.StreamReader) -> bytes:
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [line for line in head.split(b"\r\n")[1:] if not line.lower().startswith(b"proxy-")]
    length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    return b"\r\n".join([f"{method} {path} HTTP/1.1".encode(), *lines]) + await reader.readexactly(length)


async def _joined(near: _Pair, far: _Pair) -> None:
    await asyncio.gather(_pumped(near[0], far[1]), _pumped(far[0], near[1]))


async def _pumped(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


@contextmanager
def _serving(
    proxy: Proxy, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> Iterator[Proxy]:
    tasks = set[asyncio.Task[None]]()
    ready, done = threading.Event(), list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            await serve(reader, writer)
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(one, "127.0.0.1", proxy.port)
        proxy.port = server.sockets[0].getsockname()[1]
        over = asyncio.Event()
        done.append((asyncio.get_running_loop(), over))
        ready.set()
        await over.wait()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)
        await asyncio.sleep(0.01)  # the loop lets go of what was closed

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield proxy
    finally:
        loop, over = done[0]
        loop.call_soon_threadsafe(over.set)
        thread.join(10)


@contextmanager
def http_proxy(user: str = "", password: str = "") -> Iterator[Proxy]:
    """An HTTP proxy."""
    proxy = Proxy("http", user, password)
    with _serving(proxy, proxy.http):
        yield proxy


@contextmanager
def socks_proxy(user: str = "", password: str = "") -> Iterator[Proxy]:
    """A SOCKS5 proxy that looks names up itself."""
    proxy = Proxy("socks5h", user, password)
    with _serving(proxy, proxy.socks):
        yield proxy
