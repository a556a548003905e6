"""Judges against people's labels in a store: what is compared, kept, left out and marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sociarium.api.validating import Validation, find_codebook, validate_judges, validation_document
from sociarium.errors import BadInput, NotFound
from sociarium.exchange.measures import measure_parts
from sociarium.exchange.stored_run import stored_run
from sociarium.experiment.rubric import Rubric
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.judgements import VALIDATION, is_codebook
from sociarium.records.labels import Codebook
from sociarium.runner.judging.records import save_rubric, validations
from sociarium.runner.library.forget import ForgetResult, find_traces, forget
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.workers.liveness import Liveness
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.interviewed import Replying
from tests.support.judging import judge_in_process, rubric
from tests.support.labelled import AT, labelled
from tests.support.played_stores import played, two_days

TONE = rubric(answer="{choices: [cold, warm]}")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def begun(store: SqliteStore) -> StartedSweep:
    return played(store, two_days())


def _runs(store: Store, begun: StartedSweep) -> list[str]:
    return [slot.status.run for slot in store.slots(begun.sweep.id)]


def _parts(store: Store, run: str) -> dict[str, list[dict[str, Any]]]:
    return measure_parts(stored_run(store, run, measures=True))


def _by_length(event: Event) -> str:
    return "warm" if len(event.happening.content) % 2 else "cold"


def _judge(store: Store, runs: list[str], asked: Rubric = TONE) -> None:
    """Judges by the length of the text, as people do, but for every fifth text."""
    turns = iter(range(10_000))

    def says(request: object) -> str:
        text = request.messages[1].content.removeprefix("Judge this:\n<text>\nSpeaker A: ").removesuffix("\n</text>")  # type: ignore[attr-defined]
        same = "warm" if len(text) % 2 else "cold"
        return "warm" if next(turns) % 5 == 0 else same

    judge_in_process(store, asked, runs, model=Replying(says=says), concurrency=1)  # type: ignore[arg-type]


def _validate(store: Store, codebook: Codebook, asked: Rubric = TONE, **options: object) -> Validation:
    settings = {"item": None, "seed": 0, "dev": 0.5, "creator": "ada", **options}
    return validate_judges(store, asked, codebook, **settings)  # type: ignore[arg-type]


def test_a_validation_is_kept_and_ends_the_mark(store: SqliteStore, begun: StartedSweep) -> None:
    runs = _runs(store, begun)
    _judge(store, runs)
    save_rubric(store, begun.experiment.id, TONE, creator="ada", now=AT)
    codebook = labelled(store, begun.experiment.id, runs, _by_length)
    assert {row["mark"] for row in _parts(store, runs[0])["measures"]} == {"a judge's, not validated against people"}
    result = _validate(store, codebook)
    assert result.test.texts + result.dev.texts == sum(len(store.events(run)) for run in []) + len(
        list(store.labels(codebook.id))
    )
    assert result.test.percent is not None
    assert 0.7 < result.test.percent.share < 1
    assert {row["mark"] for row in _parts(store, runs[0])["measures"]} == {f"a judge's; {result.words}"}
    [record] = [one for one in store.codebooks(begun.experiment.id) if VALIDATION in one.document]
    split = record.document[VALIDATION]["split"]
    assert {*split["dev"]} | {*split["test"]} == {*runs}
    assert not {*split["dev"]} & {*split["test"]}
    assert record.document[VALIDATION]["test"]["texts"] == result.test.texts


@pytest.mark.slow
def test_the_same_validation_is_kept_once_and_more_labels_make_the_next(
    store: SqliteStore, begun: StartedSweep
) -> None:
    runs = _runs(store, begun)
    _judge(store, runs)
    codebook = labelled(store, begun.experiment.id, runs[:6], _by_length)
    first, again = _validate(store, codebook), _validate(store, codebook)
    assert validation_document(first) == validation_document(again)
    labelled(store, begun.experiment.id, runs, _by_length)
    _validate(store, codebook)
    numbers = [one.number for one in store.codebooks(begun.experiment.id) if VALIDATION in one.document]
    assert numbers == [1, 2]
    assert validations(store, begun.experiment.id)[TONE.digest].number == 2


def _forget(store: SqliteStore, person: str) -> ForgetResult:
    liveness = Liveness(store, this_worker(), SystemClock(), lease=1)
    return forget(store, find_traces(store, person), creator="ada", liveness=liveness)


def _marks(store: Store, runs: list[str]) -> set[str]:
    return {row["mark"] for run in runs for row in _parts(store, run)["measures"]}


@pytest.mark.slow
def test_a_validation_whose_labels_were_forgotten_says_so_until_it_is_made_anew(
    store: SqliteStore, begun: StartedSweep
) -> None:
    runs = _runs(store, begun)
    _judge(store, runs)
    codebook = labelled(store, begun.experiment.id, runs, _by_length)
    # The same of every text, so that what is left comes to the same numbers.
    for one in [*store.labels(codebook.id)]:
        store.add_label(replace(one, annotator="bea"))
    first = _validate(store, codebook)
    assert _forget(store, "nobody").validations == 0
    assert _marks(store, runs) == {f"a judge's; {first.words}"}
    assert _forget(store, "Bea").validations == 1
    assert {one.annotator for one in store.labels(codebook.id)} == {"ada"}
    marked = f"a judge's; {first.words}; some of the labels that it rests on are gone since, validate again"
    assert _marks(store, runs) == {marked}
    # A second time nothing is theirs any more, and nothing is added.
    assert _forget(store, "bea").validations == 0
    assert _marks(store, runs) == {marked}
    again = _validate(store, codebook)
    assert validation_document(again) == validation_document(first)
    assert _marks(store, runs) == {f"a judge's; {again.words}"}


def test_labels_of_another_item_or_of_runs_beside_the_validation_mark_nothing(
    store: SqliteStore, begun: StartedSweep
) -> None:
    runs = _runs(store, begun)
    _judge(store, runs)
    codebook = labelled(store, begun.experiment.id, runs[:6], _by_length)
    first = _validate(store, codebook)
    [label, *_] = store.labels(codebook.id)
    store.add_label(replace(label, annotator="bea", item="length"))
    store.add_label(replace(label, annotator="bea", run=runs[7]))
    assert _forget(store, "bea").validations == 0
    assert _marks(store, runs) == {f"a judge's; {first.words}"}


def test_a_validation_says_nothing_of_other_words_or_other_judges(store: SqliteStore, begun: StartedSweep) -> None:
    runs = _runs(store, begun)
    _judge(store, runs)
    codebook = labelled(store, begun.experiment.id, runs, _by_length)
    _validate(store, codebook)
    _judge(store, runs[:1], rubric(answer="{choices: [cold, warm]}", context=1))
    other = rubric(answer="{choices: [cold, warm]}", models="{one: {provider: offline, temperature: 0.9}}")
    _judge(store, runs[1:2], other)
    marks = {row["version"]: row["mark"] for row in _parts(store, runs[0])["measures"]}
    assert "not validated" in marks.pop(rubric(answer="{choices: [cold, warm]}", context=1).digest)
    assert "kappa" in marks[TONE.digest]
    assert {row["mark"] for row in _parts(store, runs[1])["measures"]} == {"a judge's, not validated against people"}


def test_why_labelled_texts_do_not_count_is_said(store: SqliteStore, begun: StartedSweep) -> None:
    runs = _runs(store, begun)
    _judge(store, runs[:6])
    codebook = labelled(store, begun.experiment.id, runs, _by_length)
    count = sum(one.run not in runs[:6] for one in store.labels(codebook.id))
    assert _validate(store, codebook).left_out == {"not asked about": count}


def test_what_cannot_be_compared_is_refused_with_its_mend(store: SqliteStore, begun: StartedSweep) -> None:
    runs = _runs(store, begun)
    codebook = labelled(store, begun.experiment.id, runs, lambda _event: None)
    with pytest.raises(BadInput, match="nobody labelled anything"):
        _validate(store, codebook)
    labelled(store, begun.experiment.id, runs, _by_length)
    with pytest.raises(BadInput, match="not asked about"):
        _validate(store, codebook)
    with pytest.raises(BadInput, match="write --item"):
        _validate(store, codebook, item="nothing")


def test_codebooks_are_found_by_title_and_id_and_rubrics_are_none(store: SqliteStore, begun: StartedSweep) -> None:
    codebook = labelled(store, begun.experiment.id, _runs(store, begun)[:1], _by_length)
    save_rubric(store, begun.experiment.id, TONE, creator="ada", now=AT)
    assert find_codebook(store, "Tone") == find_codebook(store, codebook.id[:6]) == codebook
    assert [one for one in store.codebooks(begun.experiment.id) if is_codebook(one)] == [codebook]
    with pytest.raises(NotFound, match="did you mean Tone"):
        find_codebook(store, "Tome")
    with pytest.raises(NotFound):
        find_codebook(store, "rubric tone")
