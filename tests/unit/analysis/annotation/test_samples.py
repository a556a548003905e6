"""What is drawn to be labelled, with which probability, and in which order it is shown."""

from __future__ import annotations

import pytest

from sociarium.analysis.annotation.samples import annotator_order, find_sample, units_of
from sociarium.errors import BadInput, NotFound
from sociarium.ports.store import Store
from sociarium.records.labels import SAMPLE
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.annotated import draw, with_codebook
from tests.support.played_stores import Saying, played, two_days


def runs_of(store: Store, sweep: SweepRecord) -> list[str]:
    return [slot.status.run for slot in store.slots(sweep.id)]


def spoken_keys(store: Store, sweep: SweepRecord) -> set[tuple[str, str]]:
    return {
        (run, one.key) for run in runs_of(store, sweep) for one in store.events(run) if one.happening.kind == "message"
    }


def test_everything_is_every_message_of_every_finished_run(store: Store, sweep: SweepRecord) -> None:
    sample = draw(store, with_codebook(store, sweep), sweep)
    assert {(one.run, one.subject) for one in units_of(store, sample)} == spoken_keys(store, sweep)
    assert (sample.probability, sample.size, sample.of, sample.runs) == (1.0, 40, 40, 8)


def test_a_random_sample_keeps_the_probability_of_each(store: Store, sweep: SweepRecord) -> None:
    sample = draw(store, with_codebook(store, sweep), sweep, rule="random", size=10, seed=5)
    measures = list(store.measures(SAMPLE, sample.rows, runs_of(store, sweep)))
    assert [one.value for one in measures] == [0.25] * 10
    assert {(one.run, one.subject) for one in measures} < spoken_keys(store, sweep)


def test_a_seed_draws_the_same_again_and_another_seed_does_not(store: Store, sweep: SweepRecord) -> None:
    codebook = with_codebook(store, sweep)
    first, again, other = (draw(store, codebook, sweep, rule="random", size=10, seed=seed) for seed in (5, 5, 6))
    assert (first.rows, [first.number, again.number, other.number]) == (again.rows, [1, 2, 3])
    assert units_of(store, first) != units_of(store, other)
    assert find_sample(store, codebook) == other
    assert find_sample(store, codebook, 1) == first


def test_what_is_chosen_for_a_flag_has_no_probability(store: SqliteStore) -> None:
    sweep = played(store, two_days(), model=Saying(["", "Yes.", "No.", "Well."])).sweep
    sample = draw(store, with_codebook(store, sweep), sweep, rule="flag", criterion="empty")
    assert sample.probability is None
    assert 0 < sample.size < sample.of
    with pytest.raises(BadInput, match="nothing in 8 finished runs has the flag 'unheard'"):
        draw(store, with_codebook(store, sweep), sweep, rule="flag", criterion="unheard")


def test_runs_can_be_chosen_by_a_check(store: SqliteStore) -> None:
    said = ["As an AI, I can't help with that."] + ["Good day to you all."] * 12
    sweep = played(store, two_days(), model=Saying(said)).sweep
    codebook = with_codebook(store, sweep, unit="run")
    sample = draw(store, codebook, sweep, rule="check", criterion="refusal")
    assert 0 < sample.size < 8
    assert all(one.subject == "" for one in units_of(store, sample))
    with pytest.raises(BadInput, match="there is no check 'rudeness'"):
        draw(store, codebook, sweep, rule="check", criterion="rudeness")


def test_more_than_there_is_cannot_be_drawn(store: Store, sweep: SweepRecord) -> None:
    with pytest.raises(BadInput, match="40 can be drawn"):
        draw(store, with_codebook(store, sweep), sweep, rule="random", size=41)


def test_nothing_was_drawn_is_said(store: Store, sweep: SweepRecord) -> None:
    with pytest.raises(NotFound, match="nothing was drawn"):
        find_sample(store, with_codebook(store, sweep))


def test_everybody_has_an_order_of_their_own_which_stays(store: Store, sweep: SweepRecord) -> None:
    sample = draw(store, with_codebook(store, sweep), sweep)
    units = units_of(store, sample)
    ada, bob = annotator_order(units, sample, "ada"), annotator_order(units, sample, "bob")
    assert ada == annotator_order(units[::-1], sample, "ada")
    assert set(ada) == set(bob)
    assert ada != bob
