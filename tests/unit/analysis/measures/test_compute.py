"""Computing measures: what the store has is not computed again, what fails is told, and a kill loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.analysis.measures.compute import MeasureCounts, compute_measures
from sociarium.analysis.measures.missing import Missing
from sociarium.analysis.measures.registry import MEASURES, MeasureSpec, Value, of_text
from sociarium.analysis.measures.units import MeasuredRun, read_run
from sociarium.ports.store import Store
from sociarium.records.labels import WHOLE_RUN
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.hand_clock import HandClock
from tests.support.played_stores import played, two_days


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def _runs(store: Store, text: str) -> list[str]:
    return [slot.status.run for slot in store.slots(played(store, text).sweep.id)]


def _compute(store: Store, runs: list[str], *specs: MeasureSpec) -> list[MeasureCounts]:
    return compute_measures(store, runs, specs, clock=HandClock(), progress=lambda _count: None)


def _spec(function: Value | Exception, *, version: str = "1") -> MeasureSpec:
    def compute(run: MeasuredRun, subject: str) -> Value:
        if isinstance(function, Exception):
            raise function
        return function

    return MeasureSpec("mine", "message", lambda: version, compute, "", "")


def test_values_stand_under_message_person_and_run(store: Store) -> None:
    [run, *_] = _runs(store, two_days())
    _compute(store, [run], *(MEASURES[name] for name in ("words", "share_of_words", "reciprocity")))
    read = read_run(store, run)
    values = {(one.name, one.subject): one.value for one in store.measures_of([run])}
    for message in read.messages:
        assert values["words", message.key] == len(message.text.split())
    assert sum(values["share_of_words", name] for name in read.people) == pytest.approx(1)
    assert values["reciprocity", WHOLE_RUN] == {"missing": "no feed"}


def test_a_second_time_everything_comes_from_the_store(store: Store) -> None:
    runs = _runs(store, two_days())
    [first] = _compute(store, runs[:2], MEASURES["words"])
    [second] = _compute(store, runs, MEASURES["words"])
    assert (first.computed, first.cached) == (second.cached, 0)
    assert second.computed == sum(len(read_run(store, run).messages) for run in runs[2:])
    failing = replace(MEASURES["words"], compute=of_text(lambda _text: 1 / 0))
    [third] = _compute(store, runs, failing)
    assert (third.computed, third.cached, third.failed) == (0, first.computed + second.computed, {})


def test_another_version_is_another_measure(store: Store) -> None:
    [run, *_] = _runs(store, two_days())
    _compute(store, [run], _spec(1.0))
    [count] = _compute(store, [run], _spec(2.0, version="2"))
    assert count.computed
    assert {(one.version, one.value) for one in store.measures_of([run])} == {("1", 1.0), ("2", 2.0)}


def test_why_there_is_no_value_is_kept_and_counted(store: Store) -> None:
    [run, *_] = _runs(store, two_days())
    [first] = _compute(store, [run], _spec(Missing("too short")))
    [second] = _compute(store, [run], _spec(1 / 1))
    assert first.missing == second.missing == {"too short": first.units}
    assert (second.computed, second.cached) == (0, 0)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (ValueError("odd"), "ValueError"),
        (float("nan"), "returned no finite number"),
        (["list"], "returned a list; return a number, a short text, true or false, or None"),
        ("x" * 201, "returned a text of more than 200 characters"),
        ({"1": "no number" * 100}, "returned a course that is no mapping of days, as text, to numbers"),
    ],
)
def test_what_a_function_does_wrong_is_counted_not_kept_and_tried_again(
    store: Store, result: Value, reason: str
) -> None:
    [run, *_] = _runs(store, two_days())
    [count] = _compute(store, [run], _spec(result))
    assert count.failed == {reason: count.units}
    assert not list(store.measures_of([run]))
    [again] = _compute(store, [run], _spec(3.0))
    assert again.computed == count.units


def test_a_kill_between_runs_loses_nothing_that_was_computed(store: Store) -> None:
    runs, seen = _runs(store, two_days()), []

    def stop(done: int) -> None:
        seen.append(done)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compute_measures(store, runs, [MEASURES["words"]], clock=HandClock(), progress=stop)
    [count] = _compute(store, runs, MEASURES["words"])
    assert count.cached == sum(len(read_run(store, run).messages) for run in runs[:2])


def test_posts_and_networks_of_a_feed_are_measured(store: Store) -> None:
    [run, *_] = _runs(store, small_feed())
    counts = _compute(store, [run], *(MEASURES[name] for name in ("reach", "cascade_depth", "reciprocity", "words")))
    read = read_run(store, run)
    assert read.feed is not None
    posts = [one for one in read.feed.posts if one["kind"] != "repost"]
    assert counts[0].units == counts[1].units == counts[3].units == len(posts) > 0
    reach = {one.subject: one.value for one in store.measures("reach", "1", [run])}
    for post in posts:
        assert reach[f"post/{post['id']}"] <= post["seen"]


def test_a_conversation_has_no_posts(store: Store) -> None:
    [run, *_] = _runs(store, small())
    [count] = _compute(store, [run], MEASURES["reach"])
    assert count.units == 0
