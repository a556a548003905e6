"""Live pages: server-sent events with the parts that have changed, looked for at a pace that the store hardly feels."""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast

from starlette.requests import Request
from starlette.responses import StreamingResponse

from sociarium.errors import SociariumError
from sociarium.viewer.settings import ViewerSettings

T = TypeVar("T")

_SHARE = 50
"""A look takes at most one part in so many of the time: two hundredths of one processor."""
_PAUSE = 1.0
_LONGEST_PAUSE = 20.0
_SLICE = 0.25
_MOST_SHARED = 64
"""Pages whose last look is kept."""
_QUIET = 15.0
"""Seconds after which a line says that the connection stands."""


@dataclass(frozen=True, slots=True)
class StoreLook:
    """What a look at the store found.

    Attributes:
        data: for the page; None where nothing has changed.
        mark: names this moment, so that a page that lost its connection goes on from there.
        is_last: whether nothing will change any more.
    """

    data: Mapping[str, Any] | None
    mark: str = ""
    is_last: bool = False


class SharedLooks:
    """What several readers of one page are shown: one look at the store serves all who ask before the next is due.

    A look is due when fifty times what the last one took is over, so that all readers together take no more of the
    time than one alone.

    Concurrency: any thread may ask; of those who ask while a look is taken one takes it, the others wait for it.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._locks: OrderedDict[Hashable, Lock] = OrderedDict()
        self._last: dict[Hashable, tuple[float, object]] = {}

    def get(self, key: Hashable, look: Callable[[], T], *, is_first: bool) -> T:
        """What a look came to, the last one or a new one.

        Args:
            is_first: whether the reader has just opened the page, which may know more than the last look.
        """
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
            self._locks.move_to_end(key)
            while len(self._locks) > _MOST_SHARED:
                self._last.pop(self._locks.popitem(last=False)[0], None)
        with lock:
            due, value = self._last.get(key, (0.0, None))
            began = self._monotonic()
            if key not in self._last or is_first or began >= due:
                value = look()
                ended = self._monotonic()
                self._last[key] = (ended + max(_PAUSE, _SHARE * (ended - began)), value)
            return cast("T", value)


def stream(request: Request, settings: ViewerSettings, look: Callable[[], StoreLook]) -> StreamingResponse:
    """Answer with what `look` finds, again and again, until nothing will change, the reader leaves or the server
    stops.

    Args:
        look: reads the store; called in a thread, one call at a time.
    """
    return StreamingResponse(_events(request, settings, look), media_type="text/event-stream")


async def _events(request: Request, settings: ViewerSettings, look: Callable[[], StoreLook]) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    quiet = 0.0
    while not settings.stopping.is_set() and not await request.is_disconnected():
        began = time.monotonic()
        try:
            current = await asyncio.to_thread(look)
        except SociariumError as error:
            yield event("problem", {"message": str(error)})
            current = StoreLook(None)
        took = time.monotonic() - began
        if current.data is not None:
            yield event("parts", current.data, current.mark)
            quiet = 0.0
        if current.is_last:
            yield event("end", {})
            return
        pause = min(max(_PAUSE, _SHARE * took), _LONGEST_PAUSE)
        quiet += pause
        if quiet > _QUIET:
            yield ": still here\n\n"
            quiet = 0.0
        await _wait(request, settings, pause)


def event(name: str, data: Mapping[str, Any], mark: str = "") -> str:
    """An event as the protocol spells it; JSON has no line ends of its own."""
    named = f"id: {mark}\n" if mark else ""
    return f"{named}event: {name}\ndata: {json.dumps(data)}\n\n"


async def _wait(request: Request, settings: ViewerSettings, seconds: float) -> None:
    """Sleep, but no longer than the server or the reader stay."""
    end = time.monotonic() + seconds
    while (seconds_left := end - time.monotonic()) > 0 and not settings.stopping.is_set():
        if await request.is_disconnected():
            return
        await asyncio.sleep(min(seconds_left, _SLICE))
