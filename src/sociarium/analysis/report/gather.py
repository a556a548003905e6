"""What a report is computed from: one pass over the runs of a selection."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.design import Design, level_name

# isort: split
import pandas as pd

from sociarium.analysis.load import choices_of, cost_reader, uses_of
from sociarium.analysis.measured import begin_count, choices_of_measures, numbers_with_measures, read_tables
from sociarium.analysis.report.declaration import Declaration, declaration_of, departures
from sociarium.analysis.report.left_out import MARKS, mark_left_out
from sociarium.analysis.report.outcomes import MEASURES, outcomes_of, probe_outcomes, with_uses, wording_columns
from sociarium.analysis.result_rows import MeasureUse
from sociarium.analysis.results import RunNumbers, run_numbers
from sociarium.exchange.tables.read import Cells, RunAccount, RunTables, TableSource
from sociarium.experiment.design.wordings import WORDING
from sociarium.ports.prices import Prices
from sociarium.records.runs import RunState

PLACE, BLOCK, LOSS = "run", "replicate", "loss"
"""Columns of `Gathered.runs`: a run in one of its conditions; runs that share draws; the way in which it is lost."""


@dataclass(slots=True)
class ModelUse:
    """What a model did.

    Attributes:
        served: what servers say answered, with digests or fingerprints, and where.
        cost: US dollars; None where its price is not known.
    """

    name: str
    served: set[str]
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The runs that were begun, as frames.

    Attributes:
        runs: a row a run and condition: run, id, replicate, the factors, state, loss, flagged, and the outcomes. A run
            that stands in several conditions has a row in each.
        messages: run, id, seq, turn, day, role, speaker, content, flags; posts in feeds.
        outcomes: column -> what it is.
        factors: that differ -> levels, in the order of the file.
        fixed: factors with one level.
        wordings: column of a wording -> the factor whose levels have several.
        shared: replicates share their draws over conditions.
        seeds: of the sweeps.
        digest: SHA-256 over everything that was read.
        declaration: hypotheses and exclusions.
        departures: where the runs departed from them.
        measures: that are outcomes.
    """

    runs: pd.DataFrame
    messages: pd.DataFrame
    outcomes: Mapping[str, str]
    factors: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, str]
    wordings: Mapping[str, str]
    shared: bool
    models: tuple[ModelUse, ...]
    account: RunAccount
    several_conditions: int
    offline: int
    protocols: tuple[int, ...]
    replicates: int
    seeds: tuple[int, ...]
    digest: str
    declaration: Declaration
    departures: tuple[str, ...]
    measures: tuple[MeasureUse, ...] = ()

    def design(self, outcome: str) -> Design:
        """The design of an outcome over the factors that differ."""
        return Design(tuple(self.factors), outcome, PLACE, BLOCK, self.shared)

    @property
    def finished(self) -> pd.DataFrame:
        """Rows of finished runs: those that results are computed from."""
        return self.runs[self.runs["state"] == RunState.DONE.value]

    @property
    def confirmatory(self) -> pd.DataFrame:
        """Rows of finished runs whose first claim carries the hash of the hypotheses."""
        finished = self.finished
        return finished[finished["hypotheses"] == self.declaration.hash]


