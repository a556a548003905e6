"""What a creator alone may do, and that a deletion is complete or goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.errors import AtWork, BadInput, BeingDeleted, NotFound, NotYours
from sociarium.records.plans import Deletion, Edit
from sociarium.records.runs import Worker
from sociarium.runner.library import edit_delete, lookup
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.save import StartedSweep, reopen, save_sweep
from sociarium.runner.workers.liveness import Liveness
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.hand_clock import ELSEWHERE, HandClock
from tests.support.records import entry, taken

ME = this_worker()


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


@pytest.fixture
def begun(store: SqliteStore) -> StartedSweep:
    """Ada's experiment with four runs in a sweep."""
    return began(store)


def began(store: SqliteStore, *, creator: str = "ada", runs: int = 4) -> StartedSweep:
    text = small(sweep=f"{{factors: {{messages: 4}}, replicates: {runs}}}")
    found = save_sweep(store, definition(text), "main", creator=creator, clock=HandClock())
    schedule = SweepOrder(found.definition, found.sweep, creator, "2026-03-01T08:00:00.000Z")
    pairs = [schedule.at(position) for position in range(len(schedule))]
    store.place_runs([member for member, _ in pairs], [run for _, run in pairs])
    store.append([entry("k", run.id) for _, run in pairs])
    return found


def run_of(store: SqliteStore, begun: StartedSweep) -> str:
    return next(store.slots(begun.sweep.id)).status.run


def deleted(
    store: SqliteStore,
    text: str,
    creator: str = "ada",
    me: Worker = ME,
    clock: HandClock | None = None,
    **options: object,
) -> int:
    owned = lookup.find_target(store, text, creator=creator, deleted=True)
    liveness = Liveness(store, me, clock or HandClock(), lease=20.0)
    return edit_delete.delete(store, owned, creator=creator, liveness=liveness, **options)  # type: ignore[arg-type]


def edited(store: SqliteStore, text: str, me: str = "ada", **changes: object) -> edit_delete.EditResult:
    owned = lookup.find_target(store, text, creator=me)
    return edit_delete.edit(store, owned, me=me, clock=HandClock(), **changes)  # type: ignore[arg-type]  # of a test


# Edits


def test_an_edit_leaves_what_it_does_not_name(store: SqliteStore, begun: StartedSweep) -> None:
    assert edited(store, "Small", note="odd").is_kept
    assert edited(store, "Small", favourite=True).is_kept
    found = store.experiment(begun.experiment.id)
    assert (found.note, found.favourite, found.revision) == ("odd", True, 3)


def test_a_run_has_a_note_of_its_own(store: SqliteStore, begun: StartedSweep) -> None:
    run = run_of(store, begun)
    edited(store, run, note="odd")
    edited(store, run, favourite=True)
    owned = lookup.find_target(store, run, creator="ada")
    assert (owned.kind, owned.note, owned.favourite, owned.revision) == ("run", "odd", True, 3)
    assert store.experiment(begun.experiment.id).note == ""


def test_the_later_of_two_editors_gets_what_stands_and_loses_nothing(store: SqliteStore, begun: StartedSweep) -> None:
    hers = edited(store, "Small", note="hers", revision=1)
    his = edited(store, "Small", note="his", revision=1)
    assert hers.is_kept
    assert not his.is_kept
    assert (his.standing.note, his.standing.editor, his.requested.note) == ("hers", "ada", "his")
    assert edited(store, "Small", note="his", revision=2).is_kept


def test_who_was_overtaken_twice_is_told_of_the_latest(store: SqliteStore, begun: StartedSweep) -> None:
    for note in ("second", "third"):
        edited(store, "Small", note=note)
    late = edited(store, "Small", note="late", revision=1)
    assert (late.is_kept, late.standing.note, late.standing.revision) == (False, "third", 3)


def test_a_copy_that_was_left_behind_is_mended_by_the_next_edit(store: SqliteStore, begun: StartedSweep) -> None:
    of = begun.experiment.id
    before = lookup.find_target(store, of, creator="ada")
    store.append_edit(Edit("experiment", of, 2, "ada", "2026", "kept", favourite=True))
    done = edit_delete.edit(store, before, me="ada", clock=HandClock(), note="more")
    assert (done.is_kept, done.standing.revision, done.standing.favourite) == (True, 3, True)


def test_a_revision_that_does_not_exist_is_refused(store: SqliteStore, begun: StartedSweep) -> None:
    with pytest.raises(BadInput, match="the latest is 1"):
        edited(store, "Small", note="x", revision=7)


def test_only_the_creator_edits_and_deletes_and_others_are_told_who_that_is(
    store: SqliteStore, begun: StartedSweep
) -> None:
    for target in (begun.experiment.id, run_of(store, begun)):
        with pytest.raises(NotYours, match="is ada's, and you are bob: only its creator may edit"):
            edited(store, target, me="bob", note="mine")
        with pytest.raises(NotYours, match="is ada's, and you are bob: only its creator may delete"):
            deleted(store, target, creator="bob")
    assert store.deletions() == []
    assert len(list(store.slots(begun.sweep.id))) == 4


# Deletion


