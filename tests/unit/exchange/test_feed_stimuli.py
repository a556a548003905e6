"""What people of a feed read of themselves and above posts stands in every view of the run, not in prompts alone."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sociarium.exchange.feed_reading import feed_reading
from sociarium.exchange.folder import Folder
from sociarium.exchange.run_document import run_document
from sociarium.exchange.txt import export
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.app import create_app
from sociarium.viewer.pages.person import person_page
from sociarium.viewer.settings import ViewerSettings
from tests.support.definitions import small_feed
from tests.support.older_stores import program
from tests.support.played_stores import played, replayed

PEOPLE = """
- {handle: ada, follows: [bob], background: Knows every bridge., history: [{kind: post, text: "I counted the arches."}]}
- {handle: bob, follows: [ada]}
""".replace("\n-", "\n  -")
LABEL = "Checked by the harbour office."
FEED = small_feed(
    people=PEOPLE,
    policy=f"{{match: {{words: [bridge]}}, do: label, label: {LABEL}}}",
    events="[{name: news, author: town, post: The bridge is shut.}]",
)
READ = ("Knows every bridge.", "- you posted: “I counted the arches.”")


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


@pytest.fixture
def run(store: SqliteStore) -> str:
    [place] = store.slots(played(store, FEED).sweep.id)
    return place.status.run


def test_what_is_shown_is_what_was_read(store: SqliteStore, run: str) -> None:
    requests = list(replayed(store, run).requests.values())
    assert all(any(words in one.messages[0].content for one in requests) for words in READ)
    assert any(f"Note by the network: {LABEL}" in one.messages[-1].content for one in requests)
    read = feed_reading(store, run)
    assert (read.label, read.people["ada"]["background"], read.past("ada")) == (LABEL, READ[0], [READ[1]])
    document = run_document(store, run)
    assert (document["policy_label"], document["people"][0]["background"]) == (LABEL, READ[0])


def test_show_has_it(
    store: SqliteStore, run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = program(f"sqlite:///{store.path}", tmp_path, monkeypatch, capsys)
    assert f"Above a labelled post stands: {LABEL}" in call("show", run).out
    person = call("show", run, "--person", "ada").out
    assert all(words in person for words in READ)
    told: dict[str, Any] = json.loads(call("show", run, "--person", "ada", "--json").out)
    assert (told["past"], told["person"]["background"]) == ([READ[1]], READ[0])


def test_pages_have_it(store: SqliteStore, run: str) -> None:
    app = create_app(ViewerSettings(store, user="ada", form_token="f" * 32), this_worker())
    browser = TestClient(app, base_url="http://127.0.0.1:8042")
    person = html.unescape(browser.get(f"/runs/{run}/people/ada").text)
    assert all(words in person for words in READ)
    assert LABEL in html.unescape(browser.get(f"/runs/{run}/posts/p1").text)


def test_pages_that_are_handed_on_leave_out_what_somebody_did_before(store: SqliteStore, run: str) -> None:
    read = feed_reading(store, run)
    assert person_page(store, read, "ada").past == (READ[1],)
    assert person_page(store, read, "ada", inline=True).past == ()


def test_texts_and_tables_have_it(store: SqliteStore, run: str, tmp_path: Path) -> None:
    [path] = export(store, [run], Folder(tmp_path / "out"))
    text = path.read_text(encoding="utf-8")
    assert f"Above a labelled post stands: {LABEL}" in text
    assert "[event] [label]" in text


def test_a_feed_that_labels_nothing_names_no_label(store: SqliteStore) -> None:
    [place] = store.slots(played(store, small_feed()).sweep.id)
    assert run_document(store, place.status.run)["policy_label"] == ""


def test_a_label_that_comes_later_is_named(store: SqliteStore) -> None:
    text = FEED.replace("do: label", "do: none") + "schedule: [{day: 2, set: {policy: label}}]\n"
    [place] = store.slots(played(store, text).sweep.id)
    assert run_document(store, place.status.run)["policy_label"] == LABEL
