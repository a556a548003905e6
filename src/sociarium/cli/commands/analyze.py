"""TARGET is an experiment's title or id, or the beginning of a sweep's or run's id. Instead of it, --data TABLE.csv
with --design DESIGN.yaml analyses a table from elsewhere in the same way: the file says which columns are run, factors
and outcomes, what is compared with what, and what is left out.

Writes below --out: report.html, one page that needs no net and no script; tables/ with what `export` writes as CSV, and
Parquet where pyarrow is; results/ with means, contrasts and checks; figures/ as SVG and PNG. Results are of finished
runs; the page says which others there are, and why they do not count. Transcripts are never changed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from sociarium.analysis.declaration import Declaration, read_declaration
from sociarium.bootstrap import open_prices, open_store, table_format
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.cli.targets import selection
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.exchange.folder import Folder
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import table_source

if TYPE_CHECKING:
    from sociarium.analysis.report.write import Report


def command(
    target: Annotated[Optional[str], typer.Argument(metavar="[TARGET]")] = None,  # noqa: UP045
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="the folder to write into")] = Path("report"),
    baseline: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--baseline", metavar="FACTOR=LEVEL", help="what the factor's levels are compared with; else its first"
        ),
    ] = None,
    data: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--data", metavar="TABLE.csv", help="a table from elsewhere, instead of TARGET"),
    ] = None,
    design: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--design", metavar="DESIGN.yaml", help="what the columns of --data are, and what is compared"),
    ] = None,
    spec: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--spec", metavar="SPEC.yaml", help="outcomes, baselines, exclusions and models of TARGET"),
    ] = None,
    humans: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--humans", metavar="HUMANS.csv", help="people's answers beside TARGET's; see compare-humans"),
    ] = None,
    map_: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--map", metavar="OUTCOME=COLUMN", help="of --humans: what stands beside what; or FILE.yaml"),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    _refuse_other_ways(target, data, design, spec)
    # The statistics and the drawing take their time to import, and name the extra that is missing.
    from sociarium.analysis.report.write import write_table_report

    if (humans is None) != (not map_) or (humans is not None and data is not None):
        raise BadInput("--humans HUMANS.csv and --map belong together, and stand beside TARGET")
    if data is not None and design is not None:
        declaration = read_declaration(design, of_table=True)
        report = write_table_report(data, declaration, Folder(out), baselines=_baselines(baseline or []))
    else:
        declared = read_declaration(spec, of_table=False) if spec is not None else None
        wish = _Wish(target or "", out, store, _baselines(baseline or []), declared, humans, tuple(map_ or ()))
        report = _report_of_runs(wish, quiet=as_json)
    _print_report(report, as_json=as_json)


def _print_report(report: Report, *, as_json: bool) -> None:
    account = report.gathered.account
    table = report.gathered.table
    if as_json:
        print_json({
            "report": str(report.page), "files": [str(path) for path in report.files], "planned": account.planned,
            "begun": account.taken, "finished": report.computed.finished, "left_out": dict(account.left_out),
            "offline": report.gathered.offline, "digest": report.gathered.digest,
            **({"rows": list(table.intake)} if table else {}),
        })  # fmt: skip
        return
    for sentence in table.intake if table else ():
        console().print(words(f"{sentence}."), soft_wrap=True)
    console().print(
        words(
            f"{report.computed.finished} finished runs of {account.planned} are in {report.page}; "
            f"{len(report.files)} files."
        ),
        soft_wrap=True,
    )


def _refuse_other_ways(target: str | None, data: Path | None, design: Path | None, spec: Path | None) -> None:
    """Raise `BadInput` unless a sweep or a table is meant, and not both."""
    if data is None and design is not None:
        raise BadInput("--design describes a table from elsewhere; add --data TABLE.csv (for a sweep: --spec)")
    if data is not None and (target is not None or spec is not None):
        raise BadInput("--data is analysed instead of TARGET and --spec; leave one of them out")
    if data is not None and design is None:
        raise BadInput("--data needs --design DESIGN.yaml, which says what the columns are; see docs/how-to/analyse.md")
    if data is None and target is None:
        raise BadInput("name a TARGET (experiment, sweep or run), or a table by --data TABLE.csv --design DESIGN.yaml")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for of runs in a store."""

    target: str
    out: Path
    store: str | None
    baselines: dict[str, str]
    declaration: Declaration | None
    humans: Path | None
    maps: tuple[str, ...]


def _report_of_runs(wish: _Wish, *, quiet: bool) -> Report:
    from sociarium.analysis.humans.command_parts import HumanRequest
    from sociarium.analysis.humans.report_part import humans_part
    from sociarium.analysis.report.write import ReportRequest, write_report

    config = load()
    opened = open_store(wish.store or config.store_url, create=False)
    try:
        source = table_source(opened, selection(opened, wish.target, creator=config.creator), RunFilter())
        formats = [table_format("csv"), *([table_format("parquet")] if find_spec("pyarrow") else [])]
        further = humans_part(source, HumanRequest(wish.humans, wish.maps, ())) if wish.humans else None
        request = ReportRequest(wish.baselines, wish.declaration, further)
        with show_count("Reading runs", quiet=quiet) as progress:
            return write_report(
                source, Folder(wish.out), prices=open_prices(), formats=formats, request=request, progress=progress
            )
    finally:
        opened.close()


def _baselines(texts: list[str]) -> dict[str, str]:
    result = {}
    for one in texts:
        factor, equals, level = one.partition("=")
        if not equals:
            raise BadInput(f"--baseline {one!r} has no level; write FACTOR=LEVEL, e.g. --baseline risks=none")
        result[factor] = level
    return result
