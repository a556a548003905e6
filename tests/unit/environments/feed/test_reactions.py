"""What people make of what they see: answers read, draws, counts, and answers that cannot be used."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from sociarium.environments.feed.derive import derive
from sociarium.experiment.feed.run_content import FeedEventContent, FeedSettings
from sociarium.experiment.models import Provider
from sociarium.experiment.run_content import ModelContent
from sociarium.ports.model import ModelReply, ModelRequest
from tests.support.feeds_in_memory import Played, content, lively, people, played, reacting

KINDS = ("like", "reply", "repost", "quote")


def lively_run() -> Played:
    return played(content(8, days=3), reacting(like=0.3, reply=0.2, repost=0.2, quote=0.1))


def test_people_react_only_to_what_they_saw_in_that_session() -> None:
    run = lively_run()
    for session in run.sessions:
        seen = [one["post"] for one in session["exposures"]]
        assert [answer["post"] for answer in session["answers"]] == seen
    told = derive(run.events)
    exposed = {(one["person"], one["post"]) for one in told.exposures}
    assert told.reactions
    assert {(one["author"], one["post"]) for one in told.reactions} <= exposed


def test_counts_are_the_reactions_and_stand_so_in_prompts() -> None:
    run = lively_run()
    told = derive(run.events)
    counted = Counter((one["post"], one["kind"]) for one in told.reactions)
    assert sum(counted.values()) > 50
    for post in told.posts:
        for kind, name in zip(KINDS, ("likes", "replies", "reposts", "quotes"), strict=True):
            assert post[name] == counted[post["id"], kind]
    written = Counter((post["parent"], post["kind"]) for post in told.posts if post["parent"])
    assert written == Counter({key: count for key, count in counted.items() if key[1] != "like"})


def test_a_prompt_shows_the_counts_that_stood_when_its_tick_began() -> None:
    feed = content(2, days=1, feed=FeedSettings(sessions_per_day=6, tick=0, post=1.0))
    run = played(feed, reacting(like=1.0))
    likes: Counter[str] = Counter()
    for session in run.sessions:
        for key in [key for key in run.requests if key.startswith(f"{session['key']}/read")]:
            for line in run.prompt(key).split("\n["):
                if line.startswith("p"):
                    assert f"{likes[line.partition(']')[0]]} likes" in line
        for answer in session["answers"]:
            likes[answer["post"]] += "like" in answer["drawn"]
    assert likes.total() > 3


def test_a_reaction_happens_exactly_when_its_draw_is_below_its_probability() -> None:
    for session in lively_run().sessions:
        for answer in session["answers"]:
            happens = [kind for kind in KINDS if answer["draw"][kind] < answer["probabilities"][kind]]
            assert answer["drawn"] == happens


@pytest.mark.slow
def test_reactions_happen_as_often_as_their_probabilities_say() -> None:
    """Chi-square over thousands of draws at each of four probabilities, one for each kind (critical value at 0.001)."""
    wanted = {"like": 0.5, "reply": 0.1, "repost": 0.25, "quote": 0.05}
    tried, happened = 0, Counter[str]()
    for replicate in range(1, 5):
        run = played(content(20, days=3), reacting(**wanted), replicate=replicate)
        for session in run.sessions:
            for answer in session["answers"]:
                tried += 1
                happened.update(answer["drawn"])
    assert tried > 3000
    chi_square = sum(
        (happened[kind] - tried * share) ** 2 / (tried * share)
        + (happened[kind] - tried * share) ** 2 / (tried * (1 - share))
        for kind, share in wanted.items()
    )
    assert chi_square < 18.47


def test_draws_are_of_the_replicate_and_not_of_the_condition() -> None:
    def draws(**settings: Any) -> dict[tuple[str, str], Any]:
        run = played(content(4, feed=FeedSettings(**settings)), reacting())
        return {(s["key"], a["post"]): a["draw"] for s in run.sessions for a in s["answers"]}

    one, other = draws(), draws(ranking="popular", replies=3)
    common = one.keys() & other.keys()
    assert len(common) > 5
    assert all(one[key] == other[key] for key in common)


NEWS = (FeedEventContent(name="news", day=1, author="newswire", text="News."),)


def alone(answers: Any, **changes: Any) -> Played:
    """One person with one post to read; answers by step, in turn."""

    def answer(key: str, request: ModelRequest) -> str | ModelReply:
        for step, said in answers.items():
            if f"/{step}" in key:
                return said.pop(0) if isinstance(said, list) and said else (said or "")
        return lively(key, request)

    return played(content(1, days=1, events=NEWS, **changes), answer)


def judged(**changes: Any) -> str:
    good = {"like": 0, "reply": 0, "repost": 0, "quote": 0, "sentiment": "neutral", "words": "x"}
    return json.dumps({"posts": {"p1": {**good, **changes}}})


UNREADABLE = [
    "I would like it.",
    "{}",
    '{"posts": []}',
    '{"posts": {}}',
    '{"posts": {"p2": {}}}',
    judged(like=101),
    judged(like=100.5),
    judged(like=1e31),
    judged(like=-0.1),
    judged(like=-5),
    judged(like="101"),
    judged(like="-0.1"),
    judged(like="1e1"),
    judged(like="often"),
    judged(like=True),
    judged(like=None),
    judged(sentiment="angry"),
    judged(like=0).replace('"like": 0', '"like": NaN'),
    "[" * 5000,
    '{"posts": ' + '{"p1": ' * 900,
]


@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
def test_an_answer_that_cannot_be_read_is_asked_for_twice_more_then_skipped_and_counted(text: str) -> None:
    run = alone({"read": [text] * 3})
    asked = [key for key in run.requests if "/read" in key]
    assert asked == ["day1/ada/1/read/recent", "day1/ada/1/read/recent/2", "day1/ada/1/read/recent/3"]
    [session] = run.sessions
    assert session["skipped"] == [{"step": "read/recent", "why": "invalid"}]
    assert session["flags"] == ("skipped",)
    assert session["answers"] == []
    assert [one["post"] for one in session["exposures"]] == ["p1"]
    assert run.ended == "completed"
    assert set(asked) <= set(session["calls"])


def test_a_later_answer_that_can_be_read_counts() -> None:
    run = alone({"read": ["no", "```json\n" + judged(like=100) + "\n```"]})
    [session] = run.sessions
    assert session["answers"][0]["drawn"] == ["like"]
    assert session["skipped"] == []


@pytest.mark.parametrize("step", ["read/recent", "plan", "post"])
def test_a_refusal_costs_the_step_of_one_person_and_not_the_run(step: str) -> None:
    run = alone({step: [ModelReply("", finish_reason="refused")]})
    assert run.ended == "completed"
    [session] = run.sessions
    assert session["skipped"] == [{"step": step, "why": "refused"}]


def test_a_written_answer_that_is_refused_or_empty_is_no_reaction() -> None:
    run = alone({"read": [judged(reply=100, quote=100)], "write/p1/quote": [ModelReply("", finish_reason="refused")],
                 "write": ["", " ", "\n"]})  # fmt: skip
    [session] = run.sessions
    assert session["answers"][0]["drawn"] == ["reply", "quote"]
    assert session["skipped"] == [
        {"step": "write/p1", "why": "empty"},
        {"step": "write/p1/quote", "why": "refused"},
    ]
    assert derive(run.events).reactions == []
    assert derive(run.events).posts[0]["replies"] == 0


def counted(provider: Provider, tokens: int) -> Played:
    """A feed of one person whose server counts so many tokens of every prompt, where 400 are expected to fit."""

    def answer(key: str, request: ModelRequest) -> ModelReply:
        return ModelReply(lively(key, request), prompt_tokens=tokens)

    models = {"dry": ModelContent(provider=provider, model="m", options={"context": 400})}
    given = people(1, background="word " * 2000)
    return played(content(1, days=1, people=given, events=NEWS, models=models), answer)


def test_a_step_that_answers_a_prompt_that_was_cut_is_skipped_and_flagged() -> None:
    run = counted("ollama", 400)
    [session] = run.sessions
    assert session["skipped"]
    assert {one["why"] for one in session["skipped"]} == {"overlong"}
    assert "context_cut" in run.of_kind("session")[0].happening.flags
    assert not run.of_kind("post")[1:], "the notice alone"
    assert run.ended == "completed"


@pytest.mark.parametrize(("provider", "tokens"), [("openai", 4000), ("openai", 12), ("ollama", 399)])
def test_no_step_is_skipped_because_of_what_a_context_is_expected_to_hold(provider: Provider, tokens: int) -> None:
    run = counted(provider, tokens)
    [session] = run.sessions
    assert session["skipped"] == []
    assert run.of_kind("session")[0].happening.flags == ()


def test_a_prompt_that_the_server_refuses_as_overlong_is_noted() -> None:
    run = alone({"plan": [ModelReply("", finish_reason="overlong")]})
    [session] = run.sessions
    assert session["skipped"] == [{"step": "plan", "why": "overlong"}]


def test_what_no_store_can_hold_in_an_answer_is_replaced() -> None:
    words = '{"follow": [], "unfollow": [], "plan": "go \\ud800 on", "state": {"mood": 1e999}}'
    [session] = alone({"plan": [words]}).sessions
    assert session["plan"] == "go \ufffd on"
    assert session["state"] == '{"mood": null}'
    json.dumps(session["state"]).encode()


def test_people_follow_and_unfollow_those_who_are_there_and_nobody_else() -> None:
    def answer(key: str, request: ModelRequest) -> str:
        if key.endswith("/plan"):
            return json.dumps({"follow": ["@CLEO", "ada", "nobody", 7, "cleo"], "unfollow": ["ben", "eve"],
                               "plan": "", "state": "calm"})  # fmt: skip
        return lively(key, request)

    run = played(content(3, days=1), answer)
    [ada] = [session for session in run.sessions if session["who"] == "ada"]
    assert (ada["follow"], ada["unfollow"]) == (["cleo"], ["ben"])
    told = derive(run.events)
    ties = {(one["person"], one["other"]) for one in told.follows if one["change"] == "follow"}
    assert ("ada", "cleo") in ties
    assert not [one for one in told.follows if one["person"] == one["other"]]
    standing = {one["handle"]: (one["followers"], one["following"]) for one in told.people}
    assert standing["ada"] == (2, 1)


def test_a_state_and_a_plan_are_kept_under_their_limit_and_the_cut_is_flagged() -> None:
    long = " ".join(f"w{n}" for n in range(500))
    answer = json.dumps({"follow": [], "unfollow": [], "plan": "x", "state": long})
    [session] = alone({"plan": [answer]}).sessions
    assert session["state"].split() == long.split()[:200]
    assert "words_cut" in session["flags"]


@pytest.mark.parametrize("reading", ["by_list", "together"])
def test_what_was_repaired_is_a_share_and_is_counted_with_the_step(reading: Any) -> None:
    said = json.loads(judged(like=80, reply="0.8", repost=0.25, quote=1))
    if reading == "together":
        said |= {"follow": [], "unfollow": [], "plan": "", "state": "calm"}
    run = alone({"read": [json.dumps(said)]}, feed=FeedSettings(reading=reading))
    [session] = run.sessions
    [answer] = session["answers"]
    assert answer["probabilities"] == {"like": 0.8, "reply": 0.8, "repost": 0.25, "quote": 0.01}
    assert answer["repaired"] == ["reply", "repost"]
    step = "read" if reading == "together" else "read/recent"
    assert session["repaired"] == [{"step": step, "values": 2}]
    assert session["flags"] == ("repaired",)
    told = derive(run.events)
    assert told.sessions[0]["repaired"] == session["repaired"]
    assert all(one["flags"] == (["repaired"] if one["kind"] in {"reply", "repost"} else []) for one in told.reactions)


def test_a_feed_that_was_played_before_repairs_were_counted_is_still_told() -> None:
    run = lively_run()
    older = []
    for event in run.events:
        data = {name: value for name, value in event.happening.data.items() if name != "repaired"}
        older.append(replace(event, happening=replace(event.happening, data=data)))
    assert derive(older) == derive(run.events)


def test_what_was_said_as_asked_is_not_called_repaired() -> None:
    [session] = alone({"read": [judged(like=80)]}).sessions
    assert session["answers"][0]["probabilities"]["like"] == 0.8
    assert "repaired" not in session["answers"][0]
    assert (session["repaired"], session["flags"]) == ([], ())


def test_more_people_than_asked_for_are_not_followed_and_that_is_counted() -> None:
    names = [person.handle for person in people(6)]

    def answer(key: str, request: ModelRequest) -> str:
        if key.endswith("/plan"):
            return json.dumps({"follow": names, "unfollow": [], "plan": "", "state": "calm"})
        return lively(key, request)

    run = played(content(6, days=1), answer)
    [ada] = [session for session in run.sessions if session["who"] == "ada"]
    assert ada["follow"] == ["cleo", "dan", "eve"]
    assert {"step": "plan", "values": 1} in ada["repaired"]
    assert "repaired" in ada["flags"]


@pytest.mark.parametrize(("length", "cut"), [(299, False), (300, True), (5000, True)])
def test_words_about_a_post_are_kept_up_to_their_bound_and_the_cut_is_flagged(length: int, cut: bool) -> None:
    [session] = alone({"read": [judged(words="x" * length)]}).sessions
    assert session["answers"][0]["words"] == "x" * min(length, 300)
    assert ("words_cut" in session["flags"]) is cut


@pytest.mark.parametrize("length", [1899, 1900, 9000])
def test_a_chosen_post_is_kept_up_to_its_bound_and_the_cut_is_flagged(length: int) -> None:
    run = chosen(json.dumps({"post": True, "text": "x" * length}))
    [_, post] = run.of_kind("post")
    assert post.happening.content == "x" * min(length, 1900)
    assert post.happening.flags == (("words_cut",) if length >= 1900 else ())


def test_an_answer_is_written_with_its_thread_in_sight_and_the_thread_is_on_record() -> None:
    run = played(content(6, days=3), reacting(reply=0.6))
    deep = [post for post in run.posts.values() if len(post.get("thread", ())) > 2]
    assert deep
    for post in deep:
        prompt = run.prompt(post["call"])
        assert prompt.index("## The thread") > 0
        places = [prompt.index(f"\n[{id_}] @") for id_ in post["thread"]]
        assert places == sorted(places)
        assert post["thread"][-1] == post["parent"]


def chosen(text: str) -> Played:
    return alone({"read": [judged()], "post": [text] * 3}, feed=FeedSettings(post="chosen"))


def test_with_chosen_posts_the_person_decides() -> None:
    assert [post["content"] for post in chosen('{"post": true, "text": "Here."}').posts.values()] == ["News.", "Here."]
    silent = chosen('{"post": false, "text": "x"}')
    assert [post["content"] for post in silent.posts.values()] == ["News."]
    assert silent.sessions[0]["skipped"] == []
    assert chosen("Here.").sessions[0]["skipped"] == [{"step": "post", "why": "empty"}]


@pytest.mark.parametrize("silence", ["\u200b\ufeff", "\u00a0", "**", "<|im_end|>"])
def test_what_nobody_can_see_is_no_post_no_state_and_no_words(silence: str) -> None:
    run = chosen(json.dumps({"post": True, "text": silence}))
    assert run.sessions[0]["skipped"] == [{"step": "post", "why": "empty"}]
    state = json.dumps({"follow": [], "unfollow": [], "plan": silence, "state": silence})
    run = alone({"read": [judged(reply=100, words=silence)], "write/p1": [silence] * 3, "plan": [state] * 3})
    [session] = run.sessions
    assert session["answers"][0]["words"] == ""
    assert session["skipped"] == [{"step": "plan", "why": "invalid"}, {"step": "write/p1", "why": "empty"}]


def test_daily_is_one_post_a_day_however_many_sessions() -> None:
    run = played(content(5, days=3, feed=FeedSettings(sessions_per_day=3)), reacting())
    own = Counter((post["author"], post["day"]) for post in run.posts.values())
    assert set(own.values()) == {1}
    assert len(own) == 15


def test_a_probability_of_posting_is_drawn_for_each_session() -> None:
    run = played(content(20, days=5, feed=FeedSettings(post=0.25, replies=0, following=0, recent=0)), reacting())
    assert len(run.sessions) == 100
    assert 12 <= len(run.posts) <= 40
