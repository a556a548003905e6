"""Fingerprints of requests that go on from earlier ones are those of the requests themselves."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.ports.model import ChatMessage, ModelIdentity, ModelRequest
from sociarium.runner.run import request_fingerprints
from sociarium.runner.run.request_fingerprints import RequestFingerprints

AGENTS = ("You are Guard_1.", "You are Prisoner_2.", "")


def request(texts: Sequence[str], *, seed: int = 0) -> ModelRequest:
    roles = ("system", "user", "assistant")
    messages = tuple(ChatMessage(roles[at % 3], text) for at, text in enumerate(texts))  # type: ignore[arg-type]
    return ModelRequest(ModelIdentity("m", "openai", "gpt", {"seed": seed}), messages, stop=("\n",))


transcripts = st.lists(
    st.sampled_from(["", "yes", 'He said "no".', "naïve \ud83d\ude00 \u2028", "x" * 5000]), max_size=6
)


@given(st.lists(st.tuples(st.sampled_from(AGENTS), transcripts), max_size=12))
def test_they_are_the_same_whatever_was_asked_before(asked: list[tuple[str, list[str]]]) -> None:
    fingerprints = RequestFingerprints()
    for number, (agent, transcript) in enumerate(asked):
        one = request([agent, *transcript], seed=number)
        assert fingerprints.of(one) == one.fingerprint()


@given(st.lists(st.integers(0, 4), max_size=20))
def test_they_are_the_same_where_a_transcript_grows_shrinks_and_ends_otherwise(steps: list[int]) -> None:
    fingerprints, texts = RequestFingerprints(), [AGENTS[0]]
    for number, step in enumerate(steps):
        if step < 3:
            texts = [*texts, *(f"said {number}.{at}" for at in range(step))]
        elif step == 3:
            texts = texts[:-1] or texts
        else:
            texts = [*texts[:-1], f"asked {number}"]
        one = request(texts)
        assert fingerprints.of(one) == one.fingerprint()


def test_a_request_without_messages_has_one() -> None:
    assert RequestFingerprints().of(request([])) == request([]).fingerprint()


def test_what_was_hashed_of_an_agents_last_request_is_not_hashed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    spelled: list[str] = []
    message_text = request_fingerprints.message_text
    monkeypatch.setattr(
        request_fingerprints, "message_text", lambda one: spelled.append(one.content) or message_text(one)
    )
    fingerprints = RequestFingerprints()
    for texts in (["a", "1"], ["b", "1"], ["a", "1", "2", "3"], ["b", "1", "2"], ["a", "1", "2", "question"]):
        fingerprints.of(request(texts))
    assert spelled == ["a", "1", "b", "1", "2", "3", "2", "question"]


def test_the_requests_of_few_agents_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_fingerprints, "_MOST_AGENTS", 2)
    fingerprints = RequestFingerprints()
    for agent in ("a", "b", "c", "b", "a"):
        one = request([agent, "1"])
        assert fingerprints.of(one) == one.fingerprint()
        assert len(fingerprints._last) <= 2
