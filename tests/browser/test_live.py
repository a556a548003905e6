"""Pages that are open while a run goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from sociarium.stores.sqlite import SqliteStore
from tests.support.stocked_store import Growing, Stocked

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


@pytest.fixture
def growing(stocked: Stocked) -> Iterator[Growing]:
    """A run of which five messages are said; the other seven are said when the test says so."""
    store = SqliteStore(stocked.path)
    begun = Growing.begin(store, stocked.prison_runs[-1], messages=5)
    yield begun
    begun.end()
    store.close()


def test_a_transcript_grows_without_jumping(open_page: Open, growing: Growing) -> None:
    page = open_page(f"/runs/{growing.run}", width=390)
    expect(page.locator("article.turn")).to_have_count(5)
    page.evaluate("scrollTo(0, 400)")
    above = page.locator("#m1-2").bounding_box()
    growing.say(3)
    expect(page.locator("#day-2 article.turn")).to_have_count(2)
    assert page.locator("#m1-2").bounding_box() == above
    expect(page.locator("[data-bar]")).to_have_count(8)
    page.get_by_text("3 new: show them").click()
    expect(page.locator("#m1-6")).to_be_in_viewport()


def test_a_transcript_that_ends_says_so_and_asks_no_more(open_page: Open, growing: Growing) -> None:
    page = open_page(f"/runs/{growing.run}")
    expect(page.locator("#run-lede")).to_contain_text("it goes on now")
    growing.end()
    expect(page.locator("article.turn")).to_have_count(12)
    expect(page.locator("#run-lede")).not_to_contain_text("it goes on now")


def test_cells_and_last_words_of_a_sweep_change_in_place(open_page: Open, stocked: Stocked, growing: Growing) -> None:
    page = open_page(f"/sweeps/{stocked.prison_sweep}")
    expect(page.locator("#live-state")).to_have_text("live")
    expect(page.locator(".grid .cell.run")).to_have_count(1)
    growing.say(1)
    said = growing.store.events(growing.run)[-1].happening.content
    expect(page.locator("#sweep-said")).to_contain_text(said)
    growing.end()
    expect(page.locator(".grid .cell.run")).to_have_count(0)
    expect(page.locator("#live-state")).to_have_text("ended")


TO = "(each, at) => scrollBy({top: each.getBoundingClientRect().top - at, behavior: 'instant'})"
"""Scrolls something to a place in the window."""


def open_results(page: Page) -> Locator:
    results = page.locator("details.results")
    results.locator("summary").first.click()
    heading = results.get_by_role("heading", name="One factor at a time")
    expect(heading).to_be_visible()
    heading.evaluate(TO, 700)
    return heading


def top_of(place: Locator) -> int:
    """Where something stands in the window, in whole pixels."""
    return int(place.evaluate("each => Math.round(each.getBoundingClientRect().top)"))


@pytest.mark.parametrize("width", [1440, 390])
def test_a_failure_does_not_push_down_what_is_read(
    open_page: Open, stocked: Stocked, growing: Growing, width: int
) -> None:
    page = open_page(f"/sweeps/{stocked.prison_sweep}", width=width)
    heading = open_results(page)
    read = page.locator("#res")
    read.evaluate(TO, 400)
    before, causes = top_of(read), page.locator("#sweep-failures tbody tr").count()
    growing.fail("the voice of this one is gone")
    offer = page.locator("#fresh").get_by_text("Four failures, three causes: show them")
    expect(offer).to_be_visible()
    assert abs(top_of(read) - before) <= 1
    assert page.locator("#sweep-failures tbody tr").count() == causes
    offer.click()
    expect(page.locator("#sweep-failures")).to_contain_text("the voice of this one is gone")
    expect(page.locator("#fresh")).to_be_empty()
    expect(heading).to_be_attached()
    growing.try_again()


def test_a_failure_above_the_window_leaves_what_is_read_where_it_is(
    open_page: Open, stocked: Stocked, growing: Growing
) -> None:
    page = open_page(f"/sweeps/{stocked.prison_sweep}", width=390)
    heading = open_results(page)
    page.locator("#res").evaluate(TO, -60)
    before = top_of(heading)
    growing.fail("the voice of this one is gone")
    expect(page.locator("#sweep-failures")).to_contain_text("the voice of this one is gone")
    assert abs(top_of(heading) - before) <= 1
    growing.try_again()


def test_results_that_stand_open_are_offered_with_the_runs_that_ended_since(
    open_page: Open, stocked: Stocked, growing: Growing
) -> None:
    page = open_page(f"/sweeps/{stocked.prison_sweep}")
    heading = open_results(page)
    results = page.locator("details.results")
    expect(results).to_contain_text("12 of 16 runs are in")
    before = top_of(heading)
    growing.end()
    offer = page.locator("#fresh").get_by_text("1 more run is in: show it")
    expect(offer).to_be_visible()
    assert abs(top_of(heading) - before) <= 1
    offer.click()
    expect(results).to_contain_text("13 of 16 runs are in")
    expect(page.locator("#fresh")).to_be_empty()
    expect(results.get_by_role("heading", name="One factor at a time")).to_have_count(1)


def test_what_is_focused_stays_focused_when_it_changes(open_page: Open, stocked: Stocked, growing: Growing) -> None:
    page = open_page(f"/sweeps/{stocked.prison_sweep}")
    cell = page.locator(f".grid a.cell[href='/runs/{growing.run}']")
    cell.focus()
    growing.end()
    expect(page.locator(".grid .cell.run")).to_have_count(0)
    assert page.evaluate("document.activeElement.getAttribute('href')") == f"/runs/{growing.run}"


def test_a_part_that_is_still_computed_comes_by_itself(open_page: Open, stocked: Stocked) -> None:
    page = open_page(stocked.pages["experiments"])
    waiting = "<!doctype html><header>Bar</header><main><section><h1>Results are being computed</h1></section></main>"
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=202, content_type="text/html", body=waiting)
        else:
            route.continue_()

    page.route("**/results?part=1", answer)
    page.goto(stocked.pages["sweep"])
    results = page.locator("details.results")
    expect(results.get_by_role("heading", name="By role and moment")).to_be_visible()
    assert len(asked) == 2
    # Nothing of the page that said so stays.
    expect(results.locator("header", has_text="Bar")).to_have_count(0)
    expect(results.get_by_text("being computed")).to_have_count(0)
