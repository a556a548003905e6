"""A key and what else is secret, kept out of everything that people or files get to see."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable
from urllib.parse import quote

from sociarium.errors import Misconfigured
from sociarium.experiment.address import KEY_BEGINNINGS, public_text

_HIDDEN = "[key]"
_SHORTEST = 4
_LONG = 12
"""From so many signs on a part of it, or the same in another case, is no other word by chance."""
_LONGEST_QUOTE = 300
_ANY_KEY = re.compile(
    rf"\b(?:bearer|basic)\s+(?=\S*\d)[\w.~+/=-]{{8,}}|\b(?:{KEY_BEGINNINGS}|[pr]k[-_])[\w*.-]{{8,}}"
    r"|\beyJ[\w-]{8,}\.[\w.-]{8,}|(?<=api.key)['\"]{0,2}\s{0,4}[:=]\s{0,4}['\"]?(?=\S*\d)[\w*.-]{8,}",
    re.IGNORECASE,
)
"""What looks like a key, whoever it belongs to: a gateway may repeat the one that it uses itself."""


class Secret:
    """A key and the name of the environment variable that holds it.

    Args:
        key: None or empty where there is none.
        name: of the variable, for messages.
        header: in which it is shown as it is; without one as `Authorization: Bearer`.
        also: what else nobody may see, such as a password in the server's address.

    Raises:
        Misconfigured: the text cannot be a key.
    """

    def __init__(self, key: str | None, name: str, *, header: str | None = None, also: Iterable[str] = ()) -> None:
        self._header = header
        self._key = (key or "").strip()
        self.name = name
        self._unseen = sorted({text for text in (self._key, *also) if text}, key=lambda text: (-len(text), text))
        if not (self._key.isascii() and self._key.isprintable()) or " " in self._key:
            raise Misconfigured(f"{name} holds characters that no key has; copy the key again, without line breaks")

    def __bool__(self) -> bool:
        return bool(self._key)

    def __repr__(self) -> str:
        return f"Secret({_HIDDEN if self._key else ''}, {self.name})"

    @property
    def headers(self) -> dict[str, str]:
        """The header that shows the key to its server; empty without one."""
        if not self._key:
            return {}
        return {self._header: self._key} if self._header else {"Authorization": f"Bearer {self._key}"}

    def scrub(self, text: str) -> str:
        """A server's words without the key, on one line and not too long."""
        for secret in self._unseen:
            for written in _forms(secret):
                # A short one may stand within other words by chance, and is then none.
                around = ("", "") if len(secret) >= _SHORTEST else (r"(?<!\w)", r"(?!\w)")
                anyhow = re.IGNORECASE if len(secret) >= _LONG else re.NOFLAG
                text = re.sub(f"{around[0]}{re.escape(written)}{around[1]}", _HIDDEN, text, flags=anyhow)
        text = _ANY_KEY.sub(_HIDDEN, public_text(text))
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        return line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE] + "..."


def _forms(secret: str) -> Iterable[str]:
    """How a server may write it: as it is, in an address, in JSON, in JSON within JSON, in base 64, without the letters
    before its first sign, which some gateways take away; what holds more first.
    """
    once = json.dumps(secret)[1:-1]
    escaped = [once, json.dumps(once)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]]
    escaped += [text.replace("/", r"\/") for text in escaped]
    in_address = quote(secret, safe="")
    lower = re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), in_address)
    coded = [b64encode(secret.encode()).decode().rstrip("="), urlsafe_b64encode(secret.encode()).decode().rstrip("=")]
    bare = re.sub(r"\A[a-zA-Z]{1,6}[-_]", "", secret)
    parts = coded + ([bare] if len(bare) >= _LONG else [])
    return sorted(
        {secret, in_address, lower, *escaped, *(parts if len(secret) >= _LONG else [])},
        key=lambda text: (-len(text), text),
    )
