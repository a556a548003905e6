"""Sweeps that declare looks: a start plays up to the next one, and the declaration is part of what is registered."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sociarium.errors import DefinitionError
from sociarium.records.runs import RunState
from sociarium.runner.sweep.declared_looks import declared_looks
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.sweeps_in_process import play, prepared

LENGTH = "[{name: length, measure: messages, compare: {factor: messages, level: 4, baseline: 2}}]"
LOOKS = ", sequential: {looks: [10, 12]}"


def text(sequential: str = LOOKS, *, hypotheses: str = LENGTH, more: str = "") -> str:
    sweep = f"{{factors: {{messages: [2, 4]}}, replicates: 12{sequential}{more}}}"
    return small(sweep=sweep, hypotheses=hypotheses)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


def done(store: SqliteStore, sweep: str) -> int:
    return Counter(place.status.state for place in store.slots(sweep))[RunState.DONE]


def test_a_start_plays_up_to_the_next_look_and_says_that_it_is_due(store: SqliteStore) -> None:
    begun = prepared(store, definition(text()))
    played = []
    for _ in range(3):
        stop = StopSwitch()
        play(store, begun, stop=stop)
        played.append((done(store, begun.sweep.id), stop.why))
    assert played == [(20, "look"), (24, None), (24, None)]


def test_a_start_that_was_stopped_goes_on_to_the_same_look(store: SqliteStore) -> None:
    begun = prepared(store, definition(text()))
    stop = StopSwitch()
    play(store, begun, stop=stop, limit=7)
    assert (done(store, begun.sweep.id), stop.why) == (7, None)
    play(store, begun, stop=(stop := StopSwitch()))
    assert (done(store, begun.sweep.id), stop.why) == (20, "look")
    assert "look 1 of 2 is due, at 10 whole replicates" in stop.message
    assert f"`sociarium cancel {begun.sweep.id[:8]} --all` ends the sweep" in stop.message


def test_a_start_ends_at_one_look_though_its_places_are_looked_at_again(store: SqliteStore) -> None:
    looks = declared_looks(prepared(store, definition(text())))
    assert looks is not None
    assert [looks.end(first) for first in (0, 7, 20, -1)] == [20, 20, 20, 20]


def test_looks_are_part_of_what_is_declared_and_no_part_of_runs(tmp_path: Path) -> None:
    plain, looked = definition(text("")), definition(text())
    assert plain.hypotheses_hash != looked.hypotheses_hash
    assert (
        looked.hypotheses_hash != definition(text(", sequential: {looks: [10, 12], spending: pocock}")).hypotheses_hash
    )
    runs = []
    for name, parsed in (("plain", plain), ("looked", looked)):
        store = SqliteStore(tmp_path / f"{name}.db")
        begun = prepared(store, parsed)
        play(store, begun, limit=4)
        runs.append([place.status.run for place in store.slots(begun.sweep.id)][:4])
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"hypotheses": "[]"}, "no hypothesis is there to be tested"),
        ({"sequential": ", sequential: {looks: [10, 11]}"}, "the last look is at 11 replicates"),
        ({"sequential": ", sequential: {looks: [12, 10]}"}, "rise from one to the next"),
        ({"sequential": ", sequential: {looks: [2, 12]}"}, "10"),
        ({"more": ", stop_when: {measure: flags, width: 1}"}, "by a measure, too"),
    ],
)
def test_looks_that_cannot_be_are_told(changes: dict[str, str], fault: str) -> None:
    with pytest.raises(DefinitionError, match=fault):
        definition(text(**changes))
