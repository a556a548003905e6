"""Addresses of servers: how one may be shown, what in it is secret, and where it takes values of the environment.

Whatever is printed, logged or stored of an address is its public form: scheme, hosts, ports and path.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, unquote_plus

_UNSHOWN = "..."
_UNSHOWN_PART = "***"
"""In place of a part of a path that is a key."""
_SCHEME = re.compile(r"\s*([A-Za-z]{2,10}[0-9]?[A-Za-z]?(?:\+[A-Za-z]{2,6})?)://")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+(?:%\w+)?\]|(?:[\w.-]|\$\{\w+\})*)(?::(?:[0-9]{1,5}|\$\{\w+\}))?")
_SURELY_A_HOST = re.compile(r"localhost|[\d.]+|.*:[0-9]{1,5}")
_END_OF_HOSTS = re.compile(r"[/?#\\]")
_END_OF_PATH = re.compile(r"[?#;&\s]")
_IN_TEXT = re.compile(
    # A password may hold a quote.
    r"[A-Za-z][A-Za-z0-9+.-]{0,40}://[^\s'\"<>`]+(?:['\"<>`][^\s@/]{0,100}@[^\s'\"<>`]+)?"
    r"|(?<![^\s'\"<>`:/])[^\s'\"<>`:/]++:[^\s'\"<>`]{0,1000}@[^\s'\"<>`]+"
)
"""Bounded, and begun at no letter within a word: texts of a megabyte without a blank are searched, too."""
_SIGNS_IN_TEXT = ("://", "@")
_AFTER_TEXT = ".,;:!)]}"

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]{0,63})\}")
_SECRET_NAME = re.compile(
    r"key|token|secret|pass|pwd|sig|auth|cred|code|session|jwt|bearer|subscription", re.IGNORECASE
)
_PLAIN_NAMES = frozenset({"authsource", "authmechanism"})
KEY_BEGINNINGS = r"(?:sk|gsk|hf|xai|pplx|nvapi|csk|r8|fw|tgp|gh[opsu]|github_pat)[-_]|AIza|AKIA"
"""What providers begin all of their keys with; a pattern."""
_KEY = re.compile(rf"(?=.*\d)(?:{KEY_BEGINNINGS})[\w-]{{12,}}|eyJ[\w-]{{8,}}\.[\w-]{{8,}}[\w.-]*")
"""A key by its beginning, or a token that says what it is (JWT)."""
_RANDOM_WORD = re.compile(r"(?=(?:.*\d){3})(?=(?:.*[A-Za-z]){3})[A-Za-z0-9]{20,}")
"""A word of an address that nobody chose: a key, or the number of an account."""
_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w~.+/=-]{20,}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, and what of it may be shown.

    Attributes:
        url: in full, with all that is secret.
        public: for people, logs and stores; what comes from the environment stands there as `${NAME}`.
        secrets: what nobody may see of it.
    """

    url: str = field(repr=False)
    public: str
    secrets: tuple[str, ...] = field(default=(), repr=False)


def address_of(url: str | Address) -> Address:
    """An address with what may be shown of it."""
    return url if isinstance(url, Address) else Address(url, public_address(url), secrets_of(url))


def public_address(url: str) -> str:
    """An address without user, password, query and fragment, for people, logs and stores.

    A part of its path that looks like a key is shown as `***`: some gateways take one there. Where it cannot be told
    which part is the password, nothing of it is shown but the scheme: a password may hold every sign that ends one.

    Args:
        url: of any kind, well formed or not, with a scheme or without, with one host or several.
    """
    scheme = _SCHEME.match(url)
    start = scheme[0].lstrip() if scheme else ""
    rest = url[scheme.end() :] if scheme else url.strip()
    if start.lower() in {"sqlite://", "file://"} and rest.startswith("/"):
        return f"{start}{rest}"  # a path; it has no place for a password
    end = _END_OF_HOSTS.search(rest)
    authority, after = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    _, at, hosts = authority.rpartition("@")
    names = [host for host in hosts.split(",") if host]
    if "@" in after or not names or not all(_HOST.fullmatch(host) for host in names):
        return f"{start}{_UNSHOWN}"
    if not start and not at and not all(_SURELY_A_HOST.fullmatch(host) for host in names):
        return _UNSHOWN  # a key that was put into the wrong place looks like a host
    path = _END_OF_PATH.split(after, maxsplit=1)[0] if after.startswith("/") else ""
    if _has_web_path(start):
        path = "/".join(_UNSHOWN_PART if _is_key(part) else part for part in path.split("/"))
    return f"{start}{','.join(names)}{path}"


def public_text(text: str) -> str:
    """A text in which every address is a public one."""

    def replace(match: re.Match[str]) -> str:
        if public_address(match[0]) == match[0]:
            return match[0]
        address = match[0].rstrip(_AFTER_TEXT)
        return public_address(address) + match[0][len(address) :]

    return _IN_TEXT.sub(replace, text) if any(sign in text for sign in _SIGNS_IN_TEXT) else text


