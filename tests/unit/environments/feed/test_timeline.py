"""What people are shown: how much, in which order, nothing twice, and nothing that a policy took away."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from sociarium.environments.feed.derive import derive
from sociarium.experiment.feed.run_content import FeedEventContent, FeedSettings, GraphContent, PolicyContent
from tests.support.feeds_in_memory import Played, content, lively, played, reacting

SHOWN = re.compile(r"^\[(p\d+)\] @", re.MULTILINE)
BUSY = GraphContent(kind="complete")


def busy(**settings: object) -> Played:
    """Many posts, so that every list is full."""
    feed = content(8, days=2, feed=FeedSettings(sessions_per_day=2.5, post=1.0, **settings))
    return played(feed, reacting(reply=0.5, repost=0.3, quote=0.1, like=0.2))


@pytest.mark.parametrize("reading", ["by_list", "together"])
def test_each_list_holds_at_most_so_many(reading: str) -> None:
    run = busy(replies=2, following=3, recent=4, reading=reading)
    most = {"replies": 0, "following": 0, "recent": 0}
    for session in run.sessions:
        counts = Counter(seen["list"] for seen in session["exposures"])
        most = {name: max(most[name], counts[name]) for name in most}
        for name in counts:
            ranks = [seen["rank"] for seen in session["exposures"] if seen["list"] == name]
            assert ranks == list(range(1, len(ranks) + 1))
    assert most == {"replies": 2, "following": 3, "recent": 4}


@pytest.mark.slow
def test_nothing_is_shown_twice_to_a_person_and_never_their_own() -> None:
    run = busy(ranking="popular")
    exposures = derive(run.events).exposures
    assert len(exposures) > 100
    assert max(Counter((one["person"], one["post"]) for one in exposures).values()) == 1
    assert not [one for one in exposures if run.posts[one["post"]]["author"] == one["person"]]


@pytest.mark.slow
@pytest.mark.parametrize("reading", ["by_list", "together"])
@pytest.mark.parametrize("ranking", ["chronological", "popular", "similar", "random"])
def test_exposures_are_what_stood_in_the_prompts_in_that_order(reading: str, ranking: str) -> None:
    run = busy(reading=reading, ranking=ranking)
    for session in run.sessions:
        names = ("replies", "following", "recent")
        steps = ["read"] if reading == "together" else [f"read/{name}" for name in names]
        keys = [f"{session['key']}/{step}" for step in steps]
        stood = [post for key in keys if key in run.requests for post in SHOWN.findall(run.prompt(key))]
        assert stood == [seen["post"] for seen in session["exposures"]]


@pytest.mark.slow
def test_the_answer_is_asked_for_each_post_that_is_shown_and_no_other() -> None:
    run = busy()
    asked = [key for key in run.requests if "/read/" in key]
    assert asked
    for key in asked:
        schema = run.requests[key].schema
        assert schema is not None
        assert schema["properties"]["posts"]["required"] == SHOWN.findall(run.prompt(key))


@pytest.mark.slow
def test_replies_following_and_recent_hold_what_their_names_say() -> None:
    run = busy(tick=0)
    follows: dict[str, set[str]] = {e.happening.author: set(e.happening.data["follows"]) for e in run.of_kind("person")}
    for session in run.sessions:
        who = session["who"]
        for seen in session["exposures"]:
            post = run.posts[seen["post"]]
            match seen["list"]:
                case "replies":
                    assert post["kind"] == "reply"
                    assert run.posts[post["parent"]]["author"] == who
                case "following":
                    via = run.posts[seen["via"]]["author"] if "via" in seen else post["author"]
                    assert via in follows[who]
                case "recent":
                    assert post["author"] not in follows[who]
                    assert post["kind"] in {"post", "quote"}
        follows[who] |= set(session["follow"])
        follows[who] -= set(session["unfollow"])


def test_a_shared_post_is_shown_as_itself_with_who_shared_it() -> None:
    feed = content(4, days=3, feed=FeedSettings(recent=0, replies=0))
    run = played(feed, reacting(repost=1.0))
    shared = [seen for session in run.sessions for seen in session["exposures"] if "via" in seen]
    assert shared
    for seen in shared:
        repost = run.posts[seen["via"]]
        assert (repost["kind"], repost["parent"]) == ("repost", seen["post"])
        assert run.posts[seen["post"]]["kind"] != "repost"
    assert any("shared by @" in prompt for prompt in run.prompts_of("read").values())


def chronology(run: Played) -> list[list[int]]:
    """The posts of each list of each session, by their number."""
    found: dict[tuple[str, str], list[int]] = {}
    for session in run.sessions:
        for seen in session["exposures"]:
            number = int(seen.get("via", seen["post"])[1:])
            found.setdefault((session["key"], seen["list"]), []).append(number)
    return [numbers for numbers in found.values() if len(numbers) > 2]


def test_chronological_is_the_latest_first_and_random_is_not() -> None:
    feed = FeedSettings(post=1.0, sessions_per_day=2)
    plain = chronology(played(content(8, days=2, feed=feed), reacting()))
    assert plain
    assert all(numbers == sorted(numbers, reverse=True) for numbers in plain)
    mixed = chronology(played(content(8, days=2, feed=feed.model_copy(update={"ranking": "random"})), reacting()))
    assert any(numbers != sorted(numbers, reverse=True) for numbers in mixed)


def test_popular_puts_those_with_more_reactions_first() -> None:
    run = busy(ranking="popular", replies=0, following=0)
    counted = re.compile(r"^(\d+) likes, (\d+) replies, (\d+) reposts, (\d+) quotes$", re.MULTILINE)
    lists = [[sum(map(int, one)) for one in counted.findall(prompt)] for prompt in run.prompts_of("read").values()]
    assert any(len(set(numbers)) > 2 for numbers in lists)
    assert all(numbers == sorted(numbers, reverse=True) for numbers in lists)


def test_similar_puts_what_is_near_to_the_person_first_and_is_on_record() -> None:
    events = tuple(
        FeedEventContent(name=f"e{n}", day=1, author="newswire", text=text)
        for n, text in enumerate(["Trains run late.", "The price of tea rises, and who likes tea pays.", "Rain again."])
    )
    run = played(content(2, days=1, events=events, feed=FeedSettings(ranking="similar")), reacting())
    first = run.sessions[0]["exposures"]
    assert first[0]["post"] == "p2"
    assert any(key.endswith("/similar") for key in run.recorded)


def posts_of(words: str) -> tuple[FeedEventContent, ...]:
    plain = [FeedEventContent(name=f"n{n}", day=1, author="newswire", text=f"Calm number {n}.") for n in range(3)]
    bad = [FeedEventContent(name=f"b{n}", day=1, author="newswire", text=f"{words} {n}.") for n in range(3)]
    return tuple(one for pair in zip(bad, plain, strict=True) for one in pair)


def under(do: str) -> Played:
    policy = PolicyContent(do=do, words=("rumour", "pure lie"), label="Disputed.")
    return played(content(6, days=2, events=posts_of("A RUMOUR:"), policy=policy), lively)


def test_a_removed_post_is_never_seen() -> None:
    run = under("remove")
    removed = {id_ for id_, post in run.posts.items() if "RUMOUR" in post["content"]}
    assert {run.posts[id_]["policy"] for id_ in removed} == {"remove"}
    assert not [one for one in derive(run.events).exposures if one["post"] in removed]
    assert not [key for key, request in run.requests.items() if "RUMOUR" in str(request.messages)]


def test_a_labelled_post_stands_with_its_label_and_others_without() -> None:
    run = under("label")
    labelled = re.compile(r"^\[(p\d+)\][^\n]*\n(?:shared by[^\n]*\n)?Note by the network: Disputed\.$", re.MULTILINE)
    found = 0
    for key, prompt in run.prompts_of("read").items():
        del key
        wanted = [id_ for id_ in SHOWN.findall(prompt) if "RUMOUR" in run.posts[id_]["content"]]
        assert labelled.findall(prompt) == wanted
        found += len(wanted)
    assert found
    assert {one["policy"] for one in derive(run.events).exposures} == {"none", "label"}


def test_downranked_posts_come_after_all_others_of_their_list() -> None:
    run = under("downrank")
    for session in run.sessions:
        for name in ("replies", "following", "recent"):
            verdicts = [seen["policy"] for seen in session["exposures"] if seen["list"] == name]
            assert verdicts == sorted(verdicts, key=lambda verdict: verdict == "downrank")
    assert "downrank" in {one["policy"] for one in derive(run.events).exposures}


def test_a_policy_matches_whole_words_in_any_case() -> None:
    from sociarium.environments.feed.network.policy import verdict

    policy = PolicyContent(do="label", words=("rumour", "pure lie", "c++"))
    hits = ["Rumour!", "a PURE LIE.", "write C++ now"]
    misses = ["rumours", "purely", "a pure white lie", ""]
    assert [verdict(policy, text) for text in hits] == ["label"] * 3
    assert [verdict(policy, text) for text in misses] == ["none"] * 4
    assert verdict(PolicyContent(words=("rumour",)), "rumour") == "none"


def test_a_hidden_quote_of_a_removed_post_does_not_show_it() -> None:
    policy = PolicyContent(do="remove", words=("verboten",))
    feed = content(3, days=1, policy=policy, events=(FeedEventContent(name="x", day=1, author="n", text="verboten"),))
    run = played(feed, reacting(quote=1.0))
    assert all("verboten" not in message.content for one in run.requests.values() for message in one.messages)
