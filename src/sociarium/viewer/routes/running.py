"""Beginning a sweep, or going on with one, as `run --detach` and `resume --detach` do."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.api.background import refuse_background
from sociarium.api.preparation import prepare_start
from sociarium.bootstrap import ServingOptions
from sociarium.config import Config, load
from sociarium.errors import SociariumError
from sociarium.experiment.address import public_text
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import SweepRecord
from sociarium.runner.library import lookup
from sociarium.runner.library.steering import refuse_paused
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.save import StartedSweep, reopen, save_sweep
from sociarium.stores.urls import url_of
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import FormRefused, HtmlForm, SentForm
from sociarium.viewer.pages.running import RunPage, StartChoice, go_on_page, planned_start, run_page
from sociarium.viewer.routes.requests import Context
from sociarium.viewer.starts import StartForm
from sociarium.viewer.statuses import status_of

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
    return _page(request, context, run_page(context.store, experiment, choice, me=me))


@router.get("/sweeps/{id_}/run")
def plan_rest(request: Request, context: Context, id_: str, choice: Choice) -> HTMLResponse:
    """What is left of a sweep."""
    sweep = lookup.find_sweep(context.store, id_)
    return _page(request, context, _rest(context, sweep, choice))


@router.post("/experiments/{id_}/run")
def run(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Save what is new, and let a process of its own play the sweep."""
    me, choice = context.settings.user, _choice_of(context, form)
    experiment = lookup.find_experiment(context.store, id_, creator=me)

    def begin() -> StartedSweep:
        start = planned_start(context.store, experiment, choice)
        _prepare(start.definition, start.sweep, choice, me)
        return save_sweep(
            context.store, start.definition, start.sweep, creator=me, clock=SystemClock(), experiment=experiment
        )

    return _start(
        request,
        context,
        form,
        begin,
        lambda problem: run_page(context.store, experiment, choice, me=me, problem=problem),
    )


@router.post("/sweeps/{id_}/run")
def go_on(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Let a process of its own play what is left of a sweep."""
    me, choice = context.settings.user, _choice_of(context, form)
    sweep = lookup.find_sweep(context.store, id_)

    def begin() -> StartedSweep:
        begun = reopen(context.store, sweep)
        _prepare(begun.definition, sweep.name, choice, me, rankers=begun.rankers)
        return begun

    return _start(request, context, form, begin, lambda problem: _rest(context, sweep, choice, problem))


def _choice_of(context: ViewerContext, form: HtmlForm) -> StartChoice:
    if not context.settings.allow_run:
        raise FormRefused(
            "These pages were started without --allow-run, so that nothing is played from here; start them with it, or "
            "use `sociarium run` in a terminal"
        )
    return StartChoice(
        sweep=form.text("sweep"),
        replicates=form.text("replicates"),
        max_cost=form.text("max_cost"),
        concurrency=form.text("concurrency"),
        retry_failed=form.text("retry") == "true",
    )


def _prepare(
    definition: Definition, sweep: str, choice: StartChoice, me: str, *, rankers: Sequence[str] | None = None
) -> None:
    config = Config({**load().values, "SOCIARIUM_USER": me})
    options = choice.options
    refuse_background(definition, sweep)
    finish(prepare_start(definition, sweep, options, ServingOptions(config, options.pull), rankers=rankers))


def _start(
    request: Request,
    context: ViewerContext,
    form: HtmlForm,
    begin: Callable[[], StartedSweep],
    again: Callable[[str], RunPage],
) -> Response:
    """Begin, and go to the sweep's page; where that is refused the form stands there again, with the reason."""
    try:
        begun = begin()
        refuse_paused(begun.sweep, context.store.orders(begun.sweep.id))
        words = [*_choice_of(context, form).words, "--no-pull", "--yes"]
        environment = {"SOCIARIUM_STORE": url_of(context.store), "SOCIARIUM_USER": context.settings.user}
        start = StartForm(form.text("start") or secrets.token_urlsafe(9), words, environment)
        context.starts.begin(context.store, begun, start, me=context.digests.me)
    except SociariumError as error:
        return _page(request, context, again(public_text(str(error))), status=status_of(error))
    context.forget_sweep(begun.sweep.id)
    return RedirectResponse(f"/sweeps/{begun.sweep.id}", 303)


def _rest(context: ViewerContext, sweep: SweepRecord, choice: StartChoice, problem: str = "") -> RunPage:
    digest = context.digests.of(sweep)
    return go_on_page(context.store, sweep, digest, choice, me=context.settings.user, problem=problem)


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
