"""Going on otherwise from a moment of a run: what that comes to, and beginning it as `fork` does."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sociarium.runner.library import lookup
from sociarium.runner.sweep.forks import place_sweep
from sociarium.runner.sweep.save import StartedSweep
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import HtmlForm, SentForm
from sociarium.viewer.pages.forking import MOST_FORKS, ForkChoice, ForkPage, chosen_forks, fork_page
from sociarium.viewer.routes.background import begin_in_background, prepare_background, start_choice
from sociarium.viewer.routes.requests import Context

router = APIRouter()
_Text = Annotated[str, Query(max_length=2_000)]


def _choice(
    at: _Text = "",
    change: _Text = "",
    other: _Text = "",
    replicates: Annotated[int, Query(ge=1, le=MOST_FORKS)] = 1,
    sham: bool = False,
    plan: bool = False,
) -> ForkChoice:
    return ForkChoice(at, change, other, replicates, sham, plan)


@router.get("/runs/{id_}/fork")
def fork(request: Request, context: Context, id_: str, choice: Annotated[ForkChoice, Depends(_choice)]) -> HTMLResponse:
    """What can be changed from a moment on, and what that comes to."""
    run = lookup.find_run_id(context.store, id_)
    return _page(request, context, fork_page(context.store, run, choice, creator=context.settings.user))


@router.post("/runs/{id_}/fork")
def begin_fork(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Place the forks, and let a process of its own play them."""
    me, start = context.settings.user, start_choice(context, form)
    run, choice = lookup.find_run_id(context.store, id_), _sent_choice(form)

    def begin() -> StartedSweep:
        plan = chosen_forks(context.store, run, choice, creator=me)
        prepare_background(plan.definition, plan.sweep.name, start, me, rankers=plan.rankers)
        return place_sweep(context.store, plan)

    def again(problem: str, status: int) -> HTMLResponse:
        shown = fork_page(context.store, run, choice, creator=me, start=start, refusal=problem)
        return _page(request, context, shown, status=status)

    return begin_in_background(context, form, start, begin, again)


def _sent_choice(form: HtmlForm) -> ForkChoice:
    branches = min(max(form.whole_number("replicates") or 1, 1), MOST_FORKS)
    text = form.text
    return ForkChoice(text("at"), text("change"), text("other"), branches, text("sham") == "true", is_planned=True)


def _page(request: Request, context: ViewerContext, shown: ForkPage, *, status: int = 200) -> HTMLResponse:
    return context.pages.page(
        request,
        "fork.html",
        place="sweeps",
        status=status,
        shown=shown,
        most=MOST_FORKS,
        may_run=context.settings.allow_run,
        start=secrets.token_urlsafe(9),
    )
