"""Templates: everything that comes from models and people is escaped, whatever it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sociarium.analysis.positive_spread import spreads_text
from sociarium.exchange.sanitize import one_line, sanitize
from sociarium.records.lists import id_name
from sociarium.runner.library.consent import consent_digest
from sociarium.runner.library.faults import REASONS
from sociarium.version import __version__
from sociarium.viewer import words
from sociarium.viewer.labels import condition_text, flag_text
from sociarium.viewer.pages.outcomes import outcome_label
from sociarium.viewer.pages.sweep import Cell, ConditionRow
from sociarium.viewer.settings import ViewerSettings, is_loopback

THEMES = ("system", "light", "dark")
THEME_COOKIE = "sociarium_theme"
_LONGEST_NAME = 300
_SHORT_NAME = 60
_LONGEST_NOTE = 4_000


def environment() -> Environment:
    """Jinja with our filters; a name that a template misspells is an error, and every value is escaped."""
    made = Environment(
        loader=PackageLoader("sociarium.viewer", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= _FILTERS
    return made


def clock(at: str) -> str:
    """A stored moment as this machine's clock has it."""
    return f"{words.local(at):%H:%M:%S}"


def beginning(text: str) -> str:
    """As much of a note or an error as anybody reads."""
    return f"{text[:_LONGEST_NOTE]}…" if len(text) > _LONGEST_NOTE else text


def moment(at: str) -> str:
    """A stored moment as people say it now."""
    return words.moment(at, datetime.now().astimezone())


_RUN = Markup('<a class="cell {0}" href="/runs/{1}" aria-label="{2}" title="{2}"></a>')
_NO_RUN = Markup('<span class="cell {0}" role="img" aria-label="{2}"></span>')


@lru_cache(maxsize=20_000)
def run_cell(cell: Cell) -> Markup:
    """A run in the grid; kept, because a page has thousands of them that seldom change."""
    # `format` of `Markup` escapes what it puts in.
    return (_RUN if cell.run else _NO_RUN).format(cell.state, cell.run, cell.label)


@lru_cache(maxsize=20_000)
def _place(row: int, cell: Cell) -> Markup:
    return Markup('<li id="cell-{}-{}">{}</li>').format(row, cell.replicate, run_cell(cell))


def run_cells(row: ConditionRow) -> Markup:
    """The runs of a condition."""
    # What is joined is markup, each of it.
    return Markup("".join(_place(row.number, cell) for cell in row.cells))  # noqa: S704


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "spreads": lambda marks: spreads_text([replace(mark, outcome=outcome_label(mark.outcome)) for mark in marks]),
    "number": words.number,
    "counted": words.count_in_words,
    "capital": words.capital,
    "duration": words.duration,
    "percent": words.percent,
    "beginning": beginning,
    "clock": clock,
    "moment": moment,
    "flag": flag_text,
    "empty_reason": lambda reason: REASONS.get(reason, one_line(reason, most=60)),
    "run_cells": run_cells,
    "line": partial(one_line, most=_LONGEST_NAME),
    "short": partial(one_line, most=_SHORT_NAME),
    "harmless": sanitize,
    "id_name": id_name,
    "condition": lambda condition: condition_text(condition, tuple(condition)),
    "same": lambda names: [(name, name) for name in names],
    "consent_digest": consent_digest,
    "with_sort": lambda query, order: urlencode({**query, "sort": order}),
}


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What every page has around it.

    Attributes:
        place: which part of the navigation is current.
        path: of this page with its query, to come back to after a form.
    """

    place: str
    path: str
    theme: str
    user: str
    store: str
    address: str
    is_local: bool
    read_only: bool
    is_export: bool
    form_token: str
    version: str


class Pages:
    """Answers with pages."""

    def __init__(self, settings: ViewerSettings) -> None:
        self._settings = settings
        self._environment = environment()

    def page(
        self, request: Request, template: str, *, place: str = "", status: int = 200, **values: object
    ) -> HTMLResponse:
        """A whole page.

        Args:
            values: what the template says.
        """
        context = {"frame": self._frame(request, place), **values}
        return HTMLResponse(self._environment.get_template(template).render(context), status)

    def part(self, template: str, **values: object) -> str:
        """A part of a page, for one that is open."""
        return self._environment.get_template(template).render(values)

    def _frame(self, request: Request, place: str) -> PageFrame:
        settings = self._settings
        theme = request.cookies.get(THEME_COOKIE, THEMES[0])
        query = f"?{request.url.query}" if request.url.query else ""
        return PageFrame(
            place=place,
            path=request.url.path + query,
            theme=theme if theme in THEMES else THEMES[0],
            user=settings.user,
            store=settings.store.url,
            address=f"{settings.host}:{settings.port}",
            is_local=is_loopback(settings.host),
            read_only=settings.read_only,
            is_export=settings.exporting,
            form_token=settings.form_token,
            version=__version__,
        )
