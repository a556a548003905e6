"""/sweeps/ID/results, the same as CSV, and the runs behind a number."""

from __future__ import annotations

import csv
import io
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sociarium.analysis.talk import Over
from sociarium.exchange.tables.csv_file import cell
from sociarium.runner.library import lookup
from sociarium.viewer.pages.factor_means import MOST_CONDITIONS
from sociarium.viewer.pages.outcomes import outcome_label
from sociarium.viewer.pages.results import ResultsQuery
from sociarium.viewer.pages.results_csv import csv_rows
from sociarium.viewer.pages.runs_behind import OutcomeQuery, runs_address
from sociarium.viewer.routes.requests import Context

router = APIRouter()
_Name = Annotated[str, Query(max_length=4_000)]


def _query(
    probe: _Name = "",
    by: Annotated[list[str] | None, Query()] = None,
    change: _Name = "",
    over: Over = "",
    role: _Name = "",
) -> ResultsQuery:
    return ResultsQuery(probe, tuple(by or ())[:50], change, over, role)


def _outcome(probe: _Name = "", role: _Name = "", moment: _Name = "", option: _Name = "") -> OutcomeQuery:
    return OutcomeQuery(probe, role, moment, option)


Computed = Annotated[ResultsQuery, Depends(_query)]


@router.get("/sweeps/{id_}/results")
def results(
    request: Request, context: Context, id_: str, query: Computed, part: str = "", again: str = ""
) -> HTMLResponse:
    """The results of a sweep by condition; `again` reads runs that ended since they were read last."""
    sweep = lookup.find_sweep(context.store, id_)
    if part and again:
        context.loaded.expire(lambda key: key[0] == sweep.id)
    # A copy in a folder cannot be asked for other rows, and has all.
    most = None if context.settings.exporting else MOST_CONDITIONS
    shown = context.results(sweep, query, most=most)
    if part:
        return HTMLResponse(context.pages.part("results/tables.html", shown=shown, part=True))
    return context.pages.page(request, "results.html", place="sweeps", shown=shown)


@router.get("/sweeps/{id_}/figures")
def figures(request: Request, context: Context, id_: str, query: Computed, part: str = "") -> HTMLResponse:
    """Figures of a question; as a part of the page of results, or on a page of their own."""
    # What draws them is an extra of its own, which the other pages do without.
    from sociarium.viewer.pages.figures import draw, sketches_of

    sweep = lookup.find_sweep(context.store, id_)
    shown = context.results(sweep, query, most=MOST_CONDITIONS)
    probe = shown.query.probe or next((row.probe for row in shown.computed.probes), "")
    drawn = context.figures(sketches_of(shown.computed, probe, lambda row: runs_address(sweep.id, row)), draw)
    if part:
        return HTMLResponse(context.pages.part("results/figures.html", figures=drawn))
    return context.pages.page(
        request, "figures.html", place="sweeps", shown=shown, probe=probe, label=outcome_label(probe), figures=drawn
    )


@router.get("/sweeps/{id_}/results.csv")
def table(context: Context, id_: str, query: Computed) -> Response:
    """Every number of the page, unrounded; what a spreadsheet would take for a formula is not one."""
    sweep = lookup.find_sweep(context.store, id_)
    shown = context.waiting().results(sweep, query, most=None)
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([cell(value) for value in row] for row in csv_rows(shown))
    headers = {"content-disposition": f'attachment; filename="results-{sweep.id[:8]}.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/sweeps/{id_}/runs")
def runs(
    request: Request,
    context: Context,
    id_: str,
    outcome: Annotated[OutcomeQuery, Depends(_outcome)],
    where: Annotated[list[str] | None, Query(max_length=50)] = None,
) -> HTMLResponse:
    """The finished runs with some levels, each written `factor=level`."""
    sweep = lookup.find_sweep(context.store, id_)
    levels = tuple((factor, level) for factor, _, level in (one.partition("=") for one in where or ()))
    shown = context.runs_behind(sweep, levels, outcome)
    return context.pages.page(request, "runs.html", place="sweeps", shown=shown)
