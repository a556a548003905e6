"""The outcomes of runs in a report: answers to probes, measures, and what every run has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

from sociarium.analysis.corrections import CORRECTED
from sociarium.analysis.options import counted_options
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
    """The columns of outcomes that runs have -> what they are; probes first: they are what a sweep is for."""
    probes = dict.fromkeys(key for row in rows for key in row if " · " in key and key not in MEASURES)
    named = [key for key in probes if any(isinstance(row.get(key), float) for row in rows)]
    return {**{key: _meaning(key, uses) for key in named}, **MEASURES}


def without_mirrors(
    outcomes: Mapping[str, str], choices: Mapping[str, Sequence[str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """The outcomes, of two choices one; and column -> outcome of those that say the same once more.

    Args:
        outcomes: column -> what it is.
        choices: probe -> its options.
    """
    kept, mirrors = dict(outcomes), {}
    for column in outcomes:
        asked, _, option = column.partition(" = ")
        options = choices.get(asked.partition(" · ")[0], ())
        if len(options) != 2 or option not in options:
            continue
        [counted] = counted_options(options)
        if option != counted:
            mirrors[column] = twin = f"{asked} = {counted}"
            kept[twin] += f"; the others said {option}"
            del kept[column]
    return kept, mirrors


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
