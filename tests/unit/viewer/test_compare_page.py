"""Two runs side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mongomock
import pytest
from starlette.testclient import TestClient

from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.read import parts
from sociarium.exchange.merge import merge
from sociarium.records.plans import SweepRecord
from sociarium.stores.mongo.legacy import MongoLegacyDatabase
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.pages.compare import choice_page, compare_page
from sociarium.viewer.pages.results import results_source
from sociarium.viewer.pages.transcript import transcript_page
from tests.support.definitions import small, small_feed
from tests.support.legacy_database import object_id, plain_database
from tests.support.played_stores import Saying, played
from tests.support.viewer import places

Client = Callable[..., TestClient]


def runs(store: SqliteStore, sweep: SweepRecord) -> list[str]:
    return [place.status.run for place in places(store, sweep)]


def longer(store: SqliteStore) -> list[str]:
    """Two runs that say the same as long as both go on; the second is longer."""
    made = small(sweep="{factors: {messages: [2, 4]}, replicates: 2}")
    sweep = played(store, made, model=Saying(["the same words"])).sweep
    by_length = sorted(places(store, sweep), key=lambda place: (place.replicate, str(place.condition)))
    return [place.status.run for place in by_length]


def test_what_differs_stands_on_top_and_the_rest_is_the_same(store: SqliteStore) -> None:
    short, long, *_ = longer(store)
    shown = compare_page(store, short, long)
    assert [(one.factor, one.a, one.b) for one in shown.differing] == [("messages", "2", "4")]
    assert ("replicate", "1") in shown.same
    assert {one.name: one.by for one in shown.endings}["Messages"] == "+2"


def test_turns_that_are_the_same_are_folded_up_to_where_the_runs_part(store: SqliteStore) -> None:
    short, long, *_ = longer(store)
    shown = compare_page(store, short, long)
    assert shown.split == "1.3"
    assert [block.is_same for block in shown.blocks] == [True, False]
    assert [pair.label for pair in shown.blocks[0].pairs] == ["Opening", "1.1", "1.2"]
    assert [(pair.label, pair.a) for pair in shown.blocks[1].pairs][:2] == [("1.3", None), ("1.4", None)]
    assert shown.same_turns == 3


def test_only_turns_of_the_same_words_are_folded(store: SqliteStore, sweep: SweepRecord) -> None:
    here, *others = runs(store, sweep)
    pairs = [(block.is_same, pair) for other in others for block in compare_page(store, here, other).blocks
             for pair in block.pairs if pair.a and pair.b]  # fmt: skip
    assert {is_same for is_same, _ in pairs} == {True, False}
    for is_same, pair in pairs:
        assert pair.a
        assert pair.b
        assert is_same == ((pair.a.speaker, pair.a.words.text) == (pair.b.speaker, pair.b.words.text))


def test_an_event_stands_where_it_happened(store: SqliteStore, sweep: SweepRecord) -> None:
    run = runs(store, sweep)[0]
    shown = compare_page(store, run, run)
    kinds = [pair.a.kind for pair in shown.blocks[0].pairs if pair.a]
    events = transcript_page(store, run, me="ada").days
    assert kinds == [turn.kind for day in events for turn in day.turns]


def test_a_run_beside_itself_never_parts(store: SqliteStore, sweep: SweepRecord) -> None:
    run = runs(store, sweep)[0]
    shown = compare_page(store, run, run)
    assert (shown.split, shown.differing) == (None, ())
    assert shown.same_turns == shown.turns > 0


def test_the_next_replicate_is_that_of_both(store: SqliteStore) -> None:
    first, second, *then = longer(store)
    shown = compare_page(store, first, second)
    assert (shown.before, shown.next) == (None, tuple(then))


def test_a_run_can_be_laid_beside_those_of_its_draws_and_its_condition(store: SqliteStore) -> None:
    short, long, next_short, _ = longer(store)
    shown = choice_page(store, short)
    assert [one.run for one in shown.drawn] == [long]
    assert [one.run for one in shown.near] == [next_short]


def test_a_run_is_named_by_what_tells_it_and_stands_beside_every_replicate_of_its_condition(store: SqliteStore) -> None:
    made = small(sweep="{factors: {messages: [2, 4], days: [1]}, replicates: 4}")
    of_two = [place for place in places(store, played(store, made).sweep) if place.condition["messages"] == 2]
    first, _, third, *_ = sorted(of_two, key=lambda place: place.replicate)
    shown = choice_page(store, third.status.run)
    assert shown.a.title == "messages 2"
    assert [one.label for one in shown.near] == ["replicate 1", "replicate 2", "replicate 4"]
    assert shown.near[0].run == first.status.run


def test_feeds_are_compared_by_what_they_came_to(client: Client, store: SqliteStore) -> None:
    made = small_feed(sweep="{replicates: 2}")
    first, second = runs(store, played(store, made).sweep)
    shown = compare_page(store, first, second)
    assert shown.turns == 0
    assert {one.name for one in shown.endings} == {"Messages", "Words a message", "Flags"}
    assert client().get(f"/compare?a={first}&b={second}").status_code == 200


@pytest.mark.slow
def test_an_unknown_run_is_said(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    run, browser = runs(store, sweep)[0], client()
    assert browser.get(f"/compare?a={run}&b=ffffffff").status_code == 404
    assert "Beside which run?" in browser.get(f"/compare?a={run}").text
    same = browser.get(f"/compare?a={run}&b={run[:10]}").text
    assert "the same, word for word" in same
    assert "Nothing differs." in same


def test_an_address_that_names_no_run_offers_some(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    run, browser = runs(store, sweep)[0], client()
    for address in ("/compare", "/compare?a=", "/compare?b=" + run):
        page = browser.get(address)
        assert (page.status_code, "Which run, beside which?" in page.text) == (200, True)
        assert f'href="/compare?a={run}' in page.text
    assert f'value="{run}"' in page.text
    assert f"/compare?a={runs(store, sweep)[1]}&amp;b={run}" in page.text


def test_where_no_run_is_done_a_comparison_says_so(client: Client) -> None:
    assert "No run of this store is done." in client().get("/compare").text


def test_imported_runs_whose_ids_begin_alike_are_named_whole(store: SqliteStore, client: Client) -> None:
    database: Any = mongomock.MongoClient()["old"]
    plain_database(database, experiments=1, conversations=2)
    reader = MongoLegacyDatabase(database, url="mongodb://mongomock/old")
    merge(store, parts(reader, store, Notes()), lambda _: None)
    a, b = (str(object_id(1010 + at)) for at in range(2))
    page = client().get(f"/compare?a={a}&b={b}").text
    assert [f"replicate {number}, {run}" in page for number, run in ((1, a), (2, b))] == [True, True]


def test_imported_runs_are_not_called_scripted_nor_alike_in_their_draws(store: SqliteStore, client: Client) -> None:
    database: Any = mongomock.MongoClient()["old"]
    plain_database(database, experiments=1, conversations=2)
    merge(store, parts(MongoLegacyDatabase(database, url="mongodb://mongomock/old"), store, Notes()), lambda _: None)
    page = client().get(f"/runs/{object_id(1010)}").text
    assert "no model was asked" not in page
    assert "Nothing is on record of its random draws." in page
    [sweep] = store.sweeps()
    assert "share their random draws" not in client().get(f"/sweeps/{sweep.id}/results").text


@pytest.mark.slow
def test_runs_of_independent_streams_share_no_draws(store: SqliteStore, client: Client) -> None:
    common, independent = (
        played(
            store, small(title=streams, sweep=f"{{factors: {{messages: [2, 4]}}, replicates: 2, streams: {streams}}}")
        )
        for streams in ("common", "independent")
    )
    for begun, shares in ((common, True), (independent, False)):
        run = places(store, begun.sweep)[0].status.run
        assert ("Drawn as replicate 1 in two conditions" in client().get(f"/runs/{run}").text) is shares
        assert bool(choice_page(store, run).drawn) is shares
        assert ("share their random draws" in client().get(f"/sweeps/{begun.sweep.id}/results").text) is shares
        source = results_source(store, begun.sweep)
        assert source.account().shares_draws is shares
