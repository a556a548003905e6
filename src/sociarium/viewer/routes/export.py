"""Pages that stand in an export alone."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sociarium.errors import NotFound
from sociarium.viewer.routes.requests import Context

router = APIRouter()


@router.get("/export/search")
def search(request: Request, context: Context) -> HTMLResponse:
    """The page that finds words in an export."""
    if not context.settings.exporting:
        raise NotFound("no page has this address")
    return context.pages.page(request, "export_search.html")
