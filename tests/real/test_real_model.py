"""A conversation and a feed with a real small model on a real server: it does what no stand-in was told to do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sociarium.config import VARIABLES
from tests.support.program import Program

_MOST_SECONDS = 800

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

CONVERSATION = """
title: Who opens the window
starting_message: It is warm in the reading room. Somebody has to decide about the window.
models:
  small: {{provider: openai, model: smollm2, base_url: "{address}/v1", temperature: 0.8, max_tokens: 24, seed: run}}
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
    messages: 8
    days: 2
    agents.reader: 2
    speaker_selection: [round_robin, auto]
  replicates: 1
  seed: 5
"""

FEED = """
title: A market day
environment: feed
models:
  small: {{provider: openai, model: smollm2, base_url: "{address}/v1", temperature: 0.8, max_tokens: 240, seed: run}}
people:
  - {{handle: ada, bio: Baker, persona: Kind and hard to hurry., follows: [ben]}}
  - {{handle: ben, bio: Fishmonger, persona: Loud and quick to laugh., follows: [ada]}}
events:
  - {{name: notice, day: 1, author: town_hall, post: The market moves to the harbour next week.}}
probes:
  - {{name: mood, at: [start, end], ask: How do you feel about the market?, answer: {{from: 0, to: 10}}}}
days: 1
sweep: {{replicates: 1, seed: 3}}
"""


Played = list[tuple[dict[str, Any], list[dict[str, Any]]]]
"""Of each run what `show` tells of it, and its requests."""


def _played(program: Program, text: str, address: str) -> Played:
    """An experiment, played to its end and verified by a replay."""
    file = program.file(text.format(address=address))
    with program.begin("run", file, "--yes", "--concurrency", "2") as process:
        assert process.wait(_MOST_SECONDS) in {0, 1}
    assert program("status", "--json").json["counts"]["failed"] == 0
    ids = [row["run"] for row in program("list", "runs", "--state", "done", "--json").json]
    assert ids
    for run in ids:
        assert program("replay", run).code == 0
    shown = [program("show", run, "--prompts", "--json").json for run in ids]
    return [(one, one.pop("requests")) for one in shown]


@pytest.fixture(scope="module")
def conversations(server: str, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Two conversations: in turn, and with speakers whom the model chooses."""
    return _played(_program(tmp_path_factory.mktemp("conversations")), CONVERSATION, server)


@pytest.fixture(scope="module")
def feeds(server: str, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A feed of two people."""
    return _played(_program(tmp_path_factory.mktemp("feeds")), FEED, server)


def _program(folder: Path) -> Program:
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return Program(folder, kept | {"SOCIARIUM_USER": "tester"}, fresh=True)


def test_conversations_are_played_to_their_end(conversations: Played) -> None:
    assert len(conversations) == 2
    for shown, _ in conversations:
        assert shown["ended"] == "completed"
        assert len(shown["messages"]) == 8


def test_nobody_is_asked_to_go_on_with_their_own_words(conversations: Played, feeds: Played) -> None:
    for _, requests in (*conversations, *feeds):
        assert requests
        assert {request["messages"][-1]["role"] for request in requests} == {"user"}


def test_what_repeats_the_words_before_is_flagged(conversations: Played) -> None:
    for shown, _ in conversations:
        last: dict[str, str] = {}
        for message in shown["messages"]:
            words, before = message["content"], last.get(message["speaker"])
            if before and words.casefold() == before.casefold():
                assert "repeated" in message["flags"]
            last[message["speaker"]] = words or before or ""


def test_a_prompt_that_fits_is_never_said_to_have_been_cut(conversations: Played) -> None:
    flags = {flag for shown, _ in conversations for message in shown["messages"] for flag in message["flags"]}
    assert not {"context_cut", "context_suspected"} & flags


def test_a_feed_is_played_and_its_probabilities_are_shares(feeds: Played) -> None:
    [(shown, _)] = feeds
    assert shown["ended"] == "completed"
    assert len(shown["people"]) == 2
    assert all(0.0 <= reaction["probability"] <= 1.0 for reaction in shown["reactions"])
