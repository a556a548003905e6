"""Sweeps begun from a page: the plan first, then one process in the background, as `run --detach` begins it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from starlette.testclient import TestClient

from sociarium.api.forks import find_origin
from sociarium.bootstrap import open_store
from sociarium.errors import BadInput
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.runner.library.duplicate import latest
from sociarium.runner.library.steering import OrderRequest, give_order
from sociarium.runner.sweep.derive import ForkRequest
from sociarium.runner.sweep.forks import place_sweep, plan_forks
from sociarium.runner.sweep.save import StartedSweep
from sociarium.viewer.pages.running import StartChoice
from tests.support.background_starts import Begun, recorded_starts
from tests.support.definitions import small
from tests.support.hostile_pages import EVERY_TEXT, Seen, hostile
from tests.support.played_stores import played, saved, two_days
from tests.support.viewer import places, send, take_up

Client = Callable[..., TestClient]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Opened as commands do, so that another process could open it."""
    opened = open_store(f"sqlite:///{tmp_path}/store.db")
    yield opened
    opened.close()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Begun:
    return recorded_starts(monkeypatch, tmp_path)


def path_of(sweep: StartedSweep) -> str:
    return f"/experiments/{sweep.experiment.id}/run"


@pytest.mark.slow
def test_the_plan_is_shown_before_anything_is_begun(client: Client, store: Store, begun: Begun) -> None:
    sweep = saved(store, two_days())
    browser = client(allow_run=True)
    assert f'href="{path_of(sweep)}?sweep=main"' in browser.get(f"/experiments/{sweep.experiment.id}").text
    page = browser.get(path_of(sweep)).text
    assert "4 conditions x 2 replicates = 8 runs" in page
    assert "they cost <strong>nothing</strong>" in page
    assert "messages varies" in page
    more = browser.get(path_of(sweep), params={"replicates": "5", "concurrency": "3"}).text
    assert "4 conditions x 5 replicates = 20 runs" in more
    assert "new version" in more
    assert len(store.versions(sweep.experiment.id)) == 1
    assert begun.options == []


def test_a_start_saves_what_is_new_begins_it_once_and_lands_on_its_page(
    client: Client, store: Store, begun: Begun
) -> None:
    sweep = saved(store, two_days())
    fields = {"replicates": "3", "concurrency": "2", "start": "form-1"}
    browser = client(allow_run=True)
    answer = send(browser, path_of(sweep), **fields)
    version, definition = latest(store, sweep.experiment)
    [made] = [one for one in store.sweeps(sweep.experiment.id) if one.version == version.id]
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sweeps/{made.id}")
    assert (version.number, definition.all_sweeps["main"].replicates, made.replicates) == (2, 3, 3)
    assert begun.options == [["--concurrency=2", "--no-pull", "--yes"]]
    assert begun.environments[0]["SOCIARIUM_USER"] == "ada"
    assert begun.environments[0]["SOCIARIUM_STORE"].endswith("/store.db")
    assert send(browser, path_of(sweep), **fields).headers["location"] == f"/sweeps/{made.id}"
    assert len(begun.options) == 1, "the same form began it twice"


def test_two_clicks_at_once_begin_one_process(client: Client, store: Store, begun: Begun) -> None:
    sweep, browser, meeting = saved(store, two_days()), client(allow_run=True), Barrier(2, timeout=30)
    begun.code = None

    def click(form: str) -> int:
        meeting.wait()
        return int(send(browser, path_of(sweep), start=form).status_code)

    with ThreadPoolExecutor(2) as clicks:
        same = list(clicks.map(click, ["form-1", "form-1"]))
    assert same == [303, 303]
    assert len(begun.options) == 1
    other = send(browser, path_of(sweep), start="form-2")
    assert (other.status_code, "have begun it already" in other.text) == (409, True)
    assert len(begun.options) == 1


@pytest.mark.slow
def test_what_is_left_of_a_sweep_goes_on_with_failed_runs_if_that_is_wished(
    client: Client, store: Store, begun: Begun
) -> None:
    sweep = played(store, two_days(), limit=3)
    browser, path = client(allow_run=True), f"/sweeps/{sweep.sweep.id}/run"
    assert f'href="{path}"' in browser.get(f"/sweeps/{sweep.sweep.id}").text
    page = browser.get(path).text
    assert "<strong>Five runs</strong> of 8 are left" in page
    answer = send(browser, path, retry="true", max_cost="0.5", concurrency="")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sweeps/{sweep.sweep.id}")
    assert begun.options == [["--max-cost=0.5", "--retry-failed", "--no-pull", "--yes"]]


