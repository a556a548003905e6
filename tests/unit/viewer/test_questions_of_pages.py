"""Pages about runs ask a MongoDB server little: each question is a round trip."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from sociarium.analysis.load import load_runs
from sociarium.exchange import stored_run
from sociarium.exchange.run_document import run_document
from sociarium.ports.prices import NoPrices
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.pages.outcomes import stored_measures
from sociarium.viewer.pages.relatives import drawn_alike
from sociarium.viewer.pages.results import results_source
from tests.support.definitions import small
from tests.support.mongo_questions import Questions, mongo_copy
from tests.support.played_stores import played
from tests.support.viewer import give_back, places


def address(store: Store, sweep: SweepRecord, page: str) -> str:
    first, second = (place.status.run for place in places(store, sweep)[:2])
    return page.format(a=first, b=second)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "most"),
    [
        # To find the run: its id, itself, what is being deleted. Of it: what it is and how it stands, its slots with
        # their sweeps, edits, claims, forks, journal, events, interviews and labels. Experiment and sweep. Its
        # neighbours as a list of runs has them, and what was drawn alike from the sweep's slots, if
        # its version shares streams.
        ("/runs/{a}", 3 + 11 + 2 + 4 + 3),
        # Two are found one by one, and read together; each has neighbours of its own.
        ("/compare?a={a}&b={b}", 2 * 3 + 11 + 2 + 2 * 4),
    ],
)
def test_a_page_asks_little(
    store: SqliteStore, sweep: SweepRecord, client: Callable[..., TestClient],
    monkeypatch: pytest.MonkeyPatch, page: str, most: int,
) -> None:  # fmt: skip
    mongo = mongo_copy(store)
    browser, where = client(mongo), address(store, sweep, page)
    questions = Questions(monkeypatch)
    assert browser.get(where).status_code == 200
    assert questions.queries <= most


def _questions_of_results(store: Store, sweep: SweepRecord, monkeypatch: pytest.MonkeyPatch) -> int:
    mongo = mongo_copy(store)
    with monkeypatch.context() as patch:
        questions = Questions(patch)
        return questions.of(lambda: load_runs(results_source(mongo, sweep), NoPrices(), lambda _count: None))


def test_results_of_many_runs_ask_as_much_as_those_of_few(
    store: SqliteStore, sweep: SweepRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = played(store, small(title="Few", sweep="{factors: {days: [1, 2]}, replicates: 1}")).sweep
    assert _questions_of_results(store, few, monkeypatch) == _questions_of_results(store, sweep, monkeypatch) <= 30


@pytest.mark.slow
def test_results_hold_a_batch_of_runs_at_a_time(
    store: SqliteStore, sweep: SweepRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _questions_of_results(store, sweep, monkeypatch)
    monkeypatch.setattr(stored_run, "_RECORDS_AT_ONCE", 1)
    assert _questions_of_results(store, sweep, monkeypatch) == whole + 7 * 10


@pytest.mark.slow
def test_a_transcript_reads_the_places_of_its_replicate_alone(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = ", ".join(map(str, range(1, 41)))
    sweep = played(store, small(title="Many", sweep=f"{{factors: {{messages: [{many}]}}, replicates: 4}}")).sweep
    of_second = [place for place in places(store, sweep) if place.replicate == 2]
    mongo = mongo_copy(store)
    questions = Questions(monkeypatch)
    factors, drawn = drawn_alike(mongo, sweep, of_second[5].status.run, run_document(store, of_second[5].status.run))
    assert (factors, len(drawn)) == (["messages"], 39)
    # Places, how the runs stand, and whether the sweep's version shares its draws.
    assert questions.documents <= 2 * 40 + 2


@pytest.mark.slow
def test_measures_are_looked_for_in_the_first_finished_runs_alone(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = played(store, small(title="Many", sweep="{factors: {messages: 2}, replicates: 60}")).sweep
    mongo = mongo_copy(store)
    questions = Questions(monkeypatch)
    assert stored_measures(mongo, sweep) == ()
    assert questions.documents == 2 * 20
    first, *_ = places(store, sweep)
    give_back(store, first)
    assert stored_measures(mongo_copy(store), sweep) == ()
