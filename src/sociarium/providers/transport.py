"""HTTP to one server, with as little work a call as possible; what fails on the way is mapped here, once."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, TimedOut, Transient
from sociarium.experiment.address import public_address
from sociarium.providers.connections import Address, Connections, Dropped, ProxyFailed, Unreachable, Untrusted
from sociarium.providers.failures import is_of_proxy, of_proxy

_SIGN_OF_LIFE = 10.0
"""Seconds within which a server that lives answers a read."""


_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""How zlib is told to read what HTTP calls by these names."""
_MOST_BYTES = 256 * 2**20
_NOBODY_BEHIND = {502, 504, 521, 522, 523, 524}
"""Statuses with which a gateway says that the server behind it does not answer."""


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

    def json_or_none(self) -> Any:
        """The body's value; None where it is no JSON."""
        try:
            return self.json()
        except ValueError:
            return None


class Transport:
    """Connections to one server: kept alive, as many as calls are under way.

    Args:
        address: to which paths are added; a query stays.
        headers: of every call.
        away: what to say when nobody answers there.
        proxy: URL of one.
    """

    def __init__(self, address: str, *, headers: Mapping[str, str], away: str, proxy: str | None = None) -> None:
        server = _address(address, "a server")
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable()):
                raise Misconfigured(f"the header {name} of {server.authority} holds what no header can; write it again")
        self.address = f"{server.scheme}://{server.authority}{server.path}"
        self._host = server.host
        self._away = away
        self._proxy = public_address(proxy) if proxy else ""
        self._connections = Connections(
            server,
            {"Content-Type": "application/json", **headers},
            proxy=_address(proxy, "a proxy", "http") if proxy else None,
        )

    def __repr__(self) -> str:
        return f"Transport({self.address})"

    @property
    def host(self) -> str:
        """The server's name."""
        return self._host

    @property
    def is_open(self) -> bool:
        """Whether there are connections."""
        return self._connections.open > 0

    async def post(self, path: str, body: Mapping[str, Any], *, seconds: float) -> Answered:
        """Send a JSON value, and read the whole answer, whatever its status.

        Args:
            seconds: for all of it.

        Raises:
            EndpointUnavailable: nobody answers at the address, or the proxy on the way does not.
            Transient: the connection broke.
            TimedOut: time ran out.
            Misconfigured: the address cannot be used, or the proxy does not let the call through.
        """
        return await self._call("POST", path, json.dumps(body).encode(), seconds)

    async def get(self, path: str, *, seconds: float) -> Answered:
        """Read; as `post`."""
        return await self._call("GET", path, b"", seconds)

    async def is_alive(self, path: str) -> bool:
        """Whether anything answers a read within a few seconds, whatever it says; a gateway speaks for nobody."""
        try:
            answered = await self._call("GET", path, b"", _SIGN_OF_LIFE)
        except ModelError:
            return False
        return answered.status not in _NOBODY_BEHIND

    async def aclose(self) -> None:
        """Let go of the connections; a later call opens new ones."""
        await self._connections.aclose()

    async def _call(self, method: str, path: str, data: bytes, seconds: float) -> Answered:
        began = time.perf_counter()
        try:
            status, headers, body = await self._connections.ask(method, path, data, seconds=seconds)
        except Untrusted as error:
            raise Misconfigured(
                f"{self.address} has no TLS certificate that this machine trusts; check the address, or install the "
                "certificate"
            ) from error
        except Unreachable as error:
            raise EndpointUnavailable(self._away) from error
        except ProxyFailed as error:
            raise of_proxy(error.status, self._proxy, server=self.address) from error
        except TimeoutError as error:
            raise TimedOut(
                f"{self.address} did not answer within {seconds:g} s; `timeout` in the model's entry allows more"
            ) from error
        except Dropped as error:
            raise Transient(f"{self.address} dropped the connection") from error
        if self._connections.passes_on and is_of_proxy(status, body):
            raise of_proxy(status, self._proxy, server=self.address)
        if "content-encoding" in headers:
            body = self._unpacked(body, headers["content-encoding"])
        return Answered(status, headers, body, time.perf_counter() - began)

    def _unpacked(self, body: bytes, coding: str) -> bytes:
        """A body that was compressed though nobody asked for that."""
        for name in reversed([part.strip().lower() for part in coding.split(",")]):
            if name in {"", "identity"}:
                continue
            if name not in _WINDOWS:
                raise Transient(f"{self.address} compresses its answers as {name!r}, which was not asked for")
            inflating = zlib.decompressobj(_WINDOWS[name])
            try:
                body = inflating.decompress(body, _MOST_BYTES)
            except zlib.error as error:
                raise Transient(f"{self.address} sent an answer that is no {name}") from error
            if not inflating.eof:
                raise Transient(f"{self.address} sent an answer that is cut, or larger than {_MOST_BYTES // 2**20} MB")
        return body


def _address(url: str, what: str, *schemes: str) -> Address:
    try:
        found = Address.of(url)
    except ValueError:
        found = None
    shown = public_address(url)
    if found is None or shown.endswith("...") or (schemes and found.scheme not in schemes):
        mend = ", and / : ? # @ % in a user and password percent-encoded" if "@" in url else ""
        raise Misconfigured(f"{shown!r} is not the address of {what}; write one such as http://127.0.0.1:8000{mend}")
    return found
