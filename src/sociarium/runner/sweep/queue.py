"""The queue: which run of a sweep is taken up next, and by whom the others are held."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Coroutine, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sociarium.environments.registry import protocol_of
from sociarium.experiment.stored_content import models_in, read_content
from sociarium.ports.observer import RunDone, RunFailed, Waiting, WaitingOver
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import CLEARED, Claim, RunState, RunStatus, Worker, has_other_rules, may_be_claimed
from sociarium.runner.library.clear_run import clear
from sociarium.runner.library.tombstones import refuse_deleted
from sociarium.runner.run.recorder import RunServices
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.slots import Candidate, SweepSlots
from sociarium.runner.workers.heartbeat import Liveness
from sociarium.runner.workers.store_retry import StoreRetry

_BLOCK = 64
"""Places that are stored at once, ahead of the runs that begin."""
_WATCH_PAUSE = 0.5
"""Seconds between looks at runs that other workers hold."""


@dataclass(frozen=True, slots=True)
class WorkOptions:
    """How to work.

    Attributes:
        concurrency: runs open at once.
        limit: runs taken up at most in this start.
        retry_failed: take up failed runs again.
        restart: play unfinished runs anew that began under another protocol; what they left behind is taken away.
        lease: seconds after which a worker whose counter stands still is taken for dead.
        allow_empty: go on with models that said nothing at all in their first runs.
    """

    concurrency: int = 16
    limit: int | None = None
    retry_failed: bool = False
    restart: bool = False
    lease: float = 20.0
    allow_empty: bool = False


class Queue:
    """Hands out the runs of a sweep in their order, each with a claim.

    Attributes:
        outdated: runs that began under another protocol of their environment, and were left alone.
    """

    def __init__(
        self,
        store: Store,
        sweep: SweepRecord,
        schedule: SweepOrder,
        session: RunServices,
        choices: WorkOptions,
        *,
        me: Worker,
        patience: StoreRetry,
    ) -> None:
        self.outdated: list[str] = []
        self._store = store
        self._sweep = sweep
        self._schedule = schedule
        self._session = session
        self._choices = choices
        self._me = me
        self._in_thread = patience.in_thread
        self._liveness = Liveness(store, me, session.clock, lease=choices.lease)
        self._positions: Iterator[int] | None = None
        self._ahead: deque[Candidate] = deque()
        self._elsewhere: dict[str, Candidate] = {}
        self._taken_up = 0
        self._places = SweepSlots(store, sweep, schedule)
        # Places that share a run are met one after the other with what was known when both were stored.
        self._shared: set[str] | None = None

    def leave(self, candidate: Candidate) -> None:
        """Another worker has taken this run over; look how it fares there."""
        self._elsewhere[candidate.run.id] = candidate

    async def take(self, most: int, under_way: Mapping[str, asyncio.Task[None]]) -> list[Candidate]:
        """The next runs, claimed; none when nothing is left to claim, or the work stops.

        Args:
            most: how many at most, one or more.
            under_way: our own runs; while there are any, one of them may have to be taken up again.
        """
        if self._positions is None:
            finished = await self._in_thread(self._look_at_places)
            self._positions = (position for position in range(len(self._schedule)) if not finished[position])
        if self._choices.limit is not None:
            most = min(most, self._choices.limit - self._taken_up)
        while most > 0 and not self._session.stop.draining.is_set():
            if not self._ahead and not await self._look_ahead(self._positions):
                if self._elsewhere:
                    await self._look_elsewhere()
                elif under_way:
                    await _first_of(self._session.stop.draining.wait(), *under_way.values())
                else:
                    return []
                continue
            if taken := await self._claim_candidates(self._next_of_different_runs(most)):
                self._taken_up += len(taken)
                return taken
        return []

    def _next_of_different_runs(self, most: int) -> list[Candidate]:
        found: dict[str, Candidate] = {}
        while self._ahead and len(found) < most and self._ahead[0].run.id not in found:
            candidate = self._ahead.popleft()
            found[candidate.run.id] = candidate
        return list(found.values())

    async def _claim_candidates(self, candidates: list[Candidate]) -> list[Candidate]:
        """Those of the candidates that could be claimed, in one commit where the store can."""
        now = self._session.clock.now()
        claims = [(candidate, claim) for candidate in candidates if (claim := await self._claim_of(candidate, now))]
        standing = await asyncio.gather(*(self._session.writer.claim(claim) for _, claim in claims))
        taken, lost = [], []
        for (candidate, claim), stands in zip(claims, standing, strict=True):
            if stands.worker == self._me.id and stands.outcome is None:
                candidate.status = replace(candidate.status, token=claim.token)
                taken.append(candidate)
            else:
                lost.append(candidate)
        if self._shared is not None:
            self._shared.update(candidate.run.id for candidate in taken)
        if lost:
            ids = [candidate.run.id for candidate in lost]
            for candidate, status in zip(
                lost, await self._in_thread(lambda: self._store.run_statuses(ids)), strict=True
            ):
                candidate.status = status
                self._elsewhere[candidate.run.id] = candidate
        return taken

    async def _look_ahead(self, positions: Iterator[int]) -> bool:
        block = [position for _, position in zip(range(_BLOCK), positions, strict=False)]
        if not block:
            return False
        await self._in_thread(lambda: refuse_deleted(self._store, self._sweep.experiment, any_run=True))
        self._ahead.extend(await self._in_thread(lambda: self._places.candidates(block)))
        return True

    async def _claim_of(self, candidate: Candidate, now: str) -> Claim | None:
        """The claim that would take the candidate up, or None: it is finished, another's, or must not be taken up."""
        status = candidate.status
        if candidate.run.id in (self._shared or ()) or not may_be_claimed(
            status, retry_failed=self._choices.retry_failed
        ):
            return None
        if status.state is RunState.RUNNING and not await self._is_abandoned(status):
            self._elsewhere[candidate.run.id] = candidate
            return None
        content = read_content(candidate.run.content)
        if not self._session.desk.paused.keys().isdisjoint(models_in(content)):
            return None
        protocol = protocol_of(content)
        outdated = has_other_rules(status, protocol)
        if outdated and not self._choices.restart:
            self.outdated.append(candidate.run.id)
            return None
        token = status.token
        if outdated or status.protocol == CLEARED:
            cleared = await self._in_thread(lambda: clear(self._store, status, me=self._me, at=now))
            if cleared is None:
                self._elsewhere[candidate.run.id] = candidate
                return None
            token = cleared.token
        return Claim(candidate.run.id, token + 1, self._me.id, now, protocol, by=self._me.by)

    async def _is_abandoned(self, status: RunStatus) -> bool:
        worker = status.worker or ""
        return (await self._in_thread(lambda: self._liveness.verdicts([worker])))[worker] == "gone"

    async def _look_elsewhere(self) -> None:
        """See how the runs stand that others hold; what they gave up or left is ours to claim."""
        self._session.observer.notice(Waiting(f"{len(self._elsewhere)} runs that other workers hold", "others"))
        ids = list(self._elsewhere)
        for status in await self._in_thread(lambda: self._store.run_statuses(ids)):
            candidate = self._elsewhere[status.run]
            candidate.status = status
            if status.state is RunState.DONE:
                del self._elsewhere[status.run]
                self._session.desk.silence.done(status.run, status.counters)
                self._session.observer.notice(RunDone(status.run, status.ended or "", status.counters, elsewhere=True))
            elif status.state is RunState.FAILED:
                del self._elsewhere[status.run]
                self._session.observer.notice(RunFailed(status.run, status.error or "", elsewhere=True))
            elif status.state is RunState.PENDING or await self._is_abandoned(status):
                self._ahead.append(self._elsewhere.pop(status.run))
        if self._ahead or not self._elsewhere:
            self._session.observer.notice(WaitingOver("others"))
        if not self._ahead:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._session.stop.draining.wait(), _WATCH_PAUSE)

    def _look_at_places(self) -> bytearray:
        """Marks the positions at which nothing is left to do."""
        if self._sweep.runs < len(self._schedule) or self._schedule.shares:
            self._shared = set()
        return self._places.finished_positions(retry_failed=self._choices.retry_failed)


async def _first_of(given_up: Coroutine[Any, Any, object], *others: Awaitable[object]) -> None:
    """Wait until one of several is done; the first is then given up, the others go on."""
    own = asyncio.ensure_future(given_up)
    try:
        await asyncio.wait([own, *(asyncio.ensure_future(other) for other in others)],
                           return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
    finally:
        own.cancel()
