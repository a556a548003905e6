"""Beginning a sweep, or going on with one, as `run --detach` and `resume --detach` do."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sociarium.ports.clock import SystemClock
from sociarium.records.plans import SweepRecord
from sociarium.runner.library import lookup
from sociarium.runner.sweep.save import StartedSweep, reopen, save_sweep
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import SentForm
from sociarium.viewer.pages.running import RunPage, StartChoice, go_on_page, planned_start, run_page
from sociarium.viewer.routes.background import begin_in_background, prepare_background, start_choice
from sociarium.viewer.routes.requests import Context

router = APIRouter()
_Text = Annotated[str, Query(max_length=500)]


def _choice(
    sweep: _Text = "", replicates: _Text = "", max_cost: _Text = "", concurrency: _Text = "", retry: bool = False
) -> StartChoice:
    return StartChoice(sweep, replicates, max_cost, concurrency, retry)


Choice = Annotated[StartChoice, Depends(_choice)]


@router.get("/experiments/{id_}/run")
def plan_run(request: Request, context: Context, id_: str, choice: Choice) -> HTMLResponse:
    """What a sweep of an experiment comes to; nothing is stored by looking."""
    me = context.settings.user
    experiment = lookup.find_experiment(context.store, id_, creator=me)
    return _page(request, context, run_page(context.store, experiment, choice, context.plan, me=me))


@router.get("/sweeps/{id_}/run")
def plan_rest(request: Request, context: Context, id_: str, choice: Choice) -> HTMLResponse:
    """What is left of a sweep."""
    sweep = lookup.find_sweep(context.store, id_)
    return _page(request, context, _rest(context, sweep, choice))


@router.post("/experiments/{id_}/run")
def run(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Save what is new, and let a process of its own play the sweep."""
    me, choice = context.settings.user, start_choice(context, form)
    experiment = lookup.find_experiment(context.store, id_, creator=me)

    def begin() -> StartedSweep:
        start = planned_start(context.store, experiment, choice)
        prepare_background(start.definition, start.sweep, choice, me)
        return save_sweep(
            context.store, start.definition, start.sweep, creator=me, clock=SystemClock(), experiment=experiment
        )

    def again(problem: str, status: int) -> HTMLResponse:
        shown = run_page(context.store, experiment, choice, context.waiting().plan, me=me, problem=problem)
        return _page(request, context, shown, status=status)

    return begin_in_background(context, form, choice, begin, again)


@router.post("/sweeps/{id_}/run")
def go_on(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Let a process of its own play what is left of a sweep."""
    me, choice = context.settings.user, start_choice(context, form)
    sweep = lookup.find_sweep(context.store, id_)

    def begin() -> StartedSweep:
        begun = reopen(context.store, sweep)
        prepare_background(begun.definition, sweep.name, choice, me, rankers=begun.rankers)
        return begun

    def again(problem: str, status: int) -> HTMLResponse:
        return _page(request, context, _rest(context.waiting(), sweep, choice, problem), status=status)

    return begin_in_background(context, form, choice, begin, again)


def _rest(context: ViewerContext, sweep: SweepRecord, choice: StartChoice, problem: str = "") -> RunPage:
    digest = context.digests.of(sweep)
    return go_on_page(context.store, sweep, digest, choice, context.plan, me=context.settings.user, problem=problem)


def _page(request: Request, context: ViewerContext, shown: RunPage, *, status: int = 200) -> HTMLResponse:
    return context.pages.page(
        request,
        "run.html",
        place="sweeps" if shown.sweep else "experiments",
        status=status,
        shown=shown,
        may_run=context.settings.allow_run,
        start=secrets.token_urlsafe(9),
    )
