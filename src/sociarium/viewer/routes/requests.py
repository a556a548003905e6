"""What every route takes from a request."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from sociarium.viewer.context import ViewerContext


def _context(request: Request) -> ViewerContext:
    context: ViewerContext = request.app.state.context
    is_page = request.method == "GET" and not request.query_params.get("part")
    return replace(context, patience=context.settings.patience) if is_page else context


Context = Annotated[ViewerContext, Depends(_context)]
