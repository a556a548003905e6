"""The outcomes of runs in a report: answers to probes, measures, and what every run has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum
from typing import Any

from sociarium.analysis.corrections import CORRECTED
from sociarium.analysis.result_rows import USE_NAMES, MeasureUse
from sociarium.analysis.results import CHECK_ORDER, RunNumbers
from sociarium.experiment.definition import ProbeUse
from sociarium.experiment.design.wordings import WORDING, cycles
from sociarium.experiment.document import from_json
from sociarium.experiment.environments import spec_of

MEASURES: Mapping[str, str] = {
    "messages": "messages a run",
    "words": "words a message",
    "flagged": "share of messages with a flag",
    "empty": "share of messages without words",
}
"""Outcomes that every run has: name -> what it is."""


def probe_outcomes(numbers: RunNumbers, choices: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, float | None]]:
    """The mean of a run's answers, or of a probe with choices the share of each; free texts are none."""
    groups: dict[tuple[str, str, str], list[float | str]] = {}
    for one in numbers.answers:
        groups.setdefault((one.probe, one.role, one.moment), [])
        if one.value is not None:
            groups[(one.probe, one.role, one.moment)].append(one.value)
    for (probe, role, moment), values in groups.items():
        name = " · ".join(part for part in (probe, role, moment) if part)
        if probe in choices:
            texts = [value if isinstance(value, str) else f"{value:g}" for value in values]
            for option in choices[probe]:
                yield f"{name} = {option}", texts.count(option) / len(texts) if texts else None
        elif not any(isinstance(value, str) for value in values):
            scale_points = [float(value) for value in values]
            yield name, fsum(scale_points) / len(scale_points) if scale_points else None


def outcomes_of(rows: Sequence[Mapping[str, Any]], uses: Sequence[MeasureUse] = ()) -> dict[str, str]:
    """The outcomes that runs have -> what they are; probes first: they are what a sweep is for."""
    probes = dict.fromkeys(key for row in rows for key in row if " · " in key and key not in MEASURES)
    named = [key for key in probes if any(isinstance(row.get(key), float) for row in rows)]
    return {**{key: _meaning(key, uses) for key in named}, **MEASURES}


def _meaning(key: str, uses: Sequence[MeasureUse]) -> str:
    for use in uses:
        if key.startswith(f"{use.outcome} {CORRECTED}"):
            return f"measure {use.name}, {use.correction}"
        if key.startswith(f"{use.outcome} · "):
            return f"measure {use.name}, version {use.version}" + (f", {use.mark}" if use.mark else "")
    return f"probe {key}"


def with_uses(outcomes: Mapping[str, str], uses: Mapping[str, ProbeUse]) -> dict[str, str]:
    """Checks first, and said to be checks."""
    order: dict[str, ProbeUse] = {name: uses.get(name.partition(" · ")[0], "outcome") for name in outcomes}
    ranked = sorted(outcomes, key=lambda name: CHECK_ORDER.index(order[name]))
    named = {name: USE_NAMES[order[name]] or outcomes[name] for name in ranked}
    return {
        name: meaning if meaning == outcomes[name] else f"{meaning}, {outcomes[name]}"
        for name, meaning in named.items()
    }


def wording_columns(documents: Sequence[str]) -> dict[str, str]:
    """Column of a text's wordings -> the factor that chooses its variants; texts alone that have several wordings."""
    columns: dict[str, str] = {}
    for document in documents:
        # Most have none, and need not be read for it.
        if '"wordings"' not in document:
            continue
        definition = from_json(document)
        slots = cycles(spec_of(definition).texts(definition))
        for sweep in definition.all_sweeps.values():
            for factor, levels in sweep.factors.items():
                linked = levels if isinstance(levels, list) else []
                own = {slot for one in linked if isinstance(one, dict) for slot in one} | {factor}
                columns.update({f"{WORDING}{slot}": factor for slot in slots if slot in own})
    return columns
