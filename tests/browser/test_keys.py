"""Pages by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.stocked_store import Stocked

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


@pytest.fixture
def transcript(open_page: Open, stocked: Stocked) -> Page:
    return open_page(f"/runs/{stocked.prison_runs[0]}")


def current(page: Page) -> str:
    return str(page.evaluate("(document.querySelector('.current') || {id: ''}).id"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_j_and_k_go_through_the_messages(transcript: Page) -> None:
    press(transcript, "j", "j", "j", "k")
    assert current(transcript) == "m1-2"
    assert transcript.evaluate("document.activeElement.closest('article').id") == "m1-2"
    expect(transcript.locator("#scrub-text")).to_have_text("Turn 2 of 12, message 1.2")


def test_brackets_go_through_the_days(transcript: Page) -> None:
    press(transcript, "j", "]")
    assert current(transcript) == "m2-1"
    press(transcript, "[")
    assert current(transcript) == "m1-1"


def test_n_and_p_go_through_the_runs(transcript: Page) -> None:
    first = transcript.url
    with transcript.expect_navigation():
        press(transcript, "n")
    assert transcript.url != first
    with transcript.expect_navigation():
        press(transcript, "p")
    assert transcript.url == first


def test_r_opens_the_prompt_of_the_current_message(transcript: Page) -> None:
    press(transcript, "j", "r")
    expect(transcript.locator("#m1-1 details.prompt pre").first).to_be_visible()
    press(transcript, "r")
    expect(transcript.locator("#m1-1 details.prompt pre").first).to_be_hidden()


def test_f_goes_to_what_is_flagged(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/runs/{stocked.odd_run}")
    flags = page.locator("article[data-flag]").evaluate_all("all => all.map(one => one.id)")
    if flags:
        press(page, "f")
        assert current(page) == flags[0]
    failures = open_page(f"/sweeps/{stocked.prison_sweep}")
    press(failures, "f")
    assert failures.evaluate("document.querySelector('.current').hasAttribute('data-flag')")


def test_a_question_mark_shows_the_keys_and_escape_goes_back(transcript: Page) -> None:
    press(transcript, "j", "j")
    where = transcript.evaluate("scrollY")
    press(transcript, "?")
    expect(transcript.get_by_text("next, last message or row")).to_be_visible()
    press(transcript, "Escape")
    expect(transcript.get_by_text("next, last message or row")).to_be_hidden()
    assert transcript.evaluate("scrollY") == where


def test_a_slash_goes_to_the_search_where_keys_are_letters(transcript: Page) -> None:
    press(transcript, "/", "j", "k", "n")
    expect(transcript.locator("#q")).to_have_value("jkn")
    assert current(transcript) == ""


def test_y_copies_the_link_to_the_current_message(transcript: Page) -> None:
    press(transcript, "j", "j", "y")
    expect(transcript.locator("#copied")).to_have_text("Copied the link to m1-2")
    assert transcript.evaluate("navigator.clipboard.readText()") == f"{transcript.url.partition('#')[0]}#m1-2"


def test_s_sets_the_star(transcript: Page) -> None:
    star = transcript.get_by_role("button", name="Star: this run")
    press(transcript, "s")
    expect(star).to_have_attribute("aria-pressed", "true")
    press(transcript, "s")
    expect(star).to_have_attribute("aria-pressed", "false")


def test_enter_opens_the_current_row_of_a_list(open_page: Open) -> None:
    page = open_page("/experiments")
    press(page, "j")
    with page.expect_navigation():
        press(page, "Enter")
    assert "/experiments/" in page.url


def test_the_first_tab_skips_to_the_content(transcript: Page) -> None:
    press(transcript, "Tab")
    expect(transcript.get_by_role("link", name="Skip to the content")).to_be_focused()
    press(transcript, "Enter", "Tab")
    assert transcript.evaluate("document.activeElement.closest('main') !== null")


def test_the_slider_goes_through_the_turns(transcript: Page) -> None:
    transcript.locator("#scrub").focus()
    press(transcript, "End")
    assert current(transcript) == "m2-6"


def test_a_opens_the_question_at_the_current_message_and_writes_into_it(transcript: Page) -> None:
    press(transcript, "j", "j", "a")
    field = transcript.locator("#m1-2 textarea")
    expect(field).to_be_focused()
    transcript.keyboard.type("Why? j k n p")
    expect(field).to_have_value("Why? j k n p")
    assert current(transcript) == "m1-2"


def test_w_opens_the_form_of_a_feed_that_is_not_over(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/runs/{stocked.half_feed_run}")
    press(page, "w")
    expect(page.locator("#composer textarea")).to_be_focused()
    page.keyboard.type("Is anybody there?")
    page.locator("#outside").fill("newswire")
    with page.expect_navigation():
        page.locator("#composer .btn.first").click()
    expect(page.locator("ol.history")).to_contain_text("Is anybody there?")


def test_a_sweep_is_paused_and_continued_on_its_page(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/sweeps/{stocked.prison_sweep}")
    page.locator("summary", has_text="Pause, continue").click()
    page.locator("#reason").fill("a guest works here")
    with page.expect_navigation():
        page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.locator("#sweep-alerts")).to_contain_text("a guest works here")
    page.locator("summary", has_text="Pause, continue").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()
    expect(page.locator("#sweep-alerts")).not_to_contain_text("Paused")
