"""The pictures of the documentation: each can be made anew, of the page that its text speaks of.

`SOCIARIUM_IMAGES=docs/images make test-slow ARGS=tests/browser/test_documented_pages.py` writes them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.stocked_store import ROOT, Stocked

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
GUIDE = ROOT / "docs" / "how-to" / "browser.md"
MADE_BY_HAND = {"experiments", "sweep"}
"""Of a night that is longer than what tests play."""


def ask(page: Page, stocked: Stocked) -> None:
    page.goto(f"/runs/{stocked.prison_runs[0]}")
    page.goto(page.locator("a[href*='/ask?agent=']").first.get_attribute("href") or "")
    page.get_by_label("Your question").fill("What did you think when the guard opened the door?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#last")).to_be_visible(timeout=40_000)


def transcript(page: Page, stocked: Stocked) -> None:
    page.goto(f"/runs/{stocked.prison_runs[0]}")
    page.keyboard.press("j")
    page.locator("#m1-1").locator("summary", has_text="Prompt").click()
    expect(page.get_by_role("link", name="The exact prompt of 1.1")).to_be_visible()


def phone(page: Page, stocked: Stocked) -> None:
    page.goto(f"/runs/{stocked.prison_runs[0]}")


def fork(page: Page, stocked: Stocked) -> None:
    page.goto(stocked.pages["fork"])


def composer(page: Page, stocked: Stocked) -> None:
    page.goto(stocked.pages["compose"])
    page.get_by_label("Words").fill("Has anybody heard when the bridge opens?")


def figures(page: Page, stocked: Stocked) -> None:
    page.goto(f"/sweeps/{stocked.prison_sweep}/figures?by=personality&by=section.Oversight")
    # While figures are drawn the page says so, and comes by itself.
    expect(page.locator(".drawn svg").first).to_be_visible(timeout=40_000)


def labels(page: Page, stocked: Stocked) -> None:
    page.goto(stocked.pages["labelling"])


def edit(page: Page, stocked: Stocked) -> None:
    page.goto(stocked.pages["edit"])
    page.get_by_label("Name", exact=True).first.fill("warden")
    page.get_by_role("button", name="Check").first.click()
    expect(page.get_by_label("What followed")).to_be_visible()


def run(page: Page, stocked: Stocked) -> None:
    page.goto(f"/experiments/{stocked.prison}/run?sweep=demo&max_cost=12.50")
    # While the plan is made the page says so, and comes by itself.
    expect(page.get_by_role("heading", name="The plan")).to_be_visible(timeout=40_000)


PICTURES: dict[str, Callable[[Page, Stocked], None]] = {
    "transcript": transcript,
    "phone": phone,
    "ask": ask,
    "fork": fork,
    "composer": composer,
    "figures": figures,
    "labels": labels,
    "edit": edit,
    "run": run,
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_documented_page_looks_as_its_picture_is_made(open_page: Open, stocked: Stocked, name: str) -> None:
    is_phone = name == "phone"
    page = open_page("/experiments", width=390 if is_phone else 1240, theme="dark" if is_phone else "light")
    # Without the foot, which names the folder of the store.
    page.set_viewport_size({"width": 390 if is_phone else 1240, "height": {"phone": 780, "fork": 900}.get(name, 820)})
    PICTURES[name](page, stocked)
    page.evaluate("scrollTo(0, 0)")
    if folder := os.environ.get("SOCIARIUM_IMAGES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_each_picture_of_the_guide_is_there_and_can_be_made() -> None:
    named = set(re.findall(r"\]\(\.\./images/([\w-]+)\.png\)", GUIDE.read_text(encoding="utf-8")))
    assert named == set(PICTURES) | MADE_BY_HAND
    assert {path.stem for path in (ROOT / "docs" / "images").glob("*.png")} == named