def gather(
    source: TableSource, prices: Prices, progress: Callable[[int], None], *, measures: Sequence[str] = ()
) -> Gathered:
    """Read the runs of a selection that were begun.

    Args:
        progress: called with how many runs are read.
        measures: names of measures that are outcomes, too.
    """
    versions = dict.fromkeys(sweep.version for sweep in source.selection.sweeps)
    documents = [source.store.version(one).document for one in versions]
    measured = begin_count(source, measures)
    cost_of, choices = cost_reader(documents, prices), choices_of(documents) | choices_of_measures(measured.uses)
    declaration = declaration_of(source.selection.version.document)
    rows: list[dict[str, Any]] = []
    messages: list[dict[str, Any]] = []
    models: dict[str, ModelUse] = {}
    digests: list[str] = []
    several = offline = 0
    for count, run in enumerate(source.runs(read_tables(measured.uses)), start=1):
        numbers = numbers_with_measures(run, run_numbers(run, cost_of), measured, with_probes=True)
        digests.append(
            hashlib.sha256(json.dumps(run.rows, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()
        )
        places = _rows_of_run(run, numbers, choices)
        mark_left_out(places, declaration.exclusions, run, numbers)
        rows += places
        messages += [{**one, PLACE: place[PLACE]} for place in places for one in _message_rows(run)]
        _add_calls(models, run.rows["calls"], cost_of)
        several += len(places) > 1
        offline += numbers.offline
        progress(count)
    factors, fixed = _factors(rows, _written_levels(documents))
    wordings = wording_columns(documents)
    columns = ("id", "seq", "turn", "day", "role", "speaker", "content", "flags", PLACE)
    return Gathered(
        _frame(rows, factors, wordings),
        pd.DataFrame(messages, columns=list(columns)),
        with_uses(outcomes_of(rows, measured.uses), uses_of(documents)),
        factors,
        fixed,
        {column: factor for column, factor in wordings.items() if factor in factors},
        _shares_draws(documents, source, rows),
        tuple(models[name] for name in sorted(models)),
        source.account(),
        several,
        offline,
        tuple(sorted({row["protocol"] for row in rows if row["protocol"] is not None})),
        len({row[BLOCK] for row in rows}),
        tuple(sorted({sweep.seed for sweep in source.selection.sweeps})),
        hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest(),
        declaration,
        departures(source, declaration, sorted({row["id"] for row in rows if row["hypotheses"] != declaration.hash})),
        tuple(measured.result()),
    )


def _frame(rows: Sequence[Mapping[str, Any]], factors: Iterable[str], wordings: Iterable[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=None if rows else [PLACE, "id", BLOCK, "state", LOSS, "flagged", *MARKS])
    for column in wordings:
        frame[column] = pd.Series([row.get(column) for row in rows], index=frame.index, dtype=float)
    for factor in factors:
        frame[factor] = [row.get(factor, level_name(None)) for row in rows]
    return frame


def _rows_of_run(run: RunTables, numbers: RunNumbers, choices: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    [row] = run.rows["runs"]
    outcomes: dict[str, Any] = {name: numbers.measures[name] for name in MEASURES}
    outcomes.update(probe_outcomes(numbers, choices))
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
    return f"{factor} (factor)" if factor in _TAKEN or factor in outcomes else factor


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
            written.get(name.removesuffix(" (factor)"), ()),
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


def _message_rows(run: RunTables) -> Iterator[dict[str, Any]]:
    if run.rows["messages"]:
        for turn, one in enumerate(run.rows["messages"], start=1):
            yield {
                "id": run.run,
                "turn": turn,
                **{key: one[key] for key in ("seq", "day", "role", "speaker", "content", "flags")},
            }
        return
    for turn, post in enumerate((post for post in run.rows["posts"] if post["call"]), start=1):
        same = {key: post.get(key) for key in ("day", "content", "flags")}
        yield {
            "id": run.run,
            "turn": turn,
            "seq": turn,
            "speaker": post["author"],
            **same,
            "role": post.get("role") or "",
        }


def _add_calls(
    models: dict[str, ModelUse], calls: Sequence[Cells], cost_of: Callable[[Sequence[Cells]], float | None]
) -> None:
    for call in calls:
        use = models.setdefault(call["model"] or "(unknown)", ModelUse(call["model"] or "(unknown)", set()))
        served = " ".join(str(call[key]) for key in ("served_model", "digest", "fingerprint") if call[key])
        where = f" at {endpoint}" if (endpoint := call.get("endpoint")) else ""
        use.served.add(f"{served or '(not said)'}{where}")
        use.calls += 1
        use.prompt_tokens += call["prompt_tokens"] or 0
        use.completion_tokens += call["completion_tokens"] or 0
        cost = cost_of([call])
        use.cost = None if cost is None or use.cost is None else use.cost + cost


def _shares_draws(documents: Sequence[str], source: TableSource, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether runs of a replicate are a block: our own runs whose sweeps do not say `streams: independent`."""
    sweeps: list[Mapping[str, Any]] = []
    for document in map(json.loads, documents):
        every = document.get("sweeps") or {}
        chosen = [every[one.name] for one in source.selection.sweeps if one.name in every]
        sweeps += [*chosen, *([document["sweep"]] if isinstance(document.get("sweep"), dict) else [])]
    return all(sweep.get("streams") != "independent" for sweep in sweeps) and all(row["protocol"] for row in rows)
