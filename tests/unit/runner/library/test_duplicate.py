"""Anyone's experiment becomes one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.errors import BadInput, BeingDeleted, DefinitionError
from sociarium.records.plans import Deletion, Experiment
from sociarium.runner.library.duplicate import Changes, duplicate, latest, origin_of
from sociarium.runner.sweep.save import save_sweep
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.hand_clock import HandClock

CLOCK = HandClock()


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


@pytest.fixture
def hers(store: SqliteStore) -> Experiment:
    return save_sweep(store, definition(small()), "main", creator="ada", clock=CLOCK).experiment


def test_a_colleagues_experiment_keeps_its_title_and_names_its_origin(store: SqliteStore, hers: Experiment) -> None:
    made = duplicate(store, hers, me="bob", clock=CLOCK)
    assert (made.experiment.creator, made.experiment.title) == ("bob", "Small")
    assert made.experiment.id != hers.id
    assert made.changes == []
    origin = origin_of(store, store.experiment(made.experiment.id))
    assert origin is not None
    assert (origin[0].id, origin[1]) == (store.versions(hers.id)[-1].id, hers)
    assert origin_of(store, hers) is None


def test_it_is_run_as_what_it_is_and_makes_no_further_version(store: SqliteStore, hers: Experiment) -> None:
    made = duplicate(store, hers, me="bob", clock=CLOCK, changes=Changes([("starting_message", "Begin.")]))
    begun = save_sweep(store, latest(store, made.experiment)[1], "main", creator="bob", clock=CLOCK)
    assert (begun.experiment, begun.version) == (made.experiment, made.version)


def test_copies_of_ones_own_get_titles_of_their_own(store: SqliteStore, hers: Experiment) -> None:
    titles = [duplicate(store, hers, me="ada", clock=CLOCK).experiment.title for _ in range(3)]
    assert titles == ["Small (copy)", "Small (copy 2)", "Small (copy 3)"]


def test_a_title_that_was_asked_for_is_not_changed(store: SqliteStore, hers: Experiment) -> None:
    with pytest.raises(BadInput, match="you have an experiment 'SMALL' already"):
        duplicate(store, hers, me="ada", clock=CLOCK, title="SMALL")
    with pytest.raises(BadInput, match="already"):
        duplicate(store, hers, me="ada", clock=CLOCK, changes=Changes([("title", "Small")]), title="Small")
    assert duplicate(store, hers, me="ada", clock=CLOCK, title="Wing: 2").experiment.title == "Wing: 2"


def test_what_differs_from_the_origin_is_told(store: SqliteStore, hers: Experiment) -> None:
    changes = [("sections[0].private.guard", "You guard."), ("models.dry.temperature", "0.5")]
    made = duplicate(store, hers, me="bob", clock=CLOCK, changes=Changes(changes))
    assert [(one.path, one.before, one.after) for one in made.changes] == [
        ("models.dry.temperature", None, 0.5),
        ("sections[0].private.guard", "I am <SELF_NAME>.", "You guard."),
    ]


def test_faults_of_changes_keep_everything_as_it_was(store: SqliteStore, hers: Experiment) -> None:
    with pytest.raises(DefinitionError):
        duplicate(store, hers, me="bob", clock=CLOCK, changes=Changes([("sections[0].private.guard", "<GARD_NUM>")]))
    assert [found.id for found in store.experiments()] == [hers.id]


def test_what_is_being_deleted_is_not_duplicated(store: SqliteStore, hers: Experiment) -> None:
    store.mark_deletion(Deletion("experiment", hers.id, hers.id, "Small", "ada", "2026-03-01T08:00"))
    with pytest.raises(BeingDeleted):
        duplicate(store, hers, me="bob", clock=CLOCK)
