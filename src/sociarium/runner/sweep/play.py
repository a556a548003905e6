"""A sweep at work: runs are claimed in their order, many are played at once, each to its end or its failure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext
from functools import partial

from loguru import logger

from sociarium.ports.observer import RunCancelled, RunDone, RunFailed, RunReturned
from sociarium.ports.store import Store
from sociarium.records.runs import Claim, Outcome, RunState, Worker
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.status import SweepStatus, sweep_status
from sociarium.runner.run.services import RunServices
from sociarium.runner.sweep.canary import CanaryWatch, canary_watch
from sociarium.runner.sweep.declared_looks import declared_looks
from sociarium.runner.sweep.declared_stop import declared_stop
from sociarium.runner.sweep.obey import obey, recount_news, started_news, tell_pauses
from sociarium.runner.sweep.order import order_of_sweep
from sociarium.runner.sweep.order_watch import OrderWatch
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.queue import Queue
from sociarium.runner.sweep.result import Result
from sociarium.runner.sweep.run_outcome import RunPlayer
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.sweep.slots import Candidate
from sociarium.runner.sweep.write_populations import write_populations
from sociarium.runner.workers.heartbeat import Heart
from sociarium.runner.workers.liveness import HALTED
from sociarium.runner.workers.store_retry import StoreRetry
from sociarium.runner.workers.waits import WaitTimes


class SweepPlayer:
    """One start of one sweep in this process."""

    def __init__(
        self,
        store: Store,
        begun: StartedSweep,
        services: RunServices,
        options: PlayOptions,
        *,
        me: Worker,
        store_retry: StoreRetry,
        offline: bool,
    ) -> None:
        self._store = store
        self._begun = begun
        self._sweep = begun.sweep
        self._services = services
        self._options = options
        self._me = me
        self._store_retry = store_retry
        self._in_thread = store_retry.in_thread
        self._offline = offline
        self._order = order_of_sweep(store, begun, created=services.clock.now())
        self._open: dict[str, asyncio.Task[None]] = {}
        self._tokens: dict[str, int] = {}
        self._declared = declared_stop(store, begun, services.clock, by=me.by or begun.sweep.creator)
        self._queue = Queue(store, begun.sweep, self._order, services, options, me=me, store_retry=store_retry)
        self._queue.declared = self._declared
        self._queue.looks = declared_looks(begun)
        if begun.sweep.origin is None:
            # Of forks nothing was declared.
            self._queue.decisions.hypotheses = begun.definition.hypotheses_hash
        self._runs = RunPlayer(store, services, store_retry)
        self._canary: CanaryWatch | None = None
        self._watch = OrderWatch(
            store,
            begun.sweep,
            services.orders,
            obey=self.obey,
            follow=self._follow_and_count,
            me=me,
            clock=services.clock,
        )
        self._failure: BaseException | None = None
        self._heart: Heart | None = None
        self._began = services.clock.monotonic()
        self._wait_times = WaitTimes(services.clock)

    async def work(self, *, is_led: bool = False) -> Result:
        """Play what is left, until nothing is or the switch says stop.

        Args:
            is_led: somebody else reads the orders, brings the runs that nobody plays up to them, and says `obey` and
                `follow` here.

        Raises:
            StoreUnavailable: the store stayed away; what was answered until then is kept as far as it went.
        """
        loop = asyncio.get_running_loop()
        self._heart = heart = Heart(
            self._store,
            self._me,
            self._services.clock,
            lease=self._options.lease,
            doing=self._doing,
            overslept=lambda: _soon(loop, self._look_after_sleep),
        )
        await self._in_thread(heart.start)
        try:
            if not is_led:
                # Whoever gave the orders may have been stopped in the middle of bringing runs up to them.
                await self._in_thread(self._watch.bring_up)
            status = await self._in_thread(self._status)
            before = status.counts
            self._services.router.silence.before(status.faults)
            if self._declared is not None:
                self._declared.look_back(status, self._services.stop, allow_empty=self._options.allow_empty)
            self._services.observer.notice(started_news(self._begun, status, self._options, offline=self._offline))
            tell_pauses(self._services.orders, self._services.observer)
            if self._options.population_only:
                await write_populations(self._begun, self._services, at_once=self._options.concurrency)
            elif before.done < before.total or status.placed < await self._in_thread(lambda: len(self._order)):
                self._canary = await self._in_thread(self._canary_watch)
                async with nullcontext() if self._canary is None else self._canary.beside_runs():
                    await self._play_all([self._end_at_once, *([] if is_led else [self._watch.work])])
                if not is_led:
                    # What several conditions share is cancelled once all of them stand.
                    await self._in_thread(self._watch.bring_up)
            after = await self._in_thread(self._status)
            paused = self._services.router.paused if after.counts.pending else {}
            return Result(
                after.counts,
                tuple(self._queue.decisions.outdated),
                dict(paused),
                after.faults,
                after.factors,
                dict(self._runs.refused),
                dict(self._queue.decisions.left_to_others),
            )
        finally:
            await asyncio.to_thread(heart.stop)

    def _status(self) -> SweepStatus:
        return sweep_status(self._store, self._sweep, me=self._me)

    def _canary_watch(self) -> CanaryWatch | None:
        """Of several workers, the first one asks."""
        if self._options.part[0]:
            return None
        return canary_watch(
            self._store,
            self._begun,
            self._services,
            count=lambda: self._status().counts,
            store_retry=self._store_retry,
            by=self._me.by or self._sweep.creator,
        )

    async def _play_all(self, helpers: Sequence[Callable[[], Coroutine[None, None, None]]]) -> None:
        free = asyncio.Event()
        stop = self._services.stop
        orders = self._services.orders
        orders.on_change(free.set)
        beside = [asyncio.create_task(help_out()) for help_out in helpers]
        try:
            while not stop.draining.is_set():
                while len(self._open) >= orders.concurrency:
                    free.clear()
                    await free.wait()
                candidates = await self._queue.take(orders.concurrency - len(self._open), self._open)
                if not candidates:
                    break
                for candidate in candidates:
                    task = asyncio.create_task(self._play(candidate))
                    self._open[candidate.run.id] = task
                    task.add_done_callback(partial(self._on_run_ended, candidate.run.id, free))
            while self._open:
                await asyncio.wait(list(self._open.values()))
        finally:
            for task in beside:
                task.cancel()
        if self._failure is not None:
            raise self._failure

    def _on_run_ended(self, run: str, free: asyncio.Event, task: asyncio.Task[None]) -> None:
        if self._open.get(run) is task:
            del self._open[run]
            self._tokens.pop(run, None)
        free.set()

    async def _end_at_once(self) -> None:
        await self._services.stop.at_once.wait()
        for task in list(self._open.values()):
            task.cancel()

    async def _play(self, candidate: Candidate) -> None:
        run, token = candidate.run.id, candidate.status.token
        self._tokens[run] = token
        try:
            outcome = await self._runs.outcome(candidate, is_shared=self._queue.is_shared(candidate))
            if await self._release_claim(run, token, outcome):
                self._report(candidate, outcome)
                if self._declared is not None:
                    await self._declared.stop_where_silent(self._services.stop, self._store_retry)
            else:
                self._queue.leave(candidate)
        except asyncio.CancelledError:
            # Ended at once, or taken over by another worker while this process stood still.
            self._queue.leave(candidate)
        except Exception as error:  # noqa: BLE001  # the store refuses even the outcome: the sweep stops, resumable
            self._failure = error
            self._services.stop.drain("store", str(error))
        finally:
            self._services.orders.end(run)
            self._services.router.forget(run)
            self._services.writer.forget(run)

    def _report(self, candidate: Candidate, outcome: Outcome) -> None:
        run, notice = candidate.run.id, self._services.observer.notice
        match outcome.state:
            case RunState.DONE:
                self._services.router.silence.note_done(run, outcome.counters)
                if self._declared is not None:
                    self._declared.note_done(outcome.counters)
                if self._canary is not None:
                    self._canary.note_done(self._sweep.runs)
                notice(RunDone(run, outcome.ended or "", outcome.counters))
            case RunState.FAILED:
                logger.error("run {} failed: {}", run, outcome.error)
                notice(RunFailed(run, outcome.error or ""))
            case RunState.CANCELLED:
                notice(RunCancelled(run))
            case RunState.PENDING if run in self._runs.steered:
                self._queue.give_back(candidate, self._runs.steered.pop(run))
                notice(RunReturned(run))

    def obey(self, fresh: Sequence[SteeringOrder]) -> None:
        """Obey new orders, which stand in `orders` already."""
        obey(fresh, self._services.orders, self._services.router, self._services.observer)
        if self._heart is not None:
            self._heart.beat_soon()

    def follow(self, fresh: Sequence[SteeringOrder]) -> None:
        """Look anew at the runs that nobody plays, which are as new orders say."""
        self._queue.follow(fresh)

    async def _follow_and_count(self, fresh: Sequence[SteeringOrder]) -> None:
        self.follow(fresh)
        self._services.observer.notice(recount_news(await asyncio.to_thread(self._status)))

    async def _release_claim(self, run: str, token: int, outcome: Outcome) -> bool:
        """Finish a claim; False when another worker had taken the run over, whose work then counts."""
        claim = Claim(run, token + 1, self._me.id, self._services.clock.now(), outcome=outcome, by=self._me.by)
        standing = await asyncio.shield(self._services.writer.claim(claim))
        return standing.worker == self._me.id and standing.outcome is not None

    def _look_after_sleep(self) -> None:
        if self._open:
            task = asyncio.ensure_future(self._drop_lost())
            task.add_done_callback(lambda done: done.exception())

    async def _drop_lost(self) -> None:
        """After this process stood still: stop the runs that others took over meanwhile."""
        held = dict(self._tokens)
        for status in await self._in_thread(lambda: self._store.run_statuses(list(held))):
            task = self._open.get(status.run)
            if task is not None and status.token > held[status.run]:
                task.cancel()

    def _doing(self) -> dict[str, object]:
        spending = self._services.spending
        waits = [*self._services.orders.waits, *self._services.router.waiting]
        return {
            "sweep": self._sweep.id,
            "open": len(self._open),
            "messages": spending.messages,
            "calls": spending.calls,
            "seconds": round(self._services.clock.monotonic() - self._began, 1),
            "waiting": waits,
            "waiting_since": self._wait_times.of(waits),
            HALTED: bool(self._services.orders.waits),
            "orders": self._services.orders.state.number,
            "concurrency": self._services.orders.whole_concurrency,
            "bounds": self._services.orders.bounds_by_name,
            "paused": [f"{model}: {why}" for model, why in self._services.router.paused.items()],
        }


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    loop.call_soon_threadsafe(call)
