"""What every store promises of readings of many runs: run by run by their ids, each as it is read alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from sociarium.ports.store import Store
from sociarium.records.runs import RunOrigin
from tests.support.records import AT, LATER, entry, experiment, member, run, spoken, sweep, taken, version

READINGS: dict[str, tuple[Callable[[Store, str], list[Any]], Callable[[Store, Sequence[str]], Iterator[Any]]]] = {
    "journals": (lambda store, id_: store.journal(id_), lambda store, ids: store.journals_of(ids)),
    "events": (lambda store, id_: store.events(id_), lambda store, ids: store.events_of(ids)),
    "claims": (lambda store, id_: store.claims(id_), lambda store, ids: store.claims_of(ids)),
    "members": (lambda store, id_: store.members_of_run(id_), lambda store, ids: store.members_of(ids)),
    "derived": (
        lambda store, id_: [(id_, one) for one in store.derived_runs(id_)],
        lambda store, ids: store.derived_runs_of(ids),
    ),
}


@pytest.fixture
def crowd(store: Store) -> list[str]:
    """1,050 ids, three of which have runs in two sweeps that left something behind; forks of them stand there, too."""
    ids = [f"a{number:04}" for number in range(1050)]
    store.save_experiment(experiment(), version())
    for id_, created in (("s1", LATER), ("s2", AT)):
        store.save_sweep(sweep(id_, created=created))
    there = [ids[1049], ids[0], ids[500]]
    forks = [f"f{id_}" for id_ in there]
    for sweep_ in ("s2", "s1"):
        store.place_runs(
            [member(id_, position, sweep_) for position, id_ in enumerate([*there, *forks])],
            [run(id_) for id_ in there] + [run(f"f{id_}", origin=RunOrigin(id_, "end"), stream=id_) for id_ in there],
        )
    for id_ in there:
        store.append([entry("late", id_, 2), entry("b", id_, 1), entry("a", id_, 1)])
        store.append([spoken("late", id_, 10), spoken("b", id_, 2), spoken("a", id_, 2)])
        store.claim(taken(id_))
        store.claim(taken(id_, 2, "w2"))
    return ids


@pytest.mark.parametrize("name", READINGS)
def test_many_runs_are_read_run_by_run_each_as_it_is_read_alone(store: Store, crowd: list[str], name: str) -> None:
    alone, together = READINGS[name]
    expected = [record for id_ in (crowd[0], crowd[500], crowd[1049]) for record in alone(store, id_)]
    assert len(expected) >= 6
    assert list(together(store, [*reversed(crowd), crowd[0], "nobody"])) == expected
    assert list(together(store, [])) == []
    assert next(together(store, crowd)) == expected[0]


def test_slots_and_forks_of_each_run_begin_with_the_latest_sweep(store: Store, crowd: list[str]) -> None:
    there = [crowd[0], crowd[500], crowd[1049]]
    assert [(one.run, one.sweep) for one in store.members_of(crowd)] == [
        (id_, sweep_) for id_ in there for sweep_ in ("s1", "s2")
    ]
    assert [(origin, one.run, one.sweep) for origin, one in store.derived_runs_of(crowd)] == [
        (id_, f"f{id_}", sweep_) for id_ in there for sweep_ in ("s1", "s2")
    ]


def test_the_end_of_a_run_is_read_without_the_rest(store: Store, crowd: list[str]) -> None:
    events = store.events(crowd[0])
    assert store.last_events(crowd[0], most=2) == events[::-1][:2]
    assert store.last_events(crowd[0], most=100) == events[::-1]
    assert store.last_events(crowd[1], most=2) == []


def test_an_entry_is_found_by_its_key(store: Store, crowd: list[str]) -> None:
    assert [store.entry(crowd[0], one.key) for one in store.journal(crowd[0])] == store.journal(crowd[0])
    assert store.entry(crowd[0], "nothing") is None
