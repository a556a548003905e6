"""What pymongo raises, as errors of the store: what is wrong, where, and what mends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
)

from sociarium.errors import SetupError, StoreError, StoreUnavailable
from sociarium.experiment.address import public_text

_LOGIN_CODES = frozenset({11, 18})
UNAUTHORIZED = 13
"""The error code of a server that does not let the user do this."""
_RIGHTS_CODES = frozenset({UNAUTHORIZED})
_NO_ROOM_CODES = frozenset({14031})
_ATLAS_CODE = 8000
"""Atlas answers so for its own reasons; the text says which."""
_PASSING_CODES = frozenset(
    {6, 7, 24, 43, 50, 64, 79, 89, 91, 100, 112, 133, 134, 189, 202, 262, 317, 358, 384, 402, 9001, 10058, 10107, 11600,
     11602, 13388, 13435, 13436}
)  # fmt: skip
"""Error codes of a server that restarts, elects, is overloaded or lost a connection: what was asked may be repeated."""
_NAME_WORDS = ("Name or service not known", "nodename nor servname", "getaddrinfo failed", "name resolution",
          "No address associated", "DNS query name does not exist", "DNS")  # fmt: skip
_TLS_WORDS = ("SSL", "TLS", "certificate")


@contextmanager
def mapped_errors(url: str, *, opening: bool = False) -> Iterator[None]:
    """Turns what pymongo raises into errors of the store.

    Args:
        url: the store's URL, without a password.
        opening: nothing was reached yet, so that what looks like a mistake of the setup is one. Later it is taken for
            trouble that passes: a name server that is away is no reason to fail a night's runs.
    """
    try:
        yield
    except (BSONError, UnicodeEncodeError, OverflowError) as error:
        raise StoreError(f"the store {url} cannot keep this: {error}") from error
    except PyMongoError as error:
        raise _mapped_error(error, url, opening=opening) from error


def _mapped_error(error: PyMongoError, url: str, *, opening: bool) -> StoreError | SetupError:
    if isinstance(error, InvalidOperation):
        return StoreUnavailable(f"the store {url} is closed")
    if isinstance(error, DocumentTooLarge):
        return StoreError(f"the store {url} cannot keep this: a MongoDB document holds 16 MB")
    if isinstance(error, OperationFailure):
        return _refusal_error(*_cause(error), error.has_error_label("RetryableWriteError"), url, opening=opening)
    if isinstance(error, ConnectionFailure):
        return _connection_error(_first_line(error), url, opening=opening)
    if isinstance(error, ConfigurationError):
        if _mentions(_NAME_WORDS, str(error)):
            return _connection_error(public_text(str(error)), url, opening=opening)
        return SetupError(f"the store {url} cannot be used as configured: {public_text(str(error))}")
    return StoreError(f"the store {url} refuses: {public_text(str(error))}")


def _cause(error: OperationFailure) -> tuple[int | None, str]:
    """The code and text that matter; those of a bulk stand one by one, and duplicates are no fault."""
    if isinstance(error, BulkWriteError):
        details: Mapping[str, Any] = error.details
        for fault in (*details.get("writeConcernErrors", ()), *details.get("writeErrors", ())):
            if fault.get("code") != _DUPLICATE_CODE:
                return fault.get("code"), public_text(str(fault.get("errmsg", "")))
    return error.code, public_text(str(error).partition(", full error")[0])


_DUPLICATE_CODE = 11000


def is_duplicate(error: BulkWriteError) -> bool:
    """Whether documents of a bulk stood already, and nothing else was wrong with it."""
    details: Mapping[str, Any] = error.details
    faults = details.get("writeErrors", ())
    return not details.get("writeConcernErrors") and all(fault.get("code") == _DUPLICATE_CODE for fault in faults)


def _refusal_error(code: int | None, text: str, retryable: bool, url: str, *, opening: bool) -> StoreError | SetupError:
    lower_text = text.lower()
    if code in _NO_ROOM_CODES or (code == _ATLAS_CODE and "quota" in lower_text):
        return StoreUnavailable(f"the store {url} has no room left: {text}; nothing is lost, make room and run again")
    if code in _LOGIN_CODES or (code == _ATLAS_CODE and "auth" in lower_text and "not " not in lower_text):
        kind = SetupError if opening else StoreUnavailable
        return kind(
            f"the store {url} refuses user or password ({text}); check DB_USER and DB_PASSWORD, or those in the "
            "URL and its authSource"
        )
    if code in _RIGHTS_CODES and "requires authentication" in lower_text:
        return SetupError(
            f"the store {url} wants a user and a password; set DB_USER and DB_PASSWORD, or write them in the URL"
        )
    if code in _RIGHTS_CODES or (
        code == _ATLAS_CODE and ("not allowed" in lower_text or "not authorized" in lower_text)
    ):
        return SetupError(
            f"the store {url} does not allow it ({text}); ask whoever runs the database for the role readWrite on it"
        )
    if retryable or code in _PASSING_CODES:
        return StoreUnavailable(
            f"the store {url} cannot be used now: {text}; nothing is lost, run the same command again"
        )
    return StoreError(f"the store {url} refuses: {text}")


def _connection_error(text: str, url: str, *, opening: bool) -> StoreError | SetupError:
    kind = SetupError if opening else StoreUnavailable
    if _mentions(_TLS_WORDS, text):
        return kind(
            f"the store {url} and this machine find no secure connection ({text}); check tls= and tlsCAFile= in the "
            "URL; Atlas answers so to a machine whose address is not on its access list"
        )
    if _mentions(_NAME_WORDS, text):
        return kind(f"the host of the store {url} is not known ({text}); check its name and the network")
    return StoreUnavailable(
        f"the store {url} is not reachable ({text}); check that it runs and that no firewall is between; nothing is "
        "lost, run the same command again"
    )


def _first_line(error: PyMongoError) -> str:
    text = public_text(str(error))
    for end in (", Timeout: ", " (configured timeouts"):
        text = text.partition(end)[0]
    return text.strip() or "it does not answer"


def _mentions(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)
