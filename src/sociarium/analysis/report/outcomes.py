"""The outcomes of runs in a report: answers to probes, measures, and what every run has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

from sociarium.analysis.corrections import CORRECTED
from sociarium.analysis.result_rows import MeasureUse
from sociarium.analysis.results import RunNumbers

MEASURES: Mapping[str, str] = {
    "messages": "messages a run",
    "words": "words a message",
    "flagged": "share of messages with a flag",
    "empty": "share of messages without words",
}
"""Outcomes that every run has: name -> what it is."""


def probe_answers(numbers: RunNumbers, choices: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[str, float]]]:
    """Outcome -> agent and value of each answer; a probe with choices has an outcome for each, free texts are none."""
    groups: dict[tuple[str, str, str], list[tuple[str, float | str]]] = {}
    for one in numbers.answers:
        groups.setdefault((one.probe, one.role, one.moment), [])
        if one.value is not None:
            groups[(one.probe, one.role, one.moment)].append((one.agent, one.value))
    result: dict[str, list[tuple[str, float]]] = {}
    for (probe, role, moment), answers in groups.items():
        name = " · ".join(part for part in (probe, role, moment) if part)
        if probe in choices:
            texts = [(agent, value if isinstance(value, str) else f"{value:g}") for agent, value in answers]
            for option in choices[probe]:
                result[f"{name} = {option}"] = [(agent, float(text == option)) for agent, text in texts]
        elif not any(isinstance(value, str) for _, value in answers):
            result[name] = [(agent, float(value)) for agent, value in answers]
    return result


def mean_of_answers(values: Sequence[tuple[str, float]]) -> float | None:
    """A run's value: the mean of its agents' answers, or the share of a choice."""
    return fsum(value for _, value in values) / len(values) if values else None


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
