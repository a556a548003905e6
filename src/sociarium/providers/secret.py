"""A key, kept out of everything that people or files get to see."""

from __future__ import annotations

from urllib.parse import quote

from sociarium.errors import Misconfigured

_HIDDEN = "[key]"
_SHORTEST = 4
_LONGEST_QUOTE = 300


class Secret:
    """A key and the name of the environment variable that holds it.

    Args:
        key: None or empty where there is none.
        name: of the variable, for messages.
        header: in which it is shown as it is; without one as `Authorization: Bearer`.

    Raises:
        Misconfigured: the text cannot be a key.
    """

    def __init__(self, key: str | None, name: str, *, header: str | None = None) -> None:
        self._header = header
        self._key = (key or "").strip()
        self.name = name
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
        if len(self._key) >= _SHORTEST:
            for written in (self._key, quote(self._key, safe="")):
                text = text.replace(written, _HIDDEN)
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        return line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE] + "..."
