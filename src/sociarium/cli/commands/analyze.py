"""TARGET is an experiment's title or id, or the beginning of a sweep's or run's id.

Writes below --out: report.html, one page that needs no net and no script; tables/ with what `export` writes as CSV, and
Parquet where pyarrow is; results/ with means, contrasts and checks; figures/ as SVG and PNG. Results are of finished
runs; the page says which others there are, and why they do not count. Transcripts are never changed. With --notebook
also analysis.ipynb, to go on from in Jupyter: it loads the same tables and draws one figure."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sociarium.bootstrap import open_prices, open_store, table_format
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.output import console, print_json
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.cli.targets import selection
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.exchange.archive.recorded import hash_of_records
from sociarium.exchange.archive.write import records_of
from sociarium.exchange.folder import Folder
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.export import SheetFormat
from sociarium.exchange.tables.read import table_source
from sociarium.exchange.transfer import parts
from sociarium.ports.clock import SystemClock
from sociarium.runner.library.looks import record_looks

MeasureOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--measure", metavar="NAME", help="an outcome that `measure` computed; several may be"),
]

BaselineOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--baseline", metavar="FACTOR=LEVEL", help="what the factor's levels are compared with; else its first"
    ),
]

if TYPE_CHECKING:
    from sociarium.analysis.report.write import Report


def command(
    target: Annotated[str, typer.Argument(metavar="TARGET")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="the folder to write into")] = Path("report"),
    baseline: BaselineOption = None,
    measure: MeasureOption = None,
    notebook: Annotated[
        bool, typer.Option("--notebook", help="also write analysis.ipynb, which loads the tables and draws a figure")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    # The statistics and the drawing take their time to import, and name the extra that is missing.
    from sociarium.analysis.report.notebook import NAME, SUFFIX
    from sociarium.analysis.report.notebook import notebook as notebook_text
    from sociarium.analysis.report.write import ReportChoices, write_report

    config = load()
    opened = open_store(store or config.store_url, create=False)
    try:
        every = selection(opened, target, creator=config.creator, every_sweep=True)
        manifest = hash_of_records(records_of(parts(opened, every)))
        source = table_source(opened, selection(opened, target, creator=config.creator), RunFilter())
        record_looks(opened, source.selection.sweeps, by=config.creator, clock=SystemClock())
        formats = [table_format("csv"), *([table_format("parquet")] if find_spec("pyarrow") else [])]
        with show_count("Reading runs", quiet=as_json) as progress:
            report = write_report(
                source, Folder(out), prices=open_prices(), formats=formats, manifest=manifest,
                choices=ReportChoices(_baselines(baseline or []), measure or ()), progress=progress,
            )  # fmt: skip
        files = list(report.files)
        if notebook:
            text = notebook_text(every.experiment.title, target, store=opened.url, manifest=manifest)
            files.append(Folder(out).write([NAME], SUFFIX, [text]))
    finally:
        opened.close()
    account = report.gathered.account
    done = f"{report.computed.finished} finished runs of {account.planned} are in {report.page}; {len(files)} files."
    if as_json:
        _print_json(report, files, manifest)
    else:
        console().print(done, soft_wrap=True)


def _print_json(report: Report, files: list[Path], manifest: str) -> None:
    account = report.gathered.account
    print_json({
        "report": str(report.page), "files": [str(path) for path in files], "planned": account.planned,
        "begun": account.taken, "finished": report.computed.finished, "left_out": dict(account.left_out),
        "offline": report.gathered.offline, "digest": report.gathered.digest, "manifest": manifest,
    })  # fmt: skip


def _formats() -> list[SheetFormat]:
    return [table_format("csv"), *([table_format("parquet")] if find_spec("pyarrow") else [])]


def _baselines(texts: list[str]) -> dict[str, str]:
    result = {}
    for one in texts:
        factor, equals, level = one.partition("=")
        if not equals:
            raise BadInput(f"--baseline {one!r} has no level; write FACTOR=LEVEL, e.g. --baseline risks=none")
        result[factor] = level
    return result
