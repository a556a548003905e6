"""Stores that the last version with schema 2 left behind, of both kinds."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import mongomock
import pytest
from pymongo import MongoClient

from sociarium.errors import BadInput, StoreMismatch
from sociarium.exchange.archive.read import Archive
from sociarium.exchange.merge import merge
from sociarium.exchange.transfer import everything
from sociarium.ports.store import Store
from sociarium.records.interviews import Interview
from sociarium.records.journal import Call
from sociarium.records.labels import Codebook, Label, Measure
from sociarium.records.plans import SweepOrigin
from sociarium.records.runs import DerivedRun, RunOrigin, RunState
from sociarium.records.steering import SteeringOrder
from sociarium.runner.run.replay import replay
from sociarium.runner.sweep.save import reopen
from sociarium.stores.mongo import MongoStore, open_mongo
from sociarium.stores.sqlite import SqliteStore
from tests.support.older_stores import play_by
from tests.support.records import AT, member
from tests.support.store_backends import MONGODB, NO_MONGODB, fresh_database
from tests.support.sweeps_in_process import play

DATA = Path(__file__).parents[2] / "data" / "schema_2"
Opened = Callable[..., Store]
STATES = {
    "Corridor": {RunState.DONE: 4},
    "Staircase": {RunState.DONE: 2, RunState.PENDING: 4},
    "Harbour": {RunState.DONE: 1},
    "Quay": {RunState.PENDING: 2},
}


def unpack(database: Any) -> None:
    """Put the documents of a shared store into a database."""
    lines = gzip.decompress((DATA / "documents.jsonl.gz").read_bytes()).decode().splitlines()
    for name, document in map(json.loads, lines):
        database[name].insert_one(document)


@pytest.fixture(params=["sqlite", "mongomock", "mongodb"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens the store that schema 2 left."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            path = tmp_path / "old.db"
            path.write_bytes(gzip.decompress((DATA / "store.db.gz").read_bytes()))
            yield lambda **options: stack.enter_context(closing(SqliteStore(path, **options)))
        elif request.param == "mongomock":
            client = mongomock.MongoClient()
            unpack(client["lab"])
            yield lambda **options: MongoStore(client, "lab", url="mongodb://mongomock/lab", **options)
        elif MONGODB:
            url = stack.enter_context(fresh_database())
            unpack(stack.enter_context(MongoClient[Any](url)).get_default_database())
            yield lambda **options: stack.enter_context(closing(open_mongo(url, **options)))
        else:
            pytest.skip(NO_MONGODB)


@pytest.fixture
def migrated(opened: Opened) -> Store:
    opened(migrate=True)
    return opened()


def states(store: Store) -> dict[str, Counter[RunState]]:
    titles = {experiment.id: experiment.title for experiment in store.experiments()}
    return {
        titles[sweep.experiment]: Counter(slot.status.state for slot in store.slots(sweep.id))
        for sweep in store.sweeps()
    }


@pytest.mark.slow
def test_a_store_of_schema_2_is_refused_until_it_is_brought_up_to_date(opened: Opened) -> None:
    for _ in range(2):
        with pytest.raises(StoreMismatch, match=r"an older version \(schema 2, here 3\).*doctor --migrate"):
            opened()
    opened(migrate=True)
    assert states(opened()) == STATES
    assert states(opened(migrate=True)) == STATES


@pytest.mark.slow
def test_the_program_is_satisfied_with_what_was_migrated(migrated: Store, request: pytest.FixtureRequest) -> None:
    if "mongomock" in request.node.name:
        pytest.skip("mongomock has no statistics")
    checks = migrated.check_health()
    assert [check.problem for check in checks if check.problem and check.subject != "store disk"] == []


@pytest.mark.slow
def test_everything_that_stood_stands_and_was_made_from_nothing(migrated: Store, tmp_path: Path) -> None:
    archived = SqliteStore(tmp_path / "archived.db")
    for name in ("corridor", "harbour"):
        with Archive(DATA / f"{name}.sociarium.zip") as archive:
            archive.verify()
            assert merge(archived, archive.parts(), lambda _runs: None).conflicts == []
    merged = merge(archived, everything(migrated), lambda _runs: None)
    assert (merged.conflicts, merged.standing) == ([], 6)
    runs = [slot.status.run for sweep in migrated.sweeps() for slot in migrated.slots(sweep.id)]
    assert [run.origin for run in migrated.runs(runs)] == [None] * 13
    assert [sweep.origin for sweep in migrated.sweeps()] == [None] * 4
    for run in runs:
        assert archived.journal(run) == migrated.journal(run)
        assert archived.events(run) == migrated.events(run)
        assert (migrated.interviews(run), migrated.derived_runs(run)) == ([], [])


@pytest.fixture
def its_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of the rules by which it was played; what changed since reads nothing of it otherwise."""
    play_by(3, monkeypatch)


