"""What catches the eye: nothing important is pushed aside, cut off or said twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.stocked_store import Stocked

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


def test_who_made_an_experiment_stands_on_the_line_that_says_by(open_page: Open) -> None:
    page = open_page("/experiments", width=390)
    lines = page.locator("td[data-l=by]").evaluate_all(
        "all => all.map(one => [one.clientHeight, one.firstChild.clientHeight])"
    )
    assert len(lines) > 4
    # A name below or above its line makes the cell higher than the name.
    assert all(cell - name <= 1 for cell, name in lines if name < 30), lines


def test_experiments_of_a_list_keep_their_columns_on_a_phone(open_page: Open) -> None:
    page = open_page("/experiments", width=390)
    left = page.locator("td[data-l=by]").evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")
    assert len(set(left)) == 1


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", ["odd-codebook", "odd-person"])
def test_a_term_of_eighty_letters_leaves_most_of_the_room_to_what_it_means(
    open_page: Open, stocked: Stocked, name: str, width: int
) -> None:
    page = open_page(stocked.pages[name], width=width)
    shares = page.locator("dl.told").evaluate_all(
        "all => all.map(one => one.firstElementChild.clientWidth / one.clientWidth)"
    )
    assert shares
    assert max(shares) < 0.36


def test_the_mean_is_seen_on_a_phone_without_scrolling(open_page: Open, stocked: Stocked) -> None:
    page = open_page(stocked.pages["results"], width=390)
    table = page.get_by_role("group", name="Trust", exact=True)
    expect(table.locator("tbody b").first).to_be_visible()
    assert table.evaluate("one => one.scrollWidth - one.clientWidth") == 0
    assert table.locator("tbody tr").first.inner_text().count(" to ") == 1


@pytest.mark.parametrize("name", ["sweep", "hostile-sweep"])
def test_what_failed_stands_above_results_that_are_open(open_page: Open, stocked: Stocked, name: str) -> None:
    page = open_page(f"/sweeps/{stocked.hostile_sweep}" if name == "hostile-sweep" else stocked.pages[name])
    expect(page.locator("details.results table").first).to_be_visible()
    at = "one => one.getBoundingClientRect().top"
    assert page.locator("#failures").evaluate(at) < page.locator("#res").evaluate(at)
    beyond = "all => all.filter(one => one.scrollWidth > one.clientWidth).length"
    assert page.locator(".grid .row > .num").evaluate_all(beyond) == 0


def test_a_fold_does_not_lead_to_what_stands_in_it(open_page: Open, stocked: Stocked) -> None:
    page = open_page(stocked.pages["sweep"])
    link = page.get_by_role("link", name="Means with intervals, by condition")
    expect(page.locator("details.results table").first).to_be_visible()
    expect(link).to_be_hidden()
    expect(page.get_by_role("link", name="on a page of their own, with CSV")).to_be_visible()
    without = open_page(stocked.pages["sweep"], script=False)
    expect(without.get_by_role("link", name="Means with intervals, by condition")).to_be_visible()


def test_many_answers_in_private_stand_below_their_moment_and_beside_each_other(
    open_page: Open, stocked: Stocked
) -> None:
    page = open_page(stocked.pages["odd-transcript"])
    answers = page.locator(".aside-turn").first.locator(".probe")
    lefts = answers.evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().left))")
    assert len(lefts) > 2
    assert len(set(lefts)) > 1
    assert lefts[0] == round(page.locator(".between").first.evaluate("one => one.getBoundingClientRect().left"))


def test_thirty_replicates_stand_in_one_line_beside_long_labels(open_page: Open, stocked: Stocked) -> None:
    page = open_page(stocked.pages["odd-sweep"])
    heights = page.locator(".grid .row .cells").evaluate_all("all => all.map(one => one.clientHeight)")
    assert heights
    assert max(heights) < 30


def test_figures_that_belong_together_stand_beside_each_other_where_there_is_room(
    open_page: Open, stocked: Stocked
) -> None:
    for width, columns in ((1440, 2), (390, 1)):
        page = open_page(stocked.pages["figures-over-turns"], width=width)
        lefts = page.locator(".drawn").evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")
        assert len(set(lefts)) == columns


@pytest.mark.parametrize("width", [1440, 390])
def test_letters_that_hang_below_a_heading_are_whole(open_page: Open, stocked: Stocked, width: int) -> None:
    page = open_page(stocked.pages["sweep"], width=width)
    # The lowest point of "g" in this face lies a quarter of its size below the line on which letters stand.
    room = page.locator("h1").evaluate(
        """one => {
          const mark = document.createElement("span");
          mark.style.display = "inline-block";
          one.append(mark);
          const line = mark.getBoundingClientRect().bottom, size = parseFloat(getComputedStyle(one).fontSize);
          return (one.getBoundingClientRect().bottom - line) / size;
        }"""
    )
    assert room > 0.28


def test_a_link_in_a_name_that_may_be_cut_shows_its_focus_inside_of_it(open_page: Open, stocked: Stocked) -> None:
    page = open_page(stocked.pages["feed"])
    page.keyboard.press("Tab")
    link = page.locator(".post .by strong a").first
    link.focus()
    assert link.evaluate("one => getComputedStyle(one).outlineOffset") == "-2px"


@pytest.mark.parametrize("width", [1440, 1240, 1000])
def test_the_line_above_a_day_is_as_long_as_what_is_said_on_it(open_page: Open, stocked: Stocked, width: int) -> None:
    page = open_page(stocked.pages["transcript"], width=width)
    right = "one => Math.round(one.getBoundingClientRect().right)"
    header = page.locator(".day > header").first.evaluate(right)
    assert header <= page.locator(".between").first.evaluate(right) + 1
    if width > 1180:
        assert header == page.locator(".turn > div").first.evaluate(right)
