"""HTTP to one server, with as little work a call as possible; what fails on the way is mapped here, once."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import aiohttp
import certifi
from yarl import URL

from sociarium.errors import EndpointUnavailable, Misconfigured, Transient

_CONNECT = 10.0
# Servers commonly close a connection that was idle for 5 s; a call that is sent in that moment would be lost.
_IDLE = 4.0


class Answered(NamedTuple):
    """What came back.

    Attributes:
        seconds: from sending to the whole answer.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        """The body's value.

        Raises:
            ValueError: it is no JSON.
        """
        return json.loads(self.body)


class Transport:
    """Connections to one server: kept alive, as many as calls are under way.

    Args:
        address: to which paths are added; a query stays.
        headers: of every call.
        away: what to say when nobody answers there.
        proxy: URL of one.
    """

    def __init__(self, address: str, *, headers: Mapping[str, str], away: str, proxy: str | None = None) -> None:
        try:
            self._base = URL(address)
        except ValueError:
            self._base = URL()
        if self._base.scheme not in {"http", "https"} or not self._base.host:
            raise Misconfigured(f"{address!r} is not the address of a server; write one such as http://127.0.0.1:8000")
        self.address = str(self._base.with_query(None).with_user(None)).rstrip("/")
        self._headers = {"Content-Type": "application/json", **headers}
        self._away = away
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}
        self._bounds: dict[float, aiohttp.ClientTimeout] = {}

    def __repr__(self) -> str:
        return f"Transport({self.address})"

    @property
    def host(self) -> str:
        """The server's name."""
        return self._base.host or ""

    async def post(self, path: str, body: Mapping[str, Any], *, seconds: float) -> Answered:
        """Send a JSON value, and read the whole answer, whatever its status.

        Args:
            seconds: for all of it.

        Raises:
            EndpointUnavailable: nobody answers at the address.
            Transient: the connection broke, or time ran out.
            Misconfigured: the address cannot be used.
        """
        return await self._call("POST", path, json.dumps(body).encode(), seconds)

    async def get(self, path: str, *, seconds: float) -> Answered:
        """Read; as `post`."""
        return await self._call("GET", path, None, seconds)

    async def aclose(self) -> None:
        """Let go of the connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _call(self, method: str, path: str, data: bytes | None, seconds: float) -> Answered:
        began = time.perf_counter()
        try:
            async with self._opened().request(
                method,
                self._url(path),
                data=data,
                allow_redirects=False,
                timeout=self._within(seconds),
                proxy=self._proxy,
            ) as response:
                body = await response.read()
                return Answered(response.status, response.headers, body, time.perf_counter() - began)
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
            raise Misconfigured(
                f"{self.address} has no TLS certificate that this machine trusts; check the address, or install the "
                "certificate"
            ) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise EndpointUnavailable(self._away) from error
        except TimeoutError as error:
            raise Transient(
                f"{self.address} did not answer within {seconds:g} s; `timeout` in the model's entry allows more"
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Transient(f"{self.address} dropped the connection") from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # No ceiling here: how many calls are under way is the runner's to decide.
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE, ssl=self._trust())
            self._session = aiohttp.ClientSession(
                connector=connector, headers=self._headers, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    def _within(self, seconds: float) -> aiohttp.ClientTimeout:
        bounds = self._bounds.get(seconds)
        if bounds is None:
            bounds = aiohttp.ClientTimeout(total=seconds, sock_connect=min(_CONNECT, seconds))
            self._bounds[seconds] = bounds
        return bounds

    def _trust(self) -> ssl.SSLContext | bool:
        if self._base.scheme != "https":
            return True
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())  # some installations of Python bring none of the system's
        return context

    def _url(self, path: str) -> URL:
        url = self._urls.get(path)
        if url is None:
            joined = f"{self._base.path.rstrip('/')}/{path}"
            url = self._urls[path] = self._base.with_path(joined).with_query(self._base.query)
        return url
