"""What was said as outcomes of a run, against numbers reckoned by hand."""

from __future__ import annotations

from typing import Any

from sociarium.analysis.talk import talk_answers
from sociarium.exchange.tables.read import RunTables


def message(role: str, day: int, content: str, flags: str = "") -> dict[str, Any]:
    return {"role": role, "day": day, "content": content, "flags": flags}


def post(role: str, day: int, content: str, *, call: str = "c", **counts: int) -> dict[str, Any]:
    usual = dict.fromkeys(("seen", "likes", "replies", "reposts", "quotes", "positive", "neutral", "negative"), 0)
    return {"role": role, "day": day, "content": content, "flags": "", "call": call, **usual, **counts}


def values(messages: list[dict[str, Any]], posts: list[dict[str, Any]]) -> dict[tuple[str, str, str], Any]:
    answers = talk_answers(RunTables("r", ({},), {"messages": messages, "posts": posts}))
    return {(one.probe.removeprefix("said."), one.role, one.moment): one.value for one in answers}


TALK = [
    message("guard", 1, "one two three"),
    message("prisoner", 1, "one", "loop"),
    message("guard", 2, "one"),
    message("prisoner", 2, "", "empty"),
]


def test_lengths_are_means_over_the_messages_of_a_role_at_each_moment() -> None:
    said = values(TALK, [])
    assert said["words", "guard", "run"] == 2
    assert (said["words", "guard", "day 1"], said["words", "guard", "day 2"]) == (3, 1)
    assert (said["words", "guard", "turn 1"], said["words", "prisoner", "turn 4"]) == (3, 0)
    assert ("words", "guard", "turn 2") not in said


def test_flags_are_shares_and_messages_are_counted() -> None:
    said = values(TALK, [])
    assert (said["flagged", "prisoner", "run"], said["empty", "prisoner", "run"]) == (1, 0.5)
    assert (said["messages", "guard", "run"], said["messages", "guard", "day 2"]) == (2, 1)
    assert not [key for key in said if key[0] == "messages" and key[2].startswith("turn")]


def test_reactions_are_means_over_posts_and_feelings_shares_of_those_who_felt_anything() -> None:
    posts = [
        post("person", 1, "a b", likes=4, seen=10, positive=3, negative=1),
        post("person", 1, "a", likes=0, seen=2),
        post("", 1, "put in from outside", call="", likes=99),
    ]
    said = values([], posts)
    assert (said["likes", "person", "run"], said["seen", "person", "day 1"]) == (2, 6)
    assert (said["positive", "person", "run"], said["negative", "person", "run"]) == (0.75, 0.25)
    assert not [key for key in said if key[1] == "" or key[2].startswith("turn")]