@pytest.mark.slow
@pytest.mark.usefixtures("its_rules")
def test_what_was_finished_replays(migrated: Store) -> None:
    for sweep in migrated.sweeps():
        for slot in migrated.slots(sweep.id):
            if slot.status.state is RunState.DONE:
                result = asyncio.run(replay(migrated, slot.status.run))
                assert result.ended == slot.status.ended
                assert len(result.events) == len(migrated.events(slot.status.run))


@pytest.mark.slow
def test_what_was_finished_by_older_rules_is_not_verified(migrated: Store) -> None:
    done = [
        slot.status.run
        for sweep in migrated.sweeps()
        for slot in migrated.slots(sweep.id)
        if slot.status.state is RunState.DONE
    ]
    for run in done:
        with pytest.raises(BadInput, match=r"protocol 3 .*plays by protocol [4-9]"):
            asyncio.run(replay(migrated, run))
    assert done


@pytest.mark.slow
@pytest.mark.usefixtures("its_rules")
def test_what_was_unfinished_is_gone_on_with(migrated: Store) -> None:
    before = {
        slot.status.run: migrated.journal(slot.status.run)
        for sweep in migrated.sweeps()
        for slot in migrated.slots(sweep.id)
    }
    for sweep in migrated.sweeps():
        play(migrated, reopen(migrated, sweep), concurrency=1, max_empty=1)
    assert states(migrated) == {title: {RunState.DONE: sum(runs.values())} for title, runs in STATES.items()}
    for run, journal in before.items():
        assert migrated.journal(run)[: len(journal)] == journal
        assert asyncio.run(replay(migrated, run)).ended == "completed"


@pytest.mark.slow
def test_what_schema_3_adds_is_kept_beside_what_stood(migrated: Store) -> None:
    [old] = [sweep for sweep in migrated.sweeps() if sweep.name == "main" and sweep.runs == 4]
    run = migrated.run(next(iter(migrated.slots(old.id))).status.run)
    fork = replace(old, id="f0", origin=SweepOrigin("fork", old.id, "day1/turn2", {"note": 1}), created=AT)
    assert migrated.save_sweep(fork) == fork
    copy = replace(run, id="f1", origin=RunOrigin(run.id, "day1/turn2"))
    migrated.place_runs([member("f1", 0, "f0")], [copy])
    assert migrated.run("f1") == copy
    assert migrated.derived_runs(run.id) == [DerivedRun("f1", "day1/turn2", "f0")]
    order = SteeringOrder(old.id, 1, "pause", None, "drain", None, "", "ada", AT)
    assert migrated.add_order(order) == order
    interview = Interview(run.id, "s", 1, "Ann", "end", "Why?", "f", Call("m", {}, 1), {}, "ada", AT)
    assert migrated.add_interview(interview) == interview
    codebook = Codebook("c1", old.experiment, "Tone", 1, {}, "ada", AT)
    assert migrated.save_codebook(codebook) == codebook
    assert migrated.add_label(Label("c1", "tone", run.id, "", "ada", 1, 5, AT)).value == 5
    assert migrated.put_measures([Measure("length", "1", run.id, "", 5, AT)])[0].value == 5
