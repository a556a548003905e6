"""Announcements, people, and people whom a model writes: added, changed and taken out, by key and by mouse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from sociarium.stores.sqlite import SqliteStore
from tests.support import accessibility
from tests.support.stocked_store import Stocked

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
Press = Callable[[Locator], None]
WIDER = "() => document.documentElement.scrollWidth - innerWidth"


def by_key(one: Locator) -> None:
    one.press("Enter")


def by_mouse(one: Locator) -> None:
    one.click()


WAYS = pytest.mark.parametrize(
    ("width", "script", "press"),
    [(1440, True, by_key), (390, True, by_mouse), (390, False, by_key), (1440, False, by_mouse)],
    ids=["wide, keys", "narrow, mouse", "narrow, keys, no script", "wide, mouse, no script"],
)


def fill(fields: Locator, **typed: str) -> None:
    """Type into fields by the beginnings of their labels; `_` stands for a blank."""
    for label, text in typed.items():
        fields.get_by_label(re.compile("^" + label.replace("_", " "))).fill(text)


def unfold(page: Page, title: str, press: Press) -> Locator:
    """Fields that are folded, after they were opened."""
    folded = page.locator("details", has=page.locator("summary", has_text=title))
    press(folded.locator("summary"))
    expect(folded).to_have_attribute("open", "")
    return folded


def check_page(page: Page, axe_script: str, *, script: bool) -> None:
    """It fits, and everybody can use it."""
    if script:
        assert accessibility.violations(page, axe_script) == []
        assert page.evaluate(WIDER) <= 0


def versions(stocked: Stocked, experiment: str) -> int:
    store = SqliteStore(stocked.path)
    try:
        return len(store.versions(experiment))
    finally:
        store.close()


@WAYS
def test_an_announcement_of_a_conversation(
    open_page: Open, stocked: Stocked, axe_script: str, shot: Callable[[Page, str], None],
    width: int, script: bool, press: Press,
) -> None:  # fmt: skip
    page = open_page(stocked.pages["edit"], width=width, script=script)
    new = unfold(page, "One more announcement", press)
    fill(new, Its_name_in_your_tables="count", Day="1")
    press(new.get_by_role("button", name="Add it"))
    expect(page.get_by_text("Write what is announced.")).to_be_visible()
    expect(new.get_by_label("Its name in your tables")).to_have_value("count")
    check_page(page, axe_script, script=script)
    shot(page, f"announcement-wrong-{width}-{script}")
    fill(new, The_words="All cells are searched.")
    press(new.get_by_role("button", name="Add it"))
    assert page.url.endswith("#landing")
    count = page.get_by_role("group", name="count")
    expect(count.get_by_label("Day", exact=True)).to_have_value("1")
    expect(page.get_by_label("the announcement count", exact=True)).to_have_value("All cells are searched.")
    fill(count, Name_in_your_tables="raid", After_how_many_messages="2", Who_says_it="The warden")
    press(page.get_by_role("button", name="Check").first)
    expect(page.get_by_role("status")).to_contain_text("it is not saved yet")
    for line in ("- name: raid", "after_message: 2", "author: The warden"):
        expect(page.locator("pre")).to_contain_text(line)
    check_page(page, axe_script, script=script)
    shot(page, f"announcement-{width}-{script}")
    press(page.get_by_role("button", name="Take raid out"))
    expect(page.get_by_role("group", name="raid")).to_have_count(0)
    expect(page.locator("pre")).not_to_contain_text("All cells are searched.")
    assert versions(stocked, stocked.prison) == 1


@WAYS
def test_an_announcement_of_a_feed(
    open_page: Open, stocked: Stocked, axe_script: str, width: int, script: bool, press: Press
) -> None:
    page = open_page(stocked.pages["crowd-edit"], width=width, script=script)
    bridge = page.get_by_role("group", name="bridge")
    fill(bridge, Time_of_that_day="soon", Who_posts_it="two words")
    press(page.get_by_role("button", name="Check").first)
    expect(page.get_by_role("alert")).to_contain_text("bridge")
    expect(bridge.locator(".fault")).to_have_count(2)
    expect(bridge.get_by_label("Time of that day")).to_have_value("soon")
    check_page(page, axe_script, script=script)
    fill(bridge, Time_of_that_day="18:15", Who_posts_it="@p4", Comes_again="7")
    press(page.get_by_role("button", name="Check").first)
    for line in ("18:15", "author: p4", "every: 7"):
        expect(page.locator("pre")).to_contain_text(line)
    press(page.get_by_role("button", name="Take bridge out"))
    expect(page.get_by_role("group", name="bridge")).to_have_count(0)
    assert versions(stocked, stocked.crowd) == 1


@WAYS
def test_people_whom_a_model_writes(
    open_page: Open, stocked: Stocked, axe_script: str, shot: Callable[[Page, str], None],
    width: int, script: bool, press: Press,
) -> None:  # fmt: skip
    page = open_page(stocked.pages["crowd-edit"], width=width, script=script)
    new = unfold(page, "People whom a model writes", press)
    fill(new, How_many="many", Who_they_are="They quarrel about parking.", Role="driver")
    press(new.get_by_role("button", name="Add it"))
    drivers = page.get_by_role("group", name="people written by a model (driver)")
    expect(drivers.get_by_label("How many")).to_have_value("many")
    expect(drivers.locator(".fault")).to_be_visible()
    # One lands at what was added, and the part of the form says where to look.
    expect(drivers.get_by_label("How many")).to_be_focused()
    expect(drivers.get_by_label("How many")).to_be_in_viewport()
    pointer = page.locator("#roles").locator("xpath=../..").locator("p.fault", has_text="Something is wrong at").first
    expect(pointer.get_by_role("link")).to_have_attribute("href", "#landing")
    check_page(page, axe_script, script=script)
    shot(page, f"crowd-wrong-{width}-{script}")
    fill(drivers, How_many="12", Who_they_are="They quarrel about everything.")
    press(page.get_by_role("button", name="Check").first)
    expect(page.get_by_role("status")).to_contain_text("it is not saved yet")
    expect(page.locator("pre")).to_contain_text("generate: 12")
    expect(page.locator("pre")).to_contain_text("They quarrel about everything.")
    check_page(page, axe_script, script=script)
    shot(page, f"crowd-{width}-{script}")
    press(drivers.get_by_role("button", name="Take them out"))
    expect(drivers).to_have_count(0)
    expect(page.locator("pre")).not_to_contain_text("They quarrel")
    assert versions(stocked, stocked.crowd) == 1


@WAYS
def test_one_of_many_people_is_found_changed_and_taken_out_and_one_is_added(
    open_page: Open, stocked: Stocked, axe_script: str, shot: Callable[[Page, str], None],
    width: int, script: bool, press: Press,
) -> None:  # fmt: skip
    page = open_page(stocked.pages["crowd-edit"], width=width, script=script)
    expect(page.get_by_text("1 to 60 of 130")).to_be_visible()
    press(page.get_by_role("button", name="Those after"))
    expect(page.get_by_text("61 to 120 of 130")).to_be_visible()
    page.get_by_label("Find people").fill("p77")
    press(page.get_by_role("button", name="Find", exact=True))
    expect(page.get_by_text("1 to 1 of 1")).to_be_visible()
    check_page(page, axe_script, script=script)
    shot(page, f"people-found-{width}-{script}")
    person = unfold(page, "@p77", press)
    person.get_by_label("Handle", exact=True).fill("ada_late")
    person.get_by_label("Bio, which everybody can read").fill("Bakes at night.")
    new = unfold(page, "One more person", press)
    fill(new, Handle="cy", Follows="@ada_late, p1")
    press(new.get_by_role("button", name="Add it"))
    expect(page.locator("pre")).to_contain_text("handle: ada_late")
    expect(page.locator("pre")).to_contain_text("Bakes at night.")
    expect(page.locator("pre")).to_contain_text("handle: cy")
    # The last ones of a long list stand there now, with the new one open.
    expect(page.get_by_text("121 to 131 of 131")).to_be_visible()
    added = page.locator("details", has=page.locator("summary", has_text="@cy"))
    expect(added.get_by_label("Name, as the network shows it")).to_be_focused()
    expect(added.locator("summary")).to_be_in_viewport()
    page.get_by_label("Find people").fill("ada_late")
    press(page.get_by_role("button", name="Find", exact=True))
    expect(page.get_by_text("1 to 1 of 1")).to_be_visible()
    person = unfold(page, "@ada_late", press)
    press(person.get_by_role("button", name="Take @ada_late out"))
    expect(page.locator("pre")).not_to_contain_text("ada_late")
    expect(page.get_by_text("Nobody is called so")).to_be_visible()
    assert versions(stocked, stocked.crowd) == 1
