"""Orders about a sweep, given on its page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from sociarium.environments.protocols import protocol_of
from sociarium.ports.clock import SystemClock
from sociarium.records.runs import Claim, RunState
from sociarium.records.steering import steering_state
from sociarium.runner.library.steering import OrderRequest, give_order
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small_feed
from tests.support.played_stores import played, two_days
from tests.support.viewer import send

Client = Callable[..., TestClient]
OPEN = two_days(title="Half a night")


@pytest.fixture
def half(store: SqliteStore) -> str:
    """A sweep of eight runs, of which three are done."""
    return played(store, OPEN, limit=3).sweep.id


def order(browser: TestClient, sweep: str, action: str, **fields: str) -> int:
    return send(browser, f"/sweeps/{sweep}/orders", order=action, **fields).status_code


@pytest.mark.slow
def test_a_pause_is_kept_with_who_ordered_it_and_why_and_the_page_says_so(
    client: Client, store: SqliteStore, half: str
) -> None:
    browser = client()
    assert "Nothing was ordered about it." in browser.get(f"/sweeps/{half}").text
    assert order(browser, half, "pause", reason="a guest works here") == 303
    [kept] = store.orders(half)
    assert (kept.action, kept.value, kept.by, kept.reason) == ("pause", "drain", "ada", "a guest works here")
    text = browser.get(f"/sweeps/{half}").text
    assert "<strong>Paused</strong> by <bdi>ada</bdi>" in text
    assert "It is paused" in text
    assert order(browser, half, "continue") == 303
    assert "<strong>Paused</strong>" not in browser.get(f"/sweeps/{half}").text
    assert steering_state(store.orders(half)).paused is None


def test_an_order_keeps_what_it_replaces_as_that_of_a_command_does(
    client: Client, store: SqliteStore, half: str
) -> None:
    browser, model = client(), json.dumps({"model": "dry"})
    run = next(slot.status for slot in store.slots(half) if slot.status.state is RunState.PENDING)
    worker = replace(this_worker("bob"), doing={"sweep": half, "concurrency": 6})
    store.record_heartbeat(worker)
    store.claim(Claim(run.run, run.token + 1, worker.id, "2026-03-01T08:00:00.000Z", protocol_of("conversation")))
    order(browser, half, "concurrency", number="2")
    order(browser, half, "pause", about=model)
    order(browser, half, "hold", about=model)
    assert [one.former for one in store.orders(half)] == [6, None, "drain"]


@pytest.mark.slow
def test_bounds_limits_and_the_run_that_comes_first_are_changed_by_a_word(
    client: Client, store: SqliteStore, half: str
) -> None:
    browser = client()
    run = next(slot.status.run for slot in store.slots(half) if slot.status.state is RunState.PENDING)
    for what, value in {
        "cost": "2.5", "tokens": "9000", "time": "7h30m", "limits": "dry:open=3", "first": run[:12]
    }.items():  # fmt: skip
        assert order(browser, half, "change", what=what, value=value, reason="the night is long") == 303
    assert order(browser, half, "change", what="tokens", value="none") == 303
    state = steering_state(store.orders(half))
    assert state.budget == {"max_cost": 2.5, "max_tokens": None, "seconds": 27000}
    assert state.limits == {"dry": {"open": 3}}
    assert state.first_runs == (run,)
    assert {one.reason for one in store.orders(half)[:5]} == {"the night is long"}
    assert "--max-time 7h30m" in browser.get(f"/sweeps/{half}").text, "the command to go on names it"


@pytest.mark.slow
def test_last_words_are_of_runs_that_spoke_and_not_of_those_that_were_cancelled(
    client: Client, store: SqliteStore
) -> None:
    sweep = played(store, small_feed(title="A feed", sweep="{factors: {days: 1}, replicates: 9}"), limit=1).sweep.id
    browser = client()
    assert order(browser, sweep, "cancel") == 303
    page = browser.get(f"/sweeps/{sweep}").text
    assert "Nobody has spoken yet" not in page
    [link, *_] = re.findall(r'href="(/runs/[0-9a-f]+/posts/p[0-9]+)"', page)
    assert browser.get(link).status_code == 200


@pytest.mark.slow
def test_conditions_with_a_level_are_cancelled_and_come_back(client: Client, store: SqliteStore, half: str) -> None:
    browser = client()
    form = browser.get(f"/sweeps/{half}/steer").text
    [about] = re.findall(r'value="([^"]*)">runs with messages 6<', form)
    about = about.replace("&#34;", '"')
    assert order(browser, half, "cancel", about=about) == 303
    assert steering_state(store.orders(half)).cancelled_conditions == ({"messages": 6},)
    page = browser.get(f"/sweeps/{half}").text
    assert "cancelled: condition messages=6" in page
    assert order(browser, half, "continue", about=about) == 303
    assert "cancelled: condition" not in browser.get(f"/sweeps/{half}").text


@pytest.mark.parametrize(
    ("action", "fields", "says"),
    [
        ("concurrency", {"number": "0"}, "a whole number, 1 or more"),
        ("concurrency", {}, "a whole number, 1 or more"),
        ("change", {"what": "cost", "value": "much"}, "is no number from 0 on"),
        ("change", {"what": "limits", "value": "many"}, "is not NAME:LIMIT=VALUE"),
        ("change", {"what": "time", "value": " "}, "what is changed, and what it is to be"),
        ("change", {"what": "weather", "value": "fine"}, "what is changed, and what it is to be"),
        ("explode", {}, "is no order"),
        ("cancel", {"about": '{"where": {"weather": "rain"}}'}, "weather"),
        ("pause", {"about": '{"where": {"messages": "6"}}'}, "is not said of a condition"),
        ("pause", {"about": '{"model": "nobody"}'}, "no model"),
        ("pause", {"about": "{"}, "nothing that can be steered"),
    ],
)
def test_what_is_no_order_is_refused_with_what_was_typed_and_nothing_is_kept(
    client: Client, store: SqliteStore, half: str, action: str, fields: dict[str, str], says: str
) -> None:
    answer = send(client(), f"/sweeps/{half}/orders", order=action, reason="it is <late>", **fields)
    assert answer.status_code == 400
    assert says in answer.text.replace("&#39;", "'")
    assert answer.text.count('role="alert"') == 1
    assert answer.text.count('value="it is &lt;late&gt;"') == 3
    assert f'value="{fields.get("number", "")}" required' in answer.text
    assert store.orders(half) == []


@pytest.mark.slow
def test_read_only_pages_order_nothing_and_offer_nothing(client: Client, store: SqliteStore, half: str) -> None:
    browser = client(read_only=True)
    assert "Pause" not in browser.get(f"/sweeps/{half}").text
    assert 'value="pause"' not in browser.get(f"/sweeps/{half}/steer").text
    assert order(browser, half, "pause") == 403
    assert store.orders(half) == []


@pytest.mark.slow
def test_words_of_colleagues_are_shown_as_words(client: Client, store: SqliteStore, half: str) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    request = OrderRequest(action="pause", value="hold", reason=hostile)
    give_order(store, half, request, by=hostile, clock=SystemClock())
    text = client().get(f"/sweeps/{half}").text
    assert hostile not in text
    assert text.count("&lt;img src=x") >= 3
