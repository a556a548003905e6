"""What results can be of: private questions, what was said, and measures that stand in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import get_args

from sociarium.analysis.load import LoadedRuns
from sociarium.analysis.result_rows import PREFIX, USE_NAMES
from sociarium.analysis.results import RunNumbers
from sociarium.analysis.talk import SAID, TALK, Over, over_of
from sociarium.experiment.definition import ProbeUse
from sociarium.ports.store import Store
from sociarium.records.judgements import shown_version
from sociarium.records.labels import SAMPLE
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState

_LOOKED_AT = 20
"""Finished runs that are looked at for measures."""

StoredMeasures = tuple[tuple[str, str], ...]
"""Name and version of measures."""


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    """Outcomes of a kind: the value of each in an address, and its label."""

    label: str
    outcomes: tuple[tuple[str, str], ...]


def stored_measures(store: Store, sweep: SweepRecord) -> StoredMeasures:
    """The measures of a sweep's finished runs, as far as its first ones have any."""
    runs: list[str] = []
    first = list(store.slots(sweep.id, most=_LOOKED_AT))
    behind = store.slots(sweep.id, start=first[-1].position + 1) if first else ()
    for place in chain(first, behind):
        if place.status.state is RunState.DONE:
            runs.append(place.status.run)
        if len(runs) == _LOOKED_AT:
            break
    measures = store.measures_of(runs) if runs else ()
    return tuple(sorted({(one.name, shown_version(one)) for one in measures if one.name != SAMPLE}))


def measure_of(query: str, probes: Iterable[str], stored: StoredMeasures) -> str:
    """The measure that the name of an outcome means; empty where it is none that is stored."""
    name = query.removeprefix(PREFIX)
    is_measure = query.startswith(PREFIX) and query not in probes
    return name if is_measure and name in dict(stored) else ""


def probes_of(runs: Iterable[RunNumbers]) -> tuple[str, ...]:
    """The private questions that were answered, in order."""
    return tuple(dict.fromkeys(answer.probe for run in runs for answer in run.answers))


def outcome_groups(runs: Sequence[RunNumbers], stored: StoredMeasures) -> tuple[OutcomeGroup, ...]:
    """What can be chosen, by kind."""
    said = dict.fromkeys(answer.probe for run in runs for answer in run.talk)
    names = dict.fromkeys(name for name, _ in stored)
    groups = (
        OutcomeGroup("Private questions", tuple((name, name) for name in probes_of(runs))),
        OutcomeGroup("What was said", tuple((name, outcome_label(name)) for name in said)),
        OutcomeGroup("Measures", tuple((f"{PREFIX}{name}", name) for name in names)),
    )
    return tuple(group for group in groups if group.outcomes)


def outcome_label(name: str, use: ProbeUse = "outcome") -> str:
    """An outcome as the pages name it, a check said to be one."""
    if name.startswith(SAID) and name.removeprefix(SAID) in TALK:
        return TALK[name.removeprefix(SAID)]
    return f"{USE_NAMES[use]}: {name}" if USE_NAMES[use] else name


def overs_of(runs: Iterable[RunNumbers], outcome: str) -> tuple[Over, ...]:
    """At which moments an outcome of what was said can be taken together; none for what is nothing of that."""
    overs = {over_of(answer.moment) for run in runs for answer in run.talk if answer.probe == outcome}
    return tuple(over for over in get_args(Over) if over in overs)


def said_of(loaded: LoadedRuns, outcome: str, over: Over) -> LoadedRuns | None:
    """The same runs with what was said in place of their answers; None where the outcome is nothing of that."""
    chosen = [
        tuple(one for one in run.talk if one.probe == outcome and over_of(one.moment) == over) for run in loaded.runs
    ]
    if not any(chosen):
        return None
    runs = [replace(run, answers=answers) for run, answers in zip(loaded.runs, chosen, strict=True)]
    return replace(loaded, runs=runs, choices={}, uses={})
