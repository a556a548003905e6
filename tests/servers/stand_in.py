"""A model server of this machine that is none: slots, latency, faults, absences, and a record of every request.

Use it in a test as a context manager, which serves from a thread of its own:

    with openai_server(slots=4, latency=0.01) as server:
        ... server.url ... server.chats[0].json ...

What a test changes on it (`latency`, `faults`, `away()`) holds from the next request on.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from tests.servers.faults import Fault, Faults
from tests.servers.wire import DROP, Connection, Request, Response, as_json

_LOAD = "/stand-in/load"
_RESET = "/stand-in/reset"
_TURNS_OF_ACCEPTING = 5
"""asyncio makes a transport of what it accepted in one turn, its protocol in the next; some more are none too many."""


@dataclass(slots=True)
class Received:
    """A request that was received.

    Attributes:
        open: chat calls under way when it came, itself among them.
        arrived, began, ended: monotonic seconds: in, into a slot, out of it; None where that never happened.
        status: of the answer; 0 for a dropped connection, None while it is under way.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    open: int
    arrived: float
    began: float | None = None
    ended: float | None = None
    status: int | None = None
    fault: Fault | None = None
    query: str = ""

    @property
    def json(self) -> Any:
        """The body as sent."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Load:
    """How busy the slots were.

    Attributes:
        window: seconds from the first call into a slot to the last out of one.
        busy: seconds that slots were taken, summed over the slots.
        peak: most chat calls under way at once, waiting ones among them.
    """

    calls: int
    window: float
    busy: float
    slots: int
    peak: int

    @property
    def utilisation(self) -> float:
        """Busy time over the time that the slots were there."""
        return self.busy / (self.slots * self.window) if self.window else 0.0


class Dialect(Protocol):
    """A protocol that a stand-in speaks."""

    chat: str
    """Path of the calls that take a slot and may meet a fault."""

    def refusal(self, request: Request) -> Response | None:
        """Why a chat call is turned away before it takes a slot; None when it is not."""
        ...

    async def prepare(self, request: Request) -> None:
        """What a chat call waits for in its slot, before it is answered."""
        ...

    def answer(self, request: Request) -> Response:
        """The answer to a chat call."""
        ...

    async def other(self, request: Request) -> Response:
        """The answer to any other request."""
        ...

    def failure(self, status: int, words: str) -> Response:
        """A server error in the protocol's words."""
        ...


