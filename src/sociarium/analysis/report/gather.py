"""What a report is computed from: one pass over the runs of a selection."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.design import level_name

# isort: split
import pandas as pd

from sociarium.analysis.load import choices_of, cost_reader, uses_of
from sociarium.analysis.measure_results import (
    MeasureCount,
    begin_count,
    choices_of_measures,
    numbers_with_measures,
    read_tables,
)
from sociarium.analysis.report.axes import units_of
from sociarium.analysis.report.check_cases import CheckCases, message_rows, read_messages
from sociarium.analysis.report.columns import MessageColumns, MomentColumns
from sociarium.analysis.report.inputs import BLOCK, CALLED_ALIKE, LOSS, ORIGIN, PLACE, ModelUse, ReportInputs
from sociarium.analysis.report.left_out import MARKS, mark_left_out
from sociarium.analysis.report.moment_values import moment_rows
from sociarium.analysis.report.outcomes import (
    MEASURES,
    mean_of_answers,
    outcomes_of,
    probe_answers,
    with_uses,
    without_mirrors,
    wording_columns,
)
from sociarium.analysis.report.registration import Registration, departures, registration_of
from sociarium.analysis.results import RunNumbers, run_numbers
from sociarium.exchange.selection import Progress
from sociarium.exchange.tables.read import Cells, RunTables, See, TableSource
from sociarium.experiment.design.wordings import WORDING
from sociarium.experiment.hypotheses import ExclusionRule
from sociarium.ports.prices import Prices
from sociarium.records.runs import RunState


@dataclass(slots=True)
class _Readings:
    """What was read so far."""

    messages: MessageColumns
    rows: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, list[tuple[str, str, float]]] = field(default_factory=dict)
    moments: MomentColumns = field(default_factory=MomentColumns)
    cases: CheckCases = field(default_factory=CheckCases)
    models: dict[str, ModelUse] = field(default_factory=dict)
    digests: list[str] = field(default_factory=list)
    offline: int = 0


@dataclass(frozen=True, slots=True)
class _Reader:
    """How runs are read."""

    measured: MeasureCount
    choices: Mapping[str, Sequence[str]]
    cost_of: Callable[[Sequence[Cells]], float | None]
    rules: Sequence[ExclusionRule]
    with_checks: bool

    def add(self, read: _Readings, run: RunTables) -> None:
        """Keep what a report needs of a run."""
        numbers = numbers_with_measures(run, run_numbers(run, self.cost_of), self.measured, with_probes=True)
        read.digests.append(_digest(run))
        rows = _rows_of_run(run, numbers, self.choices)
        mark_left_out(rows, self.rules, run, numbers)
        read.rows += rows
        places = [row[PLACE] for row in rows]
        _add_answers(read.answers, probe_answers(numbers, self.choices), places)
        messages = message_rows(run)
        read.messages.add(places, messages)
        if self.with_checks and run.rows["runs"][0]["state"] == RunState.DONE.value:
            read.cases.add(run.run, places, messages)
        read.moments.add(places, moment_rows(run, numbers, self.measured, self.choices))
        _add_calls(read.models, run.rows["calls"], self.cost_of)
        read.offline += numbers.offline


def gather(
    source: TableSource,
    prices: Prices,
    progress: Progress,
    *,
    measures: Sequence[str] = (),
    with_texts: bool = False,
    with_checks: bool = True,
    see: See | None = None,
) -> ReportInputs:
    """Read the runs of a selection that were begun.

    Args:
        progress: called with how many runs are read.
        measures: names of measures that are outcomes, too.
        with_texts: whether messages keep their words, which take most of the memory; their counts are kept.
        with_checks: whether checks look at them.
        see: is shown each run in full, so that who writes its tables reads it no second time.
    """
    documents = _documents(source)
    measured = begin_count(source, measures)
    cost_of, choices = cost_reader(documents, prices), choices_of(documents) | choices_of_measures(measured.uses)
    registered = registration_of(source.selection.version.document, source.selection.sweeps)
    read = _Readings(MessageColumns(with_texts))
    reader = _Reader(measured, choices, cost_of, registered.exclusions, with_checks)
    for count, run in enumerate(source.runs(read_tables(measured.uses), see=see), start=1):
        reader.add(read, run)
        progress(count)
    rows, models = read.rows, read.models
    factors, fixed = _factors(rows, _written_levels(documents))
    outcomes, mirrors = without_mirrors(outcomes_of(rows, measured.uses), choices)
    wordings, account = wording_columns(documents), source.account()
    return ReportInputs(
        _add_origins(_frame(rows, factors, wordings), source),
        read.messages.frame(),
        with_uses(outcomes, uses_of(documents)),
        factors,
        fixed,
        account.shares_draws,
        tuple(models[name] for name in sorted(models)),
        account,
        sum(count > 1 for count in Counter(row["id"] for row in rows).values()),
        read.offline,
        tuple(sorted({row["protocol"] for row in rows if row["protocol"] is not None})),
        len({row[BLOCK] for row in rows}),
        tuple(sorted({sweep.seed for sweep in source.selection.sweeps})),
        hashlib.sha256("\n".join(sorted(read.digests)).encode()).hexdigest(),
        answers=read.answers,
        moments=read.moments.frame(),
        cases=read.cases,
        read_messages=partial(read_messages, source),
        measures=tuple(measured.result()),
        mirrors=mirrors,
        units=units_of(source, documents, measured.uses),
        wordings={column: factor for column, factor in wordings.items() if factor in factors},
        registered=registered,
        departures=departures(source, registered, _begun_otherwise(rows, registered)),
    )


def _documents(source: TableSource) -> list[str]:
    """The versions of the experiment that its sweeps are of."""
    versions = dict.fromkeys(sweep.version for sweep in source.selection.sweeps)
    return [source.store.version(one).document for one in versions]


def _digest(run: RunTables) -> str:
    return hashlib.sha256(json.dumps(run.rows, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()


def _begun_otherwise(rows: Sequence[Mapping[str, Any]], registered: Registration) -> list[str]:
    """Runs whose first claim does not carry the hash of the hypotheses."""
    return sorted({row["id"] for row in rows if row["hypotheses"] != registered.hash})


def _frame(rows: Sequence[Mapping[str, Any]], factors: Iterable[str], wordings: Iterable[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=None if rows else [PLACE, "id", BLOCK, "state", LOSS, "flagged", *MARKS])
    for column in wordings:
        frame[column] = pd.Series([row.get(column) for row in rows], index=frame.index, dtype=float)
    for factor in factors:
        frame[factor] = [row.get(factor, level_name(None)) for row in rows]
    return frame


def _add_answers(
    answers: dict[str, list[tuple[str, str, float]]],
    of_run: Mapping[str, Sequence[tuple[str, float]]],
    places: Sequence[str],
) -> None:
    """Keep a run's answers in each of its conditions."""
    for name, values in of_run.items():
        answers.setdefault(name, []).extend((place, *one) for place in places for one in values)


