"""Pages of a store in which nothing is, and pages in a folder, opened from disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sociarium.config import VARIABLES
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.export import export_pages
from tests.support import accessibility
from tests.support.program import Program
from tests.support.served_pages import viewing
from tests.support.stocked_store import ME, Stocked

pytestmark = pytest.mark.slow
LOOKS = [(width, theme, script) for width in (1440, 390) for theme in ("light", "dark") for script in (True, False)]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an empty store is served."""
    folder = tmp_path_factory.mktemp("empty")
    SqliteStore(folder / "store.db").close()
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    with viewing(Program(folder, kept | {"SOCIARIUM_USER": ME}), "--store", f"sqlite:///{folder}/store.db") as served:
        yield served[1].rstrip("/")


@pytest.fixture(scope="module")
def folder(stocked: Stocked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep as pages in a folder."""
    target = tmp_path_factory.mktemp("export") / "pages"
    store = SqliteStore(stocked.path)
    # The driver has a loop of its own in this thread.
    with ThreadPoolExecutor(1) as thread:
        sweep = f"/sweeps/{stocked.prison_sweep}"
        thread.submit(export_pages, store, sweep, target, user=ME, me=this_worker()).result()
    store.close()
    return target


def looked_at(browser: Browser, address: str, axe: str, *, width: int, theme: str, script: bool) -> str:
    """The words of a page that fits and that everybody can use."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=script,
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert not script or accessibility.violations(page, axe) == []
    assert complaints == []
    words = page.locator("main").inner_text()
    if shots := os.environ.get("SOCIARIUM_SHOTS"):
        page.screenshot(path=Path(shots) / f"{Path(address).stem}-{width}-{theme}.png", full_page=True)
    context.close()
    return words


@pytest.mark.parametrize(("width", "theme", "script"), LOOKS)
@pytest.mark.parametrize(
    ("path", "says"), [("experiments", "sociarium demo"), ("sweeps", "Nothing was run"), ("label", "codebook")]
)
def test_an_empty_store_says_what_comes_next(
    browser: Browser, empty: str, axe_script: str, path: str, says: str, width: int, theme: str, script: bool
) -> None:
    words = looked_at(browser, f"{empty}/{path}", axe_script, width=width, theme=theme, script=script)
    assert says in words


@pytest.mark.parametrize(("width", "theme", "script"), LOOKS)
@pytest.mark.parametrize("kind", ["index", "search", "results", "run", "runs"])
def test_a_page_in_a_folder_opens_from_disk(
    browser: Browser, folder: Path, axe_script: str, kind: str, width: int, theme: str, script: bool
) -> None:
    file = folder / f"{kind}.html" if kind in {"index", "search"} else min(folder.glob(f"{kind}-*.html"))
    assert looked_at(browser, file.as_uri(), axe_script, width=width, theme=theme, script=script)


def test_results_in_a_folder_lead_to_what_was_said(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("link", name="Results").first.press("Enter")
    page.get_by_role("link", name="words a message").press("Enter")
    page.get_by_role("link", name="its days").press("Enter")
    assert "day 2" in page.locator("main").inner_text()
    page.close()
