"""The pages as one application."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from loguru import logger
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from sociarium.errors import SociariumError
from sociarium.experiment.address import public_text
from sociarium.records.runs import Worker
from sociarium.viewer.address_faults import path_of_form, wrong_address
from sociarium.viewer.cache import Cache
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.drafts import Drafts
from sociarium.viewer.html import Pages
from sociarium.viewer.live import SharedLooks
from sociarium.viewer.looks import PageLooks
from sociarium.viewer.readings import Readings, StillReading
from sociarium.viewer.routes import (
    asking,
    codebooks,
    compare,
    composing,
    editing,
    experiment,
    experiments,
    export,
    feed,
    forking,
    labelling,
    results,
    running,
    settings,
    steering,
    sweep,
    transcript,
)
from sociarium.viewer.security import Guard
from sociarium.viewer.settings import ViewerSettings
from sociarium.viewer.starts import Starts
from sociarium.viewer.statuses import status_of
from sociarium.viewer.sweep_digest import SweepDigests

STATIC = Path(__file__).parent / "static"
"""The style sheet, the script and the icon."""
_PARTS = (
    experiments, experiment, compare, sweep, steering, asking, forking, results, composing, feed, transcript, codebooks,
    labelling, editing, running, settings, export,
)  # fmt: skip
_LARGE = 8
"""Sweeps whose numbers are remembered: each can take much memory."""
_MOST_OF_FEEDS = 600_000
"""Posts, and times that one was shown, that are remembered of feeds: a kilobyte each, or two."""
_COMPUTED = 64
"""Pages of results that are kept."""
_DRAWN = 16
"""Pages whose figures are kept."""
_RECENT = 60.0
"""Seconds for which numbers of a sweep that goes on are shown while they are read again."""
_SHORT = 1.0
"""Seconds of a reading for which its page is asked for again at once, and not every second."""
_TITLES = {
    400: "This cannot be shown",
    403: "Not allowed",
    404: "There is nothing here",
    405: "Nothing is shown here",
    409: "Somebody was first",
    410: "It is being deleted",
    422: "This cannot be read",
    502: "The model did not answer",
    503: "It is away",
}


def create_app(settings_: ViewerSettings, me: Worker) -> ASGIApp:
    """The application, with its guard around everything: an answer to a fault of ours has its headers, too.

    Args:
        me: this process, which says what "this machine" is.
    """
    app = FastAPI(title="Sociarium", openapi_url=None, docs_url=None, redoc_url=None)
    pages = Pages(settings_)
    app.state.context = _context(settings_, pages, me)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for part in _PARTS:
        app.include_router(part.router)

    def answer(request: Request, status: int, *messages: str, way_on: tuple[str, str] | None = None) -> Response:
        title = _TITLES.get(status, "Something went wrong")
        return pages.page(request, "error.html", status=status, title=title, messages=messages, way_on=way_on)

    @app.exception_handler(SociariumError)
    async def domain_error(request: Request, error: SociariumError) -> Response:
        return answer(request, status_of(error), public_text(str(error)))

    @app.exception_handler(StillReading)
    async def still_reading(request: Request, reading: StillReading) -> Response:
        # Accepted, and not there yet: the browser asks again by itself, without a script, too.
        again = 0 if reading.seconds < _SHORT else 1
        return pages.page(request, "reading.html", status=202, reading=reading, again=again)

    @app.exception_handler(RequestValidationError)
    async def invalid_request(request: Request, error: RequestValidationError) -> Response:
        wrong = wrong_address(error.errors(), request.url.path, request.url.query)
        way_on = (wrong.mended, "The same page without it") if wrong.mended else None
        return answer(request, 422, *wrong.sentences, way_on=way_on)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405 and request.method == "GET":
            message = "this address takes what a form sends, and shows nothing by itself"
            return answer(request, 405, message, way_on=(path_of_form(request.url.path), "The page with the form"))
        message = "no page has this address" if error.status_code == 404 else str(error.detail)
        return answer(request, error.status_code, message)

    @app.exception_handler(Exception)
    async def unexpected_error(request: Request, error: Exception) -> Response:
        logger.opt(exception=error).error("a fault of the pages")
        kind = type(error).__name__
        return answer(request, 500, f"a fault of Sociarium, {kind}; please report it. Nothing that was stored is lost")

    return Guard(app, settings_)


def _context(settings_: ViewerSettings, pages: Pages, me: Worker) -> ViewerContext:
    return ViewerContext(
        settings_,
        pages,
        SweepDigests(settings_.store, me),
        Readings(Cache(lambda page: page.digest.is_complete)),
        Readings(Cache(lambda read: read.is_complete, most=_MOST_OF_FEEDS, weight=lambda read: read.size)),
        Readings(Cache(lambda loaded: loaded.account.taken == loaded.account.planned, most=_LARGE), recent=_RECENT),
        Readings(Cache(lambda page: page.account.taken == page.account.planned, most=_COMPUTED)),
        Readings(Cache(lambda _: True, most=_DRAWN)),
        Readings(Cache(lambda _: False, most=_COMPUTED)),
        Readings(Cache(lambda _: False, most=_COMPUTED), recent=_RECENT),
        Drafts(),
        PageLooks(settings_),
        Starts(),
        SharedLooks(),
    )
