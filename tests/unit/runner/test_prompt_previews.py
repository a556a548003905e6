"""What a plan shows of prompts is what agents are then asked: every wording, and how to answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.runner.planning.prompt_preview import (
    PreviewedPrompt,
    condition_prompts,
    preview_prompts,
    replicates_text,
)
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, feed, small, small_feed
from tests.support.played_stores import played, replayed

WORDED = small(
    starting_message="{variants: {a: {wordings: [One., Two., Three.]}, b: Four.}}",
    sweep="{factors: {messages: 4, starting_message: [a, b]}, replicates: 4, seed: 3}",
)
ASKED = """
- {name: mood, at: [end], ask: How do you feel?, answer: {from: 0, to: 7}}
- {name: side, at: [end], ask: Which side?, answer: {choices: [left, right]}, shuffle: true}
- {name: why, at: [end], ask: Why?, after: side}
""".replace("\n-", "\n  -")


def of(user: str, prompts: list[PreviewedPrompt] | tuple[PreviewedPrompt, ...]) -> dict[str, tuple[int, ...]]:
    return {one.text: one.replicates for one in prompts if one.user.startswith(user)}


def test_every_wording_is_shown_with_the_replicates_that_read_it(tmp_path: Path) -> None:
    experiment = definition(WORDED)
    shown = of("starting message", preview_prompts(experiment, "main").prompts)
    assert sorted(shown) == ["Four.", "One.", "Three.", "Two."]
    assert shown["Four."] == ()
    store = SqliteStore(tmp_path / "s.db")
    begun = played(store, WORDED)
    read: dict[str, set[int]] = {}
    for place in store.slots(begun.sweep.id):
        [first, *_] = replayed(store, place.status.run).requests.values()
        read.setdefault(first.messages[1].content, set()).add(place.replicate)
    assert {text: set(replicates) or {1, 2, 3, 4} for text, replicates in shown.items()} == read


def test_a_page_of_a_condition_shows_every_wording_of_it() -> None:
    found = condition_prompts(definition(WORDED), "main", 0)
    assert sorted(of("starting message", found)) == ["One.", "Three.", "Two."]
    [reader] = {one.reader for one in found if one.replicates == (1, 4)}
    assert reader == "starting message, replicates 1, 4"


def test_replicates_that_nobody_plays_have_no_wording() -> None:
    few = definition(WORDED.replace("replicates: 4", "replicates: 2"))
    assert len(of("starting message", preview_prompts(few, "main").prompts)) == 3


def test_many_replicates_are_not_all_named() -> None:
    assert replicates_text([2]) == "replicate 2"
    assert replicates_text(range(1, 30)) == "replicates 1, 2, 3, 4, 5, 6, 7, 8 ..."


def test_a_question_is_shown_with_how_to_answer_it(tmp_path: Path) -> None:
    text = small(probes=ASKED)
    shown = {one.user: one.text for one in preview_prompts(definition(text), "main").prompts}
    assert shown["probe mood"] == "How do you feel?\n\nAnswer with a whole number from 0 to 7, nothing else."
    drawn = shown["probe side, choices in a drawn order"]
    assert drawn == "Which side?\n\nAnswer with one of these, nothing else: left, right."
    assert shown["probe why"] == "Earlier you were asked: Which side?\nYou answered: ...\n\nWhy?"
    store = SqliteStore(tmp_path / "s.db")
    [place] = store.slots(played(store, text).sweep.id)
    asked = replayed(store, place.status.run).requests["end/probe/mood/guard.1"].messages[-1].content
    assert asked.endswith(shown["probe mood"])


@pytest.mark.parametrize(
    ("answer", "name"), [("{from: 0, to: 10}", "probe q, the scale from a drawn end"), (None, "probe q")]
)
def test_a_feeds_question_says_what_is_drawn_of_it(answer: str | None, name: str) -> None:
    form = f", answer: {answer}, shuffle: true" if answer else ""
    experiment = feed(small_feed(probes=f"[{{name: q, at: [end], ask: How?{form}}}]"))
    [asked] = [one for one in preview_prompts(experiment, "main").prompts if one.user.startswith("probe")]
    assert asked.user == name
    assert asked.text == ("How?\n\nAnswer with a whole number from 0 to 10, nothing else." if answer else "How?")


def test_wordings_of_a_feed_are_rehearsed() -> None:
    post = "{variants: {plain: {wordings: [Shut., Closed.]}}}"
    text = small_feed(
        events=f"[{{name: news, author: town, post: {post}}}]", sweep="{factors: {days: 1}, replicates: 2}"
    )
    found = preview_prompts(feed(text), "main").prompts
    assert sorted(of("event news", found).values()) == [(1,), (2,)]
