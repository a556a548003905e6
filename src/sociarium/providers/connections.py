"""HTTP/1.1 connections to one server, kept alive; httptools reads what comes back (docs/decisions/0017).

What is here is what a call needs: a request in one piece, an answer read to its end. There are no redirects, cookies,
compression or pipelines.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self
from urllib.parse import quote, unquote, urlsplit

import certifi
import httptools

_IDLE = 4.0
"""Seconds. Servers commonly close a connection that was idle for 5; a call sent in that moment would be lost."""
_CONNECT = 10.0
_OTHER_ADDRESS = 0.25
"""Seconds after which a host's next address is tried beside the first (RFC 8305)."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_IN_PATHS = "/%~:@!$&'()*+,;="


class Unreachable(Exception):
    """No connection can be made."""


class Untrusted(Exception):
    """The server's TLS certificate is not trusted, or it speaks no TLS."""


class Dropped(Exception):
    """A connection ended before its answer did, or what came was no HTTP."""


class ProxyFailed(Exception):
    """The proxy on the way does not answer, or does not let the call through.

    Attributes:
        status: of its answer; None without one.
    """

    def __init__(self, status: int | None = None) -> None:
        super().__init__("no answer" if status is None else f"status {status}")
        self.status = status


class Answer(NamedTuple):
    """What came back; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is.

    Attributes:
        path, query: quoted; the path without a slash at its end.
        account: credentials of the URL as a header's value; empty without.
    """

    scheme: str
    host: str
    port: int
    path: str = ""
    query: str = ""
    account: str = ""

    @classmethod
    def of(cls, url: str) -> Self:
        """The address that a URL names.

        Raises:
            ValueError: it names none.
        """
        parts = urlsplit(url)
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise ValueError(url)
        host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode("ascii")
        if not host.isprintable() or " " in host:
            raise ValueError(url)
        account = ""
        if parts.username is not None:
            told = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            account = f"Basic {base64.b64encode(told.encode()).decode()}"
        path, query = quote(parts.path.rstrip("/"), safe=_IN_PATHS), quote(parts.query, safe=f"{_IN_PATHS}?")
        return cls(parts.scheme, host, parts.port or _DEFAULT_PORTS[parts.scheme], path, query, account)

    @property
    def authority(self) -> str:
        """Host, and port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def target(self, path: str) -> str:
        """Where a request below the address goes."""
        return f"{self.path}/{path}" + (f"?{self.query}" if self.query else "")


def account_of(url: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The header that shows the user and password in an address to its server, where no key does so already."""
    account = Address.of(url).account
    return {"Authorization": account} if account and "Authorization" not in headers else {}


