"""An experiment changed and run in the browser: by the keyboard alone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from sociarium.stores.sqlite import SqliteStore
from tests.support import accessibility
from tests.support.stocked_store import Stocked

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_roles_and_models_are_changed_and_nothing_typed_is_lost(
    open_page: Open, stocked: Stocked, axe_script: str, script: bool
) -> None:
    page = open_page(stocked.pages["edit"], script=script)
    page.get_by_label("Name", exact=True).first.fill("warden")
    page.locator("summary", has_text="One more model").click()
    model = page.locator("#models").locator("xpath=../..").get_by_label("Its name in your tables")
    model.fill("big")
    model.press("Enter")
    expect(page.get_by_role("group", name="warden")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("big, Name")
    expect(page.get_by_text("big: the model is missing.")).to_have_count(1)
    expect(page.get_by_label("What followed")).to_contain_text("the warden's now")
    if script:
        assert accessibility.violations(page, axe_script) == []
    page.get_by_role("button", name="Take big out").click()
    assert page.url.endswith("#models")
    expect(page.get_by_role("status")).to_contain_text("it is not saved yet")
    store = SqliteStore(stocked.path)
    assert len(store.versions(stocked.prison)) == 1
    store.close()


def test_enter_in_a_field_checks_and_never_saves(open_page: Open, stocked: Stocked) -> None:
    page = open_page(stocked.pages["edit"])
    page.get_by_label("Title", exact=True).fill("Another wing")
    page.get_by_label("Title", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("it is not saved yet")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Another wing")


def test_a_sweep_is_begun_by_the_keyboard_and_its_page_follows(open_page: Open, stocked: Stocked) -> None:
    page = open_page("/experiments?q=Jury")
    page.get_by_role("link", name="Jury, not begun").press("Enter")
    page.get_by_role("link", name="Run", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="The plan", exact=True)).to_be_visible()
    page.get_by_label("Runs open at once").fill("2")
    page.get_by_label("Runs open at once").press("Enter")
    expect(page.get_by_label("Runs open at once")).to_have_value("2")
    page.get_by_role("button", name="Start").press("Enter")
    expect(page.get_by_role("heading", name="Jury, not begun, main")).to_be_visible()
    assert "/sweeps/" in page.url
    expect(page.locator("#sweep-lede")).to_contain_text("1 of 1 run is done")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_section_and_a_question_are_added_by_the_keyboard(open_page: Open, stocked: Stocked, script: bool) -> None:
    page = open_page(stocked.pages["edit"], script=script)
    page.locator("summary", has_text="One more section").press("Enter")
    page.get_by_label("Its title, which stands above the text").fill("Curfew")
    page.get_by_label("What is read; where each role begins with its own").fill("Lights out at nine.")
    add = page.get_by_role("button", name="Add it")
    add.locator("visible=true").press("Enter")
    expect(page.get_by_role("group", name="Curfew").get_by_label("Its title")).to_be_focused()
    assert page.url.endswith("#landing")
    page.locator("summary", has_text="One more private question").press("Enter")
    fields = page.locator("#questions").locator("xpath=../..").locator("details")
    fields.get_by_label("Its name in your tables").fill("hope")
    fields.get_by_label("The answer").fill("0-10")
    fields.get_by_label("The question", exact=True).fill("What do you hope for?")
    fields.get_by_label("at the end of each day").press("Space")
    fields.get_by_role("button", name="Add it").press("Enter")
    expect(page.locator("pre")).to_contain_text("ask: What do you hope for?")
    expect(page.get_by_role("status")).to_contain_text("it is not saved yet")
    page.get_by_role("button", name="Take hope out").press("Enter")
    expect(page.locator("pre")).not_to_contain_text("What do you hope for?")
    store = SqliteStore(stocked.path)
    assert len(store.versions(stocked.prison)) == 1
    store.close()


def test_a_person_is_unfolded_renamed_and_added_by_the_keyboard(open_page: Open, stocked: Stocked) -> None:
    page = open_page(stocked.pages["feed-edit"], width=390)
    page.locator("summary", has_text="@ada").press("Enter")
    page.get_by_label("Handle", exact=True).locator("visible=true").fill("ada_odd")
    page.locator("summary", has_text="One more person").press("Enter")
    page.get_by_label("Handle: one word").fill("two words")
    page.get_by_role("button", name="Check").first.press("Enter")
    expect(page.get_by_text("is no handle")).to_be_visible()
    expect(page.get_by_label("What followed")).to_contain_text("Changed along")
    page.get_by_label("Handle: one word").fill("cy")
    page.get_by_role("button", name="Check").first.press("Enter")
    expect(page.locator("summary", has_text="@cy")).to_be_visible()
    expect(page.locator("summary", has_text="@ada_odd")).to_be_visible()


def test_a_fork_is_begun_by_the_keyboard_and_leads_to_its_sweep(open_page: Open, stocked: Stocked) -> None:
    page = open_page(f"/runs/{stocked.prison_runs[0]}#m1-2")
    page.locator("#m1-2").get_by_role("link", name="Fork").press("Enter")
    expect(page.get_by_label("From right after")).to_have_value("day1/turn2")
    page.get_by_label("From right after").press("Enter")
    page.get_by_role("button", name="Start the fork").press("Enter")
    expect(page.locator("#sweep-lede")).to_contain_text("1 of 1 run is done")
    assert "/sweeps/" in page.url
