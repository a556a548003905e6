"""What is stored of runs is read of many at once, in the order asked for, with little held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from sociarium.errors import NotFound
from sociarium.exchange.stored_run import StoredRun, stored_run, stored_runs
from sociarium.ports.store import Store
from sociarium.records.interviews import Interview
from sociarium.records.journal import Call
from sociarium.records.labels import Codebook, Label, Measure
from sociarium.records.runs import Counters, RunOrigin, RunState
from tests.support.mongo_questions import Questions, mongo_store
from tests.support.records import AT, edited, entry, experiment, finished, member, run, spoken, sweep, taken, version

QUESTIONS = 12
"""A question for each kind of what is read of runs, and one for when their sweeps were created."""


def store_with(ids: Sequence[str], *, content: str = "{}", **outcome: object) -> Store:
    """A store with runs of one sweep that said a word each and came to some outcome."""
    store = mongo_store()
    store.save_experiment(experiment(), version())
    store.save_sweep(sweep())
    store.place_runs(
        [member(id_, position) for position, id_ in enumerate(ids)], [run(id_, content=content) for id_ in ids]
    )
    store.append([record for id_ in ids for record in (entry("k", id_), spoken("k", id_))])
    store.claim_all([taken(id_) for id_ in ids])
    store.claim_all([finished(id_, **outcome) for id_ in ids])
    return store


def names(count: int) -> list[str]:
    return [f"{number:04x}" for number in range(count)]


def test_a_hundred_runs_take_as_many_questions_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = names(200)
    store, questions = store_with(ids), Questions(monkeypatch)
    for count, expected in ((1, QUESTIONS), (100, QUESTIONS), (200, 2 * QUESTIONS)):
        assert questions.of(lambda: list(stored_runs(store, ids[:count], measures=True))) == expected  # noqa: B023


def test_labels_judgements_and_forks_take_no_question_for_each_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = names(20)
    store = store_with(ids)
    store.save_codebook(Codebook("c1", "e1", "Tone", 1, {}, "ada", AT))
    for id_ in ids:
        store.add_label(Label("c1", "tone", id_, "k", "ada", 1, "calm", AT))
        store.add_label(Label("gone", "tone", id_, "k", "ada", 1, "calm", AT))
        store.put_measures([Measure("judge:tone", "1", id_, "k", 5, AT)])
    forks = [run(f"f{id_}", origin=RunOrigin(id_, "end")) for id_ in ids]
    store.place_runs([member(one.id, 20 + at) for at, one in enumerate(forks)], forks)
    store.claim_all([taken(one.id) for one in forks])
    store.claim_all([finished(one.id) for one in forks])
    questions = Questions(monkeypatch)

    # Codebooks of the experiment and the one that is not there; the forks' slots and sweeps; the sweep's own origin,
    # and the journals of origins of forks that have none.
    forked = [one.id for one in forks]
    assert questions.of(lambda: list(stored_runs(store, ids, measures=True))) <= QUESTIONS + 4
    assert questions.of(lambda: list(stored_runs(store, forked, measures=True))) <= QUESTIONS + 2


def test_runs_come_in_the_order_asked_for_each_with_its_own() -> None:
    store = store_with(["b2", "a1", "c3"])
    store.append_edit(edited("a1", kind="run"))
    store.save_codebook(Codebook("c1", "e1", "Tone", 1, {}, "ada", AT))
    store.add_label(Label("c1", "tone", "b2", "k", "ada", 1, "calm", AT))
    store.put_measures([Measure("length", "1", "b2", "k", 5, AT), Measure("length", "1", "c3", "k", 6, AT)])
    store.add_interview(Interview("c3", "s", 1, "Ann", "end", "Why?", "f", Call("m", {}, 1), {}, "ada", AT))
    child = run("d4", origin=RunOrigin("a1", "end"))
    store.place_runs([member("d4", 3)], [child])

    runs = list(stored_runs(store, ["c3", "a1", "b2", "a1"], measures=True))
    assert [one.run.id for one in runs] == ["c3", "a1", "b2", "a1"]
    for one in runs:
        id_ = one.run.id
        assert one == stored_run(store, id_, measures=True)
        assert (one.run, [one.status]) == (store.run(id_), store.run_statuses([id_]))
        assert (one.journal, one.events) == (store.journal(id_), store.events(id_))
        assert (one.claims, one.members) == (store.claims(id_), store.members_of_run(id_))
        assert (list(one.derived), list(one.interviews)) == (store.derived_runs(id_), store.interviews(id_))
        assert list(one.measures) == list(store.measures_of([id_]))
    assert [bool(one.edit) for one in runs] == [False, True, False, True]
    assert [(len(one.labels), list(one.codebooks)) for one in runs] == [(0, []), (0, []), (1, ["c1"]), (0, [])]


def test_a_run_that_is_not_there_is_no_run() -> None:
    with pytest.raises(NotFound):
        stored_run(store_with(["a1"]), "zz")


@pytest.mark.parametrize(
    ("content", "outcome", "batches"),
    [
        ("{}", {"counters": Counters(2000, 3000)}, 6),
        ("{}", {"counters": Counters(1000, 1000)}, 3),
        ('{"environment": "feed"}', {"state": RunState.FAILED, "counters": Counters()}, 6),  # of any size
        ('{"environment": "conversation"}', {"state": RunState.FAILED, "counters": Counters()}, 1),
    ],
)
def test_large_runs_are_held_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch, content: str, outcome: dict[str, object], batches: int
) -> None:
    ids = names(6)
    store, questions = store_with(ids, content=content, **outcome), Questions(monkeypatch)
    assert questions.of(lambda: list(stored_runs(store, ids, measures=True))) == 2 + batches * (QUESTIONS - 2)


def test_nothing_is_read_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = names(150)
    store, questions = store_with(ids), Questions(monkeypatch)
    taken_ids: list[str] = []

    def asked_for() -> Iterator[str]:
        for id_ in ids:
            taken_ids.append(id_)
            yield id_

    first: list[StoredRun] = []
    assert questions.of(lambda: first.append(next(stored_runs(store, asked_for(), measures=True)))) == QUESTIONS
    assert len(taken_ids) == 100