class Connections:
    """Connections to one server: as many as calls are under way, and those that wait for the next one.

    How many calls are under way is not decided here. Lives on one event loop until it is closed.

    Args:
        headers: of every request.
        proxy: through which the server is reached.
    """

    def __init__(self, server: Address, headers: Mapping[str, str], *, proxy: Address | None = None) -> None:
        self._server = server
        self._proxy = proxy
        self._idle: deque[_Connection] = deque()
        self._all: set[_Connection] = set()
        self._trust: ssl.SSLContext | None = None
        given = {"Host": server.authority, "Accept-Encoding": "identity", "User-Agent": "sociarium", **headers}
        if server.account:
            given.setdefault("Authorization", server.account)
        # A request without TLS is the proxy's to pass on; with TLS the proxy only sees that there is one.
        self._passed_on = proxy is not None and server.scheme == "http"
        if self._passed_on:
            given |= self._for_proxy
        self._head = "".join(f"{name}: {value}\r\n" for name, value in given.items())

    @property
    def open(self) -> int:
        """How many there are."""
        return len(self._all)

    async def ask(self, method: str, path: str, body: bytes = b"", *, seconds: float) -> Answer:
        """Send a request and read the whole answer, whatever its status.

        Args:
            seconds: for all of it.

        Raises:
            Unreachable, Untrusted, Dropped, ProxyFailed: the call failed.
            TimeoutError: it did not end within its seconds.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        connection = self._waiting(loop.time()) or await self._connected(min(_CONNECT, seconds))
        target = self._server.target(path)
        if self._passed_on:
            target = f"http://{self._server.authority}{target}"
        head = f"{method} {target} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        try:
            answer = await connection.ask(head.encode("latin-1") + body, until - loop.time())
        except BaseException:
            connection.close()
            raise
        if connection.lives_on:
            connection.idle_since = loop.time()
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    async def aclose(self) -> None:
        """Close every connection; a later call opens new ones."""
        self._idle.clear()
        for connection in list(self._all):
            connection.close()
        await asyncio.sleep(0)  # the loop lets go of them in its next round

    def _waiting(self, now: float) -> _Connection | None:
        """The connection that was used last, unless it is closed or too old."""
        while self._idle and now - self._idle[0].idle_since > _IDLE:
            self._idle.popleft().close()
        while self._idle:
            connection = self._idle.pop()
            if connection.lives_on:
                return connection
        return None

    async def _connected(self, seconds: float) -> _Connection:
        loop = asyncio.get_running_loop()
        nearest = self._proxy or self._server
        direct = self._context() if nearest.scheme == "https" else None
        try:
            async with asyncio.timeout(seconds):
                _, connection = await loop.create_connection(
                    lambda: _Connection(self._all),
                    nearest.host,
                    nearest.port,
                    ssl=direct,
                    happy_eyeballs_delay=_OTHER_ADDRESS,
                )
                if self._proxy and self._server.scheme == "https":
                    await self._through(connection, seconds)
        except ssl.SSLError as error:
            raise Untrusted(str(error)) from error
        except (OSError, TimeoutError, Dropped) as error:
            if self._proxy is not None:
                raise ProxyFailed from error
            raise Unreachable(str(error)) from error
        return connection

    async def _through(self, connection: _Connection, seconds: float) -> None:
        """A way through the proxy, and TLS over it."""
        end = f"{self._server.host}:{self._server.port}"
        headers = "".join(f"{name}: {value}\r\n" for name, value in {"Host": end, **self._for_proxy}.items())
        try:
            answer = await connection.ask(f"CONNECT {end} HTTP/1.1\r\n{headers}\r\n".encode(), seconds, opens=True)
            if answer.status == 200:
                await connection.secure(self._context(), self._server.host)
        except BaseException:
            connection.close()
            raise
        if answer.status != 200:
            connection.close()
            raise ProxyFailed(answer.status)

    @property
    def passes_on(self) -> bool:
        """Whether a proxy reads the requests and passes them on, so that an answer may be its own."""
        return self._passed_on

    @property
    def _for_proxy(self) -> dict[str, str]:
        account = self._proxy.account if self._proxy else ""
        return {"Proxy-Authorization": account} if account else {}

    def _context(self) -> ssl.SSLContext:
        if self._trust is None:
            self._trust = ssl.create_default_context()
            # Some installations of Python bring none of the system's.
            self._trust.load_verify_locations(certifi.where())
        return self._trust


class _Connection(asyncio.Protocol):
    """One connection, for one call at a time.

    Attributes:
        idle_since: time of the loop at which its last call ended.
    """

    def __init__(self, siblings: set[_Connection]) -> None:
        self.idle_since = 0.0
        self._siblings = siblings
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._opens = False
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._renew()

    @property
    def lives_on(self) -> bool:
        """Whether it takes another call."""
        return self._transport is not None and not self._transport.is_closing() and self._kept

    async def ask(self, request: bytes, seconds: float, *, opens: bool = False) -> Answer:
        """Send a request and wait for its answer.

        Args:
            opens: whether the answer ends with its headers, and a tunnel begins there.
        """
        loop = asyncio.get_running_loop()
        if self._transport is None:
            raise Dropped("closed")
        self._opens = opens
        self._answer = loop.create_future()
        self._transport.write(request)
        timer = loop.call_later(seconds, self._expired)
        try:
            return await self._answer
        finally:
            timer.cancel()
            self._answer = None

    async def secure(self, trust: ssl.SSLContext, host: str) -> None:
        """Go on over TLS."""
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        transport = await loop.start_tls(self._transport, self, trust, server_hostname=host)
        if transport is None:
            raise Dropped("closed")
        self._transport = transport
        self._renew()

    def close(self) -> None:
        """Let go of it."""
        self._siblings.discard(self)
        if self._transport is not None:
            self._transport.abort()

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._siblings.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It ended; that is the end of an answer which does not say how long it is."""
        self._transport = None
        self._siblings.discard(self)
        if self._reads_on and not self._sized and exc is None:
            self.on_message_complete()
        self._fail(Dropped(str(exc or "closed")))

    def data_received(self, data: bytes) -> None:
        """Something came."""
        if self._answer is None:
            self.close()  # nothing was asked
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(Dropped(f"no HTTP: {error}"))
            self.close()

    # What httptools tells.

    def on_message_begin(self) -> None:
        """An answer begins; one that was only provisional is forgotten, and one that nobody asked for is the last."""
        self._kept = self._awaited is not None
        self._headers, self._body = {}, []

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; several of one name are one list."""
        known = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        self._headers[known] = f"{self._headers[known]}, {text}" if known in self._headers else text

    def on_headers_complete(self) -> None:
        """The body begins."""
        self._sized = "content-length" in self._headers or "transfer-encoding" in self._headers
        self._reads_on = True
        if self._opens:
            self.on_message_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of it."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        status, self._reads_on = self._parser.get_status_code(), False
        if status < 200:
            return  # provisional
        if (awaited := self._awaited) is not None:
            self._kept = self._sized and self._parser.should_keep_alive()
            awaited.set_result(Answer(status, self._headers, b"".join(self._body)))

    @property
    def _awaited(self) -> asyncio.Future[Answer] | None:
        return None if self._answer is None or self._answer.done() else self._answer

    def _renew(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._kept, self._sized, self._reads_on = True, True, False

    def _expired(self) -> None:
        self._fail(TimeoutError())

    def _fail(self, error: Exception) -> None:
        if (awaited := self._awaited) is not None:
            awaited.set_exception(error)