@dataclass(slots=True)
class StandIn:
    """The mechanics that stand-ins of all protocols share.

    Attributes:
        slots: calls served at once; further ones wait.
        latency: seconds that a slot is taken by a call.
        together: no call is answered before so many are under way; 0 for none.
        record: whether requests are kept.
    """

    dialect: Dialect
    port: int = 0
    slots: int = 64
    latency: float = 0.0
    faults: Faults = field(default_factory=Faults)
    together: int = 0
    record: bool = True
    received: list[Received] = field(default_factory=list)
    _calls: int = 0
    _open: int = 0
    _peak: int = 0
    _busy: float = 0.0
    _first: float | None = None
    _last: float = 0.0
    _free: asyncio.Semaphore | None = None
    _all_there: asyncio.Event | None = None
    _server: asyncio.Server | None = None
    _connections: set[Connection] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def chats(self) -> list[Received]:
        """The chat calls received, in order."""
        return [request for request in self.received if request.path == self.dialect.chat]

    @property
    def load(self) -> Load:
        """How busy the slots were since the start, or since the last reset."""
        window = self._last - self._first if self._first is not None else 0.0
        return Load(self._calls, window, self._busy, self.slots, self._peak)

    @property
    def open(self) -> int:
        """Chat calls under way."""
        return self._open

    def reset(self) -> None:
        """Forget what was received and measured."""
        self.received.clear()
        self._calls = self._peak = 0
        self._busy, self._first = 0.0, None

    async def listen(self) -> None:
        """Begin to listen in the running loop; again on the same port after an absence."""
        self._loop = asyncio.get_running_loop()
        self._free = self._free or asyncio.Semaphore(self.slots)
        self._all_there = self._all_there or asyncio.Event()
        self._server = await self._loop.create_server(
            lambda: Connection(self._handle, self._connections), "127.0.0.1", self.port, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def leave(self) -> None:
        """Stop listening and reset every connection."""
        if self._server is not None:
            self._server.close()
            # What was being accepted becomes a connection some turns of the loop later.
            for _ in range(_TURNS_OF_ACCEPTING):
                await asyncio.sleep(0)
                while self._connections:
                    await asyncio.gather(*(connection.abort() for connection in list(self._connections)))
            await self._server.wait_closed()
            self._server = None

    def away(self) -> None:
        """Be gone, as seen from another thread: nobody listens on the port."""
        self._elsewhere(self.leave)

    def back(self) -> None:
        """Be back on the same port."""
        self._elsewhere(self.listen)

    @contextmanager
    def serving(self) -> Iterator[Self]:
        """Serve from a thread of its own."""
        ready = threading.Event()
        done: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

        async def serve() -> None:
            await self.listen()
            over = asyncio.Event()
            done.append((asyncio.get_running_loop(), over))
            ready.set()
            await over.wait()
            await self.leave()

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        if not ready.wait(10):
            raise RuntimeError("the stand-in did not start")
        try:
            yield self
        finally:
            loop, over = done[0]
            loop.call_soon_threadsafe(over.set)
            thread.join(10)

    def _elsewhere(self, step: Callable[[], Awaitable[None]]) -> None:
        async def taken() -> None:
            await step()

        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(taken(), self._loop).result(10)

    async def _handle(self, request: Request) -> Response:
        if request.path == self.dialect.chat:
            return await self._chat(request)
        if request.path == _LOAD:
            load = self.load
            names = ("calls", "window", "busy", "slots", "peak", "utilisation")
            return as_json({name: getattr(load, name) for name in names})
        if request.path == _RESET:
            self.reset()
            return as_json({})
        note = self._noted(request)
        response = await self.dialect.other(request)
        note.status = response.status
        return response

    def _noted(self, request: Request) -> Received:
        note = Received(
            request.method,
            request.path,
            request.headers,
            request.body,
            self._open,
            arrived=time.monotonic(),
            query=request.query,
        )
        if self.record:
            self.received.append(note)
        return note

    async def _chat(self, request: Request) -> Response:
        self._open += 1
        self._calls += 1
        self._peak = max(self._peak, self._open)
        note = self._noted(request)
        note.fault = self.faults.of(self._calls) if self.faults.any else None
        try:
            response = await self._response(request, note)
        finally:
            self._open -= 1
        note.status = response.status
        return response

    async def _response(self, request: Request, note: Received) -> Response:
        if note.fault == "limited":
            turned_away = self.dialect.failure(429, "Rate limit reached, slow down.")
            patience = self.faults.retry_after
            return Response(429, turned_away.body, {"retry-after": patience} if patience else {})
        if note.fault == "overloaded":
            return self.dialect.failure(503, "The server is overloaded, try again later.")
        if note.fault == "busy":
            return self.dialect.failure(503, "server busy, please try again.  maximum pending requests exceeded")
        if turned_away_for_good := self.dialect.refusal(request):
            return turned_away_for_good
        assert self._free is not None
        async with self._free:
            note.began = time.monotonic()
            if self._first is None:
                self._first = note.began
            try:
                if note.fault == "hang":
                    await asyncio.Event().wait()
                if self.together:
                    await self._everybody()
                await self.dialect.prepare(request)
                if self.latency:
                    await asyncio.sleep(self.latency)
                return self._spoiled(self.dialect.answer(request), note.fault)
            finally:
                note.ended = self._last = time.monotonic()
                self._busy += note.ended - note.began

    async def _everybody(self) -> None:
        assert self._all_there is not None
        if self._open >= self.together:
            self._all_there.set()
        await self._all_there.wait()

    def _spoiled(self, good: Response, fault: Fault | None) -> Response:
        match fault:
            case "error":
                return self.dialect.failure(500, "Something broke inside.")
            case "drop":
                return DROP
            case "cut":
                return Response(good.status, good.body, good.headers, keep=len(good.body) // 2)
            case "stall":
                return Response(good.status, good.body, good.headers, keep=len(good.body) // 2, stalls=True)
            case "half":
                return Response(good.status, good.body[: len(good.body) // 2], good.headers)
            case "empty":
                return as_json({"choices": [], "message": {}, "done": True})
            case "gateway":
                return Response(502, b"<html><body>Bad Gateway</body></html>", {"content-type": "text/html"})
            case "stopped":
                return self.dialect.failure(500, "model runner has unexpectedly stopped")
            case "garbage":
                return Response(200, b"<html><body>502 upstream \xff</body>", {"content-type": "text/html"})
            case "shape":
                return as_json({"choices": "none", "message": ["not", "one"], "done": 7})
            case _:
                return good
