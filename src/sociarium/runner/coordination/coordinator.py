"""What one process decides for all workers of a start: who asks what and when, what may be spent, when it is enough.

The coordinator has the router, the endpoints with their limits and health, the first calls, the turns of models, what
serves each model, the orders of people, the concurrency, and the budget. So all of these hold across workers as they
hold within one process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from loguru import logger

from sociarium.errors import ModelError
from sociarium.ports.model import ServedReply
from sociarium.ports.observer import (
    CallDone,
    MessageAdded,
    News,
    Observer,
    RunDone,
    WorkerLost,
)
from sociarium.records.runs import Counters
from sociarium.records.steering import SteeringOrder
from sociarium.runner.coordination.link import Link
from sociarium.runner.coordination.messages import (
    Alive,
    Answered,
    Ask,
    Began,
    Concurrency,
    Drain,
    EndNow,
    Failed,
    Finished,
    Followed,
    Forget,
    Heard,
    Logged,
    Message,
    Ordered,
    Refused,
    Settled,
    Standing,
    Withdrawn,
)
from sociarium.runner.coordination.remote_models import CALL, RemoteCall, stand_in
from sociarium.runner.coordination.run_news import RunNews
from sociarium.runner.models.budget import Spending
from sociarium.runner.models.order_share import shares
from sociarium.runner.models.orders import Orders, RunEnded
from sociarium.runner.models.router import Router
from sociarium.runner.workers.shutdown import StopSwitch, WorkStopped


@dataclass(slots=True, eq=False)
class _Member:
    """A worker, as the coordinator knows it."""

    link: Link
    pid: int
    calls: dict[int, tuple[RemoteCall, asyncio.Task[None]]] = field(default_factory=dict)
    runs_at_once: int | None = None
    finished: Finished | None = None


class Coordinator:
    """Serves the workers of one start. Lives on one event loop.

    Args:
        router: over `remote_routes`; obeys the orders.

    Attributes:
        on_done: is given what each run that is done came to.
    """

    def __init__(
        self, router: Router, spending: Spending, orders: Orders, *, stop: StopSwitch, observer: Observer
    ) -> None:
        self._router = router
        self._spending = spending
        self._orders = orders
        self.on_done: Callable[[Counters], None] = lambda _: None
        self._players: dict[str, _Member] = {}
        self._stop = stop
        self._observer = observer
        self._members: list[_Member] = []
        self._news = RunNews()
        self._standing = Standing({}, ())
        stop.when_draining(self._drain_all)
        orders.on_change(self._divide)

    async def serve(self, link: Link, pid: int) -> Finished | None:
        """Serve a worker to its end; None where it ended without a word.

        Args:
            pid: its process, for people.
        """
        member = _Member(link, pid)
        self._members.append(member)
        self._divide()
        link.send(self._standing)
        if self._stop.draining.is_set():
            link.send(Drain(self._stop.why, self._stop.message))
        link.listen(lambda message: self._take(member, message))
        await link.ended.wait()
        link.abort()
        self._members.remove(member)
        for _, task in list(member.calls.values()):
            task.cancel()
        for run in self._news.leave(member):
            self._end(member, run)
        self._divide()
        return member.finished

    def end_at_once(self) -> None:
        """Let every worker end at once; what is answered is still written."""
        self._send_all(EndNow())

    def tell_orders(self, fresh: Sequence[SteeringOrder]) -> None:
        """Let the workers know orders that are new; before anything that follows from them."""
        self._send_all(Ordered(tuple(fresh)))

    def let_follow(self, fresh: Sequence[SteeringOrder]) -> None:
        """Let the workers know that the runs that nobody plays are as orders say."""
        self._send_all(Followed(tuple(fresh)))

    def note_lost(self, pid: int, how: str) -> None:
        """A worker's process ended before it was finished."""
        self._observer.notice(WorkerLost(pid, how))
        if not self._members:
            self._stop.drain("workers", f"every process that played has ended; the last one: {how}")

    def tell_standing(self) -> None:
        """Let the workers know which models wait, and for what."""
        standing = Standing(dict(self._router.paused), tuple(self._router.waiting))
        if standing != self._standing:
            self._standing = standing
            self._send_all(standing)

    def _drain_all(self) -> None:
        self._send_all(Drain(self._stop.why, self._stop.message))

    def _send_all(self, message: Message) -> None:
        for member in self._members:
            member.link.send(message)

    def _divide(self) -> None:
        """Divide the concurrency anew among the workers that are there; what is open goes on."""
        if not self._members:
            return
        for member, runs in zip(self._members, shares(self._orders.concurrency, len(self._members)), strict=True):
            if runs != member.runs_at_once:
                member.runs_at_once = runs
                member.link.send(Concurrency(runs))

    def _end(self, member: _Member, run: str) -> None:
        """A worker no longer plays a run; another one may have taken it up already."""
        if self._players.get(run, member) is member:
            self._players.pop(run, None)
            self._orders.end(run)
            self._router.forget(run)

    def _take(self, member: _Member, message: Message) -> None:
        match message:
            case Ask():
                call = RemoteCall(member.link, message.call)
                member.calls[message.call] = call, asyncio.create_task(self._see_to(member, call, message))
            case Answered() | Failed() | Alive():
                if (known := member.calls.get(message.call)) is not None:
                    known[0].take(message)
            case Withdrawn():
                if (known := member.calls.get(message.call)) is not None:
                    known[1].cancel()
            case Began():
                self._players[message.run] = member
                self._orders.begin(message.run, message.condition, message.models)
            case Forget():
                self._news.let_go(member, message.run)
                self._end(member, message.run)
            case Heard():
                self._hear(member, message.kind(*message.values))
            case Logged():
                logger.log(message.level, "{}", message.text)
            case Drain():
                if message.why is not None:
                    self._stop.drain(message.why, message.message)
            case Finished():
                member.finished = message

    async def _see_to(self, member: _Member, call: RemoteCall, ask: Ask) -> None:
        CALL.set(call)
        try:
            served, attempts = await self._router.ask(ask.run, stand_in(ask))
        except (ModelError, WorkStopped, RunEnded) as error:
            member.link.send(Refused(ask.call, error))
            self.tell_standing()
        except Exception as error:  # noqa: BLE001  # a fault of ours is the run's failure, as in one process
            logger.opt(exception=error).error("a call of run {} failed", ask.run)
            member.link.send(Refused(ask.call, RuntimeError(f"{type(error).__name__}: {error}")))
        else:
            self._count(ask, served)
            member.link.send(Settled(ask.call, served.endpoint, attempts))
        finally:
            del member.calls[ask.call]

    def _count(self, ask: Ask, served: ServedReply) -> None:
        """Count what a call came to, before its run has the answer and asks again."""
        reply = served.reply
        self._spending.add(ask.name, reply)
        if reached := self._spending.bound_reason(self._orders.bounds):
            self._stop.drain("budget", reached)
        tokens = reply.prompt_tokens or 0, reply.completion_tokens or 0
        self._observer.notice(CallDone(ask.run, ask.name, ask.purpose, *tokens, served.seconds))

    def _hear(self, member: _Member, news: News) -> None:
        if not self._news.take(member, news):
            return
        if isinstance(news, RunDone):
            self._router.silence.note_done(news.run, news.counters)
            self.on_done(news.counters)
            self.tell_standing()
        elif isinstance(news, MessageAdded):
            self._spending.messages += 1
        self._observer.notice(news)
