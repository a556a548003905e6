"""Writes a personal archive in the layout that X/Twitter publishes, of an account that nobody has."""

from __future__ import annotations

import json
import os
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
OWNER = {"username": "mill_owl", "accountId": "900", "accountDisplayName": "Mill Owl"}
SECRET = "Nobody may ever read this"


@dataclass
class Written:
    """What was written: deeds by kind, and the files by their path in the archive."""

    counts: Counter[str] = field(default_factory=Counter)
    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, name: str, variable: str, records: list[Any], part: int = 0) -> None:
        """Add a file as it is exported: an assignment of a list."""
        spelled = json.dumps(records, ensure_ascii=True, indent=2)
        self.files[f"data/{name}"] = f"window.YTD.{variable}.part{part} = {spelled}".encode()

    def folder(self, path: Path) -> Path:
        """Write it as a folder. Whoever opens the direct messages waits for ever: they are a pipe."""
        for name, data in self.files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
        os.mkfifo(path / "data" / "direct-messages.js")
        os.mkfifo(path / "data" / "direct-messages-group.js")
        return path

    def zipped(self, path: Path) -> Path:
        """Write it as a .zip."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.files.items():
                archive.writestr(name, data)
            archive.writestr("data/direct-messages.js", SECRET)
        return path


def tweet(number: int, text: str, **more: Any) -> dict[str, Any]:
    """A post as the archive has it."""
    day, month = 1 + number % 28, MONTHS[number // 28 % 12]
    return {
        "id_str": str(10_000 + number),
        "full_text": text,
        "created_at": f"Wed {month} {day:02} 20:19:24 +0000 2023",
        "in_reply_to_status_id_str": None,
        "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
        "favorite_count": str(number % 7),
        "retweet_count": str(number % 3),
    } | more


def mention(name: str, id_: str, shown: str) -> dict[str, Any]:
    """An account as a post names it."""
    return {"screen_name": name, "id_str": id_, "name": shown, "indices": ["0", "5"]}


def archive(size: int = 40) -> Written:
    """An archive with so many posts of every kind, and emoji, cut posts, several parts and links in it."""
    written = Written()
    posts = []
    for number in range(0, size * 4, 4):
        gran = mention("granite_jo", "901", "Jo Granite")
        quoted = {"url": "https://t.co/q1", "expanded_url": "https://twitter.com/slate_kim/status/77?s=20"}
        photo = {"url": "https://t.co/p1", "expanded_url": f"https://twitter.com/mill_owl/status/{number}/photo/1"}
        posts += [
            tweet(number, f"Thought {number} about the old mill 🦉 &amp; its wheel https://t.co/p1",
                  entities={"media": [photo], "urls": [], "user_mentions": []}),
            tweet(number + 1, f"RT @slate_kim: The council said {number} things about the water and nobo…",
                  truncated=True, entities={"user_mentions": [mention("slate_kim", "902", "Kim")]}),
            tweet(number + 2, f"@granite_jo I walked there {number} times, Jo Granite, write to me@mill.example or "
                  "+49 30 1234567", in_reply_to_status_id_str="55", in_reply_to_screen_name="granite_jo",
                  in_reply_to_user_id_str="901", entities={"user_mentions": [gran]}),
            tweet(number + 3, f"This, {number} times over https://t.co/q1", entities={"urls": [quoted]}),
        ]  # fmt: skip
        written.counts.update(["post", "repost", "reply", "quote"])
    posts.append(tweet(size * 4, "Cut in the middle of an owl \ud83e", truncated=True))
    written.counts["post"] += 1
    half = len(posts) // 2
    written.put("tweets.js", "tweets", [{"tweet": post} for post in posts[half:]])
    written.put("tweets-part1.js", "tweets", [{"tweet": post} for post in posts[:half]], 1)
    likes = [{"like": {"tweetId": str(9_000 + i), "fullText": f"A heron {i} at the weir 🌊"}} for i in range(size)]
    written.counts["like"] = size
    written.put("like.js", "like", [*likes, {"like": {"tweetId": "9999"}}])
    written.put(
        "following.js", "following", [{"following": {"accountId": str(i), "userLink": "x"}} for i in (901, 955)]
    )
    bio = {"bio": "Walks by the mill with @granite_jo https://t.co/b", "website": "", "location": "Lower Weir"}
    written.put("profile.js", "profile", [{"profile": {"description": bio, "avatarMediaUrl": ""}}])
    written.put("account.js", "account", [{"account": OWNER | {"email": "owl@mill.example", "createdVia": "web"}}])
    written.files["data/direct-messages.js.note"] = SECRET.encode()
    return written
