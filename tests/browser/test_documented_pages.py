"""The pictures of the documentation: each can be made anew, of the page that its text speaks of.

`SOCIARIUM_IMAGES=docs/images make test-slow ARGS=tests/browser/test_documented_pages.py` writes them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sociarium.config import VARIABLES
from sociarium.stores.sqlite import SqliteStore
from tests.support.played_stores import played
from tests.support.program import Program
from tests.support.served_pages import viewing
from tests.support.stocked_store import ROOT, Stocked, shipped

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
GUIDE = ROOT / "docs" / "how-to" / "browser.md"
NIGHT = {"experiments": 660, "sweep": 820}
"""Pictures of a night, and how high they are: one sweep was stopped on its way, two have ended."""


def ask(page: Page, stocked: Stocked) -> None:
    page.goto(f"/runs/{stocked.prison_runs[0]}")
    page.goto(page.locator("a[href*='/ask?agent=']").first.get_attribute("href") or "")
    page.get_by_label("Your question").fill("What did you think when the guard opened the door?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#last")).to_be_visible()


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
    expect(page.locator(".drawn svg").first).to_be_visible()


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
    expect(page.get_by_role("heading", name="The plan", exact=True)).to_be_visible()


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


def play_night(path: Path) -> str:
    """A night as three people leave it; the id of the sweep that was not played to its end."""
    store = SqliteStore(path)
    try:
        played(store, shipped("devaluation"), sweep="demo", creator="mirek")
        played(store, shipped("prison"), sweep="demo", creator="odile")
        return played(store, shipped("jury"), creator="hanne", limit=54).sweep.id
    finally:
        store.close()


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of its pages, while they are served."""
    path = tmp_path_factory.mktemp("night") / "store.db"
    # The driver has a loop of its own in this thread, and what is played here needs one, too.
    with ThreadPoolExecutor(1) as thread:
        sweep = thread.submit(play_night, path).result()
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    program = Program(path.parent, kept | {"SOCIARIUM_USER": "hanne"})
    with viewing(program, "--allow-run", "--store", f"sqlite:///{path}") as (_, served):
        yield {"experiments": f"{served}experiments", "sweep": f"{served}sweeps/{sweep}"}


def keep(page: Page, name: str) -> None:
    """Write the picture, where pictures are asked for."""
    page.evaluate("scrollTo(0, 0)")
    if folder := os.environ.get("SOCIARIUM_IMAGES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("name", NIGHT)
def test_a_night_looks_as_its_picture_is_made(open_page: Open, night: dict[str, str], name: str) -> None:
    page = open_page(night[name], width=1240)
    page.set_viewport_size({"width": 1240, "height": NIGHT[name]})
    if name == "sweep":
        expect(page.locator("#sweep-lede")).to_contain_text("54 of 80 runs are done")
        # Nobody works on it: its results stand open, and are loaded by themselves.
        expect(page.locator("details.results")).to_have_attribute("open", "")
        expect(page.get_by_role("heading", name="By role and moment")).to_be_visible()
    else:
        expect(page.get_by_role("heading", name="Three experiments")).to_be_visible()
    keep(page, name)


@pytest.mark.parametrize("name", PICTURES)
def test_a_documented_page_looks_as_its_picture_is_made(open_page: Open, stocked: Stocked, name: str) -> None:
    is_phone = name == "phone"
    page = open_page("/experiments", width=390 if is_phone else 1240, theme="dark" if is_phone else "light")
    # Without the foot, which names the folder of the store.
    page.set_viewport_size(
        {"width": 390 if is_phone else 1240, "height": {"phone": 780, "fork": 900, "figures": 690}.get(name, 820)}
    )
    PICTURES[name](page, stocked)
    keep(page, name)


def test_each_picture_of_the_guide_is_there_and_can_be_made() -> None:
    named = set(re.findall(r"\]\(\.\./images/([\w-]+)\.png\)", GUIDE.read_text(encoding="utf-8")))
    assert named == set(PICTURES) | set(NIGHT)
    assert {path.stem for path in (ROOT / "docs" / "images").glob("*.png")} == named
