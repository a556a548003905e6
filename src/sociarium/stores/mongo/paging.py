"""Reading in pages that begin small and grow: a screen costs little, and everything few round trips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from pymongo import ASCENDING, DESCENDING
from pymongo.collection import Collection

from sociarium.stores.mongo.documents import Document

T = TypeVar("T")

FIRST, MOST = 64, 1000
"""The size of a first page, which fills a screen, and that of the largest."""
_BATCH = 2000
_LATEST_FIRST = [("created", DESCENDING), ("_id", ASCENDING)]


def read(
    collection: Collection[Document],
    filter_: Document,
    projection: Document | None = None,
    *,
    sort: list[tuple[str, int]] | None = None,
    limit: int = 0,
) -> list[Document]:
    """Documents; a server that gets no number sends a hundred and waits to be asked for more."""
    return list(collection.find(filter_, projection, sort=sort, limit=limit, batch_size=limit or _BATCH))


def latest_pages(
    collection: Collection[Document], filter_: Document, projection: Document | None = None
) -> Iterator[list[Document]]:
    """Documents by when they were created, the latest first; no cursor stays open while the caller takes its time."""
    next_page, repeats = filter_, set[str]()
    for size in page_sizes():
        # Those of the moment at which the last page ended come again.
        limit = size + len(repeats)
        page = read(collection, next_page, projection, sort=_LATEST_FIRST, limit=limit)
        yield [document for document in page if document["_id"] not in repeats]
        if len(page) < limit:
            return
        last = page[-1]["created"]
        next_page, repeats = (
            {**filter_, "created": {"$lte": last}},
            {document["_id"] for document in page if document["created"] == last},
        )


def page_sizes() -> Iterator[int]:
    """Sizes of pages, one after another."""
    size = FIRST
    while True:
        yield size
        size = min(4 * size, MOST)


def pages(items: Iterable[T]) -> Iterator[list[T]]:
    """Items in pages; nothing is taken before it is asked for."""
    rest, sizes = iter(items), page_sizes()
    while page := list(islice(rest, next(sizes))):
        yield page


def slices(items: Sequence[T], size: int = MOST) -> Iterator[Sequence[T]]:
    """Items that are all read, in pages of one size."""
    return (items[start : start + size] for start in range(0, len(items), size))


def distinct(ids: Iterable[str]) -> list[str]:
    """Ids, each once."""
    return list(dict.fromkeys(ids))
