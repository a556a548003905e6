"""Forgetting a person: what they left goes, from the store's files too; what is others' stays and is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.ports.clock import SystemClock
from sociarium.records.inputs import Input
from sociarium.records.labels import Codebook, Label
from sociarium.records.people import has_history_of, is_named
from sociarium.records.runs import Claim, Outcome, RunState
from sociarium.runner.library.forget import ForgetResult, find_traces, forget
from sociarium.runner.workers.liveness import Liveness
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small_feed
from tests.support.played_stores import played, two_days

AT = "2026-03-01T08:00:00.000Z"
POST = "The mill wheel stands still since Tuesday."
NOTE = "Annika thinks so at noon."
WITH_HISTORY = small_feed(
    title="The weir", days="1",
    people=f"[{{handle: mill_owl, name: Odalys, consent: form 7, history: [{{kind: post, text: {POST}}}]}}, "
    "{handle: bob}]",
)  # fmt: skip
WITHOUT = small_feed(title="The square", days="1", people="[{handle: mill_owl}, {handle: bob}]")


def runs_of(store: SqliteStore, sweep: str) -> list[str]:
    return [slot.status.run for slot in store.slots(sweep)]


def forgotten(store: SqliteStore, person: str, creator: str = "ada") -> ForgetResult:
    liveness = Liveness(store, this_worker(), SystemClock(), lease=1)
    return forget(store, find_traces(store, person), creator=creator, liveness=liveness)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    store = SqliteStore(tmp_path / "s.db")
    # Some builds of SQLite overwrite what is deleted; others leave it in the file, and so does this one now.
    store._writer.execute("PRAGMA secure_delete=OFF")
    played(store, WITH_HISTORY)
    played(store, WITHOUT)
    begun = played(store, two_days(sweep="{factors: {messages: [4, 6], days: 2}, replicates: 1}"))
    first, second = runs_of(store, begun.sweep.id)
    store.save_codebook(Codebook("c0de", begun.experiment.id, "Tone", 1, {"tone": "which"}, "ada", AT))
    store.add_label(Label("c0de", "tone", first, "", "Annika", 1, "calm", AT, note=NOTE))
    store.add_label(Label("c0de", "tone", second, "", "Annika", 1, "calm", AT))
    store.add_label(Label("c0de", "tone", first, "", "bob", 1, "calm", AT))
    store.add_label(Label("c0de", "judged", second, "", "Annika", 1, "calm", AT, kind="judge"))
    return store


def files_of(store: SqliteStore) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(store.path.parent.glob("s.db*")))


@pytest.mark.parametrize("person", ["mill_owl", "@Mill_Owl", "odalys"])
def test_an_experiment_with_somebodys_history_goes_whole_and_others_stay(store: SqliteStore, person: str) -> None:
    assert POST.encode() in files_of(store)
    result = forgotten(store, person)
    assert (len(result.experiments), result.runs, result.labels, result.remaining) == (1, [], 0, {})
    assert sorted(one.title for one in store.experiments()) == ["The square", "Two days"]
    assert POST.encode() not in files_of(store)
    assert find_traces(store, person).is_empty
    assert forgotten(store, person) == ForgetResult([], [], 0, {})


def test_an_annotators_labels_go_and_nobody_elses(store: SqliteStore) -> None:
    assert NOTE.encode() in files_of(store)
    assert forgotten(store, "annika").labels == 2
    runs = [run for sweep in store.sweeps() for run in runs_of(store, sweep.id)]
    assert [(one.annotator, one.kind) for one in store.labels_of(runs)] in (
        [("bob", "person"), ("Annika", "judge")],
        [("Annika", "judge"), ("bob", "person")],
    )
    assert NOTE.encode() not in files_of(store)


def test_runs_in_which_somebody_posted_go_and_their_places_are_pending_again(store: SqliteStore) -> None:
    square = next(sweep for sweep in store.sweeps() if store.experiment(sweep.experiment).title == "The square")
    [run] = runs_of(store, square.id)
    store.put_input(Input(run, 1, "radio", "Thaddeus was here and says it.", "thaddeus", AT))
    result = forgotten(store, "Thaddeus")
    assert (result.experiments, result.runs) == ([], [run])
    assert runs_of(store, square.id) == []
    assert b"Thaddeus was here" not in files_of(store)


def test_what_is_somebody_elses_to_delete_stays_and_is_told(store: SqliteStore) -> None:
    result = forgotten(store, "mill_owl", creator="bob")
    assert result.experiments == []
    [(what, why)] = result.remaining.items()
    assert what.startswith("experiment ")
    assert "is ada's, and you are bob" in why


def test_who_made_something_stays_named_and_is_counted(store: SqliteStore) -> None:
    traces = find_traces(store, "ada")
    assert traces.is_empty
    assert traces.named["experiments that they made"] == 3
    assert traces.named["codebooks that they wrote"] == 1


def test_somebody_who_played_takes_the_run_along_and_who_only_ran_it_does_not(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    sweep = "{factors: {messages: 4, days: 2}, replicates: 1}"
    by_person = played(store, two_days(models="{dry: {provider: person}}", sweep=sweep), creator="zoe")
    by_model = played(store, two_days(title="Another", sweep=sweep), creator="zoe")
    [played_run], [other] = (runs_of(store, begun.sweep.id) for begun in (by_person, by_model))
    for run in (played_run, other):
        [first, *_] = claims = store.claims(run)
        store.claim(Claim(run, len(claims) + 1, first.worker, AT, first.protocol, by="yuri"))
        store.claim(Claim(run, len(claims) + 2, first.worker, AT, outcome=Outcome(RunState.DONE), by="yuri"))
    assert find_traces(store, "yuri").named == {"runs that they ran": 1}
    assert forgotten(store, "yuri", creator="zoe").runs == [played_run]


def test_names_are_the_same_in_any_case_and_with_an_at() -> None:
    assert is_named("Mill_Owl", "@mill_owl")
    assert is_named(" Ödalys  M ", "ödalys m")
    assert not is_named("mill_owl2", "mill_owl")
    assert not is_named(None, "x")
    assert not has_history_of({"people": [{"handle": "a"}, {"generate": 3}, 7]}, "a")
    assert not has_history_of({}, "a")
    assert has_history_of({"people": [{"handle": "a", "history": [{"text": "x"}]}]}, "A")
