"""Who may ask, and what a browser may do with the answer: checked before any page, for every request."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from functools import lru_cache
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sociarium.viewer.settings import ViewerSettings, is_loopback

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing inline, nothing from elsewhere, in no frame."""

HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""On every answer, whatever it is."""

_SAFE = frozenset({"GET", "HEAD"})
_ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared with, not listened at
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_USUAL_PORT = 80


class Guard:
    """ASGI middleware around all pages.

    A request must name this server in `Host` (no other name may be made to lead here), know the token where there is
    one, and, where it could change something, come from a page of this server by `Origin` or `Sec-Fetch-Site`.
    """

    def __init__(self, app: ASGIApp, settings: ViewerSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it; sockets of another kind are not served."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        answer = self._refusal(scope)
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server leaves the body out
        await (answer or self._app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, settings = Headers(scope=scope), self._settings
        host = headers.get("host", "").lower()
        hosts = host_names(settings.host, settings.port, scope.get("server"))
        if host not in hosts:
            return PlainTextResponse(
                f"This server is not called so. Open it as http://{min(hosts, key=len)}; through a tunnel, forward "
                "the same port.\n",
                421,
            )
        if settings.token is not None and (answer := self._without_token(scope, headers)):
            return answer
        if scope["method"] not in _SAFE and not is_same_origin(headers, host):
            return PlainTextResponse("This was sent from a page of another site, and nothing was changed.\n", 403)
        return None

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        """What is answered to who does not show the token, or shows it in the address: from there it goes into a
        cookie, so that it stands in no history."""
        token, name = self._settings.token or "", self._settings.token_cookie
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        query_token = dict(query).get("token")
        if query_token is not None and _is_equal(query_token, token):
            rest = urlencode([pair for pair in query if pair[0] != "token"])
            answer = RedirectResponse(_local(scope["path"]) + (f"?{rest}" if rest else ""), 303)
            answer.set_cookie(name, token, httponly=True, samesite="lax", path="/")
            return answer
        if _is_equal(_cookie(headers.get("cookie", ""), name), token):
            return None
        return PlainTextResponse(
            "These pages need a token. Open the address that `sociarium view` has printed, with its ?token=...\n", 401
        )


def host_names(host: str, port: int, server: tuple[str, int] | None = None) -> frozenset[str]:
    """What `Host` may say: name and port, in lower case.

    Args:
        host: the address that is listened at.
        server: the address at which this connection came in.
    """
    names = {host}
    if is_loopback(host):
        names.update(_LOOPBACK)
    else:
        names.update({*([server[0]] if server else []), *_machine_names()})
        if host in _ANY_ADDRESS:
            names.update(_LOOPBACK)
            names.discard(host)
    written = {f"[{name}]" if ":" in name else name for name in (one.lower() for one in names)}
    return frozenset(
        {f"{name}:{port}" for name in written} | (written if port == _USUAL_PORT else set())
    )  # browsers leave the usual port out


def is_same_origin(headers: Headers, host: str) -> bool:
    """Whether a request that could change something comes from a page of this server."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None:
        return origin is not None and origin.lower() == f"http://{host}"
    # Where pages send no referrer, as ours, browsers write `Origin: null` into their forms; the other header, which no
    # page can set, still says where they come from.
    return site == "same-origin" and origin in {None, "null", f"http://{host}"}


@lru_cache(maxsize=1)
def _machine_names() -> frozenset[str]:
    return frozenset(name for name in (socket.gethostname(), socket.getfqdn()) if not is_loopback(name))


def _cookie(header: str, name: str) -> str:
    try:
        cookies = SimpleCookie(header)
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""


def _is_equal(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())


def _local(path: str) -> str:
    """A path as a redirection that stays here: `//host` would lead elsewhere."""
    return "/" + path.lstrip("/\\")