def secrets_of(url: str) -> tuple[str, ...]:
    """What nobody may see of an address, in every form in which it may come back: written, decoded, as a header."""
    secrets: list[str] = []
    scheme = _SCHEME.match(url)
    login, at, _ = url[scheme.end() if scheme else 0 :].rpartition("@")
    if at:
        user, colon, password = login.partition(":")
        secrets += [password, unquote(password), unquote_plus(password)] if colon else [user, unquote(user)]
        plain = f"{unquote(user)}:{unquote(password)}"
        secrets += [login, plain, base64.b64encode(plain.encode()).decode()]
    for name, value in _query(url):
        if is_secret(name, value):
            secrets += [value, unquote(value), unquote_plus(value)]
    if _has_web_path(scheme[0].lstrip() if scheme else ""):
        secrets += [text for part in _path_parts(url) if _is_key(part) for text in (part, unquote(part))]
    return tuple(dict.fromkeys(sorted((text for text in secrets if text), key=len, reverse=True)))


def written_secret(url: str) -> str:
    """What in an address would be kept although nobody may see it; empty where there is nothing of the kind.

    `${NAME}` is no secret: it stands for a variable of the environment, and is kept as it is written.
    """
    try:
        login, at, _ = _authority(url).rpartition("@")
    except ValueError:
        return ""
    user, colon, password = login.partition(":")
    if at and not _NAME.fullmatch(password if colon else user):
        return "a user name or password"
    for name, value in _query(url):
        if is_secret(name, value) and not _NAME.fullmatch(value):
            return (
                f"a key in its query or path (`{name}`)"
                if name.isidentifier() and len(name) < 24
                else "a key in its query"
            )
    return "a key in its path" if any(_KEY.fullmatch(unquote(part)) for part in _path_parts(url)) else ""


def unsent_part(url: str, *, with_query: bool = True) -> str:
    """Which part of a server's address no request would carry, so that somebody meant it otherwise; empty for none.

    Args:
        with_query: whether requests carry the address's query.
    """
    rest = url.partition("://")[2] or url
    if "#" in rest:
        return "a part after `#`, which no server gets"
    return "" if with_query or "?" not in rest else "a part after `?`, which does not go with these requests"


def filled_address(url: str, value_of: Callable[[str], str | None]) -> Address:
    """An address in which values of the environment stand where it has `${NAME}`; each of them is secret.

    Args:
        value_of: of a variable, by its name; None where it is not set.

    Raises:
        KeyError: with the name of one that is not set.
    """

    values: list[str] = []

    def value(match: re.Match[str]) -> str:
        replacement = value_of(match[1])
        if replacement is None:
            raise KeyError(match[1])
        written = quote(replacement, safe="")
        values.extend(text for text in (replacement, written) if text)
        return written

    url_in_full = _NAME.sub(value, url)
    secrets = dict.fromkeys((*secrets_of(url_in_full), *values))
    return Address(url_in_full, public_address(url), tuple(sorted(secrets, key=len, reverse=True)))


def _authority(url: str) -> str:
    rest = url.partition("://")[2] or url
    end = _END_OF_HOSTS.search(rest)
    # A password with a slash ends in a later @; what stands before that is a login too.
    return rest if end is None or "@" in rest[end.start() :].partition("?")[0] else rest[: end.start()]


def _query(url: str) -> Iterator[tuple[str, str]]:
    """Parameters, wherever an address can have some: in its query, after `;` in its path, in its fragment."""
    rest = url.partition("://")[2] or url
    path, _, query = rest.partition("#")[0].partition("?")
    for part in path.split(";")[1:]:
        name, _, value = part.partition("=")
        yield name, value.partition("/")[0]
    for part in re.split("[&;#?]", f"{query}#{rest.partition('#')[2]}"):
        name, _, value = part.partition("=")
        yield name, value


def _has_web_path(start: str) -> bool:
    """Whether the path after a scheme is a server's; that of a store names a file or a database."""
    return start.lower() in {"", "http://", "https://"}


def _path_parts(url: str) -> list[str]:
    """What stands between the slashes of its path."""
    rest = url.partition("://")[2] or url
    return _END_OF_PATH.split(rest, maxsplit=1)[0].split("/")[1:]


def _is_key(part: str) -> bool:
    """Whether a part of a path is a key, by its form."""
    plain = unquote(part)
    return bool(_KEY.fullmatch(plain)) or any(_RANDOM_WORD.fullmatch(word) for word in re.split(r"[-_.~:=]", plain))


def is_secret(name: str, value: str) -> bool:
    """Whether a value is one that nobody may see, by its name or its form."""
    if not value or name.lower() in _PLAIN_NAMES:
        return False
    return bool(_SECRET_NAME.search(name) or _RANDOM.fullmatch(unquote(value)))
