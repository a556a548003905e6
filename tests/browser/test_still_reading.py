"""A page that is still being read comes by itself, at the place that its address names."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect
from starlette.testclient import TestClient

from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.app import create_app
from sociarium.viewer.readings import Readings
from sociarium.viewer.settings import ViewerSettings
from tests.support.stocked_store import ME, Stocked

pytestmark = pytest.mark.slow


@pytest.fixture
def being_read(stocked: Stocked, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """The page that stands for another one while that is being read."""

    def page(path: str) -> str:
        go, read = threading.Event(), Readings._read

        def read_when_told(self: Readings[Any, Any], *arguments: Any) -> None:
            assert go.wait(60)
            read(self, *arguments)

        store = SqliteStore(stocked.path)
        monkeypatch.setattr(Readings, "_read", read_when_told)
        app = create_app(ViewerSettings(store, user=ME, form_token="none", patience=0), this_worker())
        answer = TestClient(app, base_url="http://127.0.0.1:8042").get(path)
        go.set()
        assert answer.status_code == 202
        return answer.text

    return page


@pytest.mark.parametrize("script", [True, False])
def test_a_place_of_a_page_is_reached_while_the_page_is_still_being_read(
    browser: Browser, address: str, stocked: Stocked, being_read: Callable[[str], str], script: bool
) -> None:
    path = f"/sweeps/{stocked.prison_sweep}"
    # The driver has a loop of its own in this thread.
    with ThreadPoolExecutor(1) as thread:
        text = thread.submit(being_read, path).result()
    left = [text, text]

    def answer(route: Route) -> None:
        if left:
            route.fulfill(status=202, body=left.pop(), content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    context = browser.new_context(base_url=address, java_script_enabled=script)
    page = context.new_page()
    page.route(f"{address}{path}", answer)
    page.goto(f"{path}#last")
    expect(page.get_by_role("heading", name="Last words said")).to_be_visible()
    assert not left
    assert page.url == f"{address}{path}" + ("#last" if script else "")
    context.close()
