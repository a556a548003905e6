"""Posts as threads: each below the one that it answers, shares apart, and words that are harmless."""

from __future__ import annotations

from typing import Any

from sociarium.exchange.threads import counts_text, outside_act_lines, threads
from sociarium.exchange.txt import feed


def post(id_: str, kind: str = "post", parent: str | None = None, **changes: Any) -> dict[str, Any]:
    plain = {
        "id": id_, "author": f"by_{id_}", "role": "person", "day": 1, "time": "10:00", "kind": kind, "parent": parent,
        "content": f"Words of {id_}.", "hashtags": [], "likes": 0, "replies": 0, "reposts": 0, "quotes": 0,
        "sentiments": {"positive": 0, "neutral": 0, "negative": 0}, "source": "person", "policy": None, "flags": [],
    }  # fmt: skip
    return plain | changes


def placed(*posts: dict[str, Any]) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(one.post["id"], one.depth, one.shared_by) for one in threads(posts)]


def test_answers_stand_below_what_they_answer_in_their_order() -> None:
    posts = [
        post("p1"), post("p2"), post("p3", "reply", "p1"), post("p4", "quote", "p2"), post("p5", "reply", "p3"),
        post("p6", "reply", "p1"), post("p7", "repost", "p3"),
    ]  # fmt: skip
    assert placed(*posts) == [
        ("p1", 0, ()),
        ("p3", 1, ("by_p7",)),
        ("p5", 2, ()),
        ("p6", 1, ()),
        ("p2", 0, ()),
        ("p4", 1, ()),
    ]


def test_a_very_deep_thread_is_no_trouble() -> None:
    posts = [post("p1"), *(post(f"p{n}", "reply", f"p{n - 1}") for n in range(2, 5000))]
    assert placed(*posts)[-1] == ("p4999", 4998, ())


def test_counts_are_told_in_words_and_only_where_there_are_some() -> None:
    assert counts_text(post("p1")) == ""
    busy = post("p1", likes=2, replies=1, sentiments={"positive": 3, "neutral": 0, "negative": 1})
    assert counts_text(busy) == "2 likes · 1 reply · felt +3 -1"


def test_a_feed_as_text_shows_controls_rather_than_obeys_them() -> None:
    hostile = post("p1", content="\x1b[2Jgone\u202e", author="ada\x1b[0m")
    told = {"run": "r", "replicate": 1, "state": "done", "ended": "completed", "condition": {}, "offline": False,
            "posts": [hostile], "probes": []}  # fmt: skip
    text = "".join(feed(told))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "gone" in text


def test_what_was_done_from_outside_is_told_with_whose_doing_it_was() -> None:
    moment = {"day": 2, "time": "09:00", "why": None, "content": ""}
    acts = [
        {"author": "ada", "kind": "like", "target": "p1", "source": "override"} | moment,
        {"author": "ada", "kind": "like", "target": "p1", "source": "override"} | moment | {"why": "already so"},
        {"author": "wire", "kind": "follow", "target": "ben", "source": "input"} | moment | {"day": 3},
    ]
    shares = [post("p2", "repost", "p1", source="override"), post("p3", "repost", "p1")]
    lines = [
        "day 1, 10:00: @by_p2 shares p1 [override]",
        "day 2, 09:00: @ada likes p1 [override]",
        "day 2, 09:00: @ada likes p1 [override], without effect: already so",
        "day 3, 09:00: @wire follows @ben [input]",
    ]
    document = {"run": "r", "replicate": 1, "state": "done", "ended": "completed", "condition": {}, "offline": False,
                "posts": [post("p1", source="override"), *shares], "probes": [], "acts": acts}  # fmt: skip
    assert outside_act_lines(document) == lines
    text = "".join(feed(document))
    assert "[p1] [override]" in text
    assert "\n".join(lines) in text
