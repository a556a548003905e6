"""/sweeps/ID, live."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.experiment.design.expansion import Design
from sociarium.runner.library import lookup
from sociarium.runner.library.sweep_factors import sweep_design
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.html import run_cell
from sociarium.viewer.live import StoreLook, stream
from sociarium.viewer.pages.sweep import SweepPage, sweep_page
from sociarium.viewer.routes.requests import Context
from sociarium.viewer.words import now

router = APIRouter()
_Page = Annotated[int, Query(ge=1, le=1_000_000)]
_PARTS = ("lede", "alerts", "facts", "legend", "empty", "failures", "said", "orders")
"""Parts of the page that change in place; each is a template of its own."""


@router.get("/sweeps")
def running(request: Request, context: Context) -> Response:
    """The sweep that is worked on, or the latest one."""
    sweeps = context.store.sweeps()[:20]
    if not sweeps:
        return context.pages.page(request, "no_sweeps.html", place="sweeps")
    live = next((sweep for sweep in sweeps if context.digests.of(sweep).is_live), sweeps[0])
    return RedirectResponse(f"/sweeps/{live.id}", 303)


@router.get("/sweeps/{id_}")
def sweep(request: Request, context: Context, id_: str, page: _Page = 1) -> HTMLResponse:
    """A sweep as it stands."""
    record = lookup.find_sweep(context.store, id_)
    return context.pages.page(request, "sweep.html", place="sweeps", shown=context.sweep(record, page))


@router.get("/sweeps/{id_}/live")
def live(request: Request, context: Context, id_: str, page: _Page = 1) -> Response:
    """What changes of a sweep while it is open."""
    record = lookup.find_sweep(context.store, id_)
    changes = _Changes(context, record.id, page, sweep_design(context.store, record))
    return stream(request, context.settings, changes.look)


@dataclass(slots=True)
class _Changes:
    """What one reader has seen of a sweep."""

    context: ViewerContext
    sweep: str
    page: int
    design: Design | None
    seen: dict[str, str] = field(default_factory=dict)
    runs: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    last: SweepPage | None = None

    def look(self) -> StoreLook:
        """The parts that differ from what was sent last: by the id of an element what stands in it."""
        shown = self.context.live_looks.get((self.sweep, self.page), self._read, is_first=self.last is None)
        if shown is self.last:
            return StoreLook(None)
        self.last = shown
        parts = {f"sweep-{name}": self._part(f"sweep/{name}.html", shown) for name in _PARTS}
        parts |= self._cells(shown)
        changed = {name: text for name, text in parts.items() if self.seen.get(name) != text}
        self.seen |= changed
        news = {"parts": changed, "done": shown.digest.counts.done}
        return StoreLook(news if changed else None, is_last=not shown.digest.is_live and len(self.seen) > 0)

    def _read(self) -> SweepPage:
        context = self.context
        return sweep_page(
            context.store, self.sweep, me=context.digests.me, now=now(), page=self.page, design=self.design
        )

    def _part(self, template: str, shown: SweepPage) -> str:
        return self.context.pages.part(template, shown=shown)

    def _cells(self, shown: SweepPage) -> dict[str, str]:
        parts = {}
        for group in shown.groups:
            for row in group.rows:
                parts[f"row-{row.number}-done"] = self.context.pages.part("sweep/done.html", row=row, shown=shown)
                for cell in row.cells:
                    name, state = f"cell-{row.number}-{cell.replicate}", (cell.run, cell.state)
                    if self.runs.get(name) != state:
                        self.runs[name] = state
                        parts[name] = run_cell(cell)
        return parts
