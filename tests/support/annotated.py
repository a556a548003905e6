"""A sweep that was played, with a codebook and what was drawn for it."""

from __future__ import annotations

from typing import Any

from sociarium.analysis.annotation.codebook import CodebookText, read_codebook
from sociarium.analysis.annotation.codebooks import save_codebook
from sociarium.analysis.annotation.samples import Draw, Sample, draw_sample
from sociarium.exchange.targets import selection
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.labels import Codebook
from sociarium.records.plans import SweepRecord

TONE: dict[str, Any] = {
    "title": "Tone",
    "instructions": "Read what was said last.",
    "context": 2,
    "items": [
        {"name": "tone", "description": "How is it said?",
         "categories": [{"name": "hostile", "description": "threatens"}, {"name": "neutral"}, {"name": "friendly"}]},
        {"name": "force", "scale": {"from": 1, "to": 5, "low_words": "none"}, "measurement": "ordinal"},
    ],
}  # fmt: skip


def tone(**changes: Any) -> CodebookText:
    """A codebook of a category and a scale."""
    return read_codebook({**TONE, **changes})


def with_codebook(store: Store, sweep: SweepRecord, **changes: Any) -> Codebook:
    """That codebook, kept with the sweep's experiment."""
    return save_codebook(store, sweep.experiment, tone(**changes), me="ada", clock=SystemClock())


def draw(store: Store, codebook: Codebook, sweep: SweepRecord, **draw: Any) -> Sample:
    """A sample of the sweep's finished runs; all of them by default."""
    chosen = selection(store, sweep.id, creator="ada")
    return draw_sample(store, codebook, chosen, Draw(**draw), me="ada", clock=SystemClock())
