"""TARGET is an experiment's title or id, or the beginning of a sweep's or run's id; finished runs count.

--data is a table with a row for each person (or answer, or post). --map says which of its columns stands beside which
outcome of the agents, by the name that reports have, such as "trust · guard · end"; of a probe with choices without the
choice; `text` for posts and messages. Printed are differences of means and shares, distances of distributions with
intervals by run, and what random halves of the people do. Declare with --margin, before you look, which difference does
not matter: equivalence is tested against it.

--census compares the people of feeds with a table of columns attribute, value and share; --quotas compares those whom a
model wrote with the `quotas:` of the file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from loguru import logger

from sociarium.bootstrap import open_prices, open_store
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.output import console, print_json
from sociarium.cli.factor_levels import levels
from sociarium.cli.logs import log_actions
from sociarium.cli.looks import keep_looks
from sociarium.cli.options import JsonOption, StoreOption, TargetArgument
from sociarium.cli.targets import filter_in_full, selection
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.exchange.folder import Folder
from sociarium.exchange.selection import RunFilter, Selection
from sociarium.exchange.tables.read import table_source
from sociarium.records.runs import RunState

if TYPE_CHECKING:
    from sociarium.analysis.humans.command_parts import Comparisons


def command(
    target: TargetArgument,
    *,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="HUMANS.csv", help="what people answered or wrote"),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OUTCOME=COLUMN", help="what stands beside what; or a file, FILE.yaml"),
    ] = None,
    margin: Annotated[
        list[str] | None,
        typer.Option("--margin", metavar="OUTCOME=NUMBER", help="the greatest difference that does not matter"),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="NAME[=COLUMN]", help="by subgroup: a factor, or a field of personas"),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="FACTOR=LEVEL", help="only runs with this level; several must all hold"),
    ] = None,
    census: Annotated[
        Path | None,
        typer.Option("--census", metavar="CENSUS.csv", help="shares that people of feeds should have"),
    ] = None,
    quotas: Annotated[
        bool, typer.Option("--quotas", help="people whom a model wrote beside the file's quotas")
    ] = False,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="DIR", help="write humans.csv, census.csv, quotas.csv into this folder"),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    _refuse_other_ways(data, census is not None or quotas, [*(map_ or ()), *(margin or ()), *(by or ())])
    typed = (data, tuple(map_ or ()), tuple(margin or ()), tuple(by or ()), census, quotas)
    chosen, made = _compare(target, typed, where or [], store, quiet=as_json)
    if csv is not None:
        # It needs the extra, which is there by now.
        from sociarium.analysis.humans.command_parts import write_rows

        log_actions("compare-humans")
        write_rows(Folder(csv), made)
        logger.info("{} wrote the comparison of {}, named {!r}, with people into {}", load().creator, chosen.log_name,
                    target, csv)  # fmt: skip
    _print(chosen.experiment.title, made, as_json=as_json)


_Typed = tuple[Path | None, tuple[str, ...], tuple[str, ...], tuple[str, ...], Path | None, bool]


def _compare(
    target: str, typed: _Typed, where: list[str], store: str | None, *, quiet: bool
) -> tuple[Selection, Comparisons]:
    """What is compared, and the comparisons that are asked for."""
    # The statistics take their time to import, and name the extra that is missing.
    from sociarium.analysis.humans.command_parts import HumanRequest, comparisons

    config = load()
    opened = open_store(store or config.store_url, create=False)
    try:
        chosen = selection(opened, target, creator=config.creator)
        narrowing = filter_in_full(opened, chosen, RunFilter(RunState.DONE, levels(where)))
        source = table_source(opened, chosen, narrowing)
        keep_looks(opened, chosen, "compare-humans", by=config.creator)
        with show_count("Reading runs", quiet=quiet) as progress:
            made = comparisons(source, HumanRequest(*typed), open_prices(), progress)
        return chosen, made
    finally:
        opened.close()


def _refuse_other_ways(data: Path | None, about_population: bool, about_data: list[str]) -> None:
    if data is None and not about_population:
        raise BadInput("give --data HUMANS.csv with --map, --census CENSUS.csv, or --quotas")
    if data is None and about_data:
        raise BadInput("--map, --margin and --by are about --data HUMANS.csv, which is missing")


def _print(title: str, made: Comparisons, *, as_json: bool) -> None:
    if as_json:
        print_json({"title": title, **asdict(made)})
        return
    # It reads what needs the extra.
    from sociarium.cli.display.human_comparison import print_census, print_comparison

    if made.humans is not None:
        print_comparison(console(), made.humans)
    for census in (*([made.census] if made.census else ()), *made.quotas):
        print_census(console(), census)
