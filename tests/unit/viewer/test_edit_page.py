"""An experiment's texts changed in a page, by the same rules as in the guided program."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from starlette.testclient import TestClient

from sociarium.records.plans import SweepRecord
from sociarium.runner.library.duplicate import latest
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.hostile_pages import EVERY_TEXT, Seen, hostile
from tests.support.played_stores import saved
from tests.support.viewer import send

Client = Callable[..., TestClient]


def fields_of(page: str) -> dict[str, str]:
    """The fields of the form as a browser would send them."""
    form = page[page.index('class="form"') :]
    values = re.findall(r'<(?:input)[^>]*name="(title|note|version|document|replicates-\d+)"[^>]*value="([^"]*)"', form)
    texts = re.findall(r'<textarea[^>]*name="(text-\d+)"[^>]*>\n(.*?)</textarea>', form, flags=re.DOTALL)
    return {name: unescape(value) for name, value in (*values, *texts)}


def test_a_changed_text_is_a_new_version_and_nothing_else_changes(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    browser, path = client(), f"/experiments/{sweep.experiment}/edit"
    page = browser.get(path).text
    assert "Starting prompt, of guard" in page
    assert "Starting prompt, for the day&#39;s record" in page
    fields = fields_of(page)
    name = next(name for name, value in fields.items() if value == "I am <SELF_NAME>.")
    before = latest(store, store.experiment(sweep.experiment))[1]
    answer = send(browser, path, **fields | {name: "I am <SELF_NAME>, and I am tired.", "replicates-0": "3"})
    assert answer.headers["location"] == f"/experiments/{sweep.experiment}"
    version, after = latest(store, store.experiment(sweep.experiment))
    assert (version.number, after.all_sweeps["main"].replicates) == (2, 3)
    assert (
        after.model_dump()["sections"][0]["private"]["guard"] != before.model_dump()["sections"][0]["private"]["guard"]
    )
    assert after.models == before.models


def test_a_form_that_changes_nothing_makes_no_version(client: Client, store: SqliteStore) -> None:
    begun = saved(store, small(starting_message='"\\n\\nTwo lines,\\r\\nand a\\ttab  \\n"'))
    browser, path = client(), f"/experiments/{begun.experiment.id}/edit"
    assert send(browser, path, **fields_of(browser.get(path).text)).status_code == 303
    assert len(store.versions(begun.experiment.id)) == 1


@pytest.mark.slow
def test_faults_are_told_and_nothing_is_kept(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser, path = client(), f"/experiments/{sweep.experiment}/edit"
    fields = fields_of(browser.get(path).text)
    answer = send(browser, path, **fields | {"title": "", "text-0": "I am <NOBODY>.", "replicates-0": "many"})
    assert answer.status_code == 400
    assert "I am &lt;NOBODY&gt;." in answer.text
    assert "It is no file yet" in answer.text
    assert len(store.versions(sweep.experiment)) == 1
    assert "Nothing is wrong with it." in send(browser, path, **fields, check="1").text


def test_others_experiments_are_duplicated(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser, path = client(user="bob"), f"/experiments/{sweep.experiment}/edit"
    page = browser.get(path).text
    assert "duplicate of your own" in page
    copy = send(browser, path, **fields_of(page) | {"note": "mine"}).headers["location"].rpartition("/")[2]
    assert (store.experiment(copy).creator, store.experiment(copy).note) == ("bob", "mine")
    assert len(store.versions(sweep.experiment)) == 1


@pytest.mark.slow
def test_a_duplicate_of_ones_own_has_a_title_of_its_own(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser, path = client(), f"/experiments/{sweep.experiment}/edit"
    fields = fields_of(browser.get(path).text)
    copy = send(browser, path, **fields, copy="1").headers["location"].rpartition("/")[2]
    assert store.experiment(copy).title == "Two days (copy)"
    answer = send(browser, path, **fields | {"title": "Two days (copy)"})
    assert (answer.status_code, "you have an experiment" in answer.text) == (400, True)


@pytest.mark.slow
def test_who_is_overtaken_is_told(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    browser, path = client(), f"/experiments/{sweep.experiment}/edit"
    fields = fields_of(browser.get(path).text)
    send(browser, path, **fields | {"replicates-0": "3"})
    assert send(browser, path, **fields | {"replicates-0": "4"}).status_code == 409
    assert len(store.versions(sweep.experiment)) == 2


@pytest.mark.slow
def test_read_only_pages_change_nothing(client: Client, store: SqliteStore, sweep: SweepRecord) -> None:
    path = f"/experiments/{sweep.experiment}/edit"
    fields = fields_of(client().get(path).text)
    assert 'class="form"' not in client(read_only=True).get(path).text
    assert send(client(read_only=True), path, **fields | {"replicates-0": "4"}).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("text", EVERY_TEXT)
def test_hostile_experiments_are_text_in_the_form(client: Client, store: SqliteStore, text: str) -> None:
    path = f"/experiments/{hostile(store, text).experiment}/edit"
    page = client(user=text).get(path)
    assert page.status_code == 200
    assert Seen(page.text).faults == []
    assert "9801547" not in page.text
