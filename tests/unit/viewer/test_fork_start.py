"""A fork begun from its page: placed whole, and played by a process in the background."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sociarium.bootstrap import open_store
from sociarium.ports.store import Store
from tests.support.background_starts import Begun, recorded_starts
from tests.support.played_stores import played, two_days
from tests.support.viewer import places, send

Client = Callable[..., TestClient]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Opened as commands do, so that another process could open it."""
    opened = open_store(f"sqlite:///{tmp_path}/store.db")
    yield opened
    opened.close()


@pytest.fixture
def run(store: Store) -> str:
    return places(store, played(store, two_days()).sweep)[0].status.run


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Begun:
    return recorded_starts(monkeypatch, tmp_path)


FIELDS = {"at": "day1/turn2", "change": "messages=8", "other": "", "replicates": "2", "sham": "true"}


def test_a_fork_is_placed_begun_once_and_leads_to_its_page(
    client: Client, store: Store, begun: Begun, run: str
) -> None:
    browser, before = client(allow_run=True), store.sweeps()
    page = browser.get(f"/runs/{run}/fork", params={**FIELDS, "plan": "true"}).text
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.partition('aria-label="Begin it"')[2]))
    assert {name: sent[name] for name in FIELDS} == FIELDS, "the form begins something else than the plan shows"
    assert store.sweeps() == before
    fields = {**FIELDS, "concurrency": "2", "max_cost": "1.5", "start": "form-1"}
    answer = send(browser, f"/runs/{run}/fork", **fields)
    [made] = [sweep for sweep in store.sweeps() if sweep not in before]
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sweeps/{made.id}")
    assert made.origin is not None
    assert (made.origin.kind, made.origin.of, made.origin.at, made.creator) == ("fork", run, "day1/turn2", "ada")
    assert (made.origin.changes["set"], made.runs, len(places(store, made))) == ({"messages": "8"}, 4, 4)
    assert begun.options == [["--concurrency=2", "--max-cost=1.5", "--no-pull", "--yes"]]
    assert send(browser, f"/runs/{run}/fork", **fields).headers["location"] == f"/sweeps/{made.id}"
    assert len(begun.options) == 1, "the same form began it twice"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"at": "day9/turn1"}, "there is no day9/turn1"),
        ({"change": "", "sham": ""}, "nothing would be changed"),
        ({"other": "weather=rain"}, "weather"),
        ({"at": "5", "change": "messages=2"}, "cannot go on so"),
        ({"max_cost": "much"}, "Cost at most: 'much' is not a number"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_stored(
    client: Client, store: Store, begun: Begun, run: str, fields: dict[str, str], says: str
) -> None:
    before = store.sweeps()
    answer = send(client(allow_run=True), f"/runs/{run}/fork", **{**FIELDS, "concurrency": "3", **fields})
    text = answer.text.replace("&#39;", "'")
    assert (answer.status_code, text.count('role="alert"'), text.count("Nothing was begun.")) == (400, 1, 1)
    assert says.lower() in text.lower()
    assert begun.options == []
    assert store.sweeps() == before
    if "max_cost" in fields:
        assert re.search(r'name="max_cost"[^>]* value="much"', text), "what was typed is lost"


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "says"), [({}, "--allow-run"), ({"read_only": True}, "--read-only")])
def test_pages_that_may_not_play_show_the_command_and_begin_nothing(
    client: Client, store: Store, begun: Begun, run: str, settings: dict[str, bool], says: str
) -> None:
    before, browser = store.sweeps(), client(**settings)
    page = browser.get(f"/runs/{run}/fork", params={**FIELDS, "plan": "true"}).text
    assert 'method="post" aria-label="Begin it"' not in page
    assert says in page
    assert f"sociarium fork {run[:12]} --at day1/turn2 --set messages=8 --replicates 2 --sham" in page
    refused = send(browser, f"/runs/{run}/fork", **FIELDS)
    assert (refused.status_code, says in refused.text) == (403, True)
    assert store.sweeps() == before
    assert begun.options == []
