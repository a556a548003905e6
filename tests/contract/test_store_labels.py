"""What every store promises of codebooks, labels and measures."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sociarium.errors import NotFound
from sociarium.ports.store import Store
from sociarium.records.labels import WHOLE_RUN, Codebook, Label, Measure, codebook_id
from tests.support.records import AT, HOSTILE, LATER

DOCUMENT = {"tone": {"categories": {"calm": "Says it calmly.", "a.$b": HOSTILE}}, "fear": {"scale": [1, 7]}}


def codebook(title: str = "Tone", number: int = 1, experiment: str = "e1", **changes: object) -> Codebook:
    one = Codebook(codebook_id(experiment, title, number), experiment, title, number, DOCUMENT, "ada", AT)
    return replace(one, **changes)


def label(run: str = "a1", subject: str = "day1/turn1", annotator: str = "ada", **changes: object) -> Label:
    return replace(Label("c1", "tone", run, subject, annotator, 1, "calm", AT), **changes)


def measure(run: str = "a1", subject: str = WHOLE_RUN, value: object = 1, **changes: object) -> Measure:
    return replace(Measure("length", "1", run, subject, value, AT), **changes)


# Codebooks


def test_codebooks_come_back_as_they_went_in(store: Store, reopen: Callable[[], Store]) -> None:
    kept = [codebook(), codebook(number=2, created=LATER), codebook(HOSTILE, created=LATER)]
    for one in kept:
        assert store.save_codebook(one) == one
    store.save_codebook(codebook(experiment="e2"))
    again = reopen()
    assert again.codebooks("e1") == sorted(kept, key=lambda one: (one.created, one.id))
    assert again.codebook(kept[1].id) == kept[1]
    assert again.codebooks("nobody") == []
    with pytest.raises(NotFound, match="codebook zz"):
        again.codebook("zz")


def test_the_first_codebook_of_a_number_stands(store: Store) -> None:
    first = store.save_codebook(codebook())
    assert store.save_codebook(codebook("  TONE", document={}, creator="bob")) == first
    assert store.codebooks("e1") == [first]


# Labels


def test_labels_come_back_as_they_went_in(store: Store, reopen: Callable[[], Store]) -> None:
    kept = [
        label("a1", WHOLE_RUN, HOSTILE, item=HOSTILE, value={"$a.b": [1, None]}, note=HOSTILE, kind="judge"),
        label("a1", "day1/turn1", "ada"),
        label("a1", "day1/turn1", "bob", value=None),
        label("a2", "day1/turn1", "ada", value=7, revision=3),
    ]
    for one in reversed(kept):
        assert store.add_label(one) == one
    store.add_label(label("a1", codebook="c2"))
    assert list(reopen().labels("c1")) == kept
    assert list(reopen().labels("nobody")) == []


def test_of_each_annotator_the_latest_revision_is_read_and_every_one_is_kept(store: Store) -> None:
    revisions = [label(revision=number, value=f"v{number}") for number in (10, 2, 1)]
    for one in revisions:
        store.add_label(one)
    other = store.add_label(label(annotator="bob"))
    further = store.add_label(label(item="zeal"))
    assert list(store.labels("c1")) == [revisions[0], other, further]
    assert list(store.labels_of(["a1"])) == [*reversed(revisions), other, further]


def test_the_first_label_of_a_revision_stands(store: Store) -> None:
    first = store.add_label(label(value="first"))
    assert store.add_label(label(value="second")) == first
    assert list(store.labels("c1")) == [first]


def test_an_annotators_labels_of_runs_are_deleted_and_no_others(store: Store, reopen: Callable[[], Store]) -> None:
    gone = [label(), label(revision=2, note=HOSTILE), label("a2", codebook="c2"), label(item="zeal")]
    kept = [label("a3"), label(annotator="bob"), label("a2", "s", kind="judge")]
    for one in (*gone, *kept):
        store.add_label(one)
    assert store.delete_labels("ada", ["a1", "a2", "a2", "zz"]) == len(gone)
    assert store.delete_labels("ada", ["a1", "a2"]) == 0
    assert store.delete_labels("ada", []) == 0
    remaining = list(reopen().labels_of(["a1", "a2", "a3"]))
    assert sorted(remaining, key=str) == sorted(kept, key=str)


def test_no_two_labels_are_taken_for_one(store: Store) -> None:
    parts = [label("a1", "s/1", "x"), label("a1", "s", "1/x"), label("a1", "s", "x", item="tone/s"), label("a1", "s")]
    for one in parts:
        assert store.add_label(one) == one
    assert len(list(store.labels("c1"))) == 4


def test_of_many_who_label_at_once_under_one_name_one_stands(store: Store, concurrent: None) -> None:
    with ThreadPoolExecutor(8) as pool:
        standing = list(pool.map(lambda n: store.add_label(label(value=n)), range(8)))
    assert len({one.value for one in standing}) == 1


def test_labels_of_some_runs_are_read_in_batches_by_run(store: Store) -> None:
    runs = [f"r{number:04}" for number in range(1050)]
    for number in (1049, 0, 500):
        store.add_label(label(runs[number]))
    store.add_label(label("other"))
    assert [one.run for one in store.labels("c1", [*reversed(runs), runs[0]])] == ["r0000", "r0500", "r1049"]
    assert [one.run for one in store.labels_of(runs)] == ["r0000", "r0500", "r1049"]
    assert [one.run for one in store.labels("c1")] == ["other", "r0000", "r0500", "r1049"]
    assert list(store.labels("c1", [])) == []
    assert list(store.labels_of([])) == []


# Measures


def test_measures_come_back_as_they_went_in(store: Store, reopen: Callable[[], Store]) -> None:
    kept = [
        measure("a1"),
        measure("a1", "day1/turn1", {"$a.b": [0.5, None, HOSTILE]}),
        measure("a1", HOSTILE, None),
        measure("a2", value=0.1),
    ]
    assert store.put_measures(kept) == kept
    others = [measure("a1", version="2"), measure("a1", name="tone"), measure("a3")]
    assert store.put_measures(others) == others
    again = reopen()
    order = sorted(kept, key=lambda one: (one.run, one.subject))
    assert list(again.measures("length", "1", ["a2", "a1", "a2"])) == order
    assert list(again.measures("length", "3", ["a1"])) == []
    assert [(one.name, one.version) for one in again.measures_of(["a1"])] == [
        *[("length", "1")] * 3, ("length", "2"), ("tone", "1")
    ]  # fmt: skip


def test_the_first_value_of_a_measure_stands(store: Store) -> None:
    [first] = store.put_measures([measure(value=1)])
    second = measure("a2", value=2)
    assert store.put_measures([measure(value=9), second, measure("a2", value=3)]) == [first, second, second]
    assert store.put_measures([]) == []
    assert list(store.measures("length", "1", ["a1", "a2"])) == [first, second]


@pytest.mark.slow
def test_a_thousand_measures_are_put_at_once(store: Store) -> None:
    batch = [measure(f"r{number:04}", f"s{number % 3}", number) for number in range(1050)]
    assert store.put_measures(batch) == batch
    runs = [one.run for one in batch]
    assert list(store.measures("length", "1", runs)) == batch
    assert list(store.measures_of(runs)) == batch


def test_of_many_who_measure_at_once_one_value_stands(store: Store, concurrent: None) -> None:
    with ThreadPoolExecutor(8) as pool:
        standing = list(pool.map(lambda n: store.put_measures([measure(value=n)])[0].value, range(8)))
    assert len(set(standing)) == 1
