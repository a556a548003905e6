"""Every query that the shared store makes is served by an index that it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any, NamedTuple
from unittest.mock import patch

import mongomock
import pytest

from sociarium.records.events import Happening, event
from sociarium.records.inputs import Input
from sociarium.records.interviews import Interview
from sociarium.records.journal import Call, JournalEntry
from sociarium.records.labels import Codebook, Label, Measure
from sociarium.records.lists import ExperimentQuery, RunQuery
from sociarium.records.plans import Deletion, Edit, Experiment, Member, ModelVersion, SweepRecord, Version
from sociarium.records.runs import Claim, Outcome, Run, RunState, Worker
from sociarium.records.steering import SteeringOrder
from sociarium.stores.mongo import MongoStore, paging, run_list
from sociarium.stores.mongo.schema import COLLECTIONS, INDEXES, META

AT = "2026-03-01T08:00:00.000Z"


class Query(NamedTuple):
    """What of a query an index must serve."""

    collection: str
    equal: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    sort: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        return f"{self.collection}: {sorted(self.equal)} {sorted(self.between)} by {self.sort}"


class _Recording:
    """A collection that notes what it is asked."""

    def __init__(self, name: str, real: Any, asked: set[Query]) -> None:
        self._name, self._real, self._asked = name, real, asked

    def __getattr__(self, called: str) -> Any:
        method = getattr(self._real, called)

        def noting(*args: Any, **options: Any) -> Any:
            if called in {"find", "find_one", "update_one", "update_many", "delete_many"}:
                self._asked.add(_query(self._name, args[0], options.get("sort") or ()))
            elif called == "distinct":
                self._asked.add(_query(self._name, args[1], ()))
            else:
                assert called in {"insert_many", "insert_one", "create_indexes", "index_information"}, (
                    f"{called} is not covered here"
                )
            return method(*args, **options)

        return noting


def _query(collection: str, filters: Mapping[str, Any], sort: Any) -> Query:
    ranged = {name for name, value in filters.items() if isinstance(value, dict) and not {"$in", "$all"} & value.keys()}
    return Query(collection, frozenset(filters.keys() - ranged), frozenset(ranged), tuple(sort))


class _RecordingDatabase:
    def __init__(self, real: Any, asked: set[Query]) -> None:
        self._real, self._asked = real, asked

    def __getitem__(self, name: str) -> _Recording:
        return _Recording(name, self._real[name], self._asked)

    def list_collection_names(self) -> list[str]:
        names: list[str] = self._real.list_collection_names()
        return names


class _RecordingClient:
    def __init__(self) -> None:
        self.asked: set[Query] = set()

    def __getitem__(self, name: str) -> _RecordingDatabase:
        return _RecordingDatabase(mongomock.MongoClient()[name], self.asked)


def _everything_asked() -> set[Query]:
    client = _RecordingClient()
    store = MongoStore(client, "sociarium", url="mongodb://mongomock/sociarium")  # type: ignore[arg-type]  # a stand-in
    experiment = Experiment("e1", "ada", "Wing", "", favourite=False, created=AT)
    run = Run("a1", "e1", "ada", 1, 7, '{"roles": [{"name": "guard"}]}', "a1", AT)
    entry = JournalEntry("a1", "k", 1, 1, "f", "record", 1, AT)
    for _ in range(2):  # the second time everything stands
        store.save_experiment(experiment, Version("v1", "e1", 0, "{}", AT))
        store.save_sweep(SweepRecord("aa", "e1", "v1", "main", "ada", 1, 1, 7, 1, AT))
        store.add_model_version(ModelVersion("aa", "llama", 1, "sha256:1", "ada", AT))
        store.place_runs([Member("aa", 0, "a1", 1, {"days": 1})], [run])
        store.put_input(Input("a1", 1, "ada", "Hello.", "ada", AT))
        store.append([entry, event("a1", "k", 1, Happening("message"))])
        store.claim(Claim("a1", 1, "w1", AT, 1))
        store.claim(Claim("a1", 2, "w1", AT, 1, Outcome(RunState.FAILED)))
        store.claim(Claim("a1", 3, "w1", AT, 1))
        store.append_edit(Edit("experiment", "e1", 2, "ada", AT, "", favourite=True))
        store.add_order(SteeringOrder("aa", 1, "pause", None, "drain", None, "", "ada", AT))
        store.add_interview(Interview("a1", "s", 1, "Ann", "end", "Why?", "f", Call("m", {}, 1), {}, "ada", AT))
        store.save_codebook(Codebook("c1", "e1", "Tone", 1, {}, "ada", AT))
        store.add_label(Label("c1", "tone", "a1", "k", "ada", 1, "calm", AT))
        store.put_measures([Measure("length", "1", "a1", "k", 5, AT)])
    store.record_heartbeat(Worker("w1", "host", "boot", 1, "0"))
    store.workers(["w1"])
    list(store.experiments())
    store.version("v1")
    store.versions("e1")
    store.sweeps()
    store.sweeps("e1")
    for kind in ("experiment", "sweep", "run"):
        store.ids_with_prefix(kind, "a")  # type: ignore[arg-type]  # a literal of the loop
    store.model_versions("aa")
    list(store.slots("aa"))
    store.members_of_run("a1")
    store.run("a1")
    store.runs(["a1"])
    list(store.outline(["a1"]))
    store.run_statuses(["a1"])
    store.claimed_runs("e1")
    store.size_of("e1")
    store.journal("a1")
    store.events("a1")
    store.inputs("a1", after=1)
    store.derived_runs("a1")
    store.orders("aa", after=1)
    store.interviews("a1")
    store.codebooks("e1")
    store.codebook("c1")
    list(store.labels("c1"))
    list(store.labels_of(["a1"]))
    list(store.measures("length", "1", ["a1"]))
    list(store.measures_of(["a1"]))
    store.erase("a1", before=2)
    store.experiment("e1")
    store.sweep("aa")
    store.latest_edits("experiment", ["e1"])
    _ask_for_lists(store)
    for more in ("b1", "b2", "b3", "b4", "b5", "b6"):
        store.save_experiment(replace(experiment, id=f"e{more}"), Version(f"v{more}", f"e{more}", 0, "{}", AT))
        store.save_sweep(SweepRecord(more, f"e{more}", f"v{more}", "main", "ada", 1, 1, 7, 1, AT))
        store.place_runs(
            [Member(more, 0, f"r{more}", 1, {"days": 1})], [replace(run, id=f"r{more}", experiment=f"e{more}")]
        )
    # With small pages, so that these few are listed as thousands are.
    with patch.multiple(paging, FIRST=1, MOST=4), patch.object(run_list, "_FEW", 0):
        _ask_for_lists(store)
    deletion = store.mark_deletion(Deletion("experiment", "e1", "e1", "Wing", "ada", AT))
    store.unmark_deletion(deletion)
    store.mark_deletion(deletion)
    store.deletions()
    while store.delete_part(deletion, most=10):
        pass
    store.delete_part(Deletion("run", "a1", "e1", "Wing", "ada", AT), most=10)
    while store.delete_part(Deletion("sweep", "b1", "eb1", "Wing", "ada", AT), most=10):
        pass
    store.add_version(Version("v9", "eb2", 0, "{}", AT, "bob"))
    return client.asked


def _ask_for_lists(store: MongoStore) -> None:
    for experiments in (ExperimentQuery(), ExperimentQuery("ada"), ExperimentQuery("ada", favourite=True),
                        ExperimentQuery(favourite=True, role="guard", model="llama")):  # fmt: skip
        list(store.list_experiments(experiments))
    narrowed: Mapping[str, Any] = {"state": RunState.FAILED, "role": "guard", "where": {"days": "1"}, "creator": "ada"}
    for count in range(len(narrowed) + 1):
        for names in combinations(narrowed, count):
            for more in ({}, {"sweep": "aa"}, {"favourite": True}):
                list(store.list_runs(RunQuery(**{name: narrowed[name] for name in names}, **more)))


ASKED = sorted(_everything_asked(), key=str)


def _serves(fields: tuple[tuple[str, int], ...], query: Query) -> bool:
    """Whether an index finds what is asked without looking at anything else, in the order that is asked for."""
    names = [name for name, _ in fields]
    if names[:1] == ["_id"] and "_id" in query.equal:
        return not query.sort  # one document an id; what else is compared is looked up in it
    first, rest = names[: len(query.equal)], fields[len(query.equal) :]
    if set(first) != query.equal:
        return False
    turned = tuple((name, -direction) for name, direction in rest)
    in_order = query.sort in (rest[: len(query.sort)], turned[: len(query.sort)])
    return in_order and query.between <= {name for name, _ in rest[:1]}


@pytest.mark.parametrize("query", ASKED, ids=str)
def test_an_index_serves_the_query(query: Query) -> None:
    own = COLLECTIONS.get(query.collection, ())
    indexes = [(("_id", 1),), *(index.fields for index in own)]
    assert any(_serves(fields, query) for fields in indexes)


def test_the_queries_that_are_tried_are_all_that_the_store_makes() -> None:
    asked = {name: sum(query.collection == name for query in ASKED) for name in (*COLLECTIONS, META)}
    assert asked == {
        "experiments": 12,  # by id, by id when it is earlier, by the beginning of an id, all; four lists, further pages
        "versions": 4,  # by id, of an experiment by number, its last number, of an experiment to delete
        "sweeps": 8,  # by id, by its beginning, all, of one or more experiments, from a moment on; by id among some
        "epochs": 3,  # by id, of a sweep by model and number, of sweeps to delete
        "members": 7,  # by id; of a sweep from a position on or of several, with some levels too; of runs, by levels
        "runs": 4,  # by id, by the beginning of an id, of an experiment, made from a run
        "statuses": 8,  # by id, when it is earlier, when never started; of an experiment, by state, by tags
        "claims": 2,  # by id, of runs to delete
        "edits": 4,  # by id, of several, of all runs; of some to delete
        "deletions": 3,
        "workers": 1,
        "journal": 3,  # by id, of a run in order, of a run to erase or delete
        "events": 3,
        "inputs": 3,  # by id, of a run from a number on, of runs to delete
        "steering": 3,  # by id, of a sweep from a number on, of sweeps to delete
        "interviews": 2,  # by id, of runs
        "codebooks": 2,  # by id, of an experiment
        "labels": 4,  # by id; by a codebook, of runs; of runs by one codebook
        "measures": 3,  # by id, of runs, one of runs
        "sociarium": 1,
    }


def test_every_index_is_used() -> None:
    used = {
        index.name
        for query in ASKED
        for index in COLLECTIONS.get(query.collection, ())
        if not _serves((("_id", 1),), query) and _serves(index.fields, query)
    }
    assert used == INDEXES


def test_an_index_that_misses_a_field_is_found_out() -> None:
    query = Query("journal", frozenset({"run"}), frozenset(), (("ordinal", 1), ("_id", 1)))
    assert _serves((("run", 1), ("ordinal", 1), ("_id", 1)), query)
    assert not _serves((("run", 1),), query)
    assert not _serves((("ordinal", 1), ("run", 1), ("_id", 1)), query)
    assert not _serves((("_id", 1),), query)
