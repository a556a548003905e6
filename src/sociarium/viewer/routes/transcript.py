"""/runs/ID: the transcript, the exact prompts behind it, and whole texts."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from sociarium.errors import NotFound
from sociarium.exchange.sent_forms import sent_form_lines
from sociarium.ports.model import ModelRequest
from sociarium.records.runs import RunState
from sociarium.runner.library import lookup
from sociarium.runner.library.status import RunStates
from sociarium.runner.run.replay import replay
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.live import StoreLook, stream
from sociarium.viewer.pages.feed import feed_page
from sociarium.viewer.pages.population import population_page
from sociarium.viewer.pages.transcript import page_of_message, transcript_page, whole_text
from sociarium.viewer.routes.feed import Feed
from sociarium.viewer.routes.requests import Context

router = APIRouter()
_Posts = Annotated[int, Query(ge=0, le=10**9)]
_Page = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/runs/{id_}")
def transcript(
    request: Request, context: Context, id_: str, query: Feed, page: _Page = 1, edit: str = "", posts: _Posts = 0
) -> HTMLResponse:
    """A run: its transcript, or of a feed its posts, so many at least, or of a population its people."""
    stored = lookup.find_run(context.store, id_)
    run, me = stored.id, context.settings.user
    match json.loads(stored.content).get("environment"):
        case "feed":
            feed = feed_page(context.store, context.feed(run, query.day, least=posts), query)
            return context.pages.page(request, "feed.html", place="sweeps", shown=feed)
        case "population":
            people = population_page(context.store, run, page=page)
            return context.pages.page(request, "population.html", place="sweeps", shown=people)
    shown = transcript_page(context.store, run, me=me, page=page)
    # Whether its worker is still there is asked of a run alone that stands as taken up.
    live = shown.state == RunState.RUNNING and shown.page == shown.pages and _state(context, run) is RunState.RUNNING
    return context.pages.page(request, "transcript.html", place="sweeps", shown=shown, live=live, editing=bool(edit))


@router.get("/runs/{id_}/messages/{day}.{index}")
def message(context: Context, id_: str, day: Annotated[int, Path(ge=1)], index: Annotated[int, Path(ge=1)]) -> Response:
    """A message, on whatever page it stands."""
    run = lookup.find_run_id(context.store, id_)
    page = page_of_message(context.store, run, day, index)
    return RedirectResponse(f"/runs/{run}?page={page}#m{day}-{index}", 303)


@router.get("/runs/{id_}/texts/{seq}")
def text(context: Context, id_: str, seq: int) -> Response:
    """All that was said under a number, as plain text."""
    return PlainTextResponse(whole_text(context.store, lookup.find_run_id(context.store, id_), seq))


@router.get("/runs/{id_}/prompts/{key:path}")
def prompt(request: Request, context: Context, id_: str, key: str, part: str = "") -> HTMLResponse:
    """The exact request of a call, rebuilt word for word by replaying the run."""
    run = lookup.find_run_id(context.store, id_)
    replayed = asyncio.run(replay(context.store, run))
    request_sent = replayed.requests.get(key)
    if request_sent is None:
        raise NotFound(f"run {run[:12]} asked nothing under {key!r}")
    values: dict[str, Any] = {"run": run, "key": key, "prompt": request_sent, "options": _options(request_sent)}
    values["forms"] = tuple(sent_form_lines(request_sent, replayed.forms.get(key, {})))
    if part:
        return HTMLResponse(context.pages.part("transcript/prompt.html", **values))
    return context.pages.page(request, "prompt.html", place="sweeps", **values)


@router.get("/runs/{id_}/live")
def live(request: Request, context: Context, id_: str, after: Annotated[int, Query(ge=0)] = 0) -> Response:
    """What is said in a run while it is open, from a number on."""
    run = lookup.find_run_id(context.store, id_)
    last_id = request.headers.get("last-event-id", "")
    seq = max(after, int(last_id)) if last_id.isascii() and last_id.isdigit() else after
    return stream(request, context.settings, _Growth(context, run, seq).look)


def _options(request: ModelRequest) -> str:
    return " · ".join(f"{name} {value}" for name, value in request.model.options.items())


def _state(context: ViewerContext, run: str) -> RunState:
    return RunStates(context.store, context.digests.me).of(context.store.run_statuses([run])[0])


@dataclass(slots=True)
class _Growth:
    """What one reader has seen of a run."""

    context: ViewerContext
    run: str
    seq: int

    def look(self) -> StoreLook:
        """What was said since, as parts of the page."""
        state = _state(self.context, self.run)
        shown = transcript_page(self.context.store, self.run, me=self.context.settings.user, page=0)
        new = [
            {
                "day": day.number,
                "anchor": turn.anchor,
                "said": turn.kind == "message",
                "html": self._turn(shown, turn),
            }
            for day in shown.days
            for turn in day.turns
            if turn.seq > self.seq
        ]
        is_last = state is not RunState.RUNNING
        parts = {"run-lede": self.context.pages.part("transcript/lede.html", shown=shown, live=not is_last)}
        parts["run-score"] = self.context.pages.part("transcript/score.html", shown=shown)
        self.seq = max(self.seq, shown.seq)
        return StoreLook({"turns": new, "parts": parts} if new or is_last else None, str(self.seq), is_last)

    def _turn(self, shown: object, turn: object) -> str:
        return self.context.pages.part("transcript/turn.html", shown=shown, turn=turn)