@pytest.mark.slow
def test_forks_that_are_left_go_on_without_a_plan_made_anew(client: Client, store: Store, begun: Begun) -> None:
    run = places(store, played(store, two_days()).sweep)[0].status.run
    request = ForkRequest(at="day1/turn2", changes={"messages": "8"}, branches=2)
    forks = place_sweep(store, plan_forks(store, find_origin(store, run), request, creator="ada", clock=SystemClock()))
    browser, path = client(allow_run=True), f"/sweeps/{forks.sweep.id}/run"
    page = browser.get(path).text
    assert "<strong>Two runs</strong> of 2 are left" in page
    assert "Of forks no plan is made anew." in page
    assert send(browser, path).headers["location"] == f"/sweeps/{forks.sweep.id}"
    assert len(begun.options) == 1


@pytest.mark.slow
def test_a_sweep_that_somebody_plays_is_not_begun_a_second_time(client: Client, store: Store, begun: Begun) -> None:
    sweep = played(store, two_days(), limit=3)
    take_up(store, next(one for one in places(store, sweep.sweep) if not one.status.token))
    answer = send(client(allow_run=True), f"/sweeps/{sweep.sweep.id}/run", concurrency="7")
    assert answer.status_code == 409
    assert "played already, by bob on" in answer.text
    assert 'name="concurrency" inputmode="numeric" value="7"' in answer.text
    assert begun.options == []


@pytest.mark.slow
def test_a_paused_sweep_is_not_begun(client: Client, store: Store, begun: Begun) -> None:
    sweep = played(store, two_days(), limit=3)
    give_order(store, sweep.sweep.id, OrderRequest(action="pause", value="drain"), by="bob", clock=SystemClock())
    answer = send(client(allow_run=True), f"/sweeps/{sweep.sweep.id}/run")
    assert (answer.status_code, "was paused by bob" in answer.text) == (409, True)
    assert begun.options == []


AWAY = "{m: {provider: openai, model: a, base_url: 'http://127.0.0.1:9/v1'}}"


@pytest.mark.parametrize(
    ("parts", "fields", "says"),
    [
        ({"models": AWAY}, {}, "models cannot be asked"),
        ({"models": "{m: {provider: openai, model: a, api_key_env: NO_SUCH_KEY}}"}, {}, "NO_SUCH_KEY"),
        ({"models": "{m: {provider: person, model: a}}"}, {}, "a person takes part"),
        ({"models": AWAY}, {"max_cost": "5"}, "max_cost needs the price of 'm'"),
        ({}, {"max_cost": "much"}, "Cost at most: 'much' is not a number"),
        ({}, {"replicates": "0"}, "Replicates: '0' is not a whole number"),
        ({}, {"concurrency": "1e3"}, "Runs open at once: '1e3' is not a whole number"),
    ],
)
def test_what_is_wrong_is_said_once_and_nothing_is_stored(
    client: Client, store: Store, begun: Begun, parts: dict[str, str], fields: dict[str, str], says: str
) -> None:
    sweep = saved(store, small(**parts))
    answer = send(client(allow_run=True), path_of(sweep), **{"concurrency": "3", **fields})
    assert 400 <= answer.status_code < 600
    assert answer.status_code != 500
    text = answer.text.replace("&#39;", "'")
    assert text.lower().count(says.lower()) == 1
    assert text.count('role="alert"') == 1
    for name, value in {"concurrency": "3", **fields}.items():
        assert re.search(rf'name="{name}"[^>]* value="{value}"', text), "what was typed is lost"
    assert begun.options == []
    assert len(store.versions(sweep.experiment.id)) == 1


@pytest.mark.slow
def test_the_words_of_a_process_that_ends_at_once_are_shown(client: Client, store: Store, begun: Begun) -> None:
    sweep = saved(store, two_days())
    begun.code, begun.words = 2, "the key <of> nobody\x1b[2J is missing"
    answer = send(client(allow_run=True), path_of(sweep))
    assert answer.status_code == 503
    assert "key &lt;of&gt; nobody" in answer.text
    assert "\x1b" not in answer.text
    begun.code = 1
    assert send(client(allow_run=True), path_of(sweep)).status_code == 303, "it played; that runs failed is on its page"


