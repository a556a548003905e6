"""Addresses of Ollama servers, as OLLAMA_HOST has them."""

from __future__ import annotations

from urllib.parse import urlsplit

from sociarium.errors import Misconfigured
from sociarium.experiment.address import Address, address_of, public_address, unsent_part

DEFAULT = "http://localhost:11434"
_PORT = 11434
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a server listens on, turned into where it is
_SCHEME_PORTS = {"http": 80, "https": 443}


def addresses(text: str | None) -> tuple[str, ...]:
    """Full addresses from a comma-separated list, each once; the default one when it is empty.

    Raises:
        Misconfigured: one is none, or a password has a comma, so that it cannot be told where an address ends.
    """
    named = [part.strip() for part in (text or "").split(",") if part.strip()]
    if len(named) > 1 and any("@" in part and "://" not in part for part in named):
        raise Misconfigured(
            "an address in OLLAMA_HOST cannot be read; write http://user:password@host:port, with / : ? # @ % , in "
            "user and password percent-encoded"
        )
    return tuple(dict.fromkeys(address(part) for part in named)) or (DEFAULT,)


def full_addresses(place: str | Address) -> tuple[Address, ...]:
    """Full addresses from what names one or several; what of them comes from the environment stays unseen.

    Raises:
        Misconfigured: as `addresses`.
    """
    if isinstance(place, str):
        return tuple(map(address_of, addresses(place)))
    if "${" not in place.public and not place.secrets:
        return tuple(map(address_of, addresses(place.url)))
    if part := unsent_part(place.url, with_query=False):
        raise Misconfigured(f"the address {place.public} has {part}; take it out")
    try:
        return (Address(address(place.url), _full_public(place.public), place.secrets),)
    except Misconfigured:
        raise Misconfigured(_refuse_address(place.public)) from None


def _full_public(public: str) -> str:
    # What stands for a variable keeps its letters, which the host of an address does not.
    return (public if "://" in public else f"http://{public}") if "${" in public else public_address(address(public))


def address(text: str) -> str:
    """A full address: `box` becomes http://box:11434, `https://box` stays on 443, as Ollama itself reads them; a user
    and password stay in it.

    Raises:
        Misconfigured: it is none.
    """
    explicit, _, rest = text.strip().rpartition("://")
    scheme = (explicit or "http").lower()
    try:
        parts = urlsplit(f"//{rest}")
        port = parts.port or (_SCHEME_PORTS.get(scheme, _PORT) if explicit else _PORT)
    except ValueError:
        raise Misconfigured(_refuse_address(text)) from None
    login, at, _ = parts.netloc.rpartition("@")
    torn = "@" in login or "@" in f"{parts.path}{parts.query}{parts.fragment}"
    if scheme not in _SCHEME_PORTS or torn or any(sign.isspace() for sign in rest):
        raise Misconfigured(_refuse_address(text))
    if part := unsent_part(text, with_query=False):
        raise Misconfigured(f"the address {public_address(text)} has {part}; take it out")
    host = parts.hostname or "localhost"
    host = _EVERYWHERE.get(host, host)
    literal = f"[{host}]" if ":" in host else host
    return f"{scheme}://{login}{at}{literal}:{port}{parts.path.rstrip('/')}"


def _refuse_address(text: str) -> str:
    return f"{public_address(text)!r} in OLLAMA_HOST is not an address; write one such as {DEFAULT}"
