"""HTTP to one server, with as little work a call as possible; docs/decisions/0023 has the figures."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json
from pyreqwest.client import Client
from pyreqwest.exceptions import PyreqwestError
from pyreqwest.http import Url
from pyreqwest.response import Response

from sociarium.errors import Misconfigured, ModelError, Transient
from sociarium.experiment.address import Address
from sociarium.providers.errors import error_of_proxy, is_of_proxy
from sociarium.providers.network import Network, ProxyRoute

MOST_BYTES = 64 * 2**20
"""Of a body, unpacked: no reply of a model is larger, and a server gone wild must not fill the memory."""

_SIGN_OF_LIFE = 10.0
"""Seconds within which a server that lives answers a read."""

_NOBODY_BEHIND = {502, 504, 521, 522, 523, 524}
"""Statuses with which a gateway says that the server behind it does not answer."""


class HttpResponse(NamedTuple):
    """What came back.

    Attributes:
        status: 200 for everything that means success: some gateways answer with 201.
        headers: names in lower case; several of one name are one list.
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
        try:
            return from_json(self.body)  # twice as fast
        except ValueError:  # half a surrogate pair, another encoding than UTF-8
            return json.loads(self.body)

    def json_or_none(self) -> Any:
        """The body's value; None where it is no JSON."""
        try:
            return self.json()
        except ValueError:
            return None


class Transport:
    """Connections to one server: kept alive, as many as calls are under way.

    How many calls are under way is not decided here. May be used from one event loop after another.

    Args:
        address: to which paths are added; a query stays, and so do user and password, where no key is shown instead.
        headers: of every call.
        away: what to say when nobody answers there.
        network: proxies and certificates.

    Raises:
        Misconfigured: the address or a header cannot be used.
    """

    def __init__(
        self,
        address: str | Address,
        *,
        headers: Mapping[str, str],
        away: str,
        network: Network = Network(),  # noqa: B008
    ) -> None:
        self.route = ProxyRoute(address, network, away=away)
        self.address = self.route.server.public
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable()):
                raise Misconfigured(f"the header {name} of {self.address} holds what no header can; write it again")
        self._headers = {"Content-Type": "application/json", **headers}
        self._client: Client | None = None

    def __repr__(self) -> str:
        return f"Transport({self.address})"

    @property
    def host(self) -> str:
        """The server's name."""
        return self.route.server.host

    @property
    def is_open(self) -> bool:
        """Whether there may be connections."""
        return self._client is not None

    async def post(self, path: str, body: Mapping[str, Any], *, seconds: float) -> HttpResponse:
        """Send a JSON value, and read the whole answer, whatever its status.

        Args:
            seconds: for all of it.

        Raises:
            EndpointUnavailable: nobody answers at the address, or the proxy on the way does not.
            Transient: the connection broke, or the answer has no end.
            TimedOut: time ran out.
            Misconfigured: the address cannot be used, its certificate is not trusted, or the proxy does not let the
                call through.
        """
        return await self._call("POST", path, _body_bytes(body), seconds)

    async def get(self, path: str, *, seconds: float) -> HttpResponse:
        """Read; as `post`."""
        return await self._call("GET", path, None, seconds)

    async def is_alive(self, path: str) -> bool:
        """Whether anything answers a read within a few seconds, whatever it says; a gateway speaks for nobody."""
        try:
            answered = await self._call("GET", path, None, _SIGN_OF_LIFE)
        except ModelError:
            return False
        return answered.status not in _NOBODY_BEHIND

    async def aclose(self) -> None:
        """Let go of the connections; a later call opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _call(self, method: str, path: str, data: bytes | None, seconds: float) -> HttpResponse:
        if self._client is None:
            self._client = self.route.client(self._headers)
        began = time.perf_counter()
        request = self._client.request(method, _url(self.route.server.url(path))).timeout(timedelta(seconds=seconds))
        if data is not None:
            request = request.body_bytes(data)
        try:
            async with request.build_streamed() as response:
                body = await response.body_reader.read(MOST_BYTES + 1)
        except PyreqwestError as error:
            raise await self.route.failure(error, seconds=seconds) from error
        if body is not None and len(body) > MOST_BYTES:
            raise Transient(f"{self.address} answered with more than {MOST_BYTES // 2**20} MiB; that is no reply")
        answered = HttpResponse(
            plain_status(response.status),
            _headers(response),
            b"" if body is None else bytes(body),
            time.perf_counter() - began,
        )
        if self.route.passes_on and is_of_proxy(answered.status, answered.body):
            raise error_of_proxy(answered.status, self.route.proxy, server=self.address)
        return answered


_url = lru_cache(maxsize=1024)(Url)
"""A server's paths are few, and parsing one costs as much as the rest of a request."""


def _body_bytes(body: Mapping[str, Any]) -> bytes:
    try:
        return to_json(body)  # a transcript is spelled at each of its messages: half the time of `json`
    except ValueError:  # half a surrogate pair, which only an escape can say
        return json.dumps(body).encode()


def plain_status(status: int) -> int:
    """A status as `HttpResponse` has it."""
    return 200 if 200 <= status < 300 else status


def _headers(response: Response) -> Mapping[str, str]:
    if response.status == 200:  # nothing is asked of them, and each costs a crossing
        return {}
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
