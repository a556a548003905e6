"""What every route takes from a request."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from sociarium.viewer.context import ViewerContext


def _context(request: Request) -> ViewerContext:
    context: ViewerContext = request.app.state.context
    return context


Context = Annotated[ViewerContext, Depends(_context)]


def now() -> datetime:
    """Now, with this machine's zone."""
    return datetime.now().astimezone()
