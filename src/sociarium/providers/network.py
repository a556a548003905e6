"""What lies between this machine and model servers: proxies, and whose certificates are trusted.

pyreqwest makes the connections (docs/decisions/0023); every client of the program is built here, those that vendors'
packages use among them, and what fails on the way is told here, once.
"""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import certifi
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import DetailedPyreqwestError, PyreqwestError, RequestTimeoutError
from pyreqwest.proxy import ProxyBuilder

from sociarium.errors import EndpointUnavailable, Misconfigured, ModelError, TimedOut, Transient
from sociarium.experiment.address import Address, address_of, public_address, secrets_of, unsent_part
from sociarium.providers.errors import error_of_proxy
from sociarium.typed_path import typed_path

_CONNECT = timedelta(seconds=10)
_IDLE = timedelta(seconds=4)
"""Servers commonly close a connection that was idle for 5 seconds; a call sent in that moment would be lost."""
_PORTS = {"http": 80, "https": 443}
_LETS_PROXY_RESOLVE = {"socks4": "socks4a", "socks5": "socks5h"}
_PROXIES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class Network:
    """How servers are reached.

    Attributes:
        http_proxy, https_proxy: URLs of proxies for servers of these schemes; empty without.
        no_proxy: servers that are reached without: names with all that ends in them, addresses, networks (10.0.0.0/8),
            each with a port or without, comma-separated. This machine is always reached directly.
        certificates: a file of certificates that are trusted besides the system's; empty for none.
    """

    http_proxy: str = ""
    https_proxy: str = ""
    no_proxy: str = ""
    certificates: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may see of it."""
        return (*secrets_of(self.http_proxy), *secrets_of(self.https_proxy))

    def proxy_for(self, url: str) -> str:
        """The proxy through which a server is reached; empty where it is reached directly."""
        server = urlsplit(url)
        proxy = self.https_proxy if server.scheme == "https" else self.http_proxy
        if not proxy or _is_direct(server, self.no_proxy):
            return ""
        return proxy if "://" in proxy else f"http://{proxy}"


def _is_direct(server: SplitResult, no_proxy: str) -> bool:
    host, port = (server.hostname or "").rstrip("."), server.port or _PORTS.get(server.scheme)
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    for entry in re.split(r"[,\s]+", no_proxy.lower()):
        name, colon, entry_port = entry.rpartition(":") if re.search(r"(^[^:]*|\]):\d+$", entry) else (entry, "", "")
        name = name.strip("[]").removeprefix("*").strip(".") if name != "*" else name
        if colon and int(entry_port) != port:
            continue
        if name and (name in {"*", host} or host.endswith(f".{name}") or (address and _holds(name, address))):
            return True
    return False


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _holds(network: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class ProxyServer:
    """Where a server is.

    Attributes:
        base: scheme, host, port and path, without a slash at its end.
        public: the same as it may be shown.
        query: of every request.
        account: its header for the user and password of the address; none without.
    """

    base: str
    public: str
    host: str
    query: str
    account: Mapping[str, str]

    def url(self, path: str) -> str:
        """Where a request below the address goes."""
        return f"{self.base}/{path}" + (f"?{self.query}" if self.query else "")


def server_at(url: str | Address) -> ProxyServer:
    """The server that a URL names.

    Raises:
        Misconfigured: it names none.
    """
    address = address_of(url)
    parts = _split(address, "a server", ("http", "https"))
    account = {}
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        account = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host
    port = "" if parts.port in {None, _PORTS[parts.scheme]} else f":{parts.port}"
    base = f"{parts.scheme}://{name}{port}{parts.path.rstrip('/')}"
    return ProxyServer(base, address.public.rstrip("/"), host, parts.query, account)


def _split(address: Address, what: str, schemes: tuple[str, ...]) -> SplitResult:
    url, public = address.url, address.public
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
        good = good and not public_address(url).endswith("...")
    except ValueError:
        good = False
    if not good or any(sign.isspace() or not sign.isprintable() for sign in parts.netloc):
        mend = ", and / : ? # @ % in a user and password percent-encoded" if "@" in url else ""
        raise Misconfigured(f"{public!r} is not the address of {what}; write one such as http://127.0.0.1:8000{mend}")
    if part := unsent_part(url):
        raise Misconfigured(f"the address {public} has {part}; take it out")
    return parts


class ProxyRoute:
    """The way to one server.

    Args:
        server: its URL.

    Raises:
        Misconfigured: an address cannot be used, or the file of certificates.
    """

    def __init__(self, server: str | Address, network: Network, *, away: str) -> None:
        self.server = server_at(server)
        self._proxy = network.proxy_for(self.server.base)
        self._proxied_by = urlsplit(self._proxy).scheme if self._proxy else ""
        if self._proxy:
            _split(address_of(self._proxy), "a proxy", _PROXIES)
        self._certificates = _certificates(network.certificates)
        self._away = away

    @property
    def passes_on(self) -> bool:
        """Whether a proxy reads the requests and passes them on, so that an answer may be its own."""
        return self._proxied_by in {"http", "https"} and self.server.base.startswith("http:")

    @property
    def proxy(self) -> str:
        """The proxy as it may be shown; empty without."""
        return public_address(self._proxy) if self._proxy else ""

    def client(self, headers: Mapping[str, str], *, silence: float | None = None) -> Client:
        """A client for this server alone: no redirects, no cookies, no ceiling on connections.

        Args:
            headers: of every call.
            silence: seconds that an answer may pause.
        """
        builder = (
            ClientBuilder()
            .no_proxy()  # what the environment says was read by then
            .follow_redirects(enable=False)
            .connect_timeout(_CONNECT)
            .pool_idle_timeout(_IDLE)
            .user_agent("sociarium")
            .default_headers({**self.server.account, **headers})
        )
        if self.server.base.startswith("https:") or self._proxied_by == "https":
            builder = builder.add_root_certificate_pem(self._certificates)
        if silence is not None:
            builder = builder.read_timeout(timedelta(seconds=silence))
        if self._proxy:
            builder = builder.proxy(ProxyBuilder.all(self._proxy))
        return builder.build()

    async def failure(self, error: PyreqwestError, *, seconds: float | None = None) -> ModelError:
        """What a failed call stands for.

        Args:
            seconds: that it might have taken.
        """
        causes = _causes(error)
        if "client error (Connect)" not in causes:
            if isinstance(error, RequestTimeoutError) or "operation timed out" in causes:
                within = "in time" if seconds is None else f"within {seconds:g} s"
                return TimedOut(
                    f"{self.server.public} did not answer {within}; `timeout` in the model's entry allows more"
                )
            return Transient(f"{self.server.public} dropped the connection")
        if "certificate" in causes:
            return self._certificate_error(causes)
        if "corrupt message" in causes or "InvalidContentType" in causes:
            return Misconfigured(
                f"{self.server.public} speaks no TLS; write http:// before its address, or check the port"
            )
        if self._proxy:
            return await self._of_proxy(causes)
        return EndpointUnavailable(self._away)

    def _certificate_error(self, causes: str) -> Misconfigured:
        reason = causes.rpartition("invalid peer certificate: ")[2].partition("\n")[0]
        whose = self.server.public
        if self._proxied_by == "https":
            whose = f"{whose}, or of the proxy {self.proxy},"
        return Misconfigured(
            f"the certificate of {whose} is not trusted on this machine ({reason}); name the file of your "
            "institution's certificates in SSL_CERT_FILE, or check the address"
        )

    async def _of_proxy(self, causes: str) -> ModelError:
        status, reason = None, ""
        if "resolving for socks proxy" in causes:
            other = _LETS_PROXY_RESOLVE.get(self._proxy.partition("://")[0], "socks5h")
            return EndpointUnavailable(
                f"the name of {self.server.public} is not known to this machine, which looks it up for the proxy "
                f"{self.proxy}; with {other}:// the proxy looks names up itself"
            )
        if "proxy authorization required" in causes:
            status = 407
        elif "tunnel error: unsuccessful" in causes:
            status = await _tunnel_status(self._proxy, self.server.base, self._certificates)
        elif "SOCKS error: " in causes and "underlying connection" not in causes:
            reason = causes.rpartition("SOCKS error: ")[2].partition("\n")[0]
        return error_of_proxy(status, self.proxy, server=self.server.public, reason=reason)


def _causes(error: PyreqwestError) -> str:
    causes = error.details["causes"] if isinstance(error, DetailedPyreqwestError) else None
    return "\n".join(cause["message"] for cause in causes or ())


@cache
def _certificates(path: str) -> bytes:
    # Some systems bring none, and what SSL_CERT_FILE names in `.env` is known to this program alone.
    trusted = Path(certifi.where()).read_bytes()
    if not path:
        return trusted
    try:
        own = typed_path(path).read_bytes()
        ssl.create_default_context().load_verify_locations(cadata=own.decode("ascii", "ignore"))
    except OSError as error:  # ssl.SSLError is one
        reason = "holds no certificates" if isinstance(error, ssl.SSLError) else f"cannot be read ({error.strerror})"
        raise Misconfigured(f"SSL_CERT_FILE names {path}, which {reason}; name a file of PEM certificates") from error
    return trusted + b"\n" + own


async def _tunnel_status(proxy: str, server: str, certificates: bytes) -> int | None:
    """The status with which an HTTP proxy refuses a tunnel; the client that asked does not hand it on."""
    near, far = urlsplit(proxy), urlsplit(server)
    end = f"{far.hostname}:{far.port or _PORTS[far.scheme]}"
    login = f"{unquote(near.username or '')}:{unquote(near.password or '')}"
    account = f"Proxy-Authorization: Basic {base64.b64encode(login.encode()).decode()}\r\n" if near.username else ""
    context = None
    if near.scheme == "https":
        context = ssl.create_default_context(cadata=certificates.decode("ascii", "ignore"))
    try:
        async with asyncio.timeout(_CONNECT.total_seconds()):
            port = near.port or _PORTS[near.scheme]
            reader, writer = await asyncio.open_connection(near.hostname, port, ssl=context)
            try:
                writer.write(f"CONNECT {end} HTTP/1.1\r\nHost: {end}\r\n{account}\r\n".encode())
                line = await reader.readline()
            finally:
                writer.transport.abort()
    except (OSError, ValueError):
        return None
    match = re.match(rb"HTTP/1\.\d (\d{3})", line)
    return int(match[1]) if match else None
