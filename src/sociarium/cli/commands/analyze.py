"""TARGET is an experiment's title or id, or the beginning of a sweep's or run's id. Instead of it, --data TABLE.csv
with --design DESIGN.yaml analyses a table from elsewhere in the same way: the file says which columns are run, factors
and outcomes, what is compared with what, and what is left out.

Writes below --out: report.html, one page that needs no net and no script; tables/ with what `export` writes as CSV, and
Parquet where pyarrow is; results/ with means, contrasts and checks; figures/ as SVG and PNG. Results are of finished
runs; the page says which others there are, and why they do not count. Transcripts are never changed. With --notebook
also analysis.ipynb, to go on from in Jupyter: it loads the same tables and draws one figure. With --pages also pages/,
every transcript as `view --export` writes it, to which the report's passages link."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from loguru import logger

from sociarium.analysis.declaration import read_declaration
from sociarium.bootstrap import open_prices, open_store, table_format
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.factor_levels import levels
from sociarium.cli.logs import log_actions
from sociarium.cli.looks import keep_looks
from sociarium.cli.options import TARGET_WORDS, JsonOption, OutOption, StoreOption
from sociarium.cli.report_pages import FOLDER, refuse_pages_that_stand, write_report_pages
from sociarium.cli.targets import selection
from sociarium.config import load
from sociarium.count_text import count_text, one_or_many
from sociarium.errors import BadInput
from sociarium.exchange.archive.totals import hash_of_records
from sociarium.exchange.archive.write import records_of
from sociarium.exchange.folder import new_folder
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import table_source
from sociarium.exchange.transfer import parts
from sociarium.ports.store import Store
from sociarium.stores.urls import url_of
from sociarium.typed_path import typed_path

MeasureOption = Annotated[
    list[str] | None,
    typer.Option("--measure", metavar="NAME", help="an outcome that `measure` computed; several may be"),
]

BaselineOption = Annotated[
    list[str] | None,
    typer.Option(
        "--baseline", metavar="FACTOR=LEVEL", help="what the factor's levels are compared with; else its first"
    ),
]

if TYPE_CHECKING:
    from sociarium.analysis.report.records import TranscriptPages
    from sociarium.analysis.report.write import Report


def command(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="TARGET",
            help=f"{TARGET_WORDS}; none with --data",
        ),
    ] = None,
    out: OutOption = Path("report"),
    baseline: BaselineOption = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="TABLE.csv", help="a table from elsewhere, instead of TARGET"),
    ] = None,
    design: Annotated[
        Path | None,
        typer.Option("--design", metavar="DESIGN.yaml", help="what the columns of --data are, and what is compared"),
    ] = None,
    spec: Annotated[
        Path | None,
        typer.Option("--spec", metavar="SPEC.yaml", help="outcomes, baselines, exclusions and models of TARGET"),
    ] = None,
    humans: Annotated[
        Path | None,
        typer.Option("--humans", metavar="HUMANS.csv", help="people's answers beside TARGET's; see compare-humans"),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OUTCOME=COLUMN", help="of --humans: what stands beside what; or FILE.yaml"),
    ] = None,
    measure: MeasureOption = None,
    notebook: Annotated[
        bool, typer.Option("--notebook", help="also write analysis.ipynb, which loads the tables and draws a figure")
    ] = False,
    pages: Annotated[
        bool, typer.Option("--pages", help="also write pages/: every transcript, to which the report's passages link")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    wish = _Wish(
        target, out, store, levels(baseline or [], "--baseline", "risks=none"), data, design, spec, humans,
        tuple(map_ or ()), tuple(measure or ()), notebook, pages,
    )  # fmt: skip
    _refuse_other_ways(wish)
    log_actions("analyze")
    _print_report(_write_report(wish, quiet=as_json), as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for, as it is typed."""

    target: str | None
    out: Path
    store: str | None
    baselines: dict[str, str]
    data: Path | None
    design: Path | None
    spec: Path | None
    humans: Path | None
    maps: tuple[str, ...]
    measures: tuple[str, ...]
    notebook: bool
    pages: bool


@dataclass(frozen=True, slots=True)
class _Written:
    """A report with all of its files, and what it is of, as logs have it; `manifest` is empty for a table."""

    report: Report
    files: tuple[Path, ...]
    of: str
    manifest: str = ""


def _write_report(wish: _Wish, *, quiet: bool) -> _Written:
    if wish.data is not None and wish.design is not None:
        written = _report_of_table(wish.data, wish.design, wish)
    else:
        written = _report_of_runs(wish, wish.target or "", quiet=quiet)
    logger.info("{} wrote the report of {} into {}", load().creator, written.of, wish.out)
    return written


