"""Labelling in a browser: by keys, by buttons without JavaScript, and back again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from sociarium.records.labels import Label
from sociarium.stores.sqlite import SqliteStore
from tests.support.stocked_store import ME, Stocked

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


@pytest.fixture
def path(stocked: Stocked) -> str:
    return f"/codebooks/{stocked.codebook}/samples/1"


@pytest.fixture
def mine(stocked: Stocked) -> Iterator[Callable[[], list[Label]]]:
    """The labels of who looks, as they stand; tests take theirs back."""

    def read() -> list[Label]:
        store = SqliteStore(stocked.path)
        try:
            return [one for one in store.labels(stocked.codebook) if one.annotator == ME and one.value is not None]
        finally:
            store.close()

    yield read
    assert read() == []


def at_message(page: Page, number: int) -> None:
    """Wait until a message is shown, and keys are heard."""
    expect(page.get_by_role("heading", name=f"Message {number} of 24")).to_be_visible()
    expect(page.locator("html.scripted")).to_have_count(1)


def undo_all(page: Page) -> None:
    button = page.get_by_role("button", name="Undo the last")
    while button.count():
        button.click()


def test_digits_label_and_the_last_one_saves(open_page: Open, path: str, mine: Callable[[], list[Label]]) -> None:
    page = open_page(path)
    at_message(page, 1)
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="hostile")).to_be_checked()
    expect(page.locator("[data-item].next legend")).to_contain_text("force")
    page.keyboard.press("4")
    at_message(page, 2)
    assert sorted((one.item, one.value) for one in mine()) == [("force", 4), ("tone", "hostile")]
    page.keyboard.press("9")
    at_message(page, 2)
    page.keyboard.press("u")
    at_message(page, 1)
    assert mine() == []


def test_n_and_p_go_on_without_a_label(open_page: Open, path: str, mine: Callable[[], list[Label]]) -> None:
    page = open_page(path)
    at_message(page, 1)
    page.keyboard.press("n")
    at_message(page, 2)
    page.keyboard.press("p")
    at_message(page, 1)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("undo the last labels")
    assert mine() == []


def test_a_digit_in_a_note_is_a_digit(open_page: Open, path: str, mine: Callable[[], list[Label]]) -> None:
    page = open_page(path)
    page.get_by_label("Note, if there is something to say").press_sequentially("1 of 2")
    expect(page.get_by_role("radio", name="hostile")).not_to_be_checked()
    assert mine() == []


def test_what_is_labelled_is_labelled_anew_by_keys(open_page: Open, path: str, mine: Callable[[], list[Label]]) -> None:
    page = open_page(path)
    at_message(page, 1)
    for key in ("1", "4"):
        page.keyboard.press(key)
    at_message(page, 2)
    page.keyboard.press("p")
    at_message(page, 1)
    expect(page.get_by_role("radio", name="hostile")).to_be_checked()
    for key in ("2", "5"):
        page.keyboard.press(key)
    at_message(page, 2)
    assert sorted((one.item, one.value) for one in mine()) == [("force", 5), ("tone", "neutral")]
    undo_all(page)


def test_without_javascript_buttons_do_the_same(open_page: Open, path: str, mine: Callable[[], list[Label]]) -> None:
    page = open_page(path, script=False, width=390)
    page.get_by_role("radio", name="friendly").check()
    page.get_by_role("radio", name="3", exact=True).check()
    page.get_by_label("Note, if there is something to say").fill("kind, I think")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="Message 2 of 24")).to_be_visible()
    assert {(one.item, one.value, one.note) for one in mine()} == {
        ("force", 3, "kind, I think"), ("tone", "friendly", "kind, I think"),
    }  # fmt: skip
    undo_all(page)


def test_a_codebook_is_written_and_drawn_for(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/experiments/{stocked.prison}")
    page.get_by_role("link", name="New codebook").click()
    page.get_by_label("Title").fill("Obedience")
    page.get_by_label("Name, one word where it can be").first.fill("obeys")
    page.get_by_label("Categories, one a line").first.fill("yes: does as told\nno")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_role("heading", name="Obedience")).to_be_visible()
    page.get_by_label("At random: how many").fill("5")
    page.get_by_role("button", name="Draw", exact=True).click()
    expect(page.get_by_role("heading", name="Message 1 of 5")).to_be_visible()
    expect(page.locator(".voice").last).to_be_visible()


def test_a_codebook_with_a_fault_keeps_what_was_typed(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/experiments/{stocked.prison}/codebook", width=390)
    page.get_by_label("Title").fill("Half")
    page.get_by_label("Name, one word where it can be").first.fill("obeys")
    # The answer is a 400, of which the browser complains on its console; the page is the same.
    page.on("console", lambda line: None)
    page.get_by_role("button", name="Room for more items").click()
    expect(page.get_by_label("Title")).to_have_value("Half")
    assert page.locator("fieldset.item").count() == 3
