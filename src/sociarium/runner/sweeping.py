"""A sweep at work: runs are claimed in their order, many are played at once, each to its end or its failure."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from loguru import logger

from sociarium.environments.registry import ENVIRONMENTS
from sociarium.errors import (
    EndpointUnavailable,
    Misconfigured,
    PersonGone,
    RateLimited,
    SociariumError,
    StoreUnavailable,
)
from sociarium.experiment.content import Content
from sociarium.ports.observer import RunBegan, RunDone, RunFailed, SweepBegan, Waiting
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment, Member, SweepRecord
from sociarium.records.runs import Claim, Outcome, Run, RunState, RunStatus, Worker, may_be_claimed
from sociarium.runner.liveness import Heart, Liveness
from sociarium.runner.patience import Patience
from sociarium.runner.recording import LiveRecorder, Session
from sociarium.runner.schedule import Schedule
from sociarium.runner.stage import RunStage
from sociarium.runner.stopping import Drained
from sociarium.runner.tally import Counts, counts

T = TypeVar("T")

_BLOCK = 64
"""Places that are stored at once, ahead of the runs that begin."""
_WATCH_PAUSE = 0.5
"""Seconds between looks at runs that other workers hold."""
_LONGEST_ERROR = 2000
_MOST_MISCONFIGURED = 3
"""Runs that may fail in a row because a model cannot be asked as configured, before the sweep stops."""


@dataclass(frozen=True, slots=True)
class Choices:
    """How to work.

    Attributes:
        concurrency: runs open at once.
        limit: runs taken up at most in this start.
        retry_failed: take up failed runs again.
        restart: play runs anew that began under another protocol.
        lease: seconds after which a worker whose counter stands still is taken for dead.
    """

    concurrency: int = 16
    limit: int | None = None
    retry_failed: bool = False
    restart: bool = False
    lease: float = 20.0


@dataclass(slots=True)
class _Candidate:
    member: Member
    run: Run
    status: RunStatus


@dataclass(frozen=True, slots=True)
class Result:
    """What a start came to.

    Attributes:
        outdated: runs that began under another protocol of their environment, and were left alone.
    """

    counts: Counts
    outdated: tuple[str, ...]


class Sweeping:
    """One start of one sweep in this process."""

    def __init__(
        self,
        store: Store,
        experiment: Experiment,
        sweep: SweepRecord,
        schedule: Schedule,
        session: Session,
        choices: Choices,
        *,
        me: Worker,
        patience: Patience,
        offline: bool,
    ) -> None:
        self._store = store
        self._experiment = experiment
        self._sweep = sweep
        self._schedule = schedule
        self._session = session
        self._choices = choices
        self._me = me
        self._patience = patience
        self._offline = offline
        self._liveness = Liveness(store, me, session.clock, lease=choices.lease)
        self._ahead: deque[_Candidate] = deque()
        self._elsewhere: dict[str, _Candidate] = {}
        self._open: dict[str, asyncio.Task[None]] = {}
        self._tokens: dict[str, int] = {}
        self._taken_up = 0
        # Places that share a run are met one after the other with what was known when both were stored.
        self._shared: set[str] | None = set() if sweep.runs < len(schedule) else None
        self._outdated: list[str] = []
        self._misconfigured = 0
        self._failure: BaseException | None = None

    async def work(self) -> Result:
        """Play what is left, until nothing is or the switch says stop.

        Raises:
            StoreUnavailable: the store stayed away; what was answered until then is kept as far as it went.
        """
        loop = asyncio.get_running_loop()
        heart = Heart(
            self._store,
            self._me,
            self._session.clock,
            lease=self._choices.lease,
            doing=self._doing,
            overslept=lambda: _soon(loop, self._look_after_sleep),
        )
        await self._in_thread(heart.start)
        try:
            before = await self._in_thread(lambda: counts(self._store, self._sweep, me=self._me))
            self._session.observer.notice(
                SweepBegan(
                    self._sweep.id,
                    self._experiment.id,
                    self._experiment.title,
                    self._sweep.runs,
                    before.done,
                    before.failed,
                    self._offline,
                )
            )
            if before.done < self._sweep.runs or self._shared is not None:
                await self._play_all()
            after = await self._in_thread(lambda: counts(self._store, self._sweep, me=self._me))
            return Result(after, tuple(self._outdated))
        finally:
            await asyncio.to_thread(heart.stop)

    async def _play_all(self) -> None:
        finished = await self._in_thread(self._finished_positions)
        positions = (position for position in range(len(self._schedule)) if not finished[position])
        slots = asyncio.Semaphore(self._choices.concurrency)
        stop = self._session.stop
        ending = asyncio.create_task(self._end_at_once())
        try:
            while not stop.draining.is_set():
                await slots.acquire()
                candidate = await self._next(positions)
                if candidate is None:
                    break
                task = asyncio.create_task(self._play(candidate))
                self._open[candidate.run.id] = task
                task.add_done_callback(partial(self._closed, candidate.run.id, slots))
            while self._open:
                await asyncio.wait(list(self._open.values()))
        finally:
            ending.cancel()
        if self._failure is not None:
            raise self._failure

    def _closed(self, run: str, slots: asyncio.Semaphore, _: asyncio.Task[None]) -> None:
        self._open.pop(run, None)
        self._tokens.pop(run, None)
        slots.release()

    async def _end_at_once(self) -> None:
        await self._session.stop.at_once.wait()
        for task in list(self._open.values()):
            task.cancel()

    def _finished_positions(self) -> bytearray:
        """Marks the positions at which nothing is left to do."""
        marks = bytearray(len(self._schedule))
        for place in self._store.places(self._sweep.id):
            state = place.status.state
            if state is RunState.DONE or (state is RunState.FAILED and not self._choices.retry_failed):
                marks[place.position] = 1
        return marks

    async def _next(self, positions: Iterator[int]) -> _Candidate | None:
        """The next run of the order, claimed; None when there is nothing left to claim."""
        if self._choices.limit is not None and self._taken_up >= self._choices.limit:
            return None
        while not self._session.stop.draining.is_set():
            if not self._ahead and not await self._look_ahead(positions):
                if self._elsewhere:
                    await self._look_elsewhere()
                elif self._open:
                    await _first_of(self._session.stop.draining.wait(), *self._open.values())
                else:
                    return None
                continue
            if (candidate := await self._claimed(self._ahead.popleft())) is not None:
                self._taken_up += 1
                return candidate
        return None

    async def _look_ahead(self, positions: Iterator[int]) -> bool:
        block = [position for _, position in zip(range(_BLOCK), positions, strict=False)]
        if not block:
            return False
        found = [self._schedule.at(position) for position in block]
        members, runs = [member for member, _ in found], [run for _, run in found]
        statuses = await self._in_thread(lambda: self._store.place(members, runs))
        for member, run, status in zip(members, runs, statuses, strict=True):
            self._ahead.append(_Candidate(member, run, status))
        return True

    async def _claimed(self, candidate: _Candidate) -> _Candidate | None:
        """The candidate with a claim of ours, or None: it is finished, another's, or must not be taken up."""
        status = candidate.status
        if candidate.run.id in (self._shared or ()) or not may_be_claimed(
            status, retry_failed=self._choices.retry_failed
        ):
            return None
        if status.state is RunState.RUNNING and not await self._is_abandoned(status):
            self._elsewhere[candidate.run.id] = candidate
            return None
        environment = ENVIRONMENTS[Content.model_validate_json(candidate.run.content).environment]
        if status.protocol not in {0, environment.PROTOCOL}:
            if not self._choices.restart:
                self._outdated.append(candidate.run.id)
                return None
            await self._in_thread(lambda: self._store.erase(candidate.run.id))
        claim = Claim(candidate.run.id, status.token + 1, self._me.id, self._session.clock.now(), environment.PROTOCOL)
        standing = await self._in_thread(lambda: self._store.claim(claim))
        if standing.worker == self._me.id and standing.outcome is None:
            candidate.status = replace(status, token=standing.token)
            if self._shared is not None:
                self._shared.add(candidate.run.id)
            return candidate
        candidate.status = (await self._in_thread(lambda: self._store.status([candidate.run.id])))[0]
        self._elsewhere[candidate.run.id] = candidate
        return None

    async def _is_abandoned(self, status: RunStatus) -> bool:
        worker = status.worker or ""
        return (await self._in_thread(lambda: self._liveness.verdicts([worker])))[worker] == "gone"

    async def _look_elsewhere(self) -> None:
        """See how the runs stand that others hold; what they gave up or left is ours to claim."""
        self._session.observer.notice(Waiting(f"{len(self._elsewhere)} runs that other workers hold"))
        ids = list(self._elsewhere)
        for status in await self._in_thread(lambda: self._store.status(ids)):
            candidate = self._elsewhere[status.run]
            candidate.status = status
            if status.state is RunState.DONE:
                del self._elsewhere[status.run]
                self._session.observer.notice(RunDone(status.run, status.ended or "", status.counters, elsewhere=True))
            elif status.state is RunState.FAILED:
                del self._elsewhere[status.run]
                self._session.observer.notice(RunFailed(status.run, status.error or "", elsewhere=True))
            elif status.state is RunState.PENDING or await self._is_abandoned(status):
                self._ahead.append(self._elsewhere.pop(status.run))
        if not self._ahead:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._session.stop.draining.wait(), _WATCH_PAUSE)

    async def _play(self, candidate: _Candidate) -> None:
        run, token = candidate.run.id, candidate.status.token
        self._tokens[run] = token
        try:
            outcome = await self._outcome(candidate)
            if outcome is not None and await self._let_go(run, token, outcome):
                self._tell(run, outcome)
            elif outcome is not None:
                self._elsewhere[run] = candidate
        except asyncio.CancelledError:
            # Ended at once, or taken over by another worker while this process stood still.
            self._elsewhere[run] = candidate
        except Exception as error:  # noqa: BLE001  # the store refuses even the outcome: the sweep stops, resumable
            self._failure = error
            self._session.stop.drain("store", str(error))
        finally:
            self._session.writer.forget(run)

    async def _outcome(self, candidate: _Candidate) -> Outcome | None:
        """How a run ends here; None when the store went away, so that nothing can be said of it."""
        try:
            return await self._played(candidate)
        except Drained:
            return Outcome(RunState.PENDING)
        except StoreUnavailable:
            raise
        except (EndpointUnavailable, RateLimited, PersonGone) as error:
            # Not the run's fault: it waits, with the rest of the queue, for `resume`.
            self._session.stop.drain("endpoint", str(error))
            return Outcome(RunState.PENDING)
        except SociariumError as error:
            self._count_misconfigured(error)
            return Outcome(RunState.FAILED, error=str(error)[:_LONGEST_ERROR])
        except Exception as error:  # noqa: BLE001  # one run's failure is kept with its cause; the others go on
            logger.opt(exception=error).error("run {} failed", candidate.run.id)
            cause = f"{type(error).__name__}: {error} (a fault of Sociarium; the log has the traceback)"
            return Outcome(RunState.FAILED, error=cause[:_LONGEST_ERROR])

    def _count_misconfigured(self, error: SociariumError) -> None:
        """Stop before a revoked key or a deleted model fails the whole queue."""
        if isinstance(error, Misconfigured):
            self._misconfigured += 1
            if self._misconfigured >= _MOST_MISCONFIGURED:
                self._session.stop.drain("misconfigured", str(error))

    async def _played(self, candidate: _Candidate) -> Outcome:
        run, token = candidate.run, candidate.status.token
        resumed = token > 1
        journal = await self._in_thread(lambda: self._store.journal(run.id)) if resumed else []
        events = await self._in_thread(lambda: self._store.events(run.id)) if resumed else []
        self._session.observer.notice(
            RunBegan(run.id, candidate.member.condition, run.replicate, resumed=bool(journal))
        )
        content = Content.model_validate_json(run.content)
        recorder = LiveRecorder(run.id, token, self._session, journal, events)
        stage = RunStage(run, content.streams, recorder)
        ended = await ENVIRONMENTS[content.environment].play(content, stage)
        await self._session.writer.flush(run.id)
        return Outcome(RunState.DONE, ended=ended, counters=recorder.tally.counters())

    def _tell(self, run: str, outcome: Outcome) -> None:
        if outcome.state is RunState.DONE:
            self._misconfigured = 0
            self._session.observer.notice(RunDone(run, outcome.ended or "", outcome.counters))
        elif outcome.state is RunState.FAILED:
            logger.error("run {} failed: {}", run, outcome.error)
            self._session.observer.notice(RunFailed(run, outcome.error or ""))

    async def _let_go(self, run: str, token: int, outcome: Outcome) -> bool:
        """Finish a claim; False when another worker had taken the run over, whose work then counts."""
        claim = Claim(run, token + 1, self._me.id, self._session.clock.now(), outcome=outcome)
        standing = await asyncio.shield(self._in_thread(lambda: self._store.claim(claim)))
        return standing.worker == self._me.id and standing.outcome is not None

    def _look_after_sleep(self) -> None:
        if self._open:
            task = asyncio.ensure_future(self._drop_lost())
            task.add_done_callback(lambda done: done.exception())

    async def _drop_lost(self) -> None:
        """After this process stood still: stop the runs that others took over meanwhile."""
        held = dict(self._tokens)
        for status in await self._in_thread(lambda: self._store.status(list(held))):
            task = self._open.get(status.run)
            if task is not None and status.token > held[status.run]:
                task.cancel()

    def _doing(self) -> dict[str, object]:
        spending = self._session.spending
        return {
            "sweep": self._sweep.id,
            "open": len(self._open),
            "messages": spending.messages,
            "calls": spending.calls,
            "waiting": self._session.desk.waiting,
        }

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(self._patience.over, call)


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    loop.call_soon_threadsafe(call)


async def _first_of(given_up: Coroutine[Any, Any, object], *others: Awaitable[object]) -> None:
    """Wait until one of several is done; the first is then given up, the others go on."""
    own = asyncio.ensure_future(given_up)
    try:
        await asyncio.wait([own, *(asyncio.ensure_future(other) for other in others)],
                           return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
    finally:
        own.cancel()
