"""Stores whose messages people labelled."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sociarium.ports.store import Store
from sociarium.records.events import SPOKEN, Event
from sociarium.records.labels import Codebook, Label, codebook_id

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
