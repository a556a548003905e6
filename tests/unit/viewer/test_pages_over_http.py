"""Pages as a browser gets them: addresses, rights, forms, errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from sociarium.errors import StoreUnavailable
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import SweepRecord
from sociarium.runner.library import edit_delete, lookup
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.forms import local_address
from tests.support.annotated import draw, with_codebook
from tests.support.definitions import small_feed
from tests.support.played_stores import played
from tests.support.viewer import let_go, places, send

Client = Callable[..., TestClient]


def run_of(store: SqliteStore, sweep: SweepRecord) -> str:
    return places(store, sweep)[0].status.run


class Untouched:
    """A store of which nothing may be changed."""

    WRITES = ("save_experiment", "add_version", "save_sweep", "add_model_version", "place_runs", "claim", "claim_all",
              "record_heartbeat", "put_input", "append", "erase", "append_edit", "mark_deletion", "unmark_deletion",
              "delete_part", "check_health", "save_codebook", "add_label", "put_measures")  # fmt: skip

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        assert name not in self.WRITES, f"a page calls {name}"
        return getattr(self._store, name)


@pytest.mark.slow
def test_no_page_writes(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    feed = played(store, small_feed(title="A feed")).sweep
    let_go(store, places(store, sweep)[3], error="gone")
    codebook = with_codebook(store, sweep)
    draw(store, codebook, sweep)
    browser, run = client(Untouched(store)), run_of(store, sweep)
    paths = ["/experiments?q=start&kind=conversation", f"/experiments/{sweep.experiment}", f"/sweeps/{sweep.id}",
             f"/runs/{run}", f"/runs/{run}/prompts/day1/turn1/reply", f"/runs/{run}/texts/3",
             f"/sweeps/{sweep.id}/live", f"/runs/{run}/live", f"/experiments/{feed.experiment}", f"/sweeps/{feed.id}",
             f"/runs/{places(store, feed)[0].status.run}", "/label", f"/codebooks/{codebook.id}",
             f"/codebooks/{codebook.id}/samples/1", f"/codebooks/{codebook.id}/samples/1/agreement",
             f"/codebooks/{codebook.id}/samples/1/settle", f"/experiments/{sweep.experiment}/edit"]  # fmt: skip
    assert [(path, browser.get(path).status_code) for path in paths] == [(path, 200) for path in paths]


def test_an_empty_store_says_how_to_begin(client: Client) -> None:
    browser = client()
    assert "sociarium demo" in browser.get("/experiments").text
    assert "sociarium demo" in browser.get("/sweeps").text


@pytest.mark.slow
def test_ids_may_be_shortened(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser = client()
    for path in (
        f"/runs/{run_of(store, sweep)[:10]}",
        f"/sweeps/{sweep.id[:10]}",
        f"/experiments/{sweep.experiment[:10]}",
    ):
        assert browser.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("/runs/ffffffff", 404), ("/sweeps/zz", 404), ("/experiments/nobody", 404), ("/nowhere", 404),
     ("/experiments?page=x", 422), ("/runs/ff?page=-1", 422)],
)  # fmt: skip
def test_what_is_not_there_is_said_in_a_page(client: Client, path: str, status: int) -> None:
    answer = client().get(path)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("path", "words", "way_on"),
    [("/experiments?page=x&q=a", "The address says page=x, which is no whole number", "/experiments?q=a"),
     ("/runs/ff?page=-1", "The address says page=-1, which is too small: it begins with 0", "/runs/ff"),
     ("/runs/ff?order=loudest", "The address says order=loudest, which is none of what can stand there: ", "/runs/ff"),
     ("/runs/ff/fork?sham=perhaps", "The address says sham=perhaps, which is neither true nor false", "/runs/ff/fork"),
     ("/codebooks/ff/samples/one", "The address says one, which is no whole number", "/experiments"),
     ("/runs/ff/drafts", "This address takes what a form sends, and shows nothing by itself", "/runs/ff")],
)  # fmt: skip
def test_a_wrong_address_says_what_is_wrong_and_how_to_go_on(
    client: Client, path: str, words: str, way_on: str
) -> None:
    answer = client().get(path)
    assert answer.status_code in {405, 422}
    assert words in answer.text
    assert f'class="btn first" href="{way_on}"' in answer.text or way_on == "/experiments"


def test_a_store_that_is_away_is_said_so(client: Client, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("mongodb://ada:secret@db.example/lab is away")

    monkeypatch.setattr(SqliteStore, "list_experiments", away)
    answer = client().get("/experiments")
    assert answer.status_code == 503
    assert "secret" not in answer.text


def test_a_fault_of_ours_shows_no_traceback(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the inside of it")

    monkeypatch.setattr(SqliteStore, "list_experiments", broken)
    answer = client().get("/experiments")
    assert answer.status_code == 500
    assert "RuntimeError" in answer.text
    assert "the inside of it" not in answer.text
    assert answer.headers["content-security-policy"]


def test_the_search_opens_what_an_id_names(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser, run = client(), run_of(store, sweep)
    assert browser.get(f"/search?q={run[:9]}").headers["location"] == f"/runs/{run}"
    assert browser.get(f"/search?q={sweep.id[:9]}").headers["location"] == f"/sweeps/{sweep.id}"
    assert browser.get("/search?q=two+days").headers["location"] == "/experiments?q=two+days"


def test_a_star_and_a_note_are_kept(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser, path = client(), f"/experiments/{sweep.experiment}"
    answer = send(browser, f"{path}/star", star="1", next="/experiments?sort=title#e-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/experiments?sort=title#e-1")
    send(browser, f"{path}/note", note="a new one", revision="2")
    kept = store.experiment(sweep.experiment)
    assert (kept.favourite, kept.note) == (True, "a new one")
    send(browser, f"{path}/star", star="0")
    assert not store.experiment(sweep.experiment).favourite


@pytest.mark.slow
def test_a_run_has_a_star_and_a_note_too(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser, run = client(), run_of(store, sweep)
    send(browser, f"/runs/{run}/note", note="look at 1.2")
    send(browser, f"/runs/{run}/star", star="1")
    assert "look at 1.2" in browser.get(f"/runs/{run}").text
    assert store.latest_edits("run", [run])[run].favourite


@pytest.mark.slow
def test_what_is_somebody_elses_is_neither_offered_nor_taken(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    browser = client(user="eve")
    for path in ("/experiments", f"/experiments/{sweep.experiment}", f"/runs/{run_of(store, sweep)}"):
        text = browser.get(path).text
        assert "/star" not in text
        assert "/note" not in text
    answer = send(browser, f"/experiments/{sweep.experiment}/note", note="mine")
    assert answer.status_code == 403
    assert "ada" in answer.text
    assert store.experiment(sweep.experiment).note == "=a note"


@pytest.mark.slow
def test_read_only_pages_offer_and_take_nothing(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser = client(read_only=True)
    for path in ("/experiments", f"/experiments/{sweep.experiment}", f"/runs/{run_of(store, sweep)}?edit=1"):
        text = browser.get(path).text
        assert 'action="/theme"' in text
        assert "/star" not in text
        assert "/note" not in text
        assert "read-only" in text
    assert send(browser, f"/experiments/{sweep.experiment}/star", star="1").status_code == 403
    assert not store.experiment(sweep.experiment).favourite
    assert send(browser, "/theme", theme="dark").status_code == 303


def test_of_two_who_edit_at_once_the_second_is_told(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    owned = lookup.find_target(store, sweep.experiment, creator="ada")
    edit_delete.edit(store, owned, me="ada", clock=SystemClock(), note="the first one's")
    answer = send(client(), f"/experiments/{sweep.experiment}/note", note="the second one's", revision="1")
    assert answer.status_code == 409
    assert "the first one" in answer.text
    assert store.experiment(sweep.experiment).note == "the first one's"


def test_a_form_of_more_than_four_million_bytes_is_refused(client: Client, sweep: SweepRecord) -> None:
    assert send(client(), f"/experiments/{sweep.experiment}/note", note="x" * 4_000_001).status_code == 403


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "", "///evil",
     "/x\nLocation: y", "http:/evil"],
)  # fmt: skip
def test_a_form_leads_back_to_this_server_alone(address: str) -> None:
    assert local_address(address) == "/experiments"


def test_colours_are_remembered(client: Client) -> None:
    browser = client()
    assert 'class="dark"' not in browser.get("/experiments").text
    send(browser, "/theme", theme="dark", next="/experiments")
    assert '<html lang="en" class="dark">' in browser.get("/experiments").text
    send(browser, "/theme", theme='"><script>', next="/experiments")
    assert "<script>" not in browser.get("/experiments").text


def test_a_prompt_is_the_exact_request(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser, run = client(), run_of(store, sweep)
    whole = browser.get(f"/runs/{run}/prompts/day1/turn1/reply").text
    part = browser.get(f"/runs/{run}/prompts/day1/turn1/reply?part=1").text
    name = re.search(r"I am (\w+_\d+)\.", part)
    assert name
    assert name[0] in whole
    assert "<html" not in part
    assert browser.get(f"/runs/{run}/prompts/nothing").status_code == 404


@pytest.mark.slow
def test_a_message_has_an_address_and_its_whole_text_another(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    browser, run = client(), run_of(store, sweep)
    assert browser.get(f"/runs/{run}/messages/2.1").headers["location"] == f"/runs/{run}?page=1#m2-1"
    assert 'id="m2-1"' in browser.get(f"/runs/{run}").text
    event = next(one for one in store.events(run) if one.happening.kind == "message")
    answer = browser.get(f"/runs/{run}/texts/{event.seq}")
    assert answer.text == event.happening.content
    assert answer.headers["content-type"].startswith("text/plain")
    assert browser.get(f"/runs/{run}/texts/0").text == "Start."
    feed = places(store, played(store, small_feed()).sweep)[0].status.run
    assert browser.get(f"/runs/{feed}/texts/0").status_code == 404


@pytest.mark.slow
def test_a_feed_is_shown_as_its_posts(client: Client, store: SqliteStore) -> None:
    feed = played(store, small_feed()).sweep
    text = client().get(f"/runs/{places(store, feed)[0].status.run}").text
    assert "Who follows whom" in text
    assert "@ada" in text


def events_of(text: str) -> list[tuple[str, Any]]:
    parts = re.findall(r"event: (\w+)\ndata: (.*)\n", text)
    return [(name, json.loads(data)) for name, data in parts]


@pytest.mark.slow
def test_a_sweep_that_stands_still_is_sent_once_and_the_stream_ends(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    sent = events_of(client().get(f"/sweeps/{sweep.id}/live").text)
    assert [name for name, _ in sent] == ["parts", "end"]
    parts = sent[0][1]["parts"]
    assert {"sweep-lede", "sweep-facts", "sweep-said", "cell-0-1", "row-0-done"} <= set(parts)
    page = client().get(f"/sweeps/{sweep.id}").text
    assert all(f'id="{name}"' in page for name in parts)


@pytest.mark.slow
def test_a_stream_of_a_run_has_what_was_said_after_a_number(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    run = run_of(store, sweep)
    messages = [one for one in store.events(run) if one.happening.kind == "message"]
    browser = client()
    sent = events_of(browser.get(f"/runs/{run}/live?after={messages[-2].seq}").text)
    assert [turn["anchor"] for turn in sent[0][1]["turns"]] == [f"m2-{messages[-1].happening.index}"]
    again = browser.get(f"/runs/{run}/live", headers={"last-event-id": str(messages[-1].seq)})
    assert events_of(again.text)[0][1]["turns"] == []
