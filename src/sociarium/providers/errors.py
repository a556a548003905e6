"""What a server's status says, in the program's own errors."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from math import isfinite

from sociarium.errors import (
    EndpointUnavailable,
    Misconfigured,
    ModelError,
    Overloaded,
    RateLimited,
    RequestRefused,
    RequestTooLarge,
    TimedOut,
    Transient,
)
from sociarium.providers.refusals import meaning_of

NO_SUCH_ADDRESS = (404, 405)
"""Of an address at which nobody takes calls; pages that a server shows in a browser take no POST there."""
_NOT_HERE = {*NO_SUCH_ADDRESS, 301, 302, 303, 307, 308}
_PASSING = {408, 409, 424, 425, 499}
"""TGI and SageMaker say 424 where a model failed while it wrote, Google's servers 499 where they broke off."""
_OVERLOADED = {498, 503, 529}
"""Groq says 498 where its cheaper tier is full."""
_OUT_OF_TIME = {504, 522, 524}
_QUEUE_IS_FULL = re.compile(
    r"server busy|pending requests|no slots? available|queue is full|overloaded|at capacity|loading model",
    re.IGNORECASE,
)

_OF_A_MOMENT = re.compile(
    r"\b5\d\d\b|gateway|upstream|unavailable|maintenance|overload|time.?out|try again|error|starting|loading",
    re.IGNORECASE,
)
"""What gateways write on a page about a failure behind them, whatever its status."""
_PAGE = re.compile(r"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]*)</title", re.IGNORECASE)
_TAGS = re.compile(r"<(?:style|script)[^>]*>.*?</(?:style|script)>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_LONGEST_TITLE = 200
_MOST_READ = 20_000


def error_of_status(
    status: int,
    headers: Mapping[str, str],
    words: str,
    *,
    place: str,
    key: str,
    about: str | None = None,
    codes: Collection[str] = (),
) -> ModelError:
    """The error that an HTTP status stands for.

    Args:
        words: the server's words, free of secrets.
        place: model and server, as in "model 'x' on http://...".
        key: name of the variable that holds the key.
        about: the server's words without what it echoes of the request; `words` where there is no difference.
        codes: every name that the server gives to the error.
    """
    suffix = f": {words}" if words else ""
    means = meaning_of(status, words if about is None else about, codes)
    if means == "too_large":
        return RequestTooLarge(
            f"{place}: the request alone is more than the server lets through in its time{suffix}; lower `max_tokens` "
            "of the model's entry, which counts with the prompt, write shorter texts or fewer `messages`, or have the "
            "limit raised there"
        )
    if means == "rate_limit":
        return RateLimited(f"{place}: asked too often{suffix}", retry_after=retry_after(headers))
    if status in _OVERLOADED or (status >= 500 and _QUEUE_IS_FULL.search(words)):
        return Overloaded(
            f"{place}: the server is overloaded (status {status}){suffix}", retry_after=retry_after(headers)
        )
    if status in _OUT_OF_TIME:
        return TimedOut(f"{place}: the server gave up waiting with status {status}{suffix}")
    if status >= 500 or status in _PASSING or means == "passing":
        return Transient(f"{place}: the server failed with status {status}{suffix}")
    if means == "key":
        return Misconfigured(
            f"{place}: the server refuses the key in {key}{suffix}; check it in the environment or .env"
        )
    if means == "credit":
        return Misconfigured(f"{place}: the account behind {key} has no credit left{suffix}")
    if 300 <= status < 400:
        return Misconfigured(f"{place}: the server redirects elsewhere; write the address to which it leads")
    return RequestRefused(f"{place}: the server refuses the request with status {status}{suffix}")


def is_of_gateway(status: int, body: bytes) -> bool:
    """Whether an answer says that nothing is at an address, or leads elsewhere, in no server of models' words: in JSON.

    Gateways answer so while the server behind them starts anew (`default backend - 404`). From an address that has
    answered before it is no matter of setup.
    """
    return status in _NOT_HERE and not body.lstrip().startswith((b"{", b"[", b'"'))


def error_of_gateway(status: int, words: str, *, place: str) -> ModelError:
    """The error that a gateway's answer stands for where a model has answered before: its server is away."""
    suffix = f": {words}" if words else ""
    return EndpointUnavailable(
        f"{place}: it has answered before, and is not at this address now (status {status}){suffix}"
    )


def error_of_other_answer(text: str, *, place: str, wanted: str, has_answered: bool) -> ModelError:
    """The error that an answer of success stands for which is not the protocol's.

    A page for browsers in place of a first answer is a matter of setup (another address, a sign-in to the network),
    which no asking again mends; later, or where it tells of a failure, it is a fault of a moment.

    Args:
        text: the answer, free of secrets.
        wanted: what it should have been, as in "chat completion".
        has_answered: whether the model has answered before.
    """
    words = readable_words(text)
    message = f"{place}: the answer is no {wanted}: {words}"
    if has_answered or not _PAGE.match(text) or _OF_A_MOMENT.search(words):
        return Transient(message)
    return Misconfigured(f"{message}; check `base_url`, and whether the network or the server wants a sign-in")


def readable_words(text: str) -> str:
    """A server's words; of a web page, which gateways answer with, its title or how its text begins."""
    if not _PAGE.match(text):
        return text
    text = text[:_MOST_READ]
    title = _TITLE.search(text)
    words = " ".join(unescape(title[1] if title else _TAGS.sub(" ", text)).split())
    return f"a web page, {words[:_LONGEST_TITLE]!r}" if words else "a web page"


def error_of_proxy(status: int | None, proxy: str, *, server: str, reason: str = "") -> ModelError:
    """The error that a proxy on the way stands for.

    Args:
        status: of its answer; None where it gives none.
        proxy, server: addresses as they may be shown.
        reason: in a proxy's words that has no status.
    """
    if reason:
        kind = Misconfigured if re.search("auth|password|method", reason, re.IGNORECASE) else EndpointUnavailable
        return kind(
            f"the proxy {proxy} on the way to {server} does not let the call through ({reason}); check user and "
            "password in HTTPS_PROXY or HTTP_PROXY"
        )
    if status is None:
        return EndpointUnavailable(
            f"the proxy {proxy} on the way to {server} does not answer; check HTTPS_PROXY and HTTP_PROXY, or name the "
            "server in NO_PROXY"
        )
    if status == 407:
        return Misconfigured(
            f"the proxy {proxy} on the way to {server} refuses user or password (status 407); write them into "
            "HTTPS_PROXY or HTTP_PROXY"
        )
    if status in {401, 403, 405}:
        return Misconfigured(
            f"the proxy {proxy} does not let calls to {server} through (status {status}); ask whoever runs it, or name "
            "the server in NO_PROXY"
        )
    return EndpointUnavailable(f"the proxy {proxy} does not reach {server} (status {status})")


def is_of_proxy(status: int, body: bytes) -> bool:
    """Whether an answer that came by a proxy is the proxy's own: a model server that refuses says so in JSON."""
    return status == 407 or (status == 403 and not body.lstrip().startswith((b"{", b"[", b'"')))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait; None where it does not say, or says what is no time.

    A date is read against the server's own clock where the answer shows it.
    """
    try:
        if (milliseconds := headers.get("retry-after-ms")) is not None:
            return _seconds(float(milliseconds) / 1000)
    except ValueError:
        pass
    header = headers.get("retry-after")
    if header is None:
        return None
    try:
        return _seconds(float(header))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(header)
        date = headers.get("date")
        now = parsedate_to_datetime(date) if date else datetime.now(UTC)
        return max((until - now).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def _seconds(number: float) -> float | None:
    return max(number, 0.0) if isfinite(number) else None
