"""Going on otherwise from a moment of a run: what that comes to. Nothing is stored by looking at a plan."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sociarium.runner.library import lookup
from sociarium.viewer.pages.forking import MOST_FORKS, ForkChoice, fork_page
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
    shown = fork_page(context.store, run, choice, creator=context.settings.user)
    return context.pages.page(request, "fork.html", place="sweeps", shown=shown, most=MOST_FORKS)
