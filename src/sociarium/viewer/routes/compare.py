"""/compare: two runs side by side, or what a run can be laid beside."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sociarium.runner.library import lookup
from sociarium.viewer.pages.compare import choice_page, compare_page, start_page
from sociarium.viewer.routes.requests import Context

router = APIRouter()
_Id = Annotated[str, Query(max_length=100)]


@router.get("/compare")
def compare(
    request: Request, context: Context, a: _Id = "", b: _Id = "", page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
) -> HTMLResponse:
    """Two runs; one alone asks for the other, and none for one to begin with."""
    if not a.strip():
        offered = start_page(context.store)
        return context.pages.page(request, "compare_start.html", place="sweeps", shown=offered, b=b.strip())
    first = lookup.find_run_id(context.store, a.strip())
    if not b.strip():
        chosen = choice_page(context.store, first)
        return context.pages.page(request, "compare_choice.html", place="sweeps", shown=chosen)
    shown = compare_page(context.store, first, lookup.find_run_id(context.store, b.strip()), page=page)
    return context.pages.page(request, "compare.html", place="sweeps", shown=shown)
