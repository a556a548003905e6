"""Personal archives exported from X/Twitter: what the published layout holds of one account.

Seven files are known here and nothing else is ever asked for; direct messages, contacts, devices, addresses and
advertisers' data stay closed. Each file is a script that assigns a list of JSON: `window.YTD.tweets.part0 = [...]`;
large ones come in several parts.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.experiment.feed.archive_posts import is_placeholder, last_versions, with_long_texts
from sociarium.experiment.feed.people import ActivityKind
from sociarium.experiment.loading.includes import ArchivePath

_MOST_PARTS = 1000
_MOST_MISSING = 3
"""Parts in a row that may be missing before a later one."""
_NO_ARCHIVE = ("no archive of X/Twitter is there", "name the folder or .zip that holds data/tweets.js")
_SIGNS = ("account.js", "profile.js", "tweets.js", "tweet.js", "like.js", "following.js")
_ASSIGNMENT = re.compile(rb"\s*window\.YTD\.[\w.]+\s*=\s*")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CREATED = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) (\d{4})")
_REPOST = re.compile(r"RT @(\w{1,15}):\s*(.*)", re.DOTALL)
_LINK = re.compile(r"https?://\S+")
_STATUS = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w{1,15})/status/(\d+)/?(?:\?.*)?")


class BadArchive(Exception):
    """An archive cannot be used: what is wrong, and the mend."""

    def __init__(self, message: str, mend: str) -> None:
        self.message, self.mend = message, mend
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose archive it is."""

    id: str
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """An account that a post names."""

    username: str
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class PastActivity:
    """Something that the account did, as the archive has it.

    Attributes:
        of: whom it answers, reposts or quotes.
        links: addresses in the text that lead to media or to the quoted post, and say nothing themselves.
        order: grows with time.
        echo: likes and reposts that it earned.
    """

    kind: ActivityKind
    text: str
    of: Mention | None = None
    at: str | None = None
    mentions: tuple[Mention, ...] = ()
    links: tuple[str, ...] = ()
    order: int = 0
    echo: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive holds of its account.

    Attributes:
        activities: the oldest first.
        following: ids of accounts.
        wordless: likes and posts of which the archive has no words: nothing but links, or the network's instead of the
            author's.
    """

    account: Account | None
    bio: str
    location: str
    activities: tuple[PastActivity, ...]
    following: tuple[str, ...]
    wordless: int


def read_account(archive: ArchivePath) -> Account | None:
    """Whose archive it is; None where the archive does not say.

    Raises:
        BadArchive: there is none, or the file about the account is not as published.
    """
    for record in _records(archive, "account", "account"):
        return Account(_word(record, "accountId"), _word(record, "username"), _word(record, "accountDisplayName"))
    if all(archive.read(f"{folder}{name}") is None for name in _SIGNS for folder in ("data/", "")):
        raise BadArchive(*_NO_ARCHIVE)
    return None


def read_archive(archive: ArchivePath) -> Contents:
    """Read what is known here; files that are missing are empty.

    Raises:
        BadArchive: a file is not as published, or none is there.
    """
    account = read_account(archive)
    profiles = list(_records(archive, "profile", "profile"))
    tweets = list(_records(archive, "tweets", "tweet")) or list(_records(archive, "tweet", "tweet"))
    tweets = with_long_texts(last_versions(tweets), _records(archive, "note-tweet", "noteTweet"))
    likes = list(_records(archive, "like", "like"))
    following = tuple(_word(record, "accountId") for record in _records(archive, "following", "following"))
    if not (account or profiles or tweets or likes or following):
        raise BadArchive(*_NO_ARCHIVE)
    described = profiles[0].get("description") if profiles else None
    description = described if isinstance(described, Mapping) else {}
    activities = [*map(_activity, tweets), *map(_like, likes)]
    worded = [activity for activity in activities if _LINK.sub("", activity.text).strip()]
    return Contents(
        account,
        _whole(_word(description, "bio")),
        _whole(_word(description, "location")),
        tuple(sorted(worded, key=lambda activity: activity.order)),
        tuple(id_ for id_ in following if id_),
        len(activities) - len(worded),
    )


def _records(archive: ArchivePath, file: str, wrapper: str) -> Iterator[Mapping[str, Any]]:
    """The objects of a file in all its parts; each stands in an object of its own under `wrapper`, or bare."""
    for part in range(_MOST_PARTS):
        name = f"{file}-part{part}.js" if part else f"{file}.js"
        data = archive.read(f"data/{name}")
        if data is None:
            data = archive.read(name)
        if data is None:
            _refuse_gap(archive, file, part)
            return
        for item in _entries(data, name):
            record = item.get(wrapper, item) if isinstance(item, Mapping) else None
            if not isinstance(record, Mapping):
                raise BadArchive(f"{name} holds something else than {wrapper} objects", "export the archive again")
            yield record


def _refuse_gap(archive: ArchivePath, file: str, missing: int) -> None:
    """Refuse an archive that lacks a part of a file and has a later one: posts of whole years may stand in it."""
    for part in range(missing, missing + _MOST_MISSING + 1):
        later = f"{file}-part{part}.js"
        if any(archive.read(f"{folder}{later}") is not None for folder in ("data/", "")):
            name = f"{file}-part{missing}.js" if missing else f"{file}.js"
            raise BadArchive(f"{name} is missing, and {later} is there", "copy all files of the archive")


def _entries(data: bytes, name: str) -> list[Any]:
    text = data.removeprefix(b"\xef\xbb\xbf")
    start = _ASSIGNMENT.match(text)
    try:
        value = json.loads(text[start.end() if start else 0 :].strip().rstrip(b";").decode("utf-8"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, list):
        mend = "it should begin with `window.YTD...` and hold a list; export the archive again"
        raise BadArchive(f"{name} is not as X/Twitter exports it", mend)
    return value


def _activity(tweet: Mapping[str, Any]) -> PastActivity:
    text = _whole(html.unescape(_word(tweet, "full_text") or _word(tweet, "text")))
    entities = tweet.get("entities")
    parts = entities if isinstance(entities, Mapping) else {}
    mentions = tuple(
        Mention(_word(part, "screen_name"), _word(part, "id_str"), _word(part, "name"))
        for part in _list(parts, "user_mentions")
        if _word(part, "screen_name")
    )
    quoted, link = _quoted_mention(_list(parts, "urls"))
    links = tuple(_word(part, "url") for part in _list(parts, "media"))
    at = _when(_word(tweet, "created_at"))
    order = _number(tweet, "id_str") or _number(tweet, "id")
    echo = _number(tweet, "favorite_count") + _number(tweet, "retweet_count")
    if repost := _REPOST.match(text):
        return PastActivity("repost", repost[2].strip(), Mention(repost[1]), at, mentions, links, order)
    to = _word(tweet, "in_reply_to_screen_name")
    if to or _word(tweet, "in_reply_to_status_id_str"):
        answered = Mention(to, _word(tweet, "in_reply_to_user_id_str")) if to else None
        return PastActivity("reply", text, answered, at, mentions, links, order, echo)
    if quoted:
        return PastActivity("quote", text, quoted, at, mentions, (*links, link), order, echo)
    return PastActivity("post", text, None, at, mentions, links, order, echo)


def _like(like: Mapping[str, Any]) -> PastActivity:
    text = _whole(html.unescape(_word(like, "fullText"))).strip()
    return PastActivity("like", "" if is_placeholder(text) else text, order=_number(like, "tweetId"))


def _quoted_mention(urls: list[Mapping[str, Any]]) -> tuple[Mention | None, str]:
    """Whose post is quoted, and the address that stands for it in the text: the last link to a post."""
    for url in reversed(urls):
        if match := _STATUS.fullmatch(_word(url, "expanded_url")):
            return Mention(match[1]), _word(url, "url")
    return None, ""


def _when(text: str) -> str | None:
    """`Wed Oct 10 20:19:24 +0000 2018` in ISO 8601."""
    match = _CREATED.fullmatch(text)
    if match is None or match[1] not in _MONTHS:
        return None
    month, day, time, hours, minutes, year = match.groups()
    return f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{time}{hours}:{minutes}"


def _word(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _number(record: Mapping[str, Any], key: str) -> int:
    value = _word(record, key)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 25 else 0


def _list(record: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = record.get(key)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _whole(text: str) -> str:
    """A text without the half characters that are left where it was cut inside an emoji."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
