"""Lists of the shared store say the same whatever way they take, and take few round trips."""

from __future__ import annotations

import json
import random
from itertools import islice, product
from typing import NamedTuple

import mongomock
import pytest

from sociarium.experiment.listing_tags import content_tags
from sociarium.records.lists import ExperimentQuery, RunQuery, levels_of
from sociarium.records.plans import Deletion, Edit, Experiment, Member, SweepRecord, Version
from sociarium.records.runs import Claim, Outcome, Run, RunState, SweepSlot
from sociarium.stores.mongo import MongoStore, paging, run_list
from sociarium.stores.mongo import runs as stored_runs
from tests.support.mongo_questions import Questions

AT = "2026-03-01T08:00:00.000Z"
PEOPLE = ("ada", "bob")
ROLES = ("guard", "prisoner")
DELETED = "0005"


def experiment(number: int, *, runs: int = 0, at: str = AT) -> tuple[Experiment, Version, SweepRecord]:
    """An experiment by one of two people, with a sweep planned for some runs."""
    id_ = f"{number:04x}"
    document = json.dumps({"roles": {ROLES[number % 2]: {}}, "models": {}})
    return (
        Experiment(id_, PEOPLE[number % 3 == 0], f"Study {number}", "", number % 4 == 0, at),
        Version(id_, id_, 0, document, at),
        SweepRecord(id_, id_, id_, "main", "ada", 1, runs, 7, runs, at),
    )


def run(id_: str, experiment_: str, role: str) -> Run:
    content = json.dumps({"roles": [{"name": role, "count": 1}], "models": {"main": {"model": "llama"}}})
    return Run(id_, experiment_, "ada", 1, 7, content, id_, AT)


def filled(seed: int) -> MongoStore:
    """Twelve experiments, some begun at one moment, some with two sweeps; some runs stand in both of these."""
    chance = random.Random(seed)
    store = MongoStore(mongomock.MongoClient(), "sociarium", url="mongodb://mongomock/sociarium")
    for number in range(12):
        held, version, _ = experiment(number, at=f"2026-03-0{number // 3 + 1}T08:00:00.000Z")
        store.save_experiment(held, version)
        known: list[Run] = []
        for part in range(2 if held.id == DELETED else chance.choice((0, 1, 1, 2))):
            sweep = f"{chance.randrange(16**6):06x}"
            created = f"2026-03-0{chance.randrange(1, 4)}T09:00:00.000Z"
            store.save_sweep(
                SweepRecord(sweep, held.id, version.id, "main", "ada", chance.randrange(1, 9), 1, 7, 9, created)
            )
            new = [run(f"{sweep}{at:02x}", held.id, chance.choice(ROLES)) for at in range(chance.randrange(9))]
            again = chance.sample(known, min(part, len(known)))
            places = [
                Member(sweep, at, one.id, 1, {"days": chance.randrange(3), "calm": bool(at % 2)})
                for at, one in enumerate([*new, *again])
            ]
            chance.shuffle(places)
            store.place_runs(places, new)
            known += new
        for one in known:
            _perhaps_played(store, chance, one)
    store.mark_deletion(Deletion("experiment", DELETED, DELETED, "Study 5", "ada", AT))
    return store


def _perhaps_played(store: MongoStore, chance: random.Random, one: Run) -> None:
    state = chance.choice((RunState.PENDING, RunState.RUNNING, RunState.DONE, RunState.DONE, RunState.FAILED))
    if state is not RunState.PENDING:
        store.claim(Claim(one.id, 1, "w1", AT, 1))
    if state in {RunState.DONE, RunState.FAILED}:
        store.claim(Claim(one.id, 2, "w1", AT, 1, Outcome(state)))
    if chance.random() < 0.1:
        store.append_edit(Edit("run", one.id, 2, "ada", AT, "", favourite=True))


class Row(NamedTuple):
    """A place with all that a filter may ask of it."""

    sweep: SweepRecord
    creator: str
    place: SweepSlot
    tags: frozenset[str]
    favourite: bool

    def is_wanted(self, wanted: RunQuery) -> bool:
        return (
            wanted.creator in {None, self.creator}
            and wanted.sweep in {None, self.sweep.id}
            and wanted.experiment in {None, self.sweep.experiment}
            and wanted.state in {None, self.place.status.state}
            and set(wanted.levels) <= set(levels_of(self.place.condition))
            and set(wanted.tags) <= self.tags
            and self.favourite >= wanted.favourite
        )


def everything(store: MongoStore) -> list[Row]:
    """All rows that a list may show, by what the store tells of each part."""
    held = {one.id: one for one in store.experiments() if one.id != DELETED}
    rows = []
    for sweep in store.sweeps():
        for place in store.slots(sweep.id) if sweep.experiment in held else ():
            run = store.run(place.status.run)
            edit = store.latest_edits("run", [run.id]).get(run.id)
            tags = frozenset(content_tags(run.content).tags)
            rows.append(Row(sweep, held[sweep.experiment].creator, place, tags, edit is not None and edit.favourite))
    return rows


