"""What every store promises of runs and sweeps that were made from others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sociarium.ports.store import Store
from sociarium.records.plans import SweepOrigin
from sociarium.records.runs import DerivedRun, RunOrigin
from tests.support.records import AT, HOSTILE, LATER, experiment, marked, member, run, sweep, version

FORK = SweepOrigin("fork", "aa", "day2/turn7", {"roles.guard.goal": HOSTILE, "a.$b": [1, {"c.d": None}]})


@pytest.fixture
def forked(store: Store) -> Store:
    """`aa` with a run, `f1` and `f2` with runs made from it, and `f3` from one of these."""
    store.save_experiment(experiment(), version())
    store.save_sweep(sweep())
    store.place_runs([member("a1")], [run("a1")])
    for id_, created in (("f1", LATER), ("f2", AT), ("f3", AT)):
        store.save_sweep(sweep(id_, origin=FORK, created=created))
    origin = RunOrigin("a1", "day2/turn7")
    store.place_runs(
        [member("b2", 0, "f1"), member("b1", 1, "f1"), member("b1", 2, "f1"), member("b1", 0, "f2")],
        [run("b1", origin=origin, stream="a1"), run("b2", origin=RunOrigin("a1", HOSTILE), stream="a1")],
    )
    store.place_runs([member("c1", 0, "f3")], [run("c1", origin=RunOrigin("b1", "end"), stream="a1")])
    return store


def test_what_a_sweep_and_a_run_were_made_from_comes_back(forked: Store, reopen: Callable[[], Store]) -> None:
    again = reopen()
    assert again.sweep("f1").origin == FORK
    assert {one.id: one.origin for one in again.sweeps()} == {"aa": None, "f1": FORK, "f2": FORK, "f3": FORK}
    assert again.run("c1").origin == RunOrigin("b1", "end")
    assert [one.origin for one in again.runs(["a1", "b2"])] == [None, RunOrigin("a1", HOSTILE)]


def test_an_extension_with_nothing_changed_says_so(store: Store) -> None:
    extension = sweep(origin=SweepOrigin("extension", "a1", "end", {}))
    assert store.save_sweep(extension) == extension
    assert store.sweep("aa") == extension
    assert store.save_sweep(sweep()) == extension


def test_the_runs_that_were_made_from_a_run_are_listed_with_their_sweeps(forked: Store) -> None:
    assert forked.derived_runs("a1") == [
        DerivedRun("b1", "day2/turn7", "f1"),
        DerivedRun("b2", HOSTILE, "f1"),
        DerivedRun("b1", "day2/turn7", "f2"),
    ]
    assert forked.derived_runs("b1") == [DerivedRun("c1", "end", "f3")]
    assert forked.derived_runs("c1") == []
    assert forked.derived_runs("nobody") == []


def test_forks_outlive_their_origin_and_go_with_their_own_sweep(forked: Store) -> None:
    for mark in (marked("a1", kind="run"), marked("f1", kind="sweep")):
        forked.mark_deletion(mark)
        while forked.delete_part(mark, most=10):
            pass
    assert forked.derived_runs("a1") == [DerivedRun("b1", "day2/turn7", "f2")]
    assert forked.run("b1").origin == RunOrigin("a1", "day2/turn7")
