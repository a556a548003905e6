"""From a MongoDB URL to an open store: how it is read, and how the server is spoken to."""

from __future__ import annotations

import re
import warnings
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from pymongo import MongoClient
from pymongo.errors import InvalidURI, OperationFailure

from sociarium.errors import SetupError
from sociarium.experiment.address import public_address, public_text, secrets_of, unsent_part
from sociarium.stores.mongo.documents import Document
from sociarium.stores.mongo.errors import UNAUTHORIZED, mapped_errors
from sociarium.stores.mongo.store import MongoStore

_URL = re.compile(r"(mongodb(?:\+srv)?)://(?:[^/?#@]*@)?([^/?#@]+)(?:/([^/?#@]*))?(?:\?([^#]*))?")

_FIXED_OPTIONS: dict[str, Any] = {
    # What was acknowledged is on the disks of a majority. A refused insert waits for the majority too, so what stands
    # instead of ours can be read back, and what another worker wrote is only believed when no failover can undo it.
    "w": "majority",
    "journal": True,
    "readConcernLevel": "majority",
    "readPreference": "primary",
    # A standalone server refuses the driver's retryable writes. Ours need none: every call may be repeated as it is,
    # and whoever makes it decides how often.
    "retryWrites": False,
}
_DEFAULT_OPTIONS: dict[str, Any] = {
    "serverSelectionTimeoutMS": 10_000,
    "connectTimeoutMS": 8_000,
    "socketTimeoutMS": 60_000,
    "appname": "sociarium",
}


_SYSTEM_DATABASES = frozenset({"admin", "local", "config"})
"""Databases that a MongoDB server keeps for itself."""
_UNREADABLE_URL = (
    "the MongoDB URL cannot be read; write mongodb://db.example.org:27017/sociarium with user:password@ before the "
    "host, and / : ? # @ % in them percent-encoded, or set DB_USER and DB_PASSWORD instead"
)


class _Address(NamedTuple):
    """A URL, read: as it may be shown, which has no password; its database; the names of its options in lower case."""

    public_url: str
    database: str
    options: frozenset[str]


def open_mongo(url: str, *, create: bool = True, migrate: bool = False, database: str = "sociarium") -> MongoStore:
    """Open the store at a mongodb:// or mongodb+srv:// URL; its options go to the driver.

    Args:
        create: make a store of a database that holds none.
        migrate: bring one of an older version up to date.
        database: its name where the URL gives none.

    Raises:
        SetupError: the URL cannot be read, the host is not known, user or password are refused, there is no secure
            connection, rights are missing, or the database holds something else.
        StoreMismatch: another version of Sociarium made it.
        StoreUnavailable: the server cannot be reached for now.
    """
    address = _address(url, database)
    with mapped_errors(address.public_url, opening=True):
        client = _client(url, address)
    try:
        return MongoStore(client, address.database, url=address.public_url, create=create, migrate=migrate)
    except BaseException:
        client.close()
        raise


def database_names(url: str) -> list[str] | None:
    """The databases of the server at a URL but its own ones, in order; None where the user may not list them.

    Raises:
        SetupError, StoreUnavailable: as `open_mongo`.
    """
    address = _address(url, "sociarium")
    with mapped_errors(address.public_url, opening=True), _client(url, address) as client:
        client.admin.command("ping")
        try:
            return sorted(set(client.list_database_names()) - _SYSTEM_DATABASES)
        except OperationFailure as error:
            if error.code != UNAUTHORIZED or "requires authentication" in str(error).lower():
                raise
            return None


def connect(url: str, database: str) -> tuple[MongoClient[Document], str, str]:
    """A client for a URL, the name of the database there, and the URL as it may be shown.

    Args:
        database: its name where the URL gives none.

    Raises:
        As `open_mongo`, but for what only the database can tell.
    """
    address = _address(url, database)
    with mapped_errors(address.public_url, opening=True):
        return _client(url, address), address.database, address.public_url


def _address(url: str, database: str) -> _Address:
    match = _URL.fullmatch(url)
    if match is None or public_address(url).endswith("..."):
        if "@" not in url and not url.partition("://")[2].partition("/")[0]:
            raise SetupError("the MongoDB URL names no host; write mongodb://db.example.org:27017/sociarium")
        if "@" not in url and (part := unsent_part(url)):
            raise SetupError(f"the MongoDB URL has {part}; take it out")
        raise SetupError(_host_fault(url) or _UNREADABLE_URL)
    scheme, hosts, path, options = match.groups()
    name = unquote(path or "") or database
    names = {option.lower() for option, _ in parse_qsl(options or "", keep_blank_values=True)}
    return _Address(f"{scheme}://{hosts}/{name}", name, frozenset(names))


def _host_fault(url: str) -> str:
    """What is wrong with the hosts of a URL; empty where it may as well be its password. Ports are not repeated: who
    leaves out the host writes the password there."""
    authority, _, rest = url.partition("://")[2].partition("/")
    if "@" in rest or authority.count("@") > 1:
        return ""
    for part in authority.rpartition("@")[2].partition("?")[0].split(","):
        host, colon, port = part.rpartition(":") if not part.endswith("]") else (part, "", "")
        name = host if colon else part
        if not name or any(sign.isspace() for sign in name):
            return f"{name!r} in the MongoDB URL is no name of a host; write mongodb://db.example.org:27017/sociarium"
        if ":" in name and not name.startswith("["):
            return ""
        if colon and not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65536):
            return f"the port of the host {name!r} in the MongoDB URL is no number from 1 to 65535"
    return ""


def _client(url: str, address: _Address) -> MongoClient[Document]:
    settings = {name: value for name, value in _DEFAULT_OPTIONS.items() if name.lower() not in address.options}
    try:
        with warnings.catch_warnings():
            # The driver only warns of options that it does not know, and goes on without them.
            warnings.simplefilter("error", UserWarning)
            return MongoClient(url, connect=False, **settings, **_FIXED_OPTIONS)
    except InvalidURI as error:
        if "must be escaped" in str(error):
            raise SetupError(_UNREADABLE_URL) from None
        raise SetupError(_fault_message(error, url, address)) from None
    except (UserWarning, ValueError, TypeError, OSError) as error:
        raise SetupError(_fault_message(error, url, address)) from None


def _fault_message(error: Exception, url: str, address: _Address) -> str:
    """What the driver finds wrong with a URL, without what it repeats of it."""
    text = public_text(str(error))
    for secret in secrets_of(url):
        text = text.replace(secret, "[password]")
    return f"the URL of the store {address.public_url} has a fault: {text}"
