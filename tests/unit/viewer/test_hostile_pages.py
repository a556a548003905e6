"""Hostile texts in every field that a model or a colleague can write: shown, never obeyed."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.hostile_pages import EVERY_TEXT, TEXTS, WORST, Seen, hostile
from tests.support.played_stores import Saying, played
from tests.support.viewer import places, send

Client = Callable[..., TestClient]

LONG = "x" * 1_000_000


def pages(browser: TestClient, store: SqliteStore, sweep: SweepRecord) -> dict[str, str]:
    done, failed, *_ = [place.status.run for place in places(store, sweep)]
    paths = ["/experiments", f"/experiments/{sweep.experiment}", f"/experiments/{sweep.experiment}?condition=1",
             f"/sweeps/{sweep.id}", f"/sweeps/{sweep.id}/results", f"/sweeps/{sweep.id}/runs",
             f"/compare?a={done}&b={failed}", f"/compare?a={done}", f"/runs/{done}", f"/runs/{failed}",
             f"/runs/{done}/prompts/day1/turn1/reply", f"/runs/{done}?edit=1", f"/experiments?edit={sweep.experiment}",
             "/experiments?q=x<script>"]  # fmt: skip
    answers = {path: browser.get(path) for path in paths}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(paths, 200)
    return {path: answer.text for path, answer in answers.items()}


@pytest.mark.slow
@pytest.mark.parametrize("text", EVERY_TEXT)
def test_hostile_text_is_text(client: Client, store: SqliteStore, text: str) -> None:
    sweep = hostile(store, text)
    browser = client(user=text)
    for path, page in pages(browser, store, sweep).items():
        assert Seen(page).faults == [], path
        assert "9801547" not in page, path


@pytest.mark.slow
def test_what_is_sent_to_open_pages_is_text_as_well(client: Client, store: SqliteStore) -> None:
    sweep = hostile(store, WORST)
    browser, run = client(user=WORST), places(store, sweep)[0].status.run
    for path in (f"/sweeps/{sweep.id}/live", f"/runs/{run}/live"):
        for line in browser.get(path).text.splitlines():
            if line.startswith("data: "):
                data = json.loads(line.removeprefix("data: "))
                parts = [*data.get("parts", {}).values(), *(turn["html"] for turn in data.get("turns", []))]
                assert [Seen(part).faults for part in parts] == [[] for _ in parts]


@pytest.mark.slow
def test_a_line_of_a_megabyte_makes_no_page_of_a_megabyte(client: Client, store: SqliteStore) -> None:
    sweep = hostile(store, LONG[:900])
    said = played(store, small(title="Long"), model=Saying([LONG])).sweep
    browser = client()
    send(browser, f"/runs/{places(store, said)[0].status.run}/note", note=LONG[:990_000])
    for path, page in pages(browser, store, sweep).items():
        assert len(page) < 200_000, path
    for path, page in pages_of_run(browser, store, said).items():
        assert len(page) < 400_000, path


def pages_of_run(browser: TestClient, store: SqliteStore, sweep: SweepRecord) -> dict[str, str]:
    run = places(store, sweep)[0].status.run
    return {path: browser.get(path).text for path in (f"/sweeps/{sweep.id}", f"/runs/{run}")}


def test_a_whole_text_is_plain_whatever_it_holds(client: Client, store: SqliteStore) -> None:
    run = places(store, hostile(store, "<script>alert(1)</script>"))[0].status.run
    event = next(one for one in store.events(run) if one.happening.kind == "message")
    answer = client().get(f"/runs/{run}/texts/{event.seq}")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.slow
def test_a_hostile_feed_is_text(client: Client, store: SqliteStore) -> None:
    quoted = json.dumps(WORST)
    feed = small_feed(
        title=quoted, people=f"[{{handle: ada, name: {quoted}, bio: {quoted}, follows: [bob]}}, {{handle: bob}}]"
    )
    sweep = played(store, feed, model=Saying([WORST])).sweep
    run, browser = places(store, sweep)[0].status.run, client()
    paths = ("", "?as=ada", "?order=threads", "?order=answered", "/people/ada", "/posts/p1", "/posts/p1/readers")
    for path in (*paths, *(f"?{name}={quote(WORST[:480])}" for name in ("q", "tag", "as", "opinion"))):
        answer = browser.get(f"/runs/{run}{path}")
        assert (answer.status_code, Seen(answer.text).faults) == (200, []), path
        assert "9801547" not in answer.text, path


@pytest.mark.slow
def test_a_post_of_a_megabyte_makes_no_page_of_a_megabyte(client: Client, store: SqliteStore) -> None:
    run = places(store, played(store, small_feed(), model=Saying([LONG])).sweep)[0].status.run
    for path in ("", "?as=ada", "/people/ada", "/posts/p1"):
        assert len(client().get(f"/runs/{run}{path}").text) < 400_000, path


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_hostile_address_is_text(client: Client, sweep: SweepRecord, text: str) -> None:
    browser = client()
    for path in ("/experiments", "/search", f"/experiments/{sweep.experiment}", f"/sweeps/{sweep.id}"):
        answer = browser.get(path, params={"q": text, "sort": text, "person": text, "sweep": text, "edit": text})
        assert Seen(answer.text).faults == []
        assert answer.headers.get("location", "/").startswith("/experiments?q=") or answer.status_code != 303
