"""A comparison with people from beginning to end: read what is asked for, compare, write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sociarium.analysis.humans.census import CensusComparison, census_comparison, distinct_people
from sociarium.analysis.humans.compare import compare_with_humans
from sociarium.analysis.humans.load import Personas, load_personas, scales_of
from sociarium.analysis.humans.mapping import HumanMapping, read_mapping
from sociarium.analysis.humans.quotas import quota_comparisons
from sociarium.analysis.humans.records import HumanComparison
from sociarium.analysis.humans.rows import CENSUS_HEAD, HEAD, census_rows, comparison_rows
from sociarium.analysis.report.gather import gather
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.errors import BadInput
from sociarium.exchange.folder import Folder
from sociarium.exchange.tables.columns import Column
from sociarium.exchange.tables.csv_file import sheet
from sociarium.exchange.tables.csv_reading import Layout, read_csv
from sociarium.exchange.tables.read import TableSource
from sociarium.ports.prices import Prices


@dataclass(frozen=True, slots=True)
class HumanRequest:
    """What is asked for.

    Attributes:
        data: table of people; None for a census alone.
        maps, margins, by: as they are typed.
        quotas: whether people whom a model wrote stand beside its quotas.
    """

    data: Path | None
    maps: tuple[str, ...]
    margins: tuple[str, ...]
    by: tuple[str, ...] = ()
    census: Path | None = None
    quotas: bool = False


@dataclass(frozen=True, slots=True)
class Comparisons:
    """What was asked for, and None or nothing for what was not.

    Attributes:
        quotas: of each population that is written by some.
    """

    humans: HumanComparison | None
    census: CensusComparison | None
    quotas: tuple[CensusComparison, ...]


def comparisons(
    source: TableSource, request: HumanRequest, prices: Prices, progress: Callable[[int], None]
) -> Comparisons:
    """Every comparison that is asked for.

    Raises:
        BadInput: for what does not fit the table, the census or the runs.
        SetupError: a file cannot be opened.
    """
    mapping = None if request.data is None else read_mapping(request.maps, request.margins, request.by)
    personas = load_personas(source)
    comparison = None
    if mapping is not None:
        gathered = gather(source, prices, progress, with_texts=True, with_checks=False)
        comparison = human_comparison(gathered, source, request, mapping, personas)
    population = None
    if request.census is not None:
        if not personas.people:
            raise BadInput("--census is about the people of feeds; these runs have none")
        population = census_comparison(read_csv(request.census), distinct_people(personas.people))
    quotas = quota_comparisons(source.store, personas.people) if request.quotas else ()
    return Comparisons(comparison, population, tuple(quotas))


def human_comparison(
    inputs: ReportInputs, source: TableSource, request: HumanRequest, mapping: HumanMapping, personas: Personas
) -> HumanComparison:
    """Runs that were gathered beside the table of people. Raises as `comparisons`."""
    assert request.data is not None
    keys = mapping.keys
    table = read_csv(request.data, Layout(keys.encoding, keys.separator, tuple(keys.missing)))
    return compare_with_humans(inputs, table, mapping, fields=personas.fields, scales=scales_of(source))


def write_rows(folder: Folder, made: Comparisons) -> list[Path]:
    """Write `humans.csv`, `census.csv` and `quotas.csv`, whichever there is. Raises `SetupError`."""
    files = []
    quotas = [[one.table, *row] for one in made.quotas for row in census_rows(one)]
    parts = [
        ("humans", HEAD, comparison_rows(made.humans) if made.humans else None),
        ("census", CENSUS_HEAD, census_rows(made.census) if made.census else None),
        ("quotas", ("beside", *CENSUS_HEAD), quotas or None),
    ]
    for name, head, rows in parts:
        if rows is None:
            continue
        with folder.new_file([name], ".csv") as (path, unfinished):
            with sheet(unfinished, [Column(one) for one in head]) as write:
                for row in rows:
                    write(row)
            files.append(path)
    return files
