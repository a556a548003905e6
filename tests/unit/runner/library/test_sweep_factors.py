"""What conditions differ by is known of every sweep, also of one whose file this version cannot read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.errors import BadInput
from sociarium.runner.library.sweep_factors import factor_levels, refuse_unknown_levels, sweep_design
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
        refuse_unknown_levels(store, store.sweeps(), {"messages": "7"})
    with pytest.raises(BadInput, match="no sweep here has a factor 'nothing'"):
        refuse_unknown_levels(store, store.sweeps(), {"nothing": "1"})
