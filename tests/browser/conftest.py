"""A browser, and pages that are really served."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from sociarium.config import VARIABLES
from tests.support import accessibility
from tests.support.program import Program
from tests.support.served_pages import viewing
from tests.support.stocked_store import ME, Stocked, stock

_REQUIRED = "SOCIARIUM_REQUIRE_BROWSER"
READING = 202
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""

# Pages are waited for, however busy the machine is: some are computed when they are asked for, and come by themselves.
expect.set_options(timeout=60_000)


def _missing(what: str) -> None:
    if os.environ.get(_REQUIRED):
        pytest.fail(f"{_REQUIRED} is set, and {what}")
    pytest.skip(what)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        _missing("there is no chromium; apt-get install chromium")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture(scope="package")
def axe_script() -> str:
    script = accessibility.source()
    if script is None:
        _missing(f"axe-core {accessibility.VERSION} cannot be fetched with npm")
    assert script is not None
    return script


@pytest.fixture(scope="package")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Stocked:
    """A store that these tests share; what changes it puts it back."""
    # The driver has a loop of its own in this thread, and what is played here needs one, too.
    with ThreadPoolExecutor(1) as thread:
        # Stores lie in folders of any depth, and every page names theirs.
        folder = tmp_path_factory.mktemp("pages-of-a-laboratory-that-names-its-folders-at-length")
        return thread.submit(stock, folder / "store.db").result()


@pytest.fixture(scope="package")
def address(stocked: Stocked) -> Iterator[str]:
    """Where its pages are served, by the program itself."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    program = Program(stocked.path.parent, kept | {"SOCIARIUM_USER": ME})
    with viewing(program, "--allow-run", "--store", f"sqlite:///{stocked.path}") as (_, served):
        yield served.rstrip("/")


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens a page in a window of its own; what the browser complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(path: str, *, width: int = 1440, theme: str = "light", script: bool = True, status: int = 200) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
            base_url=address,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
        # A form that is refused is answered with 400, which is no complaint about the page.
        page.on(
            "console",
            lambda line: (
                complaints.append(line.text)
                if line.type in {"error", "warning"} and "a status of 400" not in line.text
                else None
            ),
        )
        answers: list[Response] = []
        documents: list[str] = []
        page.on("response", lambda one: answers.append(one) if one.request.is_navigation_request() else None)
        page.on("framenavigated", lambda frame: documents.append(frame.url) if frame == page.main_frame else None)
        page.goto(path)
        # What it shows may be being read: it comes by itself, and stands there a moment after it was answered.
        while answers[-1].status == READING or len(documents) < sum(not 300 <= one.status < 400 for one in answers):
            page.wait_for_timeout(50)
        page.wait_for_load_state()
        assert answers[-1].status == status
        if status != 200:
            complaints.clear()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a picture of a page in the folder that SOCIARIUM_SHOTS names, for who looks at them."""

    def keep(page: Page, name: str) -> None:
        if folder := os.environ.get("SOCIARIUM_SHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return keep
