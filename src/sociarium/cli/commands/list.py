"""What there is, the latest first. Experiments, and sweeps by them, are filtered by creator, favourite, and the roles
and models of their latest version. Runs are filtered by the creator of their experiment, whether they are favourites
themselves, the roles and models that take part in them, the factors of their condition, their state and their sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.columns import print_columns, print_tab_separated_rows
from sociarium.cli.display.command_hints import pasteable, with_pasteable_commands
from sociarium.cli.display.counter import PATIENCE, show_count
from sociarium.cli.display.lists import columns_of, shared_line
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.factor_levels import levels
from sociarium.cli.list_rows import ListFilters, experiment_rows, run_rows, sweep_rows
from sociarium.cli.options import JsonOption, StoreOption, TsvOption
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.experiment.problems import did_you_mean
from sociarium.ports.store import Store
from sociarium.records.lists import factors_by_name
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState
from sociarium.runner.library import lookup
from sociarium.runner.library.tombstones import deletion_message

_SHOWN = 50
Levels = tuple[tuple[str, str], ...]


class What(StrEnum):
    """What can be listed."""

    EXPERIMENTS = "experiments"
    SWEEPS = "sweeps"
    RUNS = "runs"


LevelsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="FACTOR=LEVEL",
        help="only runs with this level; a factor as lists show it will do; may be repeated",
    ),
]
SortOption = Annotated[
    str | None,
    typer.Option("--sort", metavar="COLUMN", help="order by a column, or a factor; -COLUMN backwards"),
]


def command(
    what: Annotated[What, typer.Argument(metavar="experiments|sweeps|runs", help="what is listed")],
    creator: Annotated[str | None, typer.Option("--creator", metavar="NAME", help="only of this person")] = None,
    favourite: Annotated[bool, typer.Option("--favourite", help="only with a star")] = False,
    role: Annotated[str | None, typer.Option("--role", metavar="ROLE", help="only where this role takes part")] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="MODEL", help="only where this model is used")] = None,
    where: LevelsOption = None,
    state: Annotated[RunState | None, typer.Option("--state", help="only runs in this state")] = None,
    sweep: Annotated[
        str | None, typer.Option("--sweep", metavar="SWEEP", help="only runs of this sweep: the beginning of its id")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help=f"so many at most [{_SHOWN} on a screen, all with --json]"),
    ] = None,
    offset: Annotated[int, typer.Option("--offset", metavar="N", min=0, help="leave out the first N")] = 0,
    sort: SortOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    as_tsv: TsvOption = False,
) -> None:
    if as_json and as_tsv:
        raise BadInput("--json and --tsv are two forms of the same; leave one out")
    filters = ListFilters(creator, favourite, role, model, tuple(levels(where or []).items()), state)
    _refuse_idle(what, filters, sweep)
    config = load()
    opened = open_store(store or config.store_url, create=store is None)
    try:
        if sweep:
            filters = replace(filters, sweep=lookup.find_sweep(opened, sweep).id)
        part = _Part(sort, offset, limit if as_json or as_tsv else limit or _SHOWN)
        page, is_more = _read(opened, what, filters, part)
        if not page and filters.where:
            sweeps = (one for one in opened.sweeps() if filters.sweep in {None, one.id})
            full = _levels_in_full(opened, sweeps, filters.where)
            if full != filters.where:
                page, is_more = _read(opened, what, replace(filters, where=full), part)
        if as_json:
            print_json(page)
        elif as_tsv:
            print_tab_separated_rows(columns_of(what.value, page, whole=True))
        else:
            _show(what, page, more=is_more, offset=offset, filtered=filters != ListFilters())
            _say_deletions(opened)
    finally:
        opened.close()


def _levels_in_full(store: Store, sweeps: Iterable[SweepRecord], where: Levels) -> Levels:
    # What reads experiment files takes longer to load than a list takes to read: only for names that may be short.
    from sociarium.runner.library.sweep_factors import levels_in_full

    return tuple(levels_in_full(store, sweeps, dict(where)).items())


@dataclass(frozen=True, slots=True)
class _Part:
    """Which rows of a list are read.

    Attributes:
        limit: so many at most; None for all.
    """

    sort: str | None
    offset: int
    limit: int | None


def _read(store: Store, what: What, filters: ListFilters, part: _Part) -> tuple[list[dict[str, Any]], bool]:
    """Rows, and whether more follow."""
    with show_count(f"Reading {what.value}", quiet=False, after=PATIENCE) as progress:
        rows = _report_count(_ROWS[what](store, filters), progress)
        rows = islice(rows if part.sort is None else _in_order(list(rows), part.sort), part.offset, None)
        return list(islice(rows, part.limit)), next(rows, None) is not None


def _report_count(rows: Iterable[dict[str, Any]], progress: Callable[[int], None]) -> Iterator[dict[str, Any]]:
    for count, row in enumerate(rows, start=1):
        progress(count)
        yield row


def _say_deletions(store: Store) -> None:
    for mark in store.deletions():
        sentence = words(f"! {with_pasteable_commands(deletion_message(mark))}", "yellow")
        console(stderr=True).print(sentence)


def _refuse_idle(what: What, filters: ListFilters, sweep: str | None) -> None:
    """Raise `BadInput` for filters that say nothing of what is listed: they must not seem to be heeded."""
    if what is not What.RUNS and (filters.where or filters.state):
        raise BadInput(f"--where and --state are of runs; leave them out, or list runs instead of {what.value}")
    if what is What.EXPERIMENTS and sweep:
        raise BadInput("--sweep is of sweeps and runs; leave it out, or list those")


_ROWS = {What.EXPERIMENTS: experiment_rows, What.SWEEPS: sweep_rows, What.RUNS: run_rows}

_SHOWN_AS = {
    "msgs": "messages",
    "posts": "messages",
    "#": "replicate",
    "when": "finished",
    "rules": "protocol",
    "ran by": "ran_by",
    "begun": "created",
    "by": "creator",
    "changed by": "changed_by",
}
"""Heads of a list on a terminal -> what they show; heads that are not here show what they are called."""


def _in_order(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Rows in the order of a column, numbers by their size; those without a value come last.

    Raises:
        BadInput: none has that column, with the nearest names.
    """
    name = sort.removeprefix("-")
    fields: list[dict[str, Any]] = [{**row.get("condition", {}), **row.get("counts", {}), **row} for row in rows]
    names = list(dict.fromkeys(key for row in fields for key in row))
    if rows and name not in names:
        name = _SHOWN_AS[name] if _SHOWN_AS.get(name) in names else _factor_shown_as(name, rows, sort)
    values: dict[int, Any] = {id(row): row_fields.get(name) for row, row_fields in zip(rows, fields, strict=True)}
    whole = [row for row in rows if values[id(row)] not in {None, ""}] if rows else []
    numbers = all(isinstance(values[id(row)], int | float) for row in whole)
    key = (lambda row: values[id(row)]) if numbers else (lambda row: str(values[id(row)]).casefold())
    ids = {id(row) for row in whole}
    return sorted(whole, key=key, reverse=sort.startswith("-")) + [row for row in rows if id(row) not in ids]


