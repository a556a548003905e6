"""HTTP to one server, with as little work a call as possible; what fails on the way is mapped here, once."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from sociarium.errors import EndpointUnavailable, Misconfigured, Transient
from sociarium.experiment.address import public_address
from sociarium.providers.connections import Address, Connections, Dropped, ProxyFailed, Unreachable, Untrusted
from sociarium.providers.failures import is_of_proxy, of_proxy


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
            Transient: the connection broke, or time ran out.
            Misconfigured: the address cannot be used, or the proxy does not let the call through.
        """
        return await self._call("POST", path, json.dumps(body).encode(), seconds)

    async def get(self, path: str, *, seconds: float) -> Answered:
        """Read; as `post`."""
        return await self._call("GET", path, b"", seconds)

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
            raise Transient(
                f"{self.address} did not answer within {seconds:g} s; `timeout` in the model's entry allows more"
            ) from error
        except Dropped as error:
            raise Transient(f"{self.address} dropped the connection") from error
        if self._connections.passes_on and is_of_proxy(status, body):
            raise of_proxy(status, self._proxy, server=self.address)
        return Answered(status, headers, body, time.perf_counter() - began)


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
