"""A sweep at work: runs are claimed in their order, many are played at once, each to its end or its failure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from loguru import logger

from sociarium.environments.registry import play
from sociarium.errors import (
    EndpointUnavailable,
    Misconfigured,
    ModelPaused,
    PersonGone,
    RateLimited,
    SociariumError,
    StoreUnavailable,
)
from sociarium.experiment.address import public_text
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.run_moments import planned_messages
from sociarium.experiment.stored_content import read_content
from sociarium.ports.observer import RunDone, RunFailed, RunStarted, SweepStarted
from sociarium.ports.store import Store
from sociarium.records.journal import JournalEntry
from sociarium.records.runs import Claim, Outcome, Run, RunState, Worker
from sociarium.runner.library.status import SweepStatus, sweep_status
from sociarium.runner.run.prefix import copy_prefix
from sociarium.runner.run.recorder import LiveRecorder
from sociarium.runner.run.services import RunServices
from sociarium.runner.run.stage import RunStage
from sociarium.runner.sweep.order import order_of_sweep
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.queue import Queue
from sociarium.runner.sweep.result import Result
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.sweep.slots import Candidate
from sociarium.runner.workers.heartbeat import Heart
from sociarium.runner.workers.shutdown import WorkStopped
from sociarium.runner.workers.store_retry import StoreRetry

T = TypeVar("T")

_LONGEST_ERROR = 2000


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
        self._in_thread = store_retry.in_thread
        self._offline = offline
        self._order = order_of_sweep(store, begun, created=services.clock.now())
        self._open: dict[str, asyncio.Task[None]] = {}
        self._tokens: dict[str, int] = {}
        self._queue = Queue(store, begun.sweep, self._order, services, options, me=me, store_retry=store_retry)
        self._returned: dict[str, str] = {}
        self._failure: BaseException | None = None
        self._began = services.clock.monotonic()

    async def work(self) -> Result:
        """Play what is left, until nothing is or the switch says stop.

        Raises:
            StoreUnavailable: the store stayed away; what was answered until then is kept as far as it went.
        """
        loop = asyncio.get_running_loop()
        heart = Heart(
            self._store,
            self._me,
            self._services.clock,
            lease=self._options.lease,
            doing=self._doing,
            overslept=lambda: _soon(loop, self._look_after_sleep),
        )
        await self._in_thread(heart.start)
        try:
            status = await self._in_thread(self._status)
            before = status.counts
            self._services.router.silence.before(status.faults)
            self._services.observer.notice(started_news(self._begun, status, offline=self._offline))
            if before.done < before.total or status.placed < await self._in_thread(lambda: len(self._order)):
                await self._play_all()
            after = await self._in_thread(self._status)
            paused = self._services.router.paused if after.counts.pending else {}
            return Result(
                after.counts,
                tuple(self._queue.outdated),
                dict(paused),
                after.faults,
                after.factors,
                dict(self._returned),
                dict(self._queue.left_to_others),
            )
        finally:
            await asyncio.to_thread(heart.stop)

    def _status(self) -> SweepStatus:
        return sweep_status(self._store, self._sweep, me=self._me)

    async def _play_all(self) -> None:
        free = asyncio.Event()
        stop = self._services.stop
        ending = asyncio.create_task(self._end_at_once())
        try:
            while not stop.draining.is_set():
                while len(self._open) >= self._options.concurrency:
                    free.clear()
                    await free.wait()
                candidates = await self._queue.take(self._options.concurrency - len(self._open), self._open)
                if not candidates:
                    break
                for candidate in candidates:
                    task = asyncio.create_task(self._play(candidate))
                    self._open[candidate.run.id] = task
                    task.add_done_callback(partial(self._on_run_ended, candidate.run.id, free))
            while self._open:
                await asyncio.wait(list(self._open.values()))
        finally:
            ending.cancel()
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
            outcome = await self._outcome(candidate)
            if outcome is not None and await self._release_claim(run, token, outcome):
                self._report(run, outcome)
            elif outcome is not None:
                self._queue.leave(candidate)
        except asyncio.CancelledError:
            # Ended at once, or taken over by another worker while this process stood still.
            self._queue.leave(candidate)
        except Exception as error:  # noqa: BLE001  # the store refuses even the outcome: the sweep stops, resumable
            self._failure = error
            self._services.stop.drain("store", str(error))
        finally:
            self._services.router.forget(run)
            self._services.writer.forget(run)

    async def _outcome(self, candidate: Candidate) -> Outcome | None:
        """How a run ends here; None when the store went away, so that nothing can be said of it."""
        try:
            return await self._play_run(candidate)
        except WorkStopped:
            return Outcome(RunState.PENDING)
        except StoreUnavailable:
            raise
        except ModelPaused as error:
            logger.warning("run {} waits: {}", candidate.run.id, error)
            return Outcome(RunState.PENDING)
        except PersonGone as error:
            self._services.stop.drain("interrupted", str(error))
            return Outcome(RunState.PENDING)
        except (EndpointUnavailable, RateLimited) as error:
            # Not the run's fault: it waits, with the rest of the queue, for `resume`.
            self._services.stop.drain("endpoint", str(error))
            return Outcome(RunState.PENDING)
        except Misconfigured as error:
            # A matter of setup: nothing is wrong with the run, and it waits until that is mended.
            logger.warning("run {} is given back: {}", candidate.run.id, error)
            self._returned[candidate.run.id] = str(error)[:_LONGEST_ERROR]
            return Outcome(RunState.PENDING)
        except SociariumError as error:
            return Outcome(RunState.FAILED, error=str(error)[:_LONGEST_ERROR])
        except Exception as error:  # noqa: BLE001  # one run's failure is kept with its cause; the others go on
            logger.opt(exception=error).error("run {} failed", candidate.run.id)
            cause = (
                f"{type(error).__name__}: {public_text(str(error))} (a fault of Sociarium; the log has the traceback)"
            )
            return Outcome(RunState.FAILED, error=cause[:_LONGEST_ERROR])

    async def _play_run(self, candidate: Candidate) -> Outcome:
        run, token = candidate.run, candidate.status.token
        resumed = token > 1
        journal = await self._in_thread(lambda: self._journal(run, token)) if resumed or run.origin else []
        events = await self._in_thread(lambda: self._store.events(run.id)) if resumed else []
        content = read_content(run.content)
        assert not isinstance(content, PopulationContent), "a population has no place in a sweep"
        self._services.observer.notice(
            RunStarted(
                run.id,
                candidate.member.condition,
                run.replicate,
                resumed=bool(journal),
                messages=planned_messages(content),
                spoken=sum(event.happening.kind == "message" for event in events),
            )
        )
        recorder = LiveRecorder(run, token, self._services, journal, events)
        stage = RunStage(run, content.streams, recorder)
        ended = await play(content, stage)
        await self._services.writer.flush(run.id)
        return Outcome(RunState.DONE, ended=ended, counters=recorder.tally.counters())

    def _journal(self, run: Run, token: int) -> list[JournalEntry]:
        """What a run has in its journal; of one that begins as another did, that one's beginning first."""
        if run.origin is not None:
            copy_prefix(self._store, run, token)
        return self._store.journal(run.id)

    def _report(self, run: str, outcome: Outcome) -> None:
        if outcome.state is RunState.DONE:
            self._services.router.silence.note_done(run, outcome.counters)
            self._services.observer.notice(RunDone(run, outcome.ended or "", outcome.counters))
        elif outcome.state is RunState.FAILED:
            logger.error("run {} failed: {}", run, outcome.error)
            self._services.observer.notice(RunFailed(run, outcome.error or ""))

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
        return {
            "sweep": self._sweep.id,
            "open": len(self._open),
            "messages": spending.messages,
            "calls": spending.calls,
            "seconds": round(self._services.clock.monotonic() - self._began, 1),
            "waiting": self._services.router.waiting,
            "paused": [f"{model}: {why}" for model, why in self._services.router.paused.items()],
        }


def started_news(begun: StartedSweep, status: SweepStatus, *, offline: bool) -> SweepStarted:
    """What is told when a start begins.

    Args:
        status: of the sweep, before it.
    """
    before, experiment = status.counts, begun.experiment
    return SweepStarted(
        begun.sweep.id,
        experiment.id,
        experiment.title,
        before.total - before.cancelled,
        before.done,
        before.failed,
        offline,
        status.messages,
    )


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    loop.call_soon_threadsafe(call)
