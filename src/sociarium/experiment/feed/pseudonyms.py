"""Pseudonyms for the accounts that personal archives name and that did not consent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sociarium.experiment.feed.archive import Account, Mention

_MENTION = re.compile(r"(?<![\w@/])@(\w{1,15})")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[ ()/.-]{0,2}\d){8,30}(?!\w)")
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(slots=True)
class Pseudonyms:
    """The same account has the same pseudonym in every archive of a file, by user name or by id.

    They are numbered as they are met, so that none can be traced back to a name by trying names.
    """

    _by_name: dict[str, str] = field(default_factory=dict)
    _by_id: dict[str, str] = field(default_factory=dict)
    _met: int = 0

    def take_part(self, account: Account, handle: str) -> None:
        """An account whose archive is read appears under its own handle."""
        if account.username:
            self._by_name[account.username.lower()] = handle
        if account.id:
            self._by_id[account.id] = handle

    def of(self, mention: Mention) -> str:
        """The pseudonym of an account, or its handle if it takes part."""
        name = mention.username.lower()
        pseudonym = self._by_name.get(name) or self._by_id.get(mention.id)
        if pseudonym is None:
            self._met += 1
            pseudonym = f"account_{self._met}"
        if name:
            self._by_name.setdefault(name, pseudonym)
        if mention.id:
            self._by_id.setdefault(mention.id, pseudonym)
        return pseudonym

    def taking_part(self, id_: str) -> str | None:
        """The handle of an account that takes part."""
        pseudonym = self._by_id.get(id_)
        return None if pseudonym is None or pseudonym.startswith("account_") else pseudonym

    def clean(self, text: str, mentions: Iterable[Mention] = (), links: Iterable[str] = ()) -> str:
        """A text in which others have pseudonyms, and addresses, numbers and links are mentioned, not repeated."""
        for link in links:
            text = text.replace(link, "") if link else text
        for mention in mentions:
            pseudonym = self.of(mention)
            # A single word may be any word of the language.
            if " " in mention.name.strip():
                text = re.sub(rf"(?<!\w){re.escape(mention.name.strip())}(?!\w)", pseudonym, text, flags=re.IGNORECASE)
        text = _MAIL.sub("[address]", _LINK.sub("[link]", text))
        text = _MENTION.sub(lambda match: "@" + self.of(Mention(match[1])), _NUMBER.sub("[number]", text))
        return _SPACES.sub(" ", text).strip()
