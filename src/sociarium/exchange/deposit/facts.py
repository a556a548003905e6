"""What the program knows of a study, for checklists, README and metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sociarium.exchange.archive.manifest import ModelUse, RecordTotals


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """What is known of a study.

    Attributes:
        document: of the experiment's latest version, as it is published.
        hash: the manifest's, of the records that this deposit holds or, where they are left out, comes from.
        annotators: people who labelled messages or runs.
        labels: by people; `judge_labels` by models.
        real_people: who take part in a feed by their own archive.
        outside_acts: what people put into runs while they were played.
    """

    title: str
    note: str
    environment: str
    document: Mapping[str, Any]
    levels: Mapping[str, Sequence[str]]
    recorded: RecordTotals
    hash: str
    program: str
    cost_usd: float | None
    annotators: int
    labels: int
    judge_labels: int
    real_people: int
    outside_acts: int
    is_public: bool
    has_archive: bool

    @property
    def runs(self) -> int:
        """Runs in whatever state."""
        return sum(self.recorded.runs.values())

    @property
    def states(self) -> str:
        """Runs by state, in words."""
        return ", ".join(f"{count} {state}" for state, count in self.recorded.runs.items()) or "none"

    @property
    def period(self) -> str:
        """When models answered."""
        first, last = self.recorded.first, self.recorded.last
        return f"{first} to {last}" if first and last else ""

    @property
    def models(self) -> Sequence[ModelUse]:
        """Those that answered."""
        return self.recorded.models

    @property
    def options(self) -> str:
        """Options of each model as the file has them, as JSON."""
        specs = self.document.get("models") or {}
        used = {one.name for one in self.models} or set(specs)
        return "; ".join(
            f"{name}: {json.dumps(spec, ensure_ascii=False)}" for name, spec in specs.items() if name in used
        )

    @property
    def people_play(self) -> bool:
        """Whether people at a terminal may have answered or chosen speakers."""
        specs = self.document.get("models") or {}
        manual = "manual" in self.levels.get("speaker_selection", ())
        return manual or any(spec.get("provider") == "person" for spec in specs.values())

    @property
    def is_offline(self) -> bool:
        """Whether all words are stand-ins."""
        providers = {one for use in self.models for one in use.provider_model}
        return bool(providers) and all(one.startswith("offline") for one in providers)
