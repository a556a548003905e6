"""A fork is planned in the pages: nothing is stored by it, and the command is told."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.played_stores import played
from tests.support.viewer import places

Client = Callable[..., TestClient]


@pytest.fixture
def run(store: SqliteStore, sweep: SweepRecord) -> str:
    return places(store, sweep)[0].status.run


def fork(browser: TestClient, run: str, **fields: str) -> str:
    answer = browser.get(f"/runs/{run}/fork?{urlencode({'plan': 'true', **fields})}")
    assert answer.status_code == 200
    return answer.text.replace("&#39;", "'").replace("&#34;", '"')


@pytest.mark.slow
def test_each_message_leads_to_a_fork_at_it(client: Client, run: str) -> None:
    page = client().get(f"/runs/{run}").text
    assert f'href="/runs/{run}/fork?at=day1/turn1"' in page
    assert 'value="messages=' in client().get(f"/runs/{run}/fork?at=day1/turn1").text


def test_a_plan_says_what_it_comes_to_and_the_command_that_makes_it(
    client: Client, store: SqliteStore, run: str
) -> None:
    before = store.sweeps()
    page = fork(client(), run, at="day1/turn2", other="option.temperature=0.1", replicates="3", sham="true")
    assert "<strong>Six runs</strong>" in page
    command = f"sociarium fork {run[:12]} --at day1/turn2 --set option.temperature=0.1 --replicates 3 --sham"
    assert command in page
    assert store.sweeps() == before


def test_one_run_is_found_by_itself_however_large_its_sweep_is(
    client: Client, store: SqliteStore, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqliteStore, "slots", lambda *_: pytest.fail("every slot of the sweep is read"))
    assert "One run" in fork(client(), run, at="day1/turn2", other="option.temperature=0.1")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"at": "day9/turn1", "sham": "true"}, "there is no day9/turn1"),
        ({"at": "2"}, "nothing would be changed"),
        ({"at": "2", "other": "option.temperature"}, "is not FACTOR=LEVEL"),
        ({"at": "2", "other": "weather=rain"}, "weather"),
        ({"at": "5", "other": "messages=2"}, ""),
    ],
)
def test_what_cannot_be_forked_is_told_in_the_page(client: Client, run: str, fields: dict[str, str], says: str) -> None:
    page = fork(client(), run, **fields)
    assert 'class="bad"' in page
    assert says.lower() in page.lower()
    assert "The plan" not in page


@pytest.mark.slow
def test_a_feed_is_forked_at_a_day(client: Client, store: SqliteStore) -> None:
    feed = places(store, played(store, small_feed(title="A feed", days="3")).sweep)[0].status.run
    assert f'href="/runs/{feed}/fork?at=day' in client().get(f"/runs/{feed}").text
    assert "sociarium fork" in fork(client(), feed, at="day1", sham="true")


@pytest.mark.slow
def test_a_fork_that_lets_others_learn_of_what_is_changed_is_warned_of(client: Client, store: SqliteStore) -> None:
    prompts = "{guard: {variants: {hard: Be hard., soft: Be soft.}}, prisoner: You sit.}"
    sweep = played(store, small(sections=f"[{{title: Starting prompt, private: {prompts}}}]")).sweep
    run = places(store, sweep)[0].status.run
    page = fork(client(), run, at="2", other="section.Starting prompt.guard=soft")
    assert "The texts of guard vary, and others read its name in every condition" in page
    assert "others read its name" not in fork(client(), run, at="2", other="option.temperature=0.1")
