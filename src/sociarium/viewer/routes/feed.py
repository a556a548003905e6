"""What a feed's run has beside its own page: people, posts with their threads, and who saw them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sociarium.records.runs import RunState
from sociarium.runner.library import lookup
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.live import StoreLook, stream
from sociarium.viewer.pages.feed import FeedQuery, Order
from sociarium.viewer.pages.feed_posts import reader_rows
from sociarium.viewer.pages.person import person_page
from sociarium.viewer.pages.thread import thread_page
from sociarium.viewer.routes.requests import Context

router = APIRouter()
_Day = Annotated[int, Query(ge=0, le=1_000_000)]


def _query(
    as_: Annotated[str, Query(alias="as", max_length=500)] = "",
    order: Order = "latest",
    tag: Annotated[str, Query(max_length=500)] = "",
    q: Annotated[str, Query(max_length=500)] = "",
    day: _Day = 0,
    opinion: Annotated[str, Query(max_length=500)] = "",
    page: Annotated[int, Query(ge=0, le=1_000_000)] = 1,
    inline: bool = False,
) -> FeedQuery:
    return FeedQuery(as_, order, tag, q, day, opinion, page, inline)


Feed = Annotated[FeedQuery, Depends(_query)]


@router.get("/runs/{id_}/people/{handle:path}")
def person(
    request: Request, context: Context, id_: str, handle: str, day: _Day = 0, inline: bool = False
) -> HTMLResponse:
    """A person of a feed."""
    run = lookup.find_run_id(context.store, id_)
    shown = person_page(context.store, context.feed(run, day), handle, inline=inline)
    return context.pages.page(request, "person.html", place="sweeps", shown=shown)


@router.get("/runs/{id_}/posts/{post}")
def post(request: Request, context: Context, id_: str, post: str) -> HTMLResponse:
    """A post in its thread, with who saw it."""
    run = lookup.find_run_id(context.store, id_)
    shown = thread_page(context.store, context.feed(run), post)
    return context.pages.page(request, "thread.html", place="sweeps", shown=shown)


@router.get("/runs/{id_}/posts-live")
def live(request: Request, context: Context, id_: str, known: Annotated[int, Query(ge=0)] = 0) -> Response:
    """How many posts there are beyond those of a page, while a feed is played."""
    run = lookup.find_run_id(context.store, id_)
    return stream(request, context.settings, _NewPosts(context, run, known).look)


@dataclass(slots=True)
class _NewPosts:
    """What one reader was told of.

    Attributes:
        seq: of the last event before which none is missing; `posts` counts those up to it.
    """

    context: ViewerContext
    run: str
    known: int
    told: int = 0
    seq: int = 0
    posts: int = 0

    def look(self) -> StoreLook:
        """The line above the timeline, where it says something else than before."""
        is_over = self.context.store.run_statuses([self.run])[0].state in {RunState.DONE, RunState.FAILED}
        for one in self.context.store.events(self.run, after=self.seq):
            if one.seq > self.seq + 1:
                break  # one before it is still on its way
            self.seq = one.seq
            self.posts += one.happening.kind == "post"
        new = self.posts - self.known
        text = self.context.pages.part("feed/fresh.html", run=self.run, new=new, posts=self.posts, is_over=is_over)
        if is_over:
            self.context.feeds.expire(lambda key: key[0] == self.run)
        is_news = new > self.told or is_over
        self.told = max(self.told, new)
        return StoreLook({"parts": {"feed-fresh": text}} if is_news else None, is_last=is_over)


@router.get("/runs/{id_}/posts/{post}/readers")
def readers(context: Context, id_: str, post: str, day: _Day = 0) -> HTMLResponse:
    """Who saw a post and what they made of it, as a part of a page."""
    run = lookup.find_run_id(context.store, id_)
    rows = reader_rows(context.waiting().feed(run, day), post)
    return HTMLResponse(context.pages.part("feed/readers.html", rows=rows, run=run))
