"""Moments of runs, as people write them."""

from __future__ import annotations

import pytest

from sociarium.errors import BadInput
from sociarium.experiment.forks import extension_content, fork_content
from sociarium.experiment.run_content import Content
from sociarium.experiment.run_moments import RunMoment, days_of, read_moment
from tests.support import feeds_in_memory as feeds
from tests.support.conversations_in_memory import content_of


def _conversation(*, messages: int = 7, days: int = 3) -> Content:
    return content_of().model_copy(update={"days": days, "messages": messages})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1", RunMoment(1, 1, "day1/turn1")),
        ("4", RunMoment(4, 2, "day2/turn1")),
        ("day3/turn2", RunMoment(7, 3, "day3/turn2")),
        (" Day2/Turn2 ", RunMoment(5, 2, "day2/turn2")),
        ("end", RunMoment(None, 3, "end")),
    ],
)
def test_a_message_is_named_by_day_and_turn_or_by_its_number(text: str, moment: RunMoment) -> None:
    assert read_moment(text, _conversation()) == moment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0", "no message 0; this conversation has 7"),
        ("8", "no message 8"),
        ("day4/turn1", "day1/turn1 to turn3, day2/turn1 to turn2, day3/turn1 to turn2"),
        ("day2/turn3", "there is no day2/turn3"),
        ("day2", "write day2/turn7"),
        ("-1", "write day2/turn7"),
        ("", "write day2/turn7"),
    ],
)
def test_what_is_no_moment_of_a_conversation_is_refused_with_those_there_are(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_moment(text, _conversation())


@pytest.mark.parametrize(("text", "at"), [("day2", 2), ("3", 3), ("end", None)])
def test_a_feed_has_days(text: str, at: int | None) -> None:
    assert read_moment(text, feeds.content(2, days=3)).at == at


@pytest.mark.parametrize("text", ["4", "0", "day1/turn2", "tomorrow"])
def test_what_is_no_day_of_a_feed_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"this feed has 3|write day3"):
        read_moment(text, feeds.content(2, days=3))


def test_days_of_an_extension_follow_those_before() -> None:
    content = _conversation()
    longer = extension_content("origin", content, content.model_copy(update={"days": 5, "messages": 10}))

    assert days_of(content) == (3, 2, 2)
    assert days_of(longer) == (3, 2, 2, 2, 1)
    assert days_of(fork_content("fork", longer, 9, longer.fork.then if longer.fork else content)) == (3, 2, 2, 2, 1)
    assert read_moment("9", longer).name == "day4/turn2"