def test_others_experiments_get_a_sweep_under_ones_own_name(client: Client, store: Store, begun: Begun) -> None:
    sweep = saved(store, two_days())
    browser = client(user="bob", allow_run=True)
    page = browser.get(path_of(sweep)).text
    assert "under your name" in page
    assert "not played again. It is" in page
    made = send(browser, path_of(sweep)).headers["location"].rpartition("/")[2]
    assert (store.sweep(made).creator, store.sweep(made).experiment) == ("bob", sweep.experiment.id)
    assert store.experiment(sweep.experiment.id).creator == "ada"


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "says"), [({}, "--allow-run"), ({"read_only": True}, "--read-only")])
def test_pages_that_may_not_play_show_the_plan_and_begin_nothing(
    client: Client, store: Store, begun: Begun, settings: dict[str, bool], says: str
) -> None:
    sweep = saved(store, two_days())
    browser = client(**settings)
    page = browser.get(path_of(sweep), params={"max_cost": "2"}).text
    assert "4 conditions x 2 replicates" in page
    assert says in page
    assert f"sociarium run {sweep.experiment.id[:12]} --max-cost=2 --detach" in page
    assert 'method="post" aria-label="Begin it"' not in page
    refused = send(browser, path_of(sweep))
    assert (refused.status_code, says in refused.text) == (403, True)
    assert begun.options == []


def test_a_start_from_another_site_is_refused(client: Client, store: Store, begun: Begun) -> None:
    sweep = saved(store, two_days())
    browser = client(allow_run=True)
    foreign = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
    assert browser.post(path_of(sweep), headers=foreign).status_code == 403
    assert browser.post(path_of(sweep), headers={"sec-fetch-site": "same-origin"}).status_code == 403
    assert begun.options == []


def test_a_sweep_that_is_not_there_is_none(client: Client, store: Store) -> None:
    sweep = saved(store, two_days())
    assert client().get(path_of(sweep), params={"sweep": "other"}).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("text", EVERY_TEXT)
def test_hostile_experiments_are_text_in_their_plan(client: Client, store: Store, text: str) -> None:
    sweep = hostile(store, text)  # type: ignore[arg-type]  # any store would do
    for path in (f"/experiments/{sweep.experiment}/run", f"/sweeps/{sweep.id}/run"):
        page = client(user=text, allow_run=True).get(path, params={"max_cost": text[:400]})
        assert page.status_code == 200
        assert Seen(page.text).faults == []
        assert "9801547" not in page.text


@pytest.mark.slow
def test_a_start_that_played_and_stopped_before_the_end_leads_to_the_sweeps_page(
    client: Client, store: Store, begun: Begun
) -> None:
    sweep = played(store, two_days(), limit=3)
    begun.code, begun.words = (
        3,
        "a: 0/8 done\nStopped: the key <of> nobody is refused. Everything so far is saved.\na 0 0",
    )
    browser, path = client(allow_run=True), f"/sweeps/{sweep.sweep.id}"
    answer = send(browser, f"{path}/run", start="form-1")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "0/8 done" not in browser.get(path).text
    send(browser, f"{path}/run", start="form-1")
    assert len(begun.options) == 1, "the same form begins nothing again"


@pytest.mark.parametrize(
    ("typed", "told"), [("123456.789", "123456.789"), ("0.0000123", "1.23e-05"), ("12", "12"), ("5 USD", "5")]
)
def test_a_bound_of_cost_is_passed_on_to_the_last_digit(typed: str, told: str) -> None:
    assert StartChoice(max_cost=typed).words == [f"--max-cost={told}"]


def test_a_number_that_only_a_program_would_read_is_refused() -> None:
    with pytest.raises(BadInput, match="not a number of US dollars"):
        _ = StartChoice(max_cost="1_0").words


@pytest.mark.slow
def test_a_sweep_of_which_nothing_is_left_is_not_gone_on_with(client: Client, store: Store, begun: Begun) -> None:
    sweep = played(store, two_days())
    page = client(allow_run=True).get(f"/sweeps/{sweep.sweep.id}/run").text
    assert "Nothing is left to be played." in page
    assert 'aria-label="Begin it"' not in page
