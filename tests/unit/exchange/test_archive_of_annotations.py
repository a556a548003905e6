"""What people add to sweeps and runs afterwards, carried from one store to another."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import mongomock
import pytest

from sociarium.cli.targets import selection
from sociarium.exchange.archive.lines import BadLine, line_of, read
from sociarium.exchange.archive.read import Archive
from sociarium.exchange.archive.write import export
from sociarium.exchange.folder import Folder
from sociarium.exchange.merge import merge
from sociarium.exchange.merge_result import MergeResult
from sociarium.exchange.transfer import everything, parts
from sociarium.ports.store import Store
from sociarium.records.interviews import Interview
from sociarium.records.journal import Call
from sociarium.records.labels import Codebook, Label, Measure
from sociarium.records.plans import Member, SweepOrigin
from sociarium.records.runs import Claim, DerivedRun, Outcome, RunOrigin, RunState
from sociarium.records.steering import SteeringOrder
from sociarium.stores.mongo import MongoStore
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import played

AT = "2026-03-01T08:00:00.000Z"
LATER = "2026-03-01T09:00:00.000Z"
HOSTILE = "\x1b[31m../x \u202e ' \" $where =1+1"
PLAIN = small(title="Yard", sweep="{factors: {messages: [2, 4]}, replicates: 1}")


def order(sweep: str, number: int = 1, **changes: Any) -> SteeringOrder:
    one = SteeringOrder(sweep, number, "cancel", {"condition": {"messages": 4}}, None, None, HOSTILE, "ada", AT)
    return replace(one, **changes)


def interview(run: str, turn: int = 1, **changes: Any) -> Interview:
    call = Call("dry", {"a.$b": [1]}, 0.5, 1, "dry-1", "sha256:1")
    one = Interview(run, "s1", turn, "Ann", "end", HOSTILE, "f" * 64, call, {"text": "No."}, "ada", AT, cost=0.5)
    return replace(one, **changes)


def label(run: str, revision: int = 1, **changes: Any) -> Label:
    return replace(Label("c0de", "tone", run, "day1/turn1", "ada", revision, {"$x": None}, AT), **changes)


def measure(run: str, **changes: Any) -> Measure:
    return replace(Measure("length", "1", run, "", 7, AT), **changes)


def runs_of(store: Store, sweep: str) -> list[str]:
    return [slot.status.run for slot in store.slots(sweep)]


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """A sweep of two runs, a fork of it that is cancelled, and everything that can be said of them."""
    store = SqliteStore(tmp_path / "s.db")
    begun = played(store, PLAIN)
    first, second = runs_of(store, begun.sweep.id)
    store.save_codebook(Codebook("c0de", begun.experiment.id, "Tone", 1, {"tone": HOSTILE}, "ada", AT))
    store.add_order(order(begun.sweep.id))
    store.add_order(order(begun.sweep.id, 2, action="continue"))
    for one in (interview(first), interview(first, 2, answer=[1, None])):
        store.add_interview(one)
    for label_ in (label(first), label(first, 2, value="calm"), label(second, annotator=HOSTILE, kind="judge")):
        store.add_label(label_)
    store.put_measures([measure(first), measure(second, subject="day1/turn1", value=[0.5])])
    origin = SweepOrigin("fork", begun.sweep.id, "day1/turn1", {"messages": 2})
    store.save_sweep(replace(begun.sweep, id="f0", origin=origin, name="fork", runs=1, conditions=1))
    copy = replace(store.run(first), id="f1", stream=first, origin=RunOrigin(first, "day1/turn1"))
    store.place_runs([Member("f0", 0, "f1", 1, {"messages": 2})], [copy])
    store.claim(Claim("f1", 1, "w1", AT, 0, Outcome(RunState.CANCELLED), "ada"))
    return store


def pack(store: Store, folder: Path, target: str = "Yard") -> Path:
    chosen = selection(store, target, creator="ada", every_sweep=True)
    return export(parts(store, chosen), Folder(folder), chosen.name, exported=AT, progress=lambda _done: None)


def unpack(path: Path, store: Store) -> MergeResult:
    with Archive(path) as archive:
        archive.verify()
        return merge(store, archive.parts(), lambda _done: None)


def another(tmp_path: Path, kind: str) -> Store:
    if kind == "sqlite":
        return SqliteStore(tmp_path / "other.db")
    return MongoStore(mongomock.MongoClient(), "sociarium", url="mongodb://mongomock/sociarium")


@pytest.mark.parametrize("kind", ["sqlite", "mongomock"])
def test_an_archive_brings_back_all_that_was_said_and_where_runs_come_from(
    store: SqliteStore, tmp_path: Path, kind: str
) -> None:
    path, other = pack(store, tmp_path), another(tmp_path, kind)
    merged = unpack(path, other)
    assert merged.conflicts == []
    assert {name: merged.new[name] for name in ("runs", "interviews", "labels", "measures")} == {
        "runs": 3, "interviews": 2, "labels": 3, "measures": 2
    }  # fmt: skip
    assert list(everything(other)) == list(everything(store))
    run = runs_of(store, next(sweep.id for sweep in store.sweeps() if sweep.id != "f0"))[0]
    assert store.derived_runs(run) == other.derived_runs(run) == [DerivedRun("f1", "day1/turn1", "f0")]
    assert other.run_statuses(["f1"])[0].state is RunState.CANCELLED
    again = unpack(path, other)
    assert (again.new.total(), again.standing, again.conflicts) == (0, 3, [])
    assert list(everything(other)) == list(everything(store))


def test_one_store_is_merged_into_another_without_an_archive(store: SqliteStore, tmp_path: Path) -> None:
    other = another(tmp_path, "mongomock")
    assert merge(other, everything(store), lambda _done: None).conflicts == []
    assert list(everything(other)) == list(everything(store))


def test_what_was_said_later_is_added_to_runs_that_stand(store: SqliteStore, tmp_path: Path) -> None:
    other = another(tmp_path, "sqlite")
    unpack(pack(store, tmp_path / "before"), other)
    sweep = next(sweep.id for sweep in store.sweeps() if sweep.id != "f0")
    run = runs_of(store, sweep)[0]
    store.add_order(order(sweep, 3, action="continue"))
    store.add_interview(interview(run, 3))
    store.add_label(label(run, 3))
    store.put_measures([measure(run, version="2")])
    merged = unpack(pack(store, tmp_path / "after"), other)
    assert (merged.new["labels"], merged.new["interviews"], merged.new["measures"]) == (1, 1, 1)
    assert (merged.standing, merged.conflicts) == (3, [])
    assert list(everything(other)) == list(everything(store))


def test_what_stands_with_other_content_is_told_and_stays(store: SqliteStore, tmp_path: Path) -> None:
    other = another(tmp_path, "sqlite")
    begun = played(other, PLAIN)
    run = runs_of(other, begun.sweep.id)[0]
    other.close()
    other = another(tmp_path / "x", "mongomock")
    path = pack(store, tmp_path)
    other.save_codebook(Codebook("c0de", begun.experiment.id, "Tone", 1, {"tone": "mine"}, "bob", AT))
    other.add_label(label(run, value="mine"))
    other.add_interview(interview(run, reply={"text": "mine"}))
    other.put_measures([measure(run, value=9), measure(run, subject="day1/turn2")])
    merged = unpack(path, other)
    text = "\n".join(merged.conflicts)
    for expected in ("1 label of run", "1 interview of run", "1 measure of run", "the codebook 'Tone' stands here"):
        assert expected in text
    assert merged.conflict_count == 4
    assert next(other.labels_of([run])).value == "mine"
    assert other.codebook("c0de").creator == "bob"
    assert [one.value for one in other.measures_of([run])] == [9, 7]


def test_a_measure_that_each_computed_for_itself_is_no_conflict(store: SqliteStore, tmp_path: Path) -> None:
    run = runs_of(store, next(sweep.id for sweep in store.sweeps() if sweep.id != "f0"))[0]
    other = another(tmp_path, "sqlite")
    other.put_measures([measure(run, at=LATER)])
    assert unpack(pack(store, tmp_path), other).conflicts == []


def test_two_logs_of_orders_are_never_mixed(store: SqliteStore, tmp_path: Path) -> None:
    sweep = next(sweep.id for sweep in store.sweeps() if sweep.id != "f0")
    other = another(tmp_path, "sqlite")
    other.add_order(order(sweep, by="bob"))
    merged = unpack(pack(store, tmp_path), other)
    assert "was steered here and there, each on its own" in merged.conflicts[0]
    assert [one.by for one in other.orders(sweep)] == ["bob"]


def test_logs_that_differ_in_why_starts_left_go_on_as_one(store: SqliteStore, tmp_path: Path) -> None:
    sweep = next(sweep.id for sweep in store.sweeps() if sweep.id != "f0")
    other = another(tmp_path, "sqlite")
    here, there = len(store.orders(sweep)), {"action": "leave", "target": None, "value": {"why": "time"}, "by": "bob"}
    other.add_order(order(sweep, **there))
    assert unpack(pack(store, tmp_path), other).conflicts == []
    assert [one.by for one in other.orders(sweep)] == ["bob", *(one.by for one in store.orders(sweep))]
    assert [one.number for one in other.orders(sweep)] == list(range(1, here + 2))
    assert unpack(pack(store, tmp_path), other).conflicts == []
    assert len(other.orders(sweep)) == here + 1, "the same archive brought its orders twice"


def bad(record: Any, **changes: Any) -> Callable[[], bytes]:
    """A line of a record with other fields than any store would write."""
    name, values = json.loads(line_of(record))
    return lambda: json.dumps([name, {**values, **changes}]).encode()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (bad(order("aa"), sweep="../x"), "sweep is no id"),
        (bad(order("aa"), number=2**70), "number is too large"),
        (bad(order("aa"), action="burn"), "action"),
        (bad(order("aa"), target={"run": "a", "model": "b"}), "a target is"),
        (bad(order("aa"), value=5), "cancel has no value"),
        (bad(order("aa"), at="noon"), "at is no moment"),
        (bad(interview("aa"), asked="noon"), "asked is no moment"),
        (bad(interview("aa"), run="x/y"), "run is no id"),
        (bad(interview("aa"), reply=[1]), "reply"),
        (bad(label("aa"), codebook="Tone"), "codebook is no id"),
        (bad(label("aa"), kind="robot"), "kind"),
        (bad(measure("aa"), at=""), "at is no moment"),
        (bad(Codebook("c0de", "e1", "T", 1, {}, "ada", AT), document=[]), "document"),
        (bad(measure("aa"), mood="glad"), "'mood', which this version"),
    ],
)
def test_a_line_that_no_store_would_have_written_is_refused(line: Callable[[], bytes], message: str) -> None:
    with pytest.raises(BadLine, match=message):
        read(line())


def test_an_origin_that_is_no_id_is_refused(store: SqliteStore) -> None:
    for record, origin in (
        (store.run("f1"), {"run": "../x", "at": "end"}),
        (store.sweep("f0"), {"kind": "fork", "of": "../x", "at": "end", "changes": {}}),
    ):
        assert read(line_of(record)) == record
        with pytest.raises(BadLine, match="origin is no id"):
            read(bad(record, origin=origin)())


def test_records_are_spelled_and_read_equal() -> None:
    codebook = Codebook("c0de", "e1", HOSTILE, 1, {"a": [None]}, "x", AT)
    for record in (order("aa"), interview("aa"), label("aa"), measure("aa"), codebook):
        assert read(line_of(record)) == record
        assert asdict(read(line_of(record))) == asdict(record)
