"""What a server's status says, in the program's own errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sociarium.errors import Misconfigured, ModelError, Overloaded, RateLimited, RequestRefused, Transient
from sociarium.providers.refusals import is_overlong, meaning_of

_PASSING = {408, 409, 425}
_OVERLOADED = {503, 529}


def of_status(
    status: int, headers: Mapping[str, str], said: str, *, place: str, key: str, about: str | None = None
) -> ModelError:
    """The error that an HTTP status stands for.

    Args:
        said: the server's words, free of secrets.
        place: model and server, as in "model 'x' on http://...".
        key: name of the variable that holds the key.
        about: the server's words without what it echoes of the request; `said` where there is no difference.
    """
    words = f": {said}" if said else ""
    if status == 429:
        return RateLimited(f"{place}: asked too often{words}", retry_after=retry_after(headers))
    if status in _OVERLOADED:
        return Overloaded(
            f"{place}: the server is overloaded (status {status}){words}", retry_after=retry_after(headers)
        )
    if status >= 500 or status in _PASSING:
        return Transient(f"{place}: the server failed with status {status}{words}")
    means = meaning_of(status, said if about is None else about)
    if means == "key":
        return Misconfigured(
            f"{place}: the server refuses the key in {key}{words}; check it in the environment or .env"
        )
    if means == "credit":
        return Misconfigured(f"{place}: the account behind {key} has no credit left{words}")
    if 300 <= status < 400:
        return Misconfigured(f"{place}: the server redirects elsewhere; write the address to which it leads")
    return RequestRefused(f"{place}: the server refuses the request with status {status}{words}")


def overlong(said: str) -> bool:
    """Whether a server's words say that the prompt does not fit."""
    return is_overlong(said)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait; None where it does not say.

    A date is read against the server's own clock where the answer shows it.
    """
    try:
        if (milliseconds := headers.get("retry-after-ms")) is not None:
            return max(float(milliseconds) / 1000, 0.0)
    except ValueError:
        pass
    told = headers.get("retry-after")
    if told is None:
        return None
    try:
        return max(float(told), 0.0)
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(told)
        shown = headers.get("date")
        now = parsedate_to_datetime(shown) if shown else datetime.now(UTC)
        return max((until - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
