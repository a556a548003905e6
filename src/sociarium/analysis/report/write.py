"""Writes the report: tables, figures, the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sociarium.analysis.declaration import Declaration
from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.contrast_rows import baselines_of
from sociarium.analysis.report.declare import declare, declared_baselines
from sociarium.analysis.report.gather import gather
from sociarium.analysis.report.gather_table import gather_table
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.analysis.report.page import FurtherPart, Heading, page
from sociarium.analysis.report.records import Computed, TranscriptPages
from sociarium.analysis.report.result_tables import result_tables, runs_table
from sociarium.exchange.folder import Folder, new_folder
from sociarium.exchange.steering_text import history_line
from sociarium.exchange.tables.export import SheetFormat, open_sheets
from sociarium.exchange.tables.read import TableSource
from sociarium.figures.charts import Chart
from sociarium.figures.render import png, svg
from sociarium.ports.prices import Prices
from sociarium.records.canary import canary_answers
from sociarium.records.steering import NOTES, steering_state

LIBRARIES = ("sociarium", "pandas", "scipy", "statsmodels", "numpy", "altair", "vl-convert-python")


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What a report is to say beyond what every one says.

    Attributes:
        baselines: factor -> level, of factors whose first level is none.
        declaration: what is looked at and how; every outcome and factor where left out.
        manifest: hash of the records, for citing.
        measures: names of measures that are outcomes, too.
        further: makes one more part of the page from what was gathered; raises before anything is written.
        pages: writes the transcripts beside the report, to which its passages then link.
    """

    baselines: Mapping[str, str]
    declaration: Declaration | None = None
    manifest: str = ""
    measures: Sequence[str] = ()
    further: Callable[[ReportInputs], FurtherPart] | None = None
    pages: Callable[[], TranscriptPages] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What was written.

    Attributes:
        page: the HTML file.
        files: all files, the page too.
    """

    page: Path
    files: tuple[Path, ...]
    inputs: ReportInputs
    computed: Computed


def write_report(
    source: TableSource,
    folder: Folder,
    *,
    prices: Prices,
    formats: Sequence[SheetFormat],
    request: ReportRequest,
    progress: Callable[[int], None],
) -> Report:
    """Write tables, figures and page below a folder; each file is complete or not there.

    Args:
        formats: of the tables.
        request: what it is to say beyond what every one says.

    Raises:
        BadInput: for a baseline that no run has, or a declaration that does not fit the runs.
        SetupError: the disk does not take it.
    """
    # The tables are written while runs are read for the report, and are there once nothing has refused.
    with new_folder(folder.root / "tables") as tables, open_sheets(tables, formats, source.overview) as sheets:
        with_texts = request.further is not None
        inputs = gather(source, prices, progress, measures=request.measures, with_texts=with_texts, see=sheets.write)
        if request.declaration is not None:
            inputs = declare(inputs, request.declaration)
        chosen = baselines_of(inputs, declared_baselines(inputs, request.baselines))
        further = request.further(inputs) if request.further else None
        computed = compute(inputs, chosen)
    pages = request.pages() if request.pages else None
    files = sheets.paths
    files += result_tables(inputs, computed, folder)
    drawn = _figures(computed, folder, files)
    files += further.write(Folder(folder.root / "results")) if further else []
    content = page(_heading(source, request.manifest), inputs, computed, drawn, chosen, further=further, pages=pages)
    path = folder.write(["report"], ".html", [content])
    return Report(path, (*files, path), inputs, computed)


def write_table_report(path: Path, declaration: Declaration, folder: Folder, *, baselines: Mapping[str, str]) -> Report:
    """Write the report of a table from elsewhere: the same page, tables and figures.

    Raises:
        BadInput: for a table that is not as declared; nothing is written then.
        SetupError: the table cannot be read, or the disk does not take it.
    """
    inputs = gather_table(path, declaration)
    chosen = baselines_of(inputs, declared_baselines(inputs, baselines))
    computed = compute(inputs, chosen)
    files = [runs_table(inputs, folder), *result_tables(inputs, computed, folder)]
    drawn = _figures(computed, folder, files)
    heading = Heading(declaration.keys.title or path.name, declaration.keys.note, f"table {path.name}", _versions(), "")
    written = folder.write(["report"], ".html", [page(heading, inputs, computed, drawn, chosen)])
    return Report(written, (*files, written), inputs, computed)


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
        if order.action not in NOTES
    )
    canary = tuple(tuple(canary_answers(own_orders)) for _, own_orders in orders)
    return Heading(
        experiment.title, experiment.note, target, _versions(), manifest, ends=ends, steered=steered, canary=canary
    )


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
            unfinished.write_bytes(png(drawn[name]))
            files.append(path)
    return drawn


def _versions() -> dict[str, str]:
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "unknown"
    return versions
