"""Moderation as a measure: texts are sent where that is said, each once, and what came is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import sociarium
from sociarium.analysis.measures.compute import MeasureCounts, compute_measures
from sociarium.analysis.measures.moderation import MODEL, ModerationScores
from sociarium.analysis.measures.registry import bound_to, measure_specs
from sociarium.api.measuring import chosen_measures
from sociarium.errors import BadInput, Misconfigured, Transient
from sociarium.providers.network import Network
from sociarium.providers.openai.moderation import Moderation
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.stores.sqlite import SqliteStore
from tests.servers.moderation_server import ModerationServer, moderation_server
from tests.support.definitions import small
from tests.support.hand_clock import HandClock
from tests.support.played_stores import Saying, played

TEXTS = ["I will kill you.", "Good morning.", " ", "Good morning."]
NAMES = ("moderation", "moderation/violence", "moderation/sexual")


@pytest.fixture
def server() -> Iterator[ModerationServer]:
    with moderation_server() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def run_of(store: SqliteStore) -> str:
    sweep = played(store, small(sweep="{factors: {messages: [4]}}"), model=Saying(TEXTS)).sweep
    return next(iter(store.slots(sweep.id))).status.run


def measured(store: SqliteStore, run: str, url: str, *names: str, attempts: int = 8) -> list[MeasureCounts]:
    policy = RetryPolicy(attempts=attempts, pause=0.0)
    moderated = ModerationScores(Moderation(url, key="sk-test", network=Network()), policy)
    specs = [bound_to(one, moderated) for one in measure_specs(names or NAMES)]
    return compute_measures(store, [run], specs, clock=HandClock(), progress=lambda _count: None)


def values(store: SqliteStore, run: str, name: str) -> list[object]:
    return [one.value for one in store.measures_of([run]) if one.name == name]


def test_each_text_is_sent_once_and_what_is_said_of_it_is_kept(store: SqliteStore, server: ModerationServer) -> None:
    run = run_of(store)
    flagged, violence, other = measured(store, run, server.url)
    texts = {event.happening.content for event in store.events(run) if event.happening.kind == "message"}
    assert sorted(server.texts) == sorted(text for text in texts if text.strip())
    assert (len(server.asked), server.asked[0]["model"], server.keys) == (1, MODEL, ["Bearer sk-test"])
    assert True in values(store, run, "moderation")
    assert 0.75 in values(store, run, "moderation/violence")
    assert (flagged.version, violence.computed) == (f"1 {MODEL}", flagged.computed)
    assert other.missing["the endpoint has no such category"] == flagged.computed
    again = measured(store, run, server.url)
    assert (len(server.asked), again[0].computed, again[0].cached) == (1, 0, flagged.computed)


@pytest.mark.parametrize("status", [429, 500])
def test_a_busy_or_failing_service_is_asked_again(store: SqliteStore, server: ModerationServer, status: int) -> None:
    server.refusals = [status, status]
    assert measured(store, run_of(store), server.url, "moderation")[0].computed > 0


def test_a_service_that_keeps_failing_ends_it_with_nothing_half_kept(
    store: SqliteStore, server: ModerationServer
) -> None:
    run, server.refusals = run_of(store), [500] * 3
    with pytest.raises(Transient, match="the moderation of http"):
        measured(store, run, server.url, "moderation", attempts=3)
    assert values(store, run, "moderation") == []


def test_another_model_than_was_asked_is_refused(store: SqliteStore, server: ModerationServer) -> None:
    run, server.model = run_of(store), "omni-moderation-2031-01-01"
    with pytest.raises(Misconfigured, match="values of both may not be mixed"):
        measured(store, run, server.url, "moderation")
    assert values(store, run, "moderation") == []


def test_nothing_is_sent_unless_it_is_said(
    store: SqliteStore, server: ModerationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    run = run_of(store)
    with pytest.raises(BadInput, match="sends the words of every message to OpenAI's moderation endpoint"):
        sociarium.measure(run, "moderation", store=store.path)
    assert server.asked == []
    result = sociarium.measure(run, "moderation", "words", store=store.path, send_texts=True)
    assert result.measures[0].computed == result.measures[1].computed - values(store, run, "words").count(0)
    assert len(server.asked) == 1


def test_the_official_service_wants_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(Misconfigured, match="OPENAI_API_KEY"):
        chosen_measures(["moderation"], allow_code=False, send_texts=True)