def test_an_experiment_goes_with_everything_and_its_progress_is_told(store: SqliteStore, begun: StartedSweep) -> None:
    told: list[int] = []
    assert deleted(store, "Small", progress=told.append) == 4
    assert told == [4]
    assert list(store.experiments()) == []
    assert store.sweeps() == []
    assert store.deletions() == []
    with pytest.raises(NotFound):
        deleted(store, "Small")


def test_what_was_left_half_way_is_refused_with_the_command_that_completes_it(
    store: SqliteStore, begun: StartedSweep
) -> None:
    class Killed(Exception):
        pass

    def kill(_gone: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        deleted(store, "Small", progress=kill)
    refused = rf"being deleted by ada.*sociarium delete {begun.experiment.id[:12]}. completes it"
    for ask in (
        lambda: lookup.find_experiment(store, "Small", creator="ada"),
        lambda: lookup.find_sweep(store),
        lambda: reopen(store, begun.sweep),
        lambda: began(store),
        lambda: edited(store, "Small", note="x"),
    ):
        with pytest.raises(BeingDeleted, match=refused):
            ask()
    deleted(store, begun.experiment.id[:12])
    assert list(store.experiments()) == []
    assert store.deletions() == []
    began(store)


def test_a_mark_with_nothing_under_it_is_taken_away_by_the_same_command(store: SqliteStore) -> None:
    store.mark_deletion(Deletion("run", "ab12", "e1", "Small", "ada", "2026-03-01T08:00"))
    assert deleted(store, "ab1") == 0
    assert store.deletions() == []


def test_a_deleted_run_is_pending_again_in_its_sweep(store: SqliteStore, begun: StartedSweep) -> None:
    run = run_of(store, begun)
    assert deleted(store, run) == 1
    assert run not in [place.status.run for place in store.slots(begun.sweep.id)]
    assert run in [place.status.run for place in store.slots(began(store).sweep.id)]


def test_a_run_that_is_half_deleted_keeps_its_experiment_from_being_played(
    store: SqliteStore, begun: StartedSweep
) -> None:
    run = run_of(store, begun)
    store.mark_deletion(Deletion("run", run, begun.experiment.id, "Small", "ada", "2026-03-01T08:00"))
    with pytest.raises(BeingDeleted, match=f"sociarium delete {run[:12]}"):
        reopen(store, begun.sweep)
    with pytest.raises(BeingDeleted):
        lookup.find_run_id(store, run)
    assert lookup.find_experiment(store, "Small", creator="ada") == begun.experiment


# Others at work


def test_what_a_live_process_here_plays_is_not_deleted(store: SqliteStore, begun: StartedSweep) -> None:
    run = run_of(store, begun)
    other = replace(ME, id="other")
    store.record_heartbeat(other)
    store.claim(taken(run, worker="other"))
    for target in (run, "Small"):
        with pytest.raises(AtWork, match=r"plays runs of 'Small' just now; nothing was deleted"):
            deleted(store, target)
    assert store.deletions() == []
    assert len(store.journal(run)) == 1


def test_who_plays_just_now_is_named(store: SqliteStore, begun: StartedSweep) -> None:
    store.record_heartbeat(replace(ME, id="other", by="bob"))
    store.claim(taken(run_of(store, begun), worker="other"))
    with pytest.raises(AtWork, match=rf"bob on {ME.host} \(process {ME.pid}\) plays runs of 'Small' just now"):
        deleted(store, "Small")


def test_what_a_process_that_ended_held_is_deleted_at_once(store: SqliteStore, begun: StartedSweep) -> None:
    store.record_heartbeat(replace(ME, id="other", started="long ago"))
    store.claim(taken(run_of(store, begun), worker="other"))
    assert deleted(store, "Small") == 4


def test_a_worker_elsewhere_is_watched_for_a_lease(store: SqliteStore, begun: StartedSweep) -> None:
    store.record_heartbeat(ELSEWHERE)
    store.claim(taken(run_of(store, begun), worker="far"))
    clock = HandClock()
    beats = iter(range(1, 100))

    def alive(seconds: float) -> None:
        clock.seconds += seconds
        store.record_heartbeat(replace(ELSEWHERE, beat=next(beats)))

    with pytest.raises(AtWork, match="another-host"):
        deleted(store, "Small", clock=clock, pause=alive)
    assert store.deletions() == []

    def silent(seconds: float) -> None:
        clock.seconds += seconds

    assert deleted(store, "Small", clock=clock, pause=silent) == 4
    assert clock.seconds >= 20


def test_who_takes_a_run_up_between_the_first_look_and_the_mark_is_seen(tmp_path: Path) -> None:
    class Late(SqliteStore):
        def mark_deletion(self, deletion: Deletion) -> Deletion:
            standing = super().mark_deletion(deletion)
            self.record_heartbeat(replace(ME, id="other"))
            self.claim(taken(run, worker="other"))
            return standing

    store = Late(tmp_path / "late.db")
    run = run_of(store, began(store))
    with pytest.raises(AtWork):
        deleted(store, "Small")
    assert store.deletions() == []
    assert len(store.journal(run)) == 1
