"""A feed's run as its posts, thread by thread: what this public wrote, until it has a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.exchange.run_document import run_document
from sociarium.exchange.threads import counts_text, threads
from sociarium.ports.store import Store
from sociarium.records.lists import label_of
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.viewer.labels import condition_text, marks
from sociarium.viewer.pages.turns import Words, cut

SHOWN = 100


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post in its thread."""

    id: str
    author: str
    mark: str
    day: int
    time: str
    kind: str
    depth: int
    words: Words
    counts: str
    shared_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedRunPage:
    """A feed's run, or the people that were written for it."""

    run: str
    experiment: Experiment
    sweep: SweepRecord | None
    title: str
    condition: tuple[tuple[str, str], ...]
    replicate: int
    state: str
    error: str | None
    is_offline: bool
    people: int
    days: int
    posts: int
    lines: tuple[PostLine, ...]
    page: int
    pages: int


def feed_run_page(store: Store, run_id: str, *, page: int = 1) -> FeedRunPage:
    """A feed by its run. Raises `NotFound`."""
    document = run_document(store, run_id)
    posts = document.get("posts", [])
    marked = marks(person.get("role", "") for person in document.get("people", []))
    role = {person["handle"]: person.get("role", "") for person in document.get("people", [])}
    placed = list(threads(posts))
    pages = max(1, -(-len(placed) // SHOWN))
    page = min(max(page, 1), pages)
    condition = document["condition"]
    return FeedRunPage(
        run=run_id,
        experiment=store.experiment(document["experiment"]),
        sweep=store.sweep(document["sweep"]) if document["sweep"] else None,
        title=condition_text(condition, tuple(condition)),
        condition=tuple((factor, label_of(level)) for factor, level in condition.items()),
        replicate=document["replicate"],
        state=document["state"],
        error=document["error"],
        is_offline=document["offline"],
        people=len(document.get("people", [])),
        days=max((post["day"] for post in posts), default=0),
        posts=len(posts),
        lines=tuple(
            PostLine(
                one.post["id"],
                one.post["author"],
                marked.get(role.get(one.post["author"], ""), "r5"),
                one.post["day"],
                one.post["time"],
                one.post["kind"],
                min(one.depth, 5),
                cut(one.post["content"]),
                counts_text(one.post),
                one.shared_by,
            )
            for one in placed[(page - 1) * SHOWN : page * SHOWN]
        ),
        page=page,
        pages=pages,
    )
