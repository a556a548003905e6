"""What conditions differ by is known of every sweep, also of one whose file this version cannot read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sociarium.errors import BadInput
from sociarium.records.lists import RunQuery
from sociarium.runner.library.sweep_factors import factor_levels, levels_in_full, sweep_design
from sociarium.stores.sqlite import SqliteStore
from tests.support.records import experiment, member, run, sweep, version


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """Two runs of a sweep whose document is of no version that can be read."""
    store = SqliteStore(tmp_path / "s.db")
    store.save_experiment(experiment(), version())
    store.save_sweep(sweep())
    ids = ["a1", "a2"]
    store.place_runs([member(id_, at, messages=2 + at) for at, id_ in enumerate(ids)], [run(id_) for id_ in ids])
    return store


def test_the_factors_of_a_file_that_cannot_be_read_are_those_of_its_runs(store: SqliteStore) -> None:
    [record] = store.sweeps()
    assert sweep_design(store, record) is None
    assert factor_levels(store, [record]) == {"messages": {"2", "3"}}


def test_a_filter_of_a_sweep_that_cannot_be_read_is_checked_too(store: SqliteStore) -> None:
    with pytest.raises(BadInput, match="messages has no level '7'"):
        levels_in_full(store, store.sweeps(), {"messages": "7"})
    with pytest.raises(BadInput, match="no sweep here has a factor 'nothing'"):
        levels_in_full(store, store.sweeps(), {"nothing": "1"})


@pytest.fixture
def named(tmp_path: Path) -> SqliteStore:
    """A run with factors of several families, two of which lists show by the same name."""
    store = SqliteStore(tmp_path / "named.db")
    store.save_experiment(experiment(), version())
    store.save_sweep(sweep())
    condition = {
        "event.newspaper": "strike",
        "section.What your board told you.buyer": "pressed",
        "section.mood": "calm",
        "feed.mood": "calm",
    }
    store.place_runs([member("a1", 0, **condition)], [run("a1")])
    return store


@pytest.mark.parametrize(
    ("name", "level", "factor"),
    [
        ("newspaper", "strike", "event.newspaper"),
        ("Newspaper", "strike", "event.newspaper"),
        ("event.newspaper", "strike", "event.newspaper"),
        ("what your board told you.buyer", "pressed", "section.What your board told you.buyer"),
        ("What your board…", "pressed", "section.What your board told you.buyer"),
        ("feed.mood", "calm", "feed.mood"),
    ],
)
def test_a_filter_takes_factors_as_lists_show_them(named: SqliteStore, name: str, level: str, factor: str) -> None:
    assert levels_in_full(named, named.sweeps(), {name: level}) == {factor: level}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mood", r"several factors are called 'mood'; write one of .*section\.mood"),
        ("newspapr", r"did you mean event\.newspaper\?"),
        ("what your board told yo.buyer", r"did you mean .*What your board told you\.buyer"),
        ("moods", r"did you mean (section\.mood|feed\.mood|mood)"),
        ("xyz", "known here: event.newspaper, section.What your board told you.buyer, section.mood, feed.mood$"),
    ],
)
def test_a_short_name_of_several_factors_or_of_none_is_refused(named: SqliteStore, name: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        levels_in_full(named, named.sweeps(), {name: "calm"})


def test_a_factor_given_by_two_names_with_two_levels_is_refused(named: SqliteStore) -> None:
    named.place_runs([member("a2", 1, **{"event.newspaper": "quiet"})], [run("a2")])
    with pytest.raises(BadInput, match=r"event\.newspaper is given twice"):
        levels_in_full(named, named.sweeps(), {"newspaper": "strike", "event.newspaper": "quiet"})


def test_a_level_that_leaves_an_option_out_is_written_as_in_files(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "null.db")
    store.save_experiment(experiment(), version())
    store.save_sweep(sweep())
    conditions: list[dict[str, Any]] = [{"option.max_tokens": None}, {"option.max_tokens": 100}]
    store.place_runs([member(f"a{at}", at, **each) for at, each in enumerate(conditions)], [run("a0"), run("a1")])
    where = levels_in_full(store, store.sweeps(), {"max_tokens": "null"})
    assert [row.place.status.run for row in store.list_runs(RunQuery(where=where))] == ["a0"]
