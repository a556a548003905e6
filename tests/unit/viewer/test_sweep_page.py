"""What the page of a sweep is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.pages import last_words as last_words_page
from sociarium.viewer.pages.results import results_source
from sociarium.viewer.pages.sweep import MOST_OPEN, SweepPage, cell, sweep_page
from sociarium.viewer.pages.sweep_progress import progress
from sociarium.viewer.pages.transcript import transcript_page
from sociarium.viewer.sweep_digest import digest
from tests.support.definitions import small
from tests.support.mongo_questions import Questions, mongo_copy
from tests.support.played_stores import Saying, played, saved, two_days
from tests.support.viewer import give_back, let_go, places, take_up

NOW = datetime(2026, 1, 2, 3, 14, 5, tzinfo=UTC)


def page(store: Store, sweep: SweepRecord, number: int = 1) -> SweepPage:
    return sweep_page(store, sweep.id, me=this_worker(), now=NOW, page=number)


def states(shown: SweepPage) -> list[str]:
    return [cell.state for group in shown.groups for row in group.rows for cell in row.cells]


def test_every_condition_has_a_row_and_every_replicate_a_cell(store: SqliteStore, sweep: SweepRecord) -> None:
    shown = page(store, sweep)
    assert len([row for group in shown.groups for row in group.rows]) == 4
    assert states(shown) == ["done"] * 8
    runs = {cell.run for group in shown.groups for row in group.rows for cell in row.cells}
    assert runs == {place.status.run for place in places(store, sweep)}


def test_conditions_are_named_by_what_they_differ_in(store: SqliteStore, sweep: SweepRecord) -> None:
    labels = [row.label for group in page(store, sweep).groups for row in group.rows]
    assert labels == [
        "messages 4, guard first",
        "messages 4, prisoner first",
        "messages 6, guard first",
        "messages 6, prisoner first",
    ]


def test_many_factors_are_grouped_by_the_first(store: SqliteStore) -> None:
    text = two_days(sweep="{factors: {messages: [4, 6], days: [1, 2], first_speaker: [guard, prisoner]}}")
    shown = page(store, played(store, text).sweep)
    assert [group.heading for group in shown.groups] == ["messages 4", "messages 6"]
    assert next(row.label for row in shown.groups[0].rows) == "days 1, guard first"


def test_places_that_were_not_reached_are_shown_as_not_begun(store: SqliteStore) -> None:
    shown = page(store, played(store, two_days(), limit=3).sweep)
    assert states(shown).count("left") == 5


def test_failures_stand_under_one_cause_when_only_numbers_differ(store: SqliteStore, sweep: SweepRecord) -> None:
    one, two, three, *_ = places(store, sweep)
    let_go(store, one, error="8,411 tokens, context 8,192; set context: 16384")
    let_go(store, two, error="8,500 tokens, context 8,192; set context: 16384")
    let_go(store, three, error="the server hung up")
    shown = page(store, sweep)
    assert [(cause.count, cause.error[:11]) for cause in shown.digest.causes] == [
        (2, "8,411 token"),
        (1, "the server "),
    ]
    assert states(shown).count("fail") == 3


def test_a_sweep_is_told_by_what_is_left_of_it(store: SqliteStore, sweep: SweepRecord) -> None:
    assert page(store, sweep).digest.state == "done"
    let_go(store, places(store, sweep)[0], error="gone")
    assert page(store, sweep).digest.state == "ended"
    take_up(store, places(store, sweep)[0])
    assert page(store, sweep).digest.state == "running"
    assert page(store, played(store, two_days(title="Some"), limit=2).sweep).digest.state == "stopped"
    assert page(store, saved(store, two_days(title="None")).sweep).digest.state == "not begun"


def test_a_run_that_a_live_worker_holds_is_running(store: SqliteStore, sweep: SweepRecord) -> None:
    take_up(store, places(store, sweep)[0])
    shown = page(store, sweep)
    assert shown.digest.is_live
    assert states(shown).count("run") == 1


def test_flags_and_emptiness_show_in_the_grid(store: SqliteStore) -> None:
    silent = played(store, two_days(title="Silent"), model=Saying([""])).sweep
    assert set(states(page(store, silent))) == {"hollow"}
    echo = played(store, two_days(title="Echo"), model=Saying(["The same again, as ever and ever."])).sweep
    shown = page(store, echo)
    assert set(states(shown)) == {"done flagged"}
    assert shown.digest.flagged == 8


def test_what_is_empty_is_counted(store: SqliteStore) -> None:
    silent = played(store, two_days(title="Silent"), model=Saying([""])).sweep
    messages = next(part for part in page(store, silent).empty if part.what == "empty messages")
    assert messages.empty == messages.of > 0


def test_the_last_words_are_the_latest_first(store: SqliteStore, sweep: SweepRecord) -> None:
    said = page(store, sweep).said
    assert len(said) == 5
    assert [one.at for one in said] == sorted((one.at for one in said), reverse=True)
    last = store.events(said[0].run)
    assert said[0].text == [event for event in last if event.happening.kind == "message"][-1].happening.content


def test_last_words_have_the_marks_of_their_run_s_own_page(store: SqliteStore) -> None:
    made = small(sweep="{factors: {first_speaker: [guard, prisoner]}, replicates: 2}")
    said = page(store, played(store, made).sweep).said
    shown = [(one, transcript_page(store, one.run, me="ada")) for one in said]
    assert {one.mark for one in said} == {"r1", "r2"}
    for one, of in shown:
        assert one.mark == next(agent.mark for agent in of.agents if agent.name == one.speaker)


def test_last_words_read_the_end_of_runs_alone(
    store: SqliteStore, sweep: SweepRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_up(store, places(store, sweep)[0])
    mongo = mongo_copy(store)
    monkeypatch.setattr(last_words_page, "_END", 3)
    questions = Questions(monkeypatch)
    said = list(last_words_page.last_words(mongo, places(store, sweep), ()))
    # The end of each of eight runs, the answer of the one that is open, and the runs that are shown.
    assert (len(said), questions.queries, questions.documents) == (5, 8 + 1 + 1, 8 * 3 + 1 + 5)


def test_what_is_left_is_told_by_the_rate_of_the_last_half_hour(store: SqliteStore, sweep: SweepRecord) -> None:
    take_up(store, places(store, sweep)[0])
    read = digest(store, sweep, me=this_worker())
    lately = tuple(((NOW - timedelta(minutes=minute)).isoformat(), 4) for minute in range(10))
    known = replace(read, started="2026-01-02T03:04:05Z", finishes=lately,
                    counts=replace(read.counts, done=10, pending=10, running=0))  # fmt: skip
    shown = progress(known, NOW)
    assert shown.left == 600
    assert shown.per_second == 40 / 600
    assert shown.ran == 600


def test_a_sweep_that_was_left_before_a_run_ended_does_not_grow_older(store: SqliteStore) -> None:
    begun = played(store, two_days(), limit=1).sweep
    give_back(store, places(store, begun)[0])
    shown = page(store, begun)
    assert (shown.digest.state, shown.digest.finished) == ("stopped", None)
    assert shown.progress.ran is None


def test_runs_that_were_given_back_have_spoken(store: SqliteStore, sweep: SweepRecord) -> None:
    for place in places(store, sweep):
        give_back(store, place)
    assert page(store, sweep).digest.counts.ended == 0
    assert len(page(store, sweep).said) == 5


def test_a_long_design_is_shown_in_pages(store: SqliteStore) -> None:
    levels = ", ".join(map(str, range(2, 132)))
    text = two_days(sweep=f"{{factors: {{messages: [{levels}], days: 1}}, replicates: 1}}")
    sweep = played(store, text, limit=1).sweep
    first, last = page(store, sweep), page(store, sweep, 99)
    assert (first.pages, last.page) == (3, 3)
    assert [row.label for row in last.groups[0].rows][-1] == "messages 131"


def test_results_stand_open_when_nobody_works_on_it_and_they_are_short(store: SqliteStore, sweep: SweepRecord) -> None:
    assert page(store, sweep).opens_results
    take_up(store, places(store, sweep)[0])
    assert not page(store, sweep).opens_results


def test_results_are_folded_before_a_run_is_done_and_where_they_are_long(store: SqliteStore) -> None:
    begun = played(store, two_days(), limit=1).sweep
    give_back(store, places(store, begun)[0])
    assert not page(store, begun).opens_results
    names = ", ".join(str(number) for number in range(2, 2 + MOST_OPEN + 1))
    long = two_days(title="A long one", sweep=f"{{factors: {{messages: [{names}]}}}}")
    assert not page(store, played(store, long, limit=1).sweep).opens_results


@pytest.mark.slow
def test_where_runs_that_failed_alone_are_left_these_are_tried_again(
    store: SqliteStore, sweep: SweepRecord, client: Callable[..., TestClient]
) -> None:
    let_go(store, places(store, sweep)[0], error="gone")
    browser = client()
    text = browser.get(f"/sweeps/{sweep.id}").text
    assert f'href="/sweeps/{sweep.id}/run?retry=true">Try failed runs again<' in text
    assert "checked" in browser.get(f"/sweeps/{sweep.id}/run?retry=true").text
    give_back(store, places(store, sweep)[1])
    assert f'href="/sweeps/{sweep.id}/run">Go on<' in client().get(f"/sweeps/{sweep.id}").text


def test_a_run_that_waits_to_go_on_is_not_called_one_that_has_not_begun(store: SqliteStore, sweep: SweepRecord) -> None:
    place = places(store, sweep)[0]
    give_back(store, place)
    [given_back] = [one for one in places(store, sweep) if one.status.run == place.status.run]
    assert cell(1, given_back, frozenset()).label.endswith("begun, and waiting to go on")
    assert cell(1, None, frozenset()).label == "Replicate 1: not begun"
    assert results_source(store, sweep).account().left_out == {"waiting to go on": 1}


@pytest.mark.slow
def test_messages_of_runs_that_are_not_done_are_counted(
    store: SqliteStore, sweep: SweepRecord, client: Callable[..., TestClient]
) -> None:
    before = page(store, sweep)
    text = " ".join(client().get(f"/sweeps/{sweep.id}").text.split())
    assert f"{before.digest.messages} <small>in runs that ended" in text
    waiting, failing = places(store, sweep)[:2]
    numbers = [place.status.counters.messages for place in (waiting, failing)]
    give_back(store, waiting)
    let_go(store, failing, error="gone")
    shown = page(store, sweep)
    assert (shown.unfinished.messages, shown.digest.messages) == (sum(numbers), before.digest.messages - sum(numbers))
    of_both = (shown.digest.tokens[0] + shown.unfinished.read, shown.digest.tokens[1] + shown.unfinished.written)
    assert of_both == before.digest.tokens
    text = " ".join(client().get(f"/sweeps/{sweep.id}").text.split())
    assert f"{before.digest.messages} <small>{sum(numbers)} of them in runs that are not done" in text
    assert f"{before.digest.tokens[0]:,} read, {before.digest.tokens[1]:,} written</small>" in text


def test_a_sweep_of_which_no_run_is_finished_says_where_its_messages_are_and_why_no_run_is_in_the_results(
    store: SqliteStore, client: Callable[..., TestClient]
) -> None:
    begun = played(store, two_days(title="One"), limit=1).sweep
    give_back(store, places(store, begun)[0])
    text = client().get(f"/sweeps/{begun.id}").text
    assert re.search(r"<dt>Messages</dt><dd>[1-9]\d* <small>all of them in runs that are not done<", text)
    assert "Not in: 1 waiting to go on, 7 not begun. Results are of" in client().get(f"/sweeps/{begun.id}/results").text
