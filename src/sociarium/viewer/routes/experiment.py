"""/experiments/ID"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sociarium.runner.library import lookup
from sociarium.viewer.pages.experiment import experiment_page
from sociarium.viewer.routes.requests import Context

router = APIRouter()


@router.get("/experiments/{id_}")
def experiment(
    request: Request,
    context: Context,
    id_: str,
    sweep: Annotated[str, Query(max_length=500)] = "",
    condition: Annotated[int, Query(ge=0, le=10**12)] = 0,
) -> HTMLResponse:
    """An experiment, with the prompts of one condition."""
    me = context.settings.user
    named = lookup.find_experiment(context.store, id_, creator=me)
    shown = experiment_page(
        context.store, named.id, me=me, digest_of=context.digests.of, sweep=sweep, condition=condition
    )
    return context.pages.page(request, "experiment.html", place="experiments", shown=shown)
