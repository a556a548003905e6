"""Static pages: a sweep or a feed in a folder that needs no server."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sociarium.errors import BadInput
from sociarium.records.plans import SweepRecord
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.export import SEARCH, export_pages, page_for_files
from tests.support.definitions import small, small_feed
from tests.support.hostile_pages import WORST, Seen, hostile
from tests.support.played_stores import Saying, played
from tests.support.viewer import let_go, places

SAID = {"message", "event", "summary"}


def exported(store: SqliteStore, target: str, folder: Path) -> dict[str, str]:
    export_pages(store, target, folder, user="ada", me=this_worker())
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


def links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'\s(?:href|src|data-load|data-live|action)="([^"]*)"', page)]


def feed(store: SqliteStore, said: list[str]) -> str:
    return places(store, played(store, small_feed(), model=Saying(said)).sweep)[0].status.run


@pytest.mark.slow
def test_every_link_leads_to_a_file_and_a_place_in_it(store: SqliteStore, sweep: SweepRecord, tmp_path: Path) -> None:
    pages = exported(store, f"/sweeps/{sweep.id}", tmp_path / "out")
    assert len(pages) > 8
    for name, page in pages.items():
        for link in links(page):
            split = urlsplit(link)
            assert not split.scheme, link
            assert not link.startswith("/"), link
            assert (tmp_path / "out" / (split.path or name)).exists(), (name, link)
            if split.fragment:
                assert f'id="{split.fragment}"' in pages.get(split.path or name, ""), (name, link)
        assert "<form" not in page


@pytest.mark.slow
def test_a_sweep_in_a_folder_offers_nothing_that_needs_the_program(
    store: SqliteStore, sweep: SweepRecord, tmp_path: Path
) -> None:
    page = exported(store, f"/sweeps/{sweep.id}", tmp_path / "out")["index.html"]
    assert "CSV" not in page
    assert "Of the runs that are finished" not in page
    assert re.search(r'<a href="results-\w+\.html">Means with intervals, by condition</a>', page)
    let_go(store, places(store, sweep)[0], error="gone")
    page = exported(store, f"/sweeps/{sweep.id}", tmp_path / "left")["index.html"]
    assert 'aria-labelledby="steering" hidden' in page


@pytest.mark.slow
def test_results_of_what_was_said_have_pages_of_their_own_over_runs_days_and_turns(
    store: SqliteStore, sweep: SweepRecord, tmp_path: Path
) -> None:
    pages = exported(store, f"/sweeps/{sweep.id}", tmp_path / "out")
    results = {name: page for name, page in pages.items() if name.startswith("results-")}

    def page_of(title: str, over: str = "") -> str:
        current = (
            f'<b aria-current="page">{over}</b>' if over else f'<b aria-current="page"><bdi>{title.lower()}</bdi></b>'
        )
        [page] = [one for one in results.values() if current in one and f'<h2 id="measure-1"><bdi>{title}' in one]
        return page

    [first] = [page for page in results.values() if '<b aria-current="page">All questions</b>' in page]
    to = re.search(r'<a href="(results-\w+\.html)"><bdi>words a message</bdi></a>', first)
    assert to
    assert results[to[1]] == page_of("Words a message")
    assert page_of("Share of messages with a flag")
    days = page_of("Words a message", "its days")
    assert '<td class="nb">day 1</td>' in days
    assert '<td class="nb">day 2</td>' in days
    assert page_of("Words a message", "its turns") != days


def offers(page: str) -> list[str]:
    """Controls of a page that lead nowhere: buttons without an address, and folds with nothing but such a link."""
    dead = [part for part in re.findall(r"<a\b([^>]*)>", page) if 'class="btn' in part or 'class="plain' in part]
    folds = re.findall(r"<details[^>]*><summary>([^<]*)</summary><p><a(?! href)", page)
    return [part for part in dead if "href=" not in part] + folds


@pytest.mark.slow
def test_nothing_is_offered_that_needs_the_program(store: SqliteStore, sweep: SweepRecord, tmp_path: Path) -> None:
    pages = exported(store, f"/sweeps/{sweep.id}", tmp_path / "a")
    pages |= exported(store, f"/runs/{feed(store, ['the first words', 'and others'])}", tmp_path / "b")
    assert {name: offers(page) for name, page in pages.items() if offers(page)} == {}
    for page in pages.values():
        assert not re.search(r"<(a|summary)[^>]*>(Ask|Fork|Prompt|prompt|Figures)", page)


def test_a_text_cannot_pretend_to_need_the_program() -> None:
    page = '<li title="of data-served things">kept</li><a class="btn" data-served href="/x">gone</a><p>kept</p>'
    assert page_for_files(page, "/", lambda _: None) == '<li title="of data-served things">kept</li><p>kept</p>'


def test_a_feed_has_its_people_posts_and_readers_inside(store: SqliteStore, tmp_path: Path) -> None:
    run = feed(store, ["the first words", "and others"])
    pages = exported(store, f"/runs/{run}", tmp_path / "out")
    assert {name.partition("-")[0] for name in pages} == {"index.html", "search.html", "run", "person", "post"}
    assert "Made of it" in pages["index.html"]
    assert "the first words" in pages["index.html"]


@pytest.mark.slow
def test_the_search_holds_every_text_and_where_it_stands(
    store: SqliteStore, sweep: SweepRecord, tmp_path: Path
) -> None:
    pages = exported(store, f"/sweeps/{sweep.id}", tmp_path / "out")
    data = re.search(r'id="search-data">(.*?)</script>', pages[SEARCH])
    assert data
    rows = json.loads(data[1])
    runs = {place.status.run for place in places(store, sweep)}
    said = [one.happening for run in runs for one in store.events(run) if one.happening.kind in SAID]
    assert {one.kind for one in said} == SAID
    openings = ["Start."] * len(runs)
    assert sorted(text for _, _, text in rows) == sorted([*openings, *(one.content for one in said)])
    for to, _, _ in rows:
        file, _, anchor = to.partition("#")
        assert f'id="{anchor}"' in pages[file]


@pytest.mark.slow
def test_a_text_that_is_too_long_for_its_page_has_a_file_of_its_own(store: SqliteStore, tmp_path: Path) -> None:
    begins, says = f"The gate is shut. {'So it is. ' * 3000}&lt;", f"{'Well, well. ' * 3000}<i>"
    sweep = played(store, small(starting_message=json.dumps(begins)), model=Saying([says])).sweep
    pages = exported(store, f"/runs/{places(store, sweep)[0].status.run}", tmp_path / "out")
    to = re.findall(r'<a href="(text-\w+\.html)">All of it, as plain text</a>', pages["index.html"])
    texts = [re.search(r"<pre[^>]*>(.*)</pre>", pages[name], re.DOTALL) for name in dict.fromkeys(to)]
    assert {unescape(one[1]) for one in texts if one} == {begins, says.strip()}


@pytest.mark.slow
def test_hostile_texts_are_text_in_the_folder_too(store: SqliteStore, tmp_path: Path) -> None:
    sweep = hostile(store, WORST)
    pages = exported(store, f"/sweeps/{sweep.id}", tmp_path / "sweep")
    pages |= exported(store, f"/runs/{feed(store, [WORST])}", tmp_path / "feed")
    for name, page in pages.items():
        scripts = re.findall(r"<script\b[^>]*>", page)
        assert set(scripts) <= {
            '<script src="app.js" defer>',
            '<script type="application/json" id="search-data">',
        }, name
        faults = [
            one
            for one in Seen(page).faults
            if not re.fullmatch(r"a script .*|a refresh|\w+ (?:href|src)=[\w.#-]*", one)
        ]
        assert faults == [], name


def test_a_folder_that_holds_something_is_left_alone(store: SqliteStore, sweep: SweepRecord, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadInput, match="holds something"):
        export_pages(store, f"/sweeps/{sweep.id}", tmp_path, user="ada", me=this_worker())
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".txt"] == ["mine.txt"]


@pytest.mark.slow
def test_nothing_half_written_is_left(store: SqliteStore, sweep: SweepRecord, tmp_path: Path) -> None:
    def stop(pages: int) -> None:
        if pages == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_pages(
            store, f"/sweeps/{sweep.id}", tmp_path / "new" / "out", user="ada", me=this_worker(), progress=stop
        )
    assert list((tmp_path / "new").iterdir()) == []


def test_links_out_of_the_export_are_no_links() -> None:
    page = '<p><a class="x" href="/e/1">E</a><a href="?page=2">2</a><a href="#m1">m</a><i data-load="/x"></i></p>'
    files = {"/runs/1?page=2": "two.html"}
    assert page_for_files(page, "/runs/1", files.get) == (
        '<p><a class="x">E</a><a href="two.html">2</a><a href="#m1">m</a><i></i></p>'
    )


@pytest.mark.slow
def test_a_copy_of_results_marks_outcomes_that_vary_much(store: SqliteStore, tmp_path: Path) -> None:
    probe = "[{name: trust, at: [end], ask: How much?, answer: {from: 1, to: 100}}]"
    made = played(store, small(probes=probe, sweep="{factors: {messages: [2, 4]}, replicates: 4}")).sweep
    pages = exported(store, f"/sweeps/{made.id}", tmp_path / "out")
    assert any("values are positive and spread by" in page for name, page in pages.items() if "results" in name)
