"""Stores whose messages people labelled."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from sociarium.ports.store import Store
from sociarium.records.events import SPOKEN, Event
from sociarium.records.labels import Codebook, Label, Measure, codebook_id
from sociarium.records.plans import SweepRecord

AT = "2026-01-01T00:00:00Z"


def labelled(
    store: Store, experiment: str, runs: Iterable[str], value: Callable[[Event], object], *, item: str = "tone"
) -> Codebook:
    """A codebook `Tone`, by which ada labels every message; None labels none."""
    document = {"items": [{"name": item, "categories": [{"name": "cold"}, {"name": "warm"}]}]}
    id_ = codebook_id(experiment, "Tone", 1)
    codebook = store.save_codebook(Codebook(id_, experiment, "Tone", 1, document, "ada", AT))
    for run in runs:
        for event in store.events(run):
            if event.happening.kind in SPOKEN and (one := value(event)) is not None:
                store.add_label(Label(codebook.id, item, run, event.key, "ada", 1, one, AT))
    return codebook


def messages_of(store: Store, sweep: SweepRecord) -> list[tuple[str, Event]]:
    """Run and event of every message."""
    return [(slot.status.run, event) for slot in store.slots(sweep.id)
            for event in store.events(slot.status.run) if event.happening.kind == "message"]  # fmt: skip


def draw_sample(
    store: Store, sweep: SweepRecord, codebook: Codebook, size: int, *, runs: int | None = None
) -> list[tuple[str, str]]:
    """A sample as label pages keep it: units as measures, and a record beside the codebooks; returns run and subject.

    Args:
        runs: how many it says that it was drawn from; those that there are, where left out.
    """
    units = messages_of(store, sweep)
    chosen = [(run, event.key) for run, event in random.Random(4).sample(units, size)]
    store.put_measures([Measure("sample", "rows", run, key, size / len(units), AT) for run, key in chosen])
    document = {"sample": {
        "codebook": codebook.id, "sweeps": [sweep.id], "rule": "random", "size": size, "of": len(units),
        "runs": runs or len({run for run, _ in units}), "probability": size / len(units), "rows": "rows",
    }}  # fmt: skip
    title = f"sample of {codebook.id}"
    id_ = codebook_id(sweep.experiment, title, 1)
    store.save_codebook(Codebook(id_, sweep.experiment, title, 1, document, "ada", AT))
    return chosen