def _factor_shown_as(name: str, rows: list[dict[str, Any]], sort: str) -> str:
    factors = list(dict.fromkeys(factor for row in rows for factor in row.get("condition", {})))
    called = factors_by_name(name, factors)
    if len(called) > 1:
        raise BadInput(f"--sort {sort}: several factors are called {name!r}; write one of {', '.join(called)}")
    if not called:
        columns = dict.fromkeys(key for row in rows for key in row)
        raise BadInput(f"--sort {sort}: there is no column {name!r}; {did_you_mean(name, [*columns, *factors])}")
    return called[0]


def _show(what: What, page: list[dict[str, Any]], *, more: bool, offset: int, filtered: bool) -> None:
    screen = console()
    if not page:
        hint = "the filters, or --offset, leave none." if filtered or offset else f"`{pasteable('demo')}` makes some."
        screen.print(f"No {what.value} here: {hint}")
        return
    if screen.is_terminal:
        shared = shared_line(page) if what is What.RUNS else ""
        screen.print()
        screen.print(words(f"{shared + ' · ' if shared else ''}{len(page)} {what.value}", "bold"))
    print_columns(screen, columns_of(what.value, page))
    if more:
        further = f"--offset {offset + len(page)} shows what follows, filters narrow it, --json and --tsv print all."
        console(stderr=True).print(f"... and more: {further}")
