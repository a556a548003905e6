"""Muting: offered only where a feed says so, obeyed by every list, remembered and on record."""

from __future__ import annotations

import json

import pytest

from sociarium.environments.feed.derive import derive
from sociarium.experiment.feed.run_content import FeedEventContent, FeedSettings, GraphContent
from sociarium.ports.model import ModelRequest
from tests.support.feeds_in_memory import Answer, Played, content, lively, played, reacting

NEWS = tuple(
    FeedEventContent(name=f"news{n}", day=1, every=1, minute=300 * n, author="Newswire", text="Rain again.")
    for n in range(1, 4)
)


def muting(*handles: str, unmute: tuple[str, ...] = (), who: str = "ada", **probabilities: float) -> Answer:
    """Somebody mutes some, once they are met, and nobody else mutes anybody."""
    react = reacting(**probabilities)

    def answer(key: str, request: ModelRequest) -> str:
        said = react(key, request)
        if not request.schema or "mute" not in request.schema["properties"]:
            return str(said)
        is_one = key.split("/")[1] == who
        choice = {"follow": [], "unfollow": [], "mute": list(handles) if is_one else [],
                  "unmute": list(unmute) if is_one else []}  # fmt: skip
        return json.dumps(json.loads(str(said)) | choice)

    return answer


def feed(count: int = 5, *, reading: str = "by_list", tick: int = 60) -> Played | object:
    rules = FeedSettings(mute=True, sessions_per_day=3, post=1.0, reading=reading, tick=tick)
    return content(count, days=3, feed=rules, events=NEWS, graph=GraphContent(kind="complete"))


def shown_after(run: Played, who: str, author: str) -> tuple[list[str], list[str]]:
    """Posts of an author, or shared by them, that somebody was shown until they muted them, and after that."""
    before: list[str] = []
    after: list[str] = []
    has_muted = False
    for session in run.sessions:
        if session["who"] == who:
            for seen in session["exposures"]:
                by = {run.posts[seen["post"]]["author"]} | (
                    {run.posts[seen["via"]]["author"]} if "via" in seen else set()
                )
                if author in by:
                    (after if has_muted else before).append(seen["post"])
            has_muted = has_muted or author in session.get("mute", ())
    assert has_muted
    return before, after


@pytest.mark.slow
@pytest.mark.parametrize("reading", ["by_list", "together"])
@pytest.mark.parametrize("tick", [0, 60])
@pytest.mark.parametrize("author", ["ben", "Newswire"])
def test_nothing_of_somebody_who_is_muted_is_shown_in_any_list_again(reading: str, tick: int, author: str) -> None:
    run = played(feed(reading=reading, tick=tick), muting(author, reply=0.5, repost=0.4, quote=0.2))
    before, after = shown_after(run, "ada", author)
    assert before
    assert not after
    others = [seen for session in run.sessions if session["who"] != "ada" for seen in session["exposures"]]
    assert any(run.posts[seen["post"]]["author"] == author for seen in others)


def test_a_repost_by_somebody_who_is_muted_does_not_bring_the_post_but_another_may() -> None:
    run = played(feed(), muting("ben", repost=1.0))
    came_by = {run.posts[seen["via"]]["author"] for session in run.sessions if session["who"] == "ada"
               for seen in session["exposures"] if "via" in seen}  # fmt: skip
    assert came_by
    _, after = shown_after(run, "ada", "ben")
    assert not after


def test_who_is_muted_stands_in_the_prompt_and_can_be_heard_again() -> None:
    run = played(feed(), muting("ben", unmute=("ben",)))
    told = derive(run.events)
    changes = [(one["other"], one["change"]) for one in told.mutes if one["person"] == "ada"]
    assert changes[:2] == [("ben", "mute"), ("ben", "unmute")]
    plans = [prompt for key, prompt in run.prompts_of("plan").items() if "/ada/" in key]
    assert any("You muted @ben." in prompt for prompt in plans)
    assert any("out of nobody: leave it empty" in prompt.partition("`unmute`")[2] for prompt in plans)


def test_nobody_mutes_whom_they_have_not_met_and_names_are_read_as_people_write_them() -> None:
    run = played(feed(), muting("@BEN", "nobody_here", "newswire"))
    muted = {one["other"] for one in derive(run.events).mutes}
    assert muted <= {"ben", "Newswire"}
    assert muted


def test_a_feed_without_mute_asks_and_keeps_what_it_ever_did() -> None:
    rules = FeedSettings(sessions_per_day=2)
    run = played(content(4, feed=rules), lively)
    assert not [request for request in run.requests.values() if "mute" in str(request.messages) + str(request.schema)]
    assert not [session for session in run.sessions if {"mute", "unmute", "later"} & session.keys()]
    assert FeedSettings().model_dump(exclude_defaults=True) == {}