def _add_origins(frame: pd.DataFrame, source: TableSource) -> pd.DataFrame:
    """The frame with the run that each was forked from beside it, where there are forks."""
    if any(sweep.origin is not None and sweep.origin.kind == "fork" for sweep in source.selection.sweeps):
        ids = sorted(set(frame["id"]))
        origins = {one.id: one.origin.run if one.origin else None for one in source.store.runs(ids)}
        frame[ORIGIN] = [origins[id_] for id_ in frame["id"]]
    return frame


def _rows_of_run(run: RunTables, numbers: RunNumbers, choices: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    [row] = run.rows["runs"]
    outcomes: dict[str, Any] = {name: numbers.measures[name] for name in MEASURES}
    for name, values in probe_answers(numbers, choices).items():
        outcomes[name] = mean_of_answers(values)
    result = []
    for number, condition in enumerate(run.conditions or ({},)):
        result.append(
            {
                PLACE: run.run if not number else f"{run.run}/{number + 1}",
                "id": run.run,
                # Sweeps of another seed have draws of their own.
                BLOCK: f"{row['seed']}/{row['replicate']}",
                "state": row["state"],
                "ended": row["ended"],
                "error": row["error"],
                "protocol": numbers.protocol,
                LOSS: _loss(row["state"], numbers),
                "hypotheses": row["hypotheses"] or None,
                **{_factor_column(factor, outcomes): level_name(level) for factor, level in condition.items()},
                **outcomes,
                # As numbers: text columns are factors.
                **{name: value for name, value in row.items() if name.startswith(WORDING)},
            }
        )
    return result


_TAKEN = {PLACE, "id", BLOCK, "state", "ended", "error", "protocol", LOSS, "rows", *MARKS}


def _factor_column(factor: str, outcomes: Mapping[str, Any]) -> str:
    """A factor's column; one that is called like another column of the frame says that it is a factor."""
    return f"{factor}{CALLED_ALIKE}" if factor in _TAKEN or factor in outcomes else factor


def _loss(state: str, numbers: RunNumbers) -> str:
    """How a run is lost to the analysis; nothing for one that counts or is still at work."""
    if state == RunState.FAILED.value:
        return "failed"
    if state != RunState.DONE.value:
        return ""
    if numbers.ended in {"refused", "context_cut"}:
        return "refused" if numbers.ended == "refused" else "cut"
    return "empty" if not numbers.measures["messages"] or numbers.measures["empty"] == 1 else ""


def _factors(
    rows: Sequence[Mapping[str, Any]], written: Mapping[str, Sequence[str]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    not_factors = {*_TAKEN, *outcomes_of(rows)}
    names = dict.fromkeys(key for row in rows for key in row if key not in not_factors and isinstance(row[key], str))
    levels = {
        name: _in_order(
            list(dict.fromkeys(row.get(name, level_name(None)) for row in rows)),
            written.get(name.removesuffix(CALLED_ALIKE), ()),
        )
        for name in names
    }
    return (
        {name: labels for name, labels in levels.items() if len(labels) > 1},
        {name: labels[0] for name, labels in levels.items() if len(labels) == 1},
    )


def _in_order(levels: Sequence[str], written: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(levels, key=lambda level: written.index(level) if level in written else len(written)))


def _written_levels(documents: Sequence[str]) -> dict[str, list[str]]:
    """Factor -> its levels as files list them; runs are played in another order."""
    levels: dict[str, list[str]] = {}
    for document in map(json.loads, documents):
        sweeps = [*(document.get("sweeps") or {}).values(), document.get("sweep")]
        for sweep in sweeps:
            factors = sweep.get("factors") if isinstance(sweep, dict) else None
            for factor, written in (factors or {}).items():
                listed = written if isinstance(written, list) else []
                names = [one.get("name") if isinstance(one, dict) else one for one in listed]
                levels.setdefault(factor, []).extend(map(level_name, names))
    return levels


def _add_calls(
    models: dict[str, ModelUse], calls: Sequence[Cells], cost_of: Callable[[Sequence[Cells]], float | None]
) -> None:
    for call in calls:
        name = call["model"] or "(unknown)"
        models.setdefault(name, ModelUse(name, set())).add(call, cost_of([call]))
