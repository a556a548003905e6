"""Who adds something to the form of an experiment lands at it, with the focus in its first field."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import accessibility
from tests.support.stocked_store import Stocked

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
WAYS = pytest.mark.parametrize(
    ("width", "script"),
    [(1440, True), (390, True), (1440, False), (390, False)],
    ids=["wide", "narrow", "wide, no script", "narrow, no script"],
)


def folded(page: Page, title: str) -> Locator:
    """An addition, opened; of the last comparison, where there are several."""
    new = page.locator("details", has=page.locator("summary", has_text=title)).last
    new.locator("summary").click()
    return new


def check_landing(field: Locator, title: Locator) -> None:
    """The focus is in the field, and what it belongs to is to be seen above it."""
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport(ratio=1)
    expect(title).to_be_in_viewport(ratio=1)


@WAYS
def test_one_lands_at_a_role_a_factor_its_next_level_and_what_is_left_out(
    open_page: Open, stocked: Stocked, axe_script: str, width: int, script: bool
) -> None:
    page = open_page(stocked.pages["edit"], width=width, script=script)
    new = folded(page, "One more role")
    new.get_by_label("Its name").fill("visitor")
    new.get_by_role("button", name="Add it").click()
    visitor = page.get_by_role("group", name="visitor", exact=True)
    check_landing(visitor.get_by_label("Name", exact=True), visitor.locator("legend").first)
    new = folded(page, "Let several change together")
    new.get_by_label("Its name in your tables").fill("climate")
    new.get_by_role("checkbox").first.check()
    new.get_by_role("button", name="Add it").click()
    first = page.get_by_role("group", name="climate: level 1")
    check_landing(first.get_by_label("Level"), first.locator("legend").first)
    page.get_by_role("button", name="One more level of climate").click()
    third = page.get_by_role("group", name="climate: level 3")
    check_landing(third.get_by_label("Level"), third.locator("legend").first)
    new = folded(page, "Leave a combination out")
    new.get_by_label("climate", exact=True).select_option("level 2")
    new.get_by_role("button", name="Add it").click()
    rule = page.get_by_role("group", name="Left out: ").filter(has_text="level 2")
    expect(rule).to_be_focused()
    expect(rule).to_be_in_viewport(ratio=1)
    if script:
        assert accessibility.violations(page, axe_script) == []


@WAYS
def test_one_lands_at_a_person_and_at_what_could_not_be_added(
    open_page: Open, stocked: Stocked, width: int, script: bool
) -> None:
    page = open_page(stocked.pages["crowd-edit"], width=width, script=script)
    new = folded(page, "One more person")
    new.get_by_label("Handle: one word").fill("two words")
    new.get_by_role("button", name="Add it").click()
    check_landing(new.get_by_label("Handle: one word"), new.locator("summary"))
    expect(new.locator(".fault")).to_be_visible()
    new.get_by_label("Handle: one word").fill("cy")
    new.get_by_label("Role").fill("driver")
    new.get_by_role("button", name="Add it").click()
    added = page.locator("details", has=page.locator("summary", has_text="@cy"))
    check_landing(added.get_by_label("Name, as the network shows it"), added.locator("summary"))


@WAYS
def test_one_lands_at_a_comparison(open_page: Open, stocked: Stocked, width: int, script: bool) -> None:
    page = open_page(stocked.pages["edit"], width=width, script=script)
    new = folded(page, "One more comparison")
    new.get_by_label("Its name").fill("later")
    new.get_by_role("button", name="Add it").click()
    expect(page.get_by_label("Replicates of later")).to_be_focused()
    expect(page.get_by_role("heading", name="What is compared, in later")).to_be_in_viewport(ratio=1)


def test_enter_in_an_addition_leads_to_what_was_added_as_well(open_page: Open, stocked: Stocked) -> None:
    page = open_page(stocked.pages["edit"])
    new = folded(page, "One more role")
    new.get_by_label("Its name").fill("visitor")
    new.get_by_label("Its name").press("Enter")
    visitor = page.get_by_role("group", name="visitor", exact=True)
    check_landing(visitor.get_by_label("Name", exact=True), visitor.locator("legend").first)
