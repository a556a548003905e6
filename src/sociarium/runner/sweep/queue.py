"""The queue: which run of a sweep is taken up next, and by whom the others are held."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Coroutine, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from sociarium.environments.registry import protocol_of
from sociarium.experiment.stored_content import models_in, read_content
from sociarium.ports.observer import RunDone, RunFailed, Waiting, WaitingOver
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import (
    CLEARED,
    Claim,
    RunState,
    RunStatus,
    Worker,
    beginner,
    has_other_rules,
    may_be_claimed,
)
from sociarium.runner.library.clear_run import clear
from sociarium.runner.library.tombstones import refuse_deleted
from sociarium.runner.run.services import RunServices
from sociarium.runner.sweep.order import RunOrder
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.slots import Candidate, SweepSlots
from sociarium.runner.workers.heartbeat import Liveness
from sociarium.runner.workers.store_retry import StoreRetry

_BLOCK = 64
"""Places that are stored at once, ahead of the runs that begin."""
_WATCH_PAUSE = 0.5
"""Seconds between looks at runs that other workers hold."""


class Queue:
    """Hands out the runs of a sweep in their order, each with a claim.

    Attributes:
        outdated: runs that began under another protocol of their environment, and were left alone.
        left_to_others: those of them that were to begin anew, but somebody else began them; run -> who that is.
    """

    def __init__(
        self,
        store: Store,
        sweep: SweepRecord,
        order: RunOrder,
        services: RunServices,
        options: PlayOptions,
        *,
        me: Worker,
        store_retry: StoreRetry,
    ) -> None:
        self.outdated: list[str] = []
        self.left_to_others: dict[str, str] = {}
        self._store = store
        self._sweep = sweep
        self._order = order
        self._services = services
        self._options = options
        self._me = me
        self._in_thread = store_retry.in_thread
        self._liveness = Liveness(store, me, services.clock, lease=options.lease)
        self._positions: Iterator[int] | None = None
        self._ahead: deque[Candidate] = deque()
        self._elsewhere: dict[str, Candidate] = {}
        self._taken_up = 0
        self._places = SweepSlots(store, sweep, order)
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
            self._positions = (position for position in self._in_order() if not finished[position])
        if self._options.limit is not None:
            most = min(most, self._options.limit - self._taken_up)
        while most > 0 and not self._services.stop.draining.is_set():
            if not self._ahead and not await self._look_ahead(self._positions):
                if self._elsewhere:
                    await self._look_elsewhere()
                elif under_way:
                    await _first_of(self._services.stop.draining.wait(), *under_way.values())
                else:
                    return []
                continue
            if claimed := await self._claim_candidates(self._next_of_different_runs(most)):
                self._taken_up += len(claimed)
                return claimed
        return []

    def _in_order(self) -> Iterator[int]:
        """Positions as they are taken up; one of several workers goes through its own part first, then helps out."""
        number, count = self._options.part
        for others in range(count):
            yield from islice(self._order.taken_up(self._options.order), (number + others) % count, None, count)

    def _next_of_different_runs(self, most: int) -> list[Candidate]:
        candidates: dict[str, Candidate] = {}
        while self._ahead and len(candidates) < most and self._ahead[0].run.id not in candidates:
            candidate = self._ahead.popleft()
            candidates[candidate.run.id] = candidate
        return list(candidates.values())

    async def _claim_candidates(self, candidates: list[Candidate]) -> list[Candidate]:
        """Those of the candidates that could be claimed, in one commit where the store can."""
        now = self._services.clock.now()
        claims = [(candidate, claim) for candidate in candidates if (claim := await self._claim_of(candidate, now))]
        standing = await asyncio.gather(*(self._services.writer.claim(claim) for _, claim in claims))
        claimed, lost = [], []
        for (candidate, claim), stands in zip(claims, standing, strict=True):
            if stands.worker == self._me.id and stands.outcome is None:
                candidate.status = replace(candidate.status, token=claim.token)
                claimed.append(candidate)
            else:
                lost.append(candidate)
        if self._shared is not None:
            self._shared.update(candidate.run.id for candidate in claimed)
        if lost:
            ids = [candidate.run.id for candidate in lost]
            for candidate, status in zip(
                lost, await self._in_thread(lambda: self._store.run_statuses(ids)), strict=True
            ):
                candidate.status = status
                self._elsewhere[candidate.run.id] = candidate
        return claimed

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
            status, retry_failed=self._options.retry_failed
        ):
            return None
        if status.state is RunState.RUNNING and not await self._is_abandoned(status):
            self._elsewhere[candidate.run.id] = candidate
            return None
        content = read_content(candidate.run.content)
        if not self._services.router.paused.keys().isdisjoint(models_in(content)):
            return None
        protocol = protocol_of(content)
        outdated = has_other_rules(status, protocol)
        if outdated and not (self._options.restart and await self._is_mine_to_clear(candidate)):
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

    async def _is_mine_to_clear(self, candidate: Candidate) -> bool:
        """Whether nobody else began a run, whose words would be taken away; who did is noted."""
        run = candidate.run
        claims = await self._in_thread(lambda: self._store.claims(run.id))
        # Where it was not kept who it was, it was the run's creator.
        who, me = beginner(claims) or run.creator, self._me.by or run.creator
        if who != me:
            self.left_to_others[run.id] = who
        return who == me

    async def _is_abandoned(self, status: RunStatus) -> bool:
        worker = status.worker or ""
        return (await self._in_thread(lambda: self._liveness.verdicts([worker])))[worker] == "gone"

    async def _look_elsewhere(self) -> None:
        """See how the runs stand that others hold; what they gave up or left is ours to claim."""
        self._services.observer.notice(Waiting(f"{len(self._elsewhere)} runs that other workers hold", "others"))
        ids = list(self._elsewhere)
        for status in await self._in_thread(lambda: self._store.run_statuses(ids)):
            candidate = self._elsewhere[status.run]
            candidate.status = status
            if status.state is RunState.DONE:
                del self._elsewhere[status.run]
                self._services.router.silence.note_done(status.run, status.counters)
                self._services.observer.notice(RunDone(status.run, status.ended or "", status.counters, elsewhere=True))
            elif status.state is RunState.FAILED:
                del self._elsewhere[status.run]
                self._services.observer.notice(RunFailed(status.run, status.error or "", elsewhere=True))
            elif status.state is RunState.CANCELLED:
                del self._elsewhere[status.run]
            elif status.state is RunState.PENDING or await self._is_abandoned(status):
                self._ahead.append(self._elsewhere.pop(status.run))
        if self._ahead or not self._elsewhere:
            self._services.observer.notice(WaitingOver("others"))
        if not self._ahead:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._services.stop.draining.wait(), _WATCH_PAUSE)

    def _look_at_places(self) -> bytearray:
        """Marks the positions at which nothing is left to do."""
        if self._sweep.runs < len(self._order) or self._order.shares:
            self._shared = set()
        return self._places.finished_positions(retry_failed=self._options.retry_failed)


async def _first_of(wait: Coroutine[Any, Any, object], *others: Awaitable[object]) -> None:
    """Wait until one of several is done; the first is then cancelled, the others go on."""
    own = asyncio.ensure_future(wait)
    try:
        await asyncio.wait([own, *(asyncio.ensure_future(other) for other in others)],
                           return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
    finally:
        own.cancel()
