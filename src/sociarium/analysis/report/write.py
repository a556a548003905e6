"""Writes the report: tables, figures, the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sociarium.analysis.report.compute import compute, condition_table
from sociarium.analysis.report.contrast_rows import baselines_of
from sociarium.analysis.report.gather import Gathered, gather
from sociarium.analysis.report.page import Heading, page
from sociarium.analysis.report.records import Computed
from sociarium.analysis.statistics.intervals import TEstimate
from sociarium.exchange.folder import Folder
from sociarium.exchange.steering_text import history_line
from sociarium.exchange.tables.columns import Column
from sociarium.exchange.tables.csv_file import sheet
from sociarium.exchange.tables.export import SheetFormat, export
from sociarium.exchange.tables.read import TableSource
from sociarium.experiment.registration import method_text
from sociarium.figures.charts import Chart
from sociarium.figures.render import png, svg
from sociarium.ports.prices import Prices
from sociarium.records.steering import steering_state

LIBRARIES = ("sociarium", "pandas", "scipy", "statsmodels", "numpy", "altair", "vl-convert-python")


@dataclass(frozen=True, slots=True)
class Report:
    """What was written.

    Attributes:
        page: the HTML file.
        files: all files, the page too.
    """

    page: Path
    files: tuple[Path, ...]
    gathered: Gathered
    computed: Computed


@dataclass(frozen=True, slots=True)
class ReportChoices:
    """What people choose of a report.

    Attributes:
        baselines: factor -> level, of factors whose first level is none.
        measures: names of measures that are outcomes, too.
    """

    baselines: Mapping[str, str]
    measures: Sequence[str] = ()


def write_report(
    source: TableSource,
    folder: Folder,
    *,
    prices: Prices,
    formats: Sequence[SheetFormat],
    choices: ReportChoices,
    manifest: str,
    progress: Callable[[int], None],
) -> Report:
    """Write tables, figures and page below a folder; each file is complete or not there.

    Args:
        formats: of the tables.
        choices: what people chose of it.
        manifest: hash of the records, for citing.

    Raises:
        BadInput: for a baseline that no run has, or a measure that none has values of.
        SetupError: the disk does not take it.
    """
    gathered = gather(source, prices, progress, measures=choices.measures)
    chosen = baselines_of(gathered, choices.baselines)
    computed = compute(gathered, chosen)
    files: list[Path] = []
    for format_ in formats:
        tables = Folder(folder.root / "tables")
        files += export(source.store, source.selection, source.run_filter, tables, format_, lambda _done: None)
    files += _result_tables(gathered, computed, folder)
    drawn = _figures(computed, folder, files)
    heading = _heading(source, manifest)
    path = folder.write(["report"], ".html", [page(heading, gathered, computed, drawn, chosen)])
    return Report(path, (*files, path), gathered, computed)


def _heading(source: TableSource, manifest: str) -> Heading:
    experiment, sweeps = source.selection.experiment, source.selection.sweeps
    target = ", ".join(f"sweep {one.name} ({one.id[:12]})" for one in sweeps[:6]) or "no sweep"
    orders = [(one, source.store.orders(one.id)) for one in sweeps]
    ends = tuple(
        f"The sweep {sweep.name} is over as declared: {order.reason}."
        for sweep, own_orders in orders
        if (order := steering_state(own_orders).stopped) is not None
    )
    steered = tuple(
        (f"sweep {sweep.name}: " if len(sweeps) > 1 else "") + history_line(order)
        for sweep, own_orders in orders
        for order in own_orders
    )
    return Heading(experiment.title, experiment.note, target, _versions(), manifest, ends=ends, steered=steered)


def _figures(computed: Computed, folder: Folder, files: list[Path]) -> dict[str, str]:
    """Draw every figure once; its SVG is the file's and the page's. Returns name -> SVG."""
    charts: dict[str, Chart] = dict(computed.curves)
    charts |= {f"{one.name}-{kind}": chart for one in computed.outcomes for kind, chart in one.charts}
    drawn = {}
    for number, (name, chart) in enumerate(charts.items(), start=1):
        drawn[name] = svg(chart)
        # Names of probes may become the same once they are parts of paths.
        parts = ["figures", f"{number:02}-{name}"]
        files.append(folder.write(parts, ".svg", [drawn[name]]))
        with folder.new_file(parts, ".png") as (path, unfinished):
            unfinished.write_bytes(png(chart))
            files.append(path)
    return drawn


def _result_tables(gathered: Gathered, computed: Computed, folder: Folder) -> list[Path]:
    factors = list(gathered.factors)
    means = [
        [one.name, *row.levels, row.n, row.mean, row.low, row.high, "; ".join(row.notes)]
        for one in computed.outcomes
        if (table := condition_table(gathered, one.name)) is not None
        for row in table.conditions
    ]
    contrasts = [
        [one.name, row.factor, row.level, row.baseline, row.method, *row.n, row.pairs,
         *((row.result.estimate, row.result.low, row.result.high, row.result.p) if row.result else (None,) * 4),
         row.p_adjusted, row.note,
         *((row.without.estimate, row.without.low, row.without.high) if row.without else (None,) * 3), row.without_note]
        for one in computed.outcomes
        for row in one.contrasts
    ]  # fmt: skip
    tests = [
        [one.hypothesis.name, one.outcome, method_text(one.hypothesis), one.hypothesis.family, one.runs,
         *_numbers(one.result), one.p_holm, one.verdict, one.note, *_numbers(one.every)[:3]]
        for one in computed.tested
    ]  # fmt: skip
    checks = [
        [check.name, *row.levels, row.runs, row.messages, row.cases, row.rate, row.low, row.high, row.note]
        for check in computed.checks
        for row in check.conditions
    ]
    head = ["outcome", *factors]
    contrast_head = [
        "outcome", "factor", "level", "baseline", "method", "runs", "runs_baseline", "replicates", "difference", "low",
        "high", "p", "p_corrected", "note", "difference_unflagged", "low_unflagged", "high_unflagged", "note_unflagged",
    ]  # fmt: skip
    return [
        _csv(folder, "means", [*head, "runs", "mean", "low", "high", "note"], means),
        _csv(folder, "contrasts", contrast_head, contrasts),
        *([_csv(folder, "hypotheses", _TEST_HEAD, tests)] if tests else []),
        _csv(folder, "checks", ["check", *factors, "runs", "messages", "cases", "rate", "low", "high", "note"], checks),
    ]


_TEST_HEAD = (
    "hypothesis", "outcome", "test", "family", "runs", "estimate", "low", "high", "p", "p_holm", "verdict", "note",
    "estimate_with_excluded", "low_with_excluded", "high_with_excluded",
)  # fmt: skip


def _numbers(result: TEstimate | None) -> tuple[float | None, ...]:
    return (None,) * 4 if result is None else (result.estimate, result.low, result.high, result.p)


def _csv(folder: Folder, name: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with folder.new_file(["results", name], ".csv") as (path, unfinished):
        with sheet(unfinished, [Column(one) for one in head]) as write:
            for row in rows:
                write(row)
        return path


def _versions() -> dict[str, str]:
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "unknown"
    return versions