@pytest.fixture(params=[(1, 1, 0), (7, 20, 3), (64, 1000, 100)], ids=str)
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of some sizes, so that a small database is listed as a large one is."""
    _set_sizes(monkeypatch, *request.param)


def _set_sizes(monkeypatch: pytest.MonkeyPatch, first: int, most: int, few: int) -> None:
    monkeypatch.setattr(paging, "FIRST", first)
    monkeypatch.setattr(paging, "MOST", most)
    monkeypatch.setattr(run_list, "_FEW", few)


@pytest.mark.slow
@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("seed", [1, 2])
def test_runs_are_listed_as_if_everything_had_been_loaded(seed: int) -> None:
    store = filled(seed)
    rows, sweeps = everything(store), store.sweeps()
    some, other = sweeps[len(sweeps) // 2], sweeps[-1]
    seen = 0
    for creator, favourite, role, where, state, within in product(
        (None, "ada"), (False, True), (None, "guard"), ({}, {"days": "1"}, {"days": "1", "calm": "true"}),
        (None, RunState.DONE, RunState.FAILED),
        ({}, {"sweep": some.id}, {"experiment": other.experiment}, {"sweep": some.id, "experiment": some.experiment}),
    ):  # fmt: skip
        wanted = RunQuery(creator, favourite, role, "llama" if role else None, where, state, **within)
        listed = [(one.sweep, one.place.position) for one in store.list_runs(wanted)]
        assert listed == [(row.sweep.id, row.place.position) for row in rows if row.is_wanted(wanted)], wanted
        seen += len(listed)
    assert seen > 300


@pytest.mark.usefixtures("sizes")
def test_experiments_are_listed_as_if_everything_had_been_loaded() -> None:
    store = filled(3)
    counts = [sweep.experiment for sweep in store.sweeps()]
    for creator, favourite, role in product((None, "ada"), (False, True), (None, "guard")):
        listed = store.list_experiments(ExperimentQuery(creator, favourite=favourite, role=role))
        assert [(one.experiment, one.sweeps) for one in listed] == [
            (one, counts.count(one.id))
            for one in store.experiments()
            if one.id != DELETED
            and creator in {None, one.creator}
            and (not favourite or one.favourite)
            and (role is None or int(one.id, 16) % 2 == 0)
        ]


@pytest.fixture(scope="module")
def laboratory() -> MongoStore:
    """40 experiments with four runs each, the latest with 60; the first run of each is done, but one that failed."""
    store = MongoStore(mongomock.MongoClient(), "sociarium", url="mongodb://mongomock/sociarium")
    for number in range(40):
        many = 60 if number == 39 else 4
        held, version, sweep = experiment(number, runs=many, at=f"2026-03-01T08:{number:02d}:00.000Z")
        store.save_experiment(held, version)
        store.save_sweep(sweep)
        runs = [run(f"{held.id}{at:04x}", held.id, ROLES[at % 2]) for at in range(many)]
        store.place_runs([Member(sweep.id, at, one.id, 1, {"days": at}) for at, one in enumerate(runs)], runs)
        outcome = Outcome(RunState.FAILED if number == 9 else RunState.DONE)
        store.claim(Claim(runs[0].id, 1, "w1", AT, 1))
        store.claim(Claim(runs[0].id, 2, "w1", AT, 1, outcome))
    store.append_edit(Edit("run", "00090000", 2, "ada", AT, "", favourite=True))
    return store


@pytest.fixture
def asked(laboratory: MongoStore, monkeypatch: pytest.MonkeyPatch) -> Questions:
    """Counts what the laboratory is asked, with pages that are small beside it."""
    _set_sizes(monkeypatch, 16, 64, 12)
    return Questions(monkeypatch)


@pytest.mark.parametrize(
    ("wanted", "shown", "queries", "documents"),
    [
        (RunQuery(), 12, 4, 16 + 16 + 16),
        (RunQuery(sweep="0009"), 4, 4, 1 + 4 + 4),
        (RunQuery(state=RunState.FAILED), 1, 5, 4),  # in a sweep far below others
        (RunQuery(favourite=True), 1, 5, 4),
        (RunQuery(where={"days": "50"}), 1, 4, 3),
        (RunQuery(where={"days": "99"}), 0, 1, 0),
        (RunQuery(creator="ada"), 12, 5, 26 + 16 + 16 + 16),  # of four places a sweep
        (RunQuery(role="guard"), 12, 7, 13 + 16 + 30 + 60 + 16),
        (RunQuery(state=RunState.DONE), 12, 9, 13 + 5 * 16),  # one in a sweep
    ],
    ids=str,
)
def test_a_screenful_of_runs_takes_few_questions(
    laboratory: MongoStore, asked: Questions, wanted: RunQuery, shown: int, queries: int, documents: int
) -> None:
    assert len(list(islice(laboratory.list_runs(wanted), 12))) == shown
    assert asked.queries <= queries
    assert asked.documents <= documents


def test_a_screenful_of_experiments_takes_few_questions(laboratory: MongoStore, asked: Questions) -> None:
    assert len(list(islice(laboratory.list_experiments(ExperimentQuery()), 12))) == 12
    assert asked.queries <= 4
    assert asked.documents <= 3 * 16


def test_who_looks_at_the_first_slots_of_a_large_sweep_reads_no_more_of_it(
    laboratory: MongoStore, asked: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_runs, "_FIRST_PAGE", 8)
    large = experiment(39)[2].id
    assert len(list(islice(laboratory.slots(large), 8))) == 8
    assert asked.documents <= 2 * 8
    positions = [slot.position for slot in laboratory.slots(large)]
    assert positions == list(range(60))
