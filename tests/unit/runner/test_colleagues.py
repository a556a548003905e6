"""Somebody else's experiment: which version and sweep a colleague's start makes, and what happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import mongomock
import pytest

from sociarium.errors import Ambiguous, BeingDeleted, InUse, NotFound, NotYours
from sociarium.experiment.definition import Definition
from sociarium.experiment.identity import experiment_id, sweep_id, version_id
from sociarium.ports.store import Store
from sociarium.records.plans import Deletion, Experiment
from sociarium.runner.library import edit_delete, lookup
from sociarium.runner.library.duplicate import duplicate, latest
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.save import StartedSweep, save_sweep
from sociarium.runner.workers.liveness import Liveness
from sociarium.runner.workers.process import this_worker
from sociarium.stores.mongo import MongoStore
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.hand_clock import HandClock

CLOCK = HandClock()
PLAIN = definition(small())
CHANGED = definition(small(starting_message="Begin."))


@pytest.fixture(params=["sqlite", "mongomock"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = (
        SqliteStore(tmp_path / "s.db")
        if request.param == "sqlite"
        else MongoStore(mongomock.MongoClient(), "sociarium", url="mongodb://mongomock/sociarium")
    )
    yield opened
    opened.close()


@pytest.fixture
def hers(store: Store) -> StartedSweep:
    return began(store, "ada", PLAIN)


def began(store: Store, who: str, what: Definition, of: Experiment | None = None) -> StartedSweep:
    return save_sweep(store, what, "main", creator=who, clock=CLOCK, experiment=of)


def deleted(store: Store, text: str, who: str) -> int:
    owned = lookup.find_target(store, text, creator=who, deleted=True)
    return edit_delete.delete(store, owned, creator=who, liveness=Liveness(store, this_worker(), CLOCK, lease=20.0))


def placed(store: Store, begun: StartedSweep) -> str:
    schedule = SweepOrder(begun.definition, begun.sweep, begun.experiment.creator, CLOCK.now())
    member, run = schedule.at(0)
    store.place_runs([member], [run])
    return run.id


def test_the_creators_ids_hold_no_name(store: Store, hers: StartedSweep) -> None:
    id_ = experiment_id("ada", "Small")
    assert (hers.experiment.id, hers.version.id) == (id_, version_id(id_, PLAIN))
    assert hers.sweep.id == sweep_id(hers.version.id, "main")
    assert began(store, "ada", PLAIN, hers.experiment) == hers


def test_a_colleague_adds_a_sweep_of_the_creators_version(store: Store, hers: StartedSweep) -> None:
    his = began(store, "bob", PLAIN, hers.experiment)
    assert (his.experiment, his.version) == (hers.experiment, hers.version)
    assert (his.sweep.creator, his.sweep.id == hers.sweep.id) == ("bob", False)
    assert his.sweep.id == sweep_id(hers.version.id, "main", by="bob")
    assert began(store, "carl", PLAIN, hers.experiment).sweep.id not in {his.sweep.id, hers.sweep.id}
    assert placed(store, his) == placed(store, hers)
    assert store.run(placed(store, his)).creator == "ada"


def test_a_colleagues_changes_are_a_version_of_their_own(store: Store, hers: StartedSweep) -> None:
    his = began(store, "bob", CHANGED, hers.experiment)
    assert (his.experiment, his.version.by, his.version.number) == (hers.experiment, "bob", 2)
    assert latest(store, hers.experiment) == (hers.version, PLAIN)
    assert duplicate(store, hers.experiment, me="carl", clock=CLOCK).definition == PLAIN
    assert began(store, "bob", CHANGED, hers.experiment) == his
    carls = began(store, "carl", CHANGED, hers.experiment)
    assert carls.version.id != his.version.id
    assert placed(store, carls) == placed(store, his)


def test_the_creator_who_makes_the_same_change_later_makes_it_the_latest(store: Store, hers: StartedSweep) -> None:
    his = began(store, "bob", CHANGED, hers.experiment)
    again = began(store, "ada", CHANGED)
    assert (again.version.by, again.version.number) == (None, 3)
    assert latest(store, hers.experiment) == (again.version, CHANGED)
    assert placed(store, again) == placed(store, his)
    # From now on it is hers that he runs so.
    assert began(store, "bob", CHANGED, hers.experiment).version == again.version


def test_an_experiment_that_is_called_otherwise_than_its_id_says_is_found_by_its_title(store: Store) -> None:
    imported = Experiment("ab12", "ada", "Small", "", favourite=False, created=CLOCK.now())
    store.save_experiment(
        imported, replace(began(store, "carl", PLAIN).version, id="cd34", experiment="ab12", number=0)
    )
    hers = began(store, "ada", CHANGED)
    assert (hers.experiment, hers.version.experiment) == (imported, "ab12")
    assert duplicate(store, imported, me="ada", clock=CLOCK).experiment.title == "Small (copy)"


def test_others_of_a_title_are_told_only_when_ones_own_is_new(store: Store, hers: StartedSweep) -> None:
    assert began(store, "bob", definition(small(title="' SMALL '"))).same_title == (hers.experiment,)
    assert began(store, "bob", PLAIN).same_title == ()
    assert hers.same_title == ()
    assert began(store, "carl", PLAIN, hers.experiment).same_title == ()


# Deleted meanwhile


def watched(store: Store, method: str, before: Callable[[], object]) -> Store:
    """The store; something happens just before its method is called for the first time."""
    original, done = getattr(store, method), []

    def call(*arguments: object, **more: object) -> object:
        if not done:
            done.append(1)
            before()
        return original(*arguments, **more)

    setattr(store, method, call)
    return store


def test_who_begins_a_sweep_between_the_first_look_and_the_mark_is_seen(store: Store, hers: StartedSweep) -> None:
    watched(store, "mark_deletion", lambda: placed(store, began(store, "bob", CHANGED, hers.experiment)))
    with pytest.raises(InUse, match="used by sweeps of bob"):
        deleted(store, "Small", "ada")
    assert store.deletions() == []
    assert sorted(one.creator for one in store.sweeps()) == ["ada", "bob"]


def test_who_begins_a_sweep_while_it_is_marked_takes_it_back(store: Store, hers: StartedSweep) -> None:
    mark = Deletion("experiment", hers.experiment.id, hers.experiment.id, "Small", "ada", CLOCK.now())
    watched(store, "save_sweep", lambda: store.mark_deletion(mark))
    with pytest.raises(BeingDeleted):
        began(store, "bob", PLAIN, hers.experiment)
    assert store.sweeps() == [hers.sweep]
    assert store.deletions() == [mark]


@pytest.mark.parametrize("moment", ["add_version", "save_sweep"])
def test_an_experiment_that_is_gone_does_not_come_back_by_a_colleagues_start(
    store: Store, hers: StartedSweep, moment: str
) -> None:
    watched(store, moment, lambda: deleted(store, "Small", "ada"))
    with pytest.raises(NotFound):
        began(store, "bob", CHANGED, hers.experiment)
    assert (list(store.experiments()), store.sweeps(), store.deletions()) == ([], [], [])
    with pytest.raises(NotFound):
        began(store, "bob", PLAIN, hers.experiment)


def test_a_deletion_that_was_killed_before_it_looked_again_leaves_a_colleagues_sweep(
    store: Store, hers: StartedSweep
) -> None:
    his = began(store, "bob", CHANGED, hers.experiment)
    run = placed(store, his)
    store.mark_deletion(Deletion("experiment", hers.experiment.id, hers.experiment.id, "Small", "ada", CLOCK.now()))
    with pytest.raises(InUse):
        deleted(store, "Small", "ada")
    assert store.deletions() == []
    assert [place.status.run for place in store.slots(his.sweep.id)] == [run]


def test_who_began_a_deletion_of_a_run_completes_it(store: Store, hers: StartedSweep) -> None:
    his = began(store, "bob", CHANGED, hers.experiment)
    _, run = SweepOrder(his.definition, his.sweep, "ada", CLOCK.now()).at(0)
    store.place_runs([], [run])  # its places go first
    with pytest.raises(NotYours, match="is ada's, and you are bob"):
        deleted(store, run.id, "bob")
    store.mark_deletion(Deletion("run", run.id, hers.experiment.id, "Small", "bob", CLOCK.now()))
    assert deleted(store, run.id, "bob") == 1
    assert store.ids_with_prefix("run", run.id) == []


def test_a_sweep_that_is_being_deleted_is_refused_with_the_command_that_completes_it(
    store: Store, hers: StartedSweep
) -> None:
    his = began(store, "bob", CHANGED, hers.experiment)
    store.mark_deletion(Deletion("sweep", his.sweep.id, hers.experiment.id, "Small", "bob", CLOCK.now()))
    with pytest.raises(BeingDeleted, match=f"sociarium delete {his.sweep.id[:12]}"):
        lookup.find_sweep(store, his.sweep.id)
    assert lookup.find_sweep(store, hers.sweep.id) == hers.sweep
    assert deleted(store, his.sweep.id[:12], "bob") == 0
    assert store.sweeps() == [hers.sweep]


def test_an_id_that_several_experiments_begin_with_is_told_with_whose_they_are(
    store: Store, hers: StartedSweep
) -> None:
    for id_, note in (("f1", "the first\none"), ("f2", "")):
        kept = Experiment(id_, "bob", "Wing", note, favourite=False, created=CLOCK.now())
        store.save_experiment(kept, replace(hers.version, id=f"c{id_}", experiment=id_, number=0))
    with pytest.raises(Ambiguous, match=r"'Wing' f1  bob, 2026-03-01: the first one"):
        lookup.find_experiment(store, "f", creator="ada")
