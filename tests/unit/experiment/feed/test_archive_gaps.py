"""Archives with a part that is missing, and long posts that stand in a file of their own in other words."""

from __future__ import annotations

import pytest

from sociarium.errors import DefinitionError
from sociarium.experiment.document import parse
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.people import Person
from tests.support.definitions import read_people, small_feed
from tests.support.twitter_archive import OWNER, Written, tweet

WORDS = " ".join(f"word{number}" for number in range(120))


class Opened:
    """An archive in memory."""

    def __init__(self, written: Written) -> None:
        self.written = written

    def read(self, name: str) -> bytes | None:
        return self.written.files.get(name)


def person(written: Written) -> Person:
    written.put("account.js", "account", [{"account": OWNER}])
    text = small_feed(people="[{archive: owl, consent: form 7, budget: 100000}]").encode()
    found = parse(text, source="a.yaml", read=read_people, archive=lambda _: Opened(written))
    assert isinstance(found, FeedDefinition)
    [one] = found.written_out
    return one


def with_long_post(short: str, long: str, **more: object) -> Written:
    written = Written()
    written.put("tweets.js", "tweets", [{"tweet": tweet(1, short, **more)}])
    written.put("note-tweet.js", "note_tweet", [{"noteTweet": {"noteTweetId": "9", "core": {"text": long}}}])
    return written


@pytest.mark.parametrize(
    ("short", "long", "begin"),
    [
        (f"@jo {WORDS[:240]}…", f"{WORDS} END", "@account_1 word0"),
        (f"@jo {WORDS[:240]}…", f"@jo {WORDS} END", "@account_1 word0"),
        (
            f"See https://t.co/a1 {WORDS[:240]}… https://t.co/zz",
            f"See https://mill.example/x {WORDS} END",
            "See [link]",
        ),
        (f"Café {WORDS[:240]}…", f"Cafe\u0301 {WORDS} END", "Cafe"),
    ],
)
def test_a_long_post_is_found_in_its_own_file(short: str, long: str, begin: str) -> None:
    answers = {"in_reply_to_screen_name": "jo"} if short.startswith("@") else {}
    [deed] = person(with_long_post(short, long, **answers)).history
    assert deed.text.endswith(" END")
    assert deed.text.startswith(begin)


@pytest.mark.parametrize(
    ("parts", "missing"), [((0, 2), "tweets-part1.js"), ((1,), "tweets.js"), ((0, 3), "tweets-part1.js")]
)
def test_a_part_that_is_missing_is_told(parts: tuple[int, ...], missing: str) -> None:
    written = Written()
    for part in parts:
        name = f"tweets-part{part}.js" if part else "tweets.js"
        written.put(name, "tweets", [{"tweet": tweet(part, f"Part {part}")}], part)
    with pytest.raises(DefinitionError, match=f"{missing} is missing, and tweets-part{parts[-1]}.js is there"):
        person(written)


def test_a_number_of_a_card_is_left_out_whole() -> None:
    written = Written()
    written.put("tweets.js", "tweets", [{"tweet": tweet(1, "My card is 4111 1111 1111 1111, take it")}])
    [deed] = person(written).history
    assert deed.text == "My card is [number], take it"
