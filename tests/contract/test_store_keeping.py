"""What every store promises of edits and of deletion."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from sociarium.errors import NotFound
from sociarium.ports.store import Store
from sociarium.records.inputs import Input
from sociarium.records.interviews import Interview
from sociarium.records.journal import Call
from sociarium.records.labels import Codebook, Label, Measure
from sociarium.records.plans import ModelVersion
from sociarium.records.runs import RunState
from sociarium.records.steering import SteeringOrder
from tests.support.records import (
    AT,
    HOSTILE,
    LATER,
    edited,
    entry,
    experiment,
    finished,
    marked,
    member,
    placed,
    run,
    spoken,
    sweep,
    taken,
    version,
)


def filled(store: Store, of: str = "e1", runs: int = 5) -> None:
    """An experiment with a sweep of so many runs, each with something of everything."""
    store.save_experiment(experiment(of, title=f"Wing {of}"), version(f"v{of}", of))
    store.save_sweep(sweep(f"aa{of}", experiment=of, version=f"v{of}"))
    store.add_model_version(ModelVersion(f"aa{of}", "llama", 1, "v", "ada", AT))
    ids = [f"a{at}{of}" for at in range(runs)]
    store.place_runs(
        [member(id_, at, f"aa{of}") for at, id_ in enumerate(ids)], [run(id_, experiment=of) for id_ in ids]
    )
    for id_ in ids:
        store.claim(taken(id_))
        store.append([entry("k", id_), spoken("k", id_)])
        store.put_input(Input(id_, 1, "ada", "Hello", "ada", AT))
        store.claim(finished(id_))
        store.append_edit(edited(id_, kind="run"))
        comment_on(store, id_, f"cc{of}")
    store.append_edit(edited(of))
    store.add_order(SteeringOrder(f"aa{of}", 1, "pause", None, "drain", None, "", "ada", AT))
    store.save_codebook(Codebook(f"cc{of}", of, "Tone", 1, {}, "ada", AT))


def comment_on(store: Store, run_: str, codebook: str) -> None:
    """What is said of a run afterwards, one of each."""
    store.add_interview(Interview(run_, "s", 1, "Ann", "end", "Why?", "f", Call("m", {}, 1), {}, "ada", AT))
    store.add_label(Label(codebook, "tone", run_, "k", "ada", 1, "calm", AT))
    store.put_measures([Measure("length", "1", run_, "k", 5, AT)])


def comments_on(store: Store, run_: str) -> list[Interview | Label | Measure]:
    """What was said of a run."""
    return [*store.interviews(run_), *store.labels_of([run_]), *store.measures_of([run_])]


def left(store: Store, of: str = "e1", runs: int = 5) -> list[str]:
    """Whatever still stands of what `filled` put in."""
    ids = [f"a{at}{of}" for at in range(runs)]
    found = [("run", id_) for id_ in store.ids_with_prefix("run", "a") if id_ in ids]
    found += [("sweep", id_) for id_ in store.ids_with_prefix("sweep", f"aa{of}")]
    found += [("experiment", one.id) for one in store.experiments() if one.id == of]
    found += [("version", one.id) for one in store.versions(of)]
    found += [("edit", id_) for id_ in (*store.latest_edits("run", ids), *store.latest_edits("experiment", [of]))]
    found += [("epoch", one.model) for one in store.model_versions(f"aa{of}")]
    found += [("order", one.sweep) for one in store.orders(f"aa{of}")]
    found += [("codebook", one.id) for one in store.codebooks(of)]
    found += [("label", one.run) for one in store.labels(f"cc{of}")]
    found += [("place", place.status.run) for place in store.slots(f"aa{of}")]
    for id_ in ids:
        found += [("member", id_) for _ in store.members_of_run(id_)]
        found += [("journal", id_) for _ in store.journal(id_)] + [("events", id_) for _ in store.events(id_)]
        found += [(type(one).__name__, id_) for one in comments_on(store, id_)]
        found += [("input", id_) for _ in store.inputs(id_)] + [("claim", id_) for _ in store.claims(id_)]
    return [f"{kind} {id_}" for kind, id_ in found]


# Edits


def test_an_edit_is_what_note_and_favourite_are_from_then_on(store: Store) -> None:
    store.save_experiment(experiment(), version())
    assert store.append_edit(edited(note=HOSTILE)) == edited(note=HOSTILE)
    kept = store.experiment("e1")
    assert (kept.note, kept.favourite, kept.revision) == (HOSTILE, True, 2)
    assert next(store.experiments()) == kept
    assert store.save_experiment(experiment(), version())[0] == kept


def test_the_first_of_two_edits_of_a_revision_stands_and_the_other_is_told_of_it(store: Store) -> None:
    store.save_experiment(experiment(), version())
    first, second = edited(note="hers", editor="ada"), edited(note="his", editor="bob")
    store.append_edit(first)
    assert store.append_edit(second) == first
    assert store.experiment("e1").note == "hers"
    assert store.append_edit(first) == first


def test_an_older_edit_brings_an_experiment_not_backwards(store: Store) -> None:
    store.save_experiment(experiment(), version())
    store.append_edit(edited(revision=2, note="second"))
    store.append_edit(edited(revision=3, note="third"))
    store.append_edit(edited(revision=2, note="late"))
    assert (store.experiment("e1").note, store.experiment("e1").revision) == ("third", 3)


def test_the_latest_edits_are_told_by_kind_and_id(store: Store) -> None:
    store.append_edit(edited("a1", kind="run", note="of a run"))
    store.append_edit(edited("a1", kind="run", note="of a run again", revision=3))
    store.append_edit(edited("a1", note="of an experiment of that id"))
    found = store.latest_edits("run", ["a1", "a2"])
    assert found == {"a1": edited("a1", kind="run", note="of a run again", revision=3)}
    assert store.latest_edits("run", []) == {}


def test_of_many_who_edit_at_once_one_stands(store: Store, reopen: Callable[[], Store], concurrent: None) -> None:
    store.save_experiment(experiment(), version())
    stores = [reopen() for _ in range(4)]
    barrier = threading.Barrier(8)

    def edit_all(editor: int) -> list[str]:
        barrier.wait()
        names = (f"w{editor}", range(2, 12))
        return [stores[editor % 4].append_edit(edited(revision=at, editor=names[0])).editor for at in names[1]]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(edit_all, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert store.latest_edits("experiment", ["e1"])["e1"].editor == answers[0][-1]


# Deletion


def test_a_mark_stands_once_and_may_be_taken_back(store: Store) -> None:
    filled(store)
    assert store.mark_deletion(marked()) == marked()
    assert store.mark_deletion(marked(by="bob", at=AT)) == marked()
    store.mark_deletion(marked("a1", kind="run", at=AT, title=HOSTILE))
    assert store.deletions() == [marked("a1", kind="run", at=AT, title=HOSTILE), marked()]
    store.unmark_deletion(marked())
    store.unmark_deletion(marked())
    assert store.deletions() == [marked("a1", kind="run", at=AT, title=HOSTILE)]
    assert len(list(store.slots("aae1"))) == 5


@pytest.mark.slow
def test_an_experiment_goes_in_steps_with_everything_that_was_kept_of_it(store: Store) -> None:
    filled(store, "e1")
    filled(store, "e2")
    before = left(store, "e2")
    store.mark_deletion(marked())
    store.mark_deletion(marked("a0e1", kind="run"))
    assert [store.delete_part(marked(), most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert left(store, "e1") == []
    assert store.deletions() == []
    assert left(store, "e2") == before
    with pytest.raises(NotFound):
        store.run_statuses(["a0e1"])
    with pytest.raises(NotFound):
        store.experiment("e1")
    assert store.delete_part(marked(), most=2) == 0


def test_a_deletion_that_stopped_half_way_goes_on_in_another_process(store: Store, reopen: Callable[[], Store]) -> None:
    filled(store)
    store.mark_deletion(marked())
    store.delete_part(marked(), most=2)
    again = reopen()
    [mark] = again.deletions()
    assert again.experiment("e1").id == "e1"
    assert [again.delete_part(mark, most=2) for _ in range(3)] == [2, 1, 0]
    assert left(again) == []


def test_a_run_goes_with_its_places_and_nothing_else(store: Store) -> None:
    filled(store)
    mark = marked("a2e1", kind="run")
    store.mark_deletion(mark)
    assert [store.delete_part(mark, most=10) for _ in range(2)] == [1, 0]
    assert [place.position for place in store.slots("aae1")] == [0, 1, 3, 4]
    assert [what for what in left(store) if "a2e1" in what] == []
    assert store.deletions() == []


def test_a_run_that_was_deleted_begins_anew_when_it_is_placed_again(store: Store) -> None:
    filled(store)
    mark = marked("a2e1", kind="run")
    store.mark_deletion(mark)
    while store.delete_part(mark, most=10):
        pass
    [status] = store.place_runs([member("a2e1", 2, "aae1")], [run("a2e1")])
    assert (status.state, status.token) == (RunState.PENDING, 0)
    assert store.claim(taken("a2e1", worker="w9")).worker == "w9"
    assert store.journal("a2e1") == []


@pytest.mark.slow
def test_a_thousand_runs_go_in_bounded_steps(store: Store) -> None:
    store.save_experiment(experiment(), version())
    store.save_sweep(sweep())
    runs = [run(f"a{number:04d}") for number in range(1000)]
    placed(store, *runs)
    store.append([entry("k", one.id) for one in runs])
    store.mark_deletion(marked())
    steps = []
    while step := store.delete_part(marked(), most=300):
        steps.append(step)
    assert steps == [300, 300, 300, 100]
    assert store.ids_with_prefix("run", "a") == []
    assert store.journal("a0999") == []


def test_the_runs_that_workers_hold_are_told_by_experiment(store: Store) -> None:
    placed(store, run("a1"), run("a2"), run("a3"), run("b1", experiment="e2"))
    for id_ in ("a1", "a2", "b1"):
        store.claim(taken(id_))
    store.claim(finished("a2"))
    assert [(status.run, status.worker) for status in store.claimed_runs("e1")] == [("a1", "w1")]
    assert store.claimed_runs("e3") == []
    assert store.size_of("e1") == (3, 4)
    store.place_runs([], [run("a9")])  # as people are written: it stands in no sweep
    assert store.size_of("e1") == (3, 4)
    assert store.size_of("e3") == (0, 0)


def test_what_is_asked_for_by_id_is_found_or_said_to_be_missing(store: Store) -> None:
    store.save_experiment(experiment(created=LATER), version())
    store.save_sweep(sweep())
    assert store.experiment("e1") == experiment(created=LATER)
    assert store.sweep("aa") == sweep()
    for ask in (lambda: store.experiment("zz"), lambda: store.sweep("zz")):
        with pytest.raises(NotFound, match="zz"):
            ask()


# Whether it is ready


def test_a_store_that_is_ready_says_so_and_keeps_nothing_of_the_look(store: Store, concurrent: None) -> None:
    filled(store)
    found = store.check_health()
    assert [one.problem for one in found] == [""] * len(found)
    assert {one.subject for one in found} >= {"store", "store indexes", "store rows", "store write"}
    assert "1 experiment, 1 sweep, 5 runs" in found[0].detail


def test_a_closed_store_is_a_finding(store: Store) -> None:
    store.close()
    [found] = store.check_health()
    assert "closed" in found.problem


def test_a_run_that_is_played_anew_keeps_nothing_that_was_said_of_its_former_words(store: Store) -> None:
    filled(store)
    before = comments_on(store, "a1e1")
    store.erase("a2e1", before=9)
    assert (comments_on(store, "a2e1"), store.events("a2e1"), store.journal("a2e1")) == ([], [], [])
    assert len(store.claims("a2e1")) == 2
    assert comments_on(store, "a1e1") == before != []


# Deletion of a sweep


def shared_sweeps(store: Store, runs: int = 5) -> None:
    """`filled`, and a sweep `bb` with its last two runs, one of them twice, and three of its own."""
    filled(store, runs=runs)
    store.save_sweep(sweep("bb", creator="bob"))
    store.add_model_version(ModelVersion("bb", "llama", 1, "v", "bob", AT))
    own = [f"b{at}" for at in range(3)]
    ids = [f"a{runs - 2}e1", f"a{runs - 1}e1", f"a{runs - 1}e1", *own]
    store.place_runs([member(id_, at, "bb") for at, id_ in enumerate(ids)], [run(id_) for id_ in own])
    for id_ in own:
        store.claim(taken(id_))
        store.append([entry("k", id_), spoken("k", id_)])
        store.put_input(Input(id_, 1, "bob", "Hello", "bob", AT))
        store.claim(finished(id_))
        store.append_edit(edited(id_, kind="run"))
        comment_on(store, id_, "cce1")
    store.add_order(SteeringOrder("bb", 1, "pause", None, "drain", None, "", "bob", AT))


@pytest.mark.slow
def test_of_a_sweep_those_runs_go_that_stand_in_no_other(store: Store) -> None:
    filled(store)
    before = left(store)
    shared_sweeps(store)
    mark = marked("bb", kind="sweep", by="bob")
    store.mark_deletion(mark)
    assert [store.delete_part(mark, most=2) for _ in range(3)] == [2, 1, 0]
    assert [found.id for found in store.sweeps()] == ["aae1"]
    assert left(store) == before
    assert list(store.slots("bb")) == []
    assert [one.sweep for one in store.members_of_run("a4e1")] == ["aae1"]
    assert (store.model_versions("bb"), store.deletions(), store.ids_with_prefix("run", "b")) == ([], [], [])
    for id_ in ("b0", "b1", "b2"):
        assert (store.journal(id_), store.events(id_), store.claims(id_), store.inputs(id_)) == ([], [], [], [])
        assert (store.latest_edits("run", [id_]), comments_on(store, id_)) == ({}, [])
    assert store.orders("bb") == []


def test_a_sweep_whose_deletion_stopped_goes_on_being_deleted_in_another_process(
    store: Store, reopen: Callable[[], Store]
) -> None:
    shared_sweeps(store)
    store.mark_deletion(marked("bb", kind="sweep", by="bob"))
    store.delete_part(marked("bb", kind="sweep", by="bob"), most=1)
    again = reopen()
    [mark] = again.deletions()
    assert (mark.kind, again.sweep("bb").id) == ("sweep", "bb")
    assert [again.delete_part(mark, most=5) for _ in range(2)] == [2, 0]
    assert [found.id for found in again.sweeps()] == ["aae1"]
    assert again.delete_part(mark, most=5) == 0


def test_a_mark_of_a_sweep_goes_with_its_experiment(store: Store) -> None:
    shared_sweeps(store)
    store.mark_deletion(marked("bb", kind="sweep", by="bob"))
    store.mark_deletion(marked())
    while store.delete_part(marked(), most=10):
        pass
    assert (store.deletions(), store.sweeps()) == ([], [])


def test_space_is_given_back_and_everything_else_stays(store: Store, reopen: Callable[[], Store]) -> None:
    filled(store)
    before = [(one.id, one.title) for one in store.experiments()], store.size_of("e1")
    store.reclaim_space()
    again = reopen()
    assert ([(one.id, one.title) for one in again.experiments()], again.size_of("e1")) == before
