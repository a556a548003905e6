"""Judges' results corrected by a stored random sample: when, by what, and what is said where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import pytest

from sociarium.analysis.load import LoadedRuns, load_runs
from sociarium.api.validating import validate_judges
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import table_source
from sociarium.exchange.targets import selection
from sociarium.ports.prices import NoPrices
from sociarium.records.events import Event
from sociarium.records.labels import Codebook, Label
from sociarium.records.runs import RunState
from sociarium.runner.judging.records import save_rubric
from sociarium.runner.sweep.save import StartedSweep
from sociarium.stores.sqlite import SqliteStore
from tests.support.interviewed import Replying
from tests.support.judging import judge_in_process, rubric
from tests.support.labelled import AT, draw_sample, labelled, messages_of
from tests.support.played_stores import played, two_days

NUMBERS = rubric()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def begun(store: SqliteStore) -> StartedSweep:
    sweep = played(store, two_days())
    runs = [slot.status.run for slot in store.slots(sweep.sweep.id)]
    judge_in_process(store, NUMBERS, runs, model=Replying(says=lambda _request: '{"answer": 2}'))
    save_rubric(store, sweep.experiment.id, NUMBERS, creator="ada", now=AT)
    return sweep


def _people(event: Event) -> int:
    return 1 + event.seq % 5


def _load(store: SqliteStore, begun: StartedSweep) -> LoadedRuns:
    source = table_source(store, selection(store, begun.sweep.id, creator="ada"), RunFilter(RunState.DONE))
    return load_runs(source, NoPrices(), lambda _count: None, measures=["judge:tone"])


def _validate(store: SqliteStore, codebook: Codebook) -> None:
    validate_judges(store, NUMBERS, codebook, item=None, seed=0, dev=0.5, creator="ada")


@pytest.mark.slow
def test_values_are_moved_by_what_people_saw_over_the_probability(store: SqliteStore, begun: StartedSweep) -> None:
    units = messages_of(store, begun.sweep)
    codebook = labelled(store, begun.experiment.id, {run for run, _ in units}, _people)
    chosen = draw_sample(store, begun.sweep, codebook, 12)
    _validate(store, codebook)
    loaded = _load(store, begun)
    assert f"corrected by people's labels of 12 of {len(units)} texts" in loaded.measures[0].correction
    values = [one.value for run in loaded.runs for one in run.answers if one.probe == "measure.judge:tone corrected"]
    truth = {(run, event.key): _people(event) for run, event in units}
    share = 12 / len(units)
    assert mean(values) == pytest.approx(2 + mean(truth[one] - 2 for one in chosen))  # type: ignore[type-var]
    assert {round(float(one or 0), 9) for one in values} <= {
        2.0, *(round(2 + (value - 2) / share, 9) for value in range(1, 6))
    }  # fmt: skip
    plain = [one.value for run in loaded.runs for one in run.answers if one.probe == "measure.judge:tone"]
    assert set(plain) == {2.0}


@pytest.mark.parametrize("case", ["no sample", "unlabelled", "runs since", "not validated"])
def test_where_it_cannot_be_corrected_it_is_said_why(store: SqliteStore, begun: StartedSweep, case: str) -> None:
    units = messages_of(store, begun.sweep)
    codebook = labelled(store, begun.experiment.id, {units[0][0], units[-1][0]}, _people)
    if case != "no sample":
        draw_sample(store, begun.sweep, codebook, 30, runs=5 if case == "runs since" else None)
    if case != "not validated":
        _validate(store, codebook)
    loaded = _load(store, begun)
    expected = {
        "no sample": "not corrected: no text was drawn at random",
        "unlabelled": "of 30 texts that were drawn are not labelled",
        "runs since": "not corrected: texts were drawn from 5 runs, and 8 are finished",
        "not validated": "",
    }[case]
    assert expected in loaded.measures[0].correction
    assert bool(loaded.measures[0].correction) is bool(expected)
    assert not [one for run in loaded.runs for one in run.answers if "corrected" in one.probe]


def test_a_label_that_is_changed_later_counts_as_it_is_now(store: SqliteStore, begun: StartedSweep) -> None:
    units = messages_of(store, begun.sweep)
    codebook = labelled(store, begun.experiment.id, {run for run, _ in units}, lambda _event: 2)
    run, key = draw_sample(store, begun.sweep, codebook, 10)[0]
    store.add_label(Label(codebook.id, "tone", run, key, "ada", 2, 5, AT))
    _validate(store, codebook)
    values = [one.value for some in _load(store, begun).runs for one in some.answers if "corrected" in one.probe]
    assert sorted(set(values)) == pytest.approx([2.0, 2 + 3 / (10 / len(units))])  # type: ignore[type-var]