def _refuse_other_ways(wish: _Wish) -> None:
    """Raise `BadInput` unless a sweep or a table is meant, and not both."""
    about_runs = wish.target is not None or wish.spec is not None or wish.humans is not None or wish.maps
    if wish.data is None and wish.design is not None:
        raise BadInput("--design describes a table from elsewhere; add --data TABLE.csv (for a sweep: --spec)")
    if wish.data is not None and (about_runs or wish.measures or wish.notebook or wish.pages):
        raise BadInput(
            "--data is analysed instead of TARGET; leave out TARGET, or --data and --design (and --spec, --humans, "
            "--map, --measure, --notebook and --pages, which are about runs)"
        )
    if wish.data is not None and wish.design is None:
        raise BadInput("--data needs --design DESIGN.yaml, which says what the columns are; see docs/how-to/analyse.md")
    if wish.data is None and wish.target is None:
        raise BadInput("name a TARGET (experiment, sweep or run), or a table by --data TABLE.csv --design DESIGN.yaml")
    if (wish.humans is None) != (not wish.maps):
        raise BadInput("--humans HUMANS.csv and --map belong together, and stand beside TARGET")


def _report_of_table(data: Path, design: Path, wish: _Wish) -> _Written:
    # The statistics and the drawing take their time to import, and name the extra that is missing.
    from sociarium.analysis.report.write import write_table_report

    declaration = read_declaration(design, of_table=True)
    with new_folder(wish.out) as folder:
        report = write_table_report(data, declaration, folder, baselines=wish.baselines)
    return _Written(report, report.files, f"the table {data}, as {design} has it")


def _report_of_runs(wish: _Wish, target: str, *, quiet: bool) -> _Written:
    # The statistics and the drawing take their time to import, and name the extra that is missing.
    from sociarium.analysis.humans.command_parts import HumanRequest
    from sociarium.analysis.humans.report_part import humans_part
    from sociarium.analysis.report.notebook import NAME, SUFFIX
    from sociarium.analysis.report.notebook import notebook as notebook_text
    from sociarium.analysis.report.write import ReportRequest, write_report

    if wish.pages:
        refuse_pages_that_stand(wish.out)
    config = load()
    declaration = read_declaration(wish.spec, of_table=False) if wish.spec is not None else None
    opened = open_store(wish.store or config.store_url, create=False)
    try:
        every = selection(opened, target, creator=config.creator, every_sweep=True)
        manifest = hash_of_records(records_of(parts(opened, every)))
        source = table_source(opened, selection(opened, target, creator=config.creator), RunFilter())
        keep_looks(opened, source.selection, "analyze", by=config.creator)
        formats = [table_format("csv"), *([table_format("parquet")] if find_spec("pyarrow") else [])]
        further = humans_part(source, HumanRequest(wish.humans, wish.maps, ())) if wish.humans else None
        doing = "Reading runs, writing pages" if wish.pages else "Reading runs"
        with new_folder(wish.out) as folder, show_count(doing, quiet=quiet) as progress:
            chosen, user = source.selection, config.creator

            def pages() -> TranscriptPages:
                return write_report_pages(opened, chosen, wish.out, user=user, progress=progress)

            request = ReportRequest(
                wish.baselines, declaration, manifest, wish.measures, further, pages if wish.pages else None
            )
            report = write_report(
                source, folder, prices=open_prices(), formats=formats, request=request, progress=progress
            )
        files = [*report.files, *([wish.out / FOLDER] if wish.pages else [])]
        if wish.notebook:
            text = notebook_text(every.experiment.title, target, store=_address_in_notebook(opened), manifest=manifest)
            files.append(folder.write([NAME], SUFFIX, [text]))
    finally:
        opened.close()
    return _Written(report, tuple(files), f"{source.selection.log_name}, named {target!r}", manifest)


def _address_in_notebook(store: Store) -> str:
    """Where a notebook finds the store: an archive by its own path, not by that of the file it is unpacked into."""
    url = url_of(store)
    return store.url if "://" in url else str(typed_path(url).absolute())


def _print_report(written: _Written, *, as_json: bool) -> None:
    report = written.report
    account, table = report.inputs.account, report.inputs.table
    if as_json:
        print_json({
            "report": str(report.page), "files": [str(path) for path in written.files], "planned": account.planned,
            "begun": account.taken, "finished": report.computed.finished, "left_out": dict(account.left_out),
            "offline": report.inputs.offline, "digest": report.inputs.digest,
            **({"rows": list(table.intake)} if table else {"manifest": written.manifest}),
        })  # fmt: skip
        return
    for sentence in table.intake if table else ():
        console().print(words(f"{sentence}."))
    console().print(
        words(
            f"{count_text(report.computed.finished, 'finished run')} of {account.planned} "
            f"{one_or_many(report.computed.finished, 'is', 'are')} in {report.page}; "
            f"{count_text(len(written.files), 'file')}."
        ),
    )
