"""A conversation and a feed with a real small model on a real server: it does what no stand-in was told to do."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.acceptance.program import Program

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

CONVERSATION = """
title: Who opens the window
starting_message: It is warm in the reading room. Somebody has to decide about the window.
models:
  small: {{provider: openai, model: smollm2, base_url: "{address}/v1", temperature: 0.8, max_tokens: 40, seed: run}}
roles:
  librarian: {{}}
  reader: {{}}
sections:
  - title: Starting prompt
    private:
      librarian: You are <SELF_NAME>, a librarian. You speak one short sentence at a time, for yourself only.
      reader: You are <SELF_NAME>, a reader. You speak one short sentence at a time, for yourself only.
summarizer:
  - {{title: Starting prompt, content: Summarise the day in one sentence.}}
probes:
  - {{name: warm, at: [start, end], ask: How warm is it to you?, answer: {{from: 0, to: 10}}}}
sweep:
  factors:
    messages: 12
    days: 2
    agents.reader: 2
    speaker_selection: [round_robin, auto]
  replicates: 2
  seed: 5
"""

FEED = """
title: A market day
environment: feed
models:
  small: {{provider: openai, model: smollm2, base_url: "{address}/v1", temperature: 0.8, max_tokens: 400, seed: run}}
people:
  - {{handle: ada, bio: Baker, persona: Kind and hard to hurry., follows: [ben]}}
  - {{handle: ben, bio: Fishmonger, persona: Loud and quick to laugh., follows: [cem]}}
  - {{handle: cem, bio: Teacher, persona: Careful with words., follows: [ada]}}
events:
  - {{name: notice, day: 1, author: town_hall, post: The market moves to the harbour next week.}}
probes:
  - {{name: mood, at: [start, end], ask: How do you feel about the market?, answer: {{from: 0, to: 10}}}}
days: 2
sweep: {{replicates: 1, seed: 3}}
"""


def _runs(program: Program, text: str, address: str) -> list[dict[str, Any]]:
    """What is shown of each run of an experiment that was played to its end, each verified by a replay."""
    result = program("run", program.file(text.format(address=address)), "--yes", "--json", "--concurrency", "2")
    assert result.code in {0, 1}, result.err
    counts = result.json["counts"]
    assert counts["failed"] == 0, result.err
    ids = [row["run"] for row in program("list", "runs", "--json").json]
    assert len(ids) == counts["done"]
    for run in ids:
        assert program("replay", run).code == 0
    return [program("show", run, "--json").json for run in ids]


def _requests(program: Program, run: str) -> list[dict[str, Any]]:
    requests: list[dict[str, Any]] = program("show", run, "--prompts", "--json").json["requests"]
    return requests


def test_a_conversation_is_played_to_its_end_and_nobody_is_asked_to_go_on_with_their_own_words(
    program: Program, server: str
) -> None:
    for told in _runs(program, CONVERSATION, server):
        assert told["ended"] == "completed"
        assert len(told["messages"]) == 12
        for request in _requests(program, told["run"]):
            assert request["messages"][-1]["role"] == "user"


def test_what_repeats_the_words_before_is_flagged(program: Program, server: str) -> None:
    for told in _runs(program, CONVERSATION, server):
        last: dict[str, str] = {}
        for message in told["messages"]:
            words, before = message["content"], last.get(message["speaker"])
            if before and words.casefold() == before.casefold():
                assert "repeated" in message["flags"]
            last[message["speaker"]] = words or before or ""


def test_a_prompt_that_fits_is_never_said_to_have_been_cut(program: Program, server: str) -> None:
    flags = [
        flag
        for told in _runs(program, CONVERSATION, server)
        for message in told["messages"]
        for flag in message["flags"]
    ]
    assert not {"context_cut", "context_suspected"}.intersection(flags)


def test_a_feed_is_played_and_its_probabilities_are_shares(program: Program, server: str) -> None:
    for told in _runs(program, FEED, server):
        assert told["ended"] == "completed"
        assert len(told["people"]) == 3
        assert all(0.0 <= reaction["probability"] <= 1.0 for reaction in told["reactions"])
        assert [post["day"] for post, _ in pairwise(told["posts"])] == sorted(
            post["day"] for post, _ in pairwise(told["posts"])
        )
        for request in _requests(program, told["run"]):
            assert request["messages"][-1]["role"] == "user"
