"""Agents are asked from a page: whom, as of when, and what was answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.played_stores import played
from tests.support.viewer import places, send

Client = Callable[..., TestClient]


@pytest.fixture
def run(store: SqliteStore, sweep: SweepRecord) -> str:
    return places(store, sweep)[0].status.run


def speaker_of(browser: TestClient, run: str) -> str:
    return re.findall(rf"/runs/{run}/ask\?agent=([^&]+)&amp;at=day1/turn2\"", browser.get(f"/runs/{run}").text)[0]


@pytest.mark.slow
def test_an_answer_is_kept_beside_the_run_and_the_sitting_goes_on(client: Client, store: SqliteStore, run: str) -> None:
    browser = client(allow_run=True)
    events = store.events(run)
    agent = speaker_of(browser, run)
    answer = send(browser, f"/runs/{run}/ask", agent=agent, at="day1/turn2", question="Why <b>not</b>?")
    assert answer.status_code == 303
    [first] = store.interviews(run)
    assert (first.agent, first.at, first.by, first.question) == (agent, "day1/turn2", "ada", "Why <b>not</b>?")
    page = browser.get(answer.headers["location"].partition("#")[0]).text
    assert "Why &lt;b&gt;not&lt;/b&gt;?" in page
    assert first.text.split()[0] in page
    again = send(browser, f"/runs/{run}/ask", agent=agent, at="day1/turn2", question="And now?", sitting=first.sitting)
    assert again.status_code == 303
    second = store.interviews(run)[1]
    assert (second.sitting, second.turn) == (first.sitting, 2)
    assert second.reply["text"]
    assert store.events(run) == events
    assert store.run_statuses([run])[0].state is RunState.DONE
    assert f"/runs/{run}/ask?sitting={first.sitting}" in browser.get(f"/runs/{run}").text


@pytest.mark.slow
def test_an_answer_of_a_form_is_shown_as_it_was_read(client: Client, store: SqliteStore, run: str) -> None:
    browser = client(allow_run=True)
    answer = send(browser, f"/runs/{run}/ask", agent=speaker_of(browser, run), at="end", question="How?", form="0-10")
    [kept] = store.interviews(run)
    assert isinstance(kept.answer, int)
    assert f"<strong><bdi>{kept.answer}</bdi></strong>" in browser.get(answer.headers["location"]).text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"question": " "}, "the question is empty"),
        ({"agent": "Nobody_1"}, "can be asked in run"),
        ({"at": "day9/turn1"}, "there is no day9/turn1"),
        ({"form": "ten"}, "write a scale such as 0-10"),
        ({"sitting": "no-such"}, "no such sitting"),
        ({"model": "ghost"}, "the file has no model of that name"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_was_typed_and_nothing_is_kept(
    client: Client, store: SqliteStore, run: str, fields: dict[str, str], says: str
) -> None:
    browser = client(allow_run=True)
    asked = {"agent": speaker_of(browser, run), "at": "end", "question": "Why?", **fields}
    answer = send(browser, f"/runs/{run}/ask", **asked)
    assert answer.status_code in {400, 404}
    text = answer.text.replace("&#39;", "'")
    assert text.lower().count(says) == 1
    assert f">{asked['question']}</textarea>" in text
    for name in ("form", "model"):
        assert f'autocomplete="off" value="{asked.get(name, "")}"' in text
    assert store.interviews(run) == []


@pytest.mark.slow
def test_pages_that_may_not_play_ask_no_model_and_name_the_command(
    client: Client, store: SqliteStore, run: str
) -> None:
    browser = client()
    agent = speaker_of(browser, run)
    assert f"sociarium ask {run[:12]}" in browser.get(f"/runs/{run}/ask?agent={agent}&at=end").text
    answer = send(browser, f"/runs/{run}/ask", agent=agent, at="end", question="Why?")
    assert answer.status_code == 403
    assert "--allow-run" in answer.text
    assert ">Why?</textarea>" in answer.text
    assert store.interviews(run) == []


@pytest.mark.slow
def test_somebody_of_a_feed_is_asked_as_of_a_day(client: Client, store: SqliteStore) -> None:
    feed = places(store, played(store, small_feed(title="A feed")).sweep)[0].status.run
    browser = client(allow_run=True)
    handle = re.findall(r'<option value="([^"]+)"', browser.get(f"/runs/{feed}/ask").text)[0]
    answer = send(browser, f"/runs/{feed}/ask", agent=handle, at="day1", question="Whom do you trust?")
    assert answer.status_code == 303
    assert [(one.agent, one.at) for one in store.interviews(feed)] == [(handle, "day1")]
    assert f"/runs/{feed}/ask?agent=" in browser.get(f"/runs/{feed}/people/{handle}").text


@pytest.mark.slow
def test_a_templates_tokens_are_no_words_of_an_answer(client: Client, store: SqliteStore, run: str) -> None:
    browser = client(allow_run=True)
    send(browser, f"/runs/{run}/ask", agent=speaker_of(browser, run), at="end", question="Why?")
    [kept] = store.interviews(run)
    for turn, text in ((2, "Because I had to.<|im_end|>"), (3, "<|im_end|>")):
        store.add_interview(replace(kept, turn=turn, reply={**kept.reply, "text": text}))
    page = browser.get(f"/runs/{run}/ask?sitting={kept.sitting}").text
    assert "Because I had to." in page
    assert "im_end" not in page
    assert "said nothing" in page


def test_only_whom_a_model_plays_is_offered(client: Client, store: SqliteStore) -> None:
    text = small(title="Scripted", roles="{guard: {}, prisoner: {script: [One., Two.]}}")
    run = places(store, played(store, text).sweep)[0].status.run
    offered = re.findall(r'<option value="([^"]+)"', client().get(f"/runs/{run}/ask").text)
    assert [name.partition("_")[0] for name in offered] == ["Guard"]
