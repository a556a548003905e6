"""Posts of a personal archive as their authors left them: whole, and in their last version."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_LONG = 100
"""Signs from which on a text is long enough to be known by its beginning."""
_CUT_TAIL = re.compile(r"(?:\s*https?://t\.co/\w+)*\s*(?:…|\.\.\.)?\s*(?:https?://t\.co/\w+)?\s*$")
_WHOM = re.compile(r"(?:@\w{1,15}\s+)+")
_LINK = re.compile(r"https?://\S+")
_PLACEHOLDER = re.compile(
    r"(?:(?:this|the) (?:post|tweet) (?:is unavailable|is from (?:a suspended account|an account that no longer exists)"
    r"|was deleted by the (?:post|tweet) author|violated the (?:x|twitter) rules)"
    r"|you.re unable to view this (?:post|tweet)|age-restricted adult content)\b",
    re.IGNORECASE,
)


def is_placeholder(text: str) -> bool:
    """Whether a text only stands for a post of somebody else that cannot be shown any more."""
    return _PLACEHOLDER.match(text.strip()) is not None


def last_versions(tweets: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Posts without the versions that were edited later; an archive holds all of them."""
    present = {str(tweet.get("id_str") or tweet.get("id")) for tweet in tweets}
    replaced: set[str] = set()
    for tweet in tweets:
        versions = [version for version in _versions(tweet) if version in present]
        replaced.update(sorted(versions, key=_age)[:-1])
    return [tweet for tweet in tweets if str(tweet.get("id_str") or tweet.get("id")) not in replaced]


def _versions(tweet: Mapping[str, Any]) -> list[str]:
    """Ids of all versions of a post; none of one that was never edited."""
    info = tweet.get("edit_info")
    if not isinstance(info, Mapping):
        return []
    edit = info.get("edit")
    control = edit.get("editControlInitial") if isinstance(edit, Mapping) else info.get("initial")
    ids = control.get("editTweetIds") if isinstance(control, Mapping) else None
    return [id_ for id_ in ids if isinstance(id_, str)] if isinstance(ids, list) else []


def _age(id_: str) -> tuple[int, str]:
    return len(id_), id_


def with_long_texts(tweets: Iterable[Mapping[str, Any]], notes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Posts with the whole text where the archive keeps it in a file of its own and cuts it here.

    Args:
        notes: records of `note-tweet.js`. Their ids are their own, so a post is known by the beginning of its text.
    """
    texts = [text for note in notes if len(text := _note_text(note)) > _LONG]
    return [_whole_tweet(tweet, texts) for tweet in tweets] if texts else list(tweets)


def _note_text(note: Mapping[str, Any]) -> str:
    core = note.get("core")
    text = core.get("text") if isinstance(core, Mapping) else None
    return text if isinstance(text, str) else ""


def _whole_tweet(tweet: Mapping[str, Any], texts: Sequence[str]) -> Mapping[str, Any]:
    text = tweet.get("full_text") or tweet.get("text")
    if not isinstance(text, str) or len(text) < _LONG:
        return tweet
    begin = _as_compared(_CUT_TAIL.sub("", text))
    matches = {whole for whole in texts if _as_compared(whole).startswith(begin)}
    if len(begin) < _LONG or len(matches) != 1:
        return tweet
    whole, whom = matches.pop(), _WHOM.match(text)
    # Whom a reply answers stands before its text, and not always before the long one.
    return {**tweet, "full_text": whole if whom is None or _WHOM.match(whole) else f"{whom[0]}{whole}"}


def _as_compared(text: str) -> str:
    """A text without what differs between a post and its long text: whom it answers, links, the coding of accents."""
    plain = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return " ".join(unicodedata.normalize("NFC", _LINK.sub("[link]", _WHOM.sub("", plain))).split())
