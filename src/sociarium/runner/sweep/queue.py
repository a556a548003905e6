"""The queue: which run of a sweep is taken up next, and by whom the others are held."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Container, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import Any

from sociarium.count_text import count_text
from sociarium.ports.observer import RunCancelled, RunDone, RunFailed, Waiting, WaitingOver
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import (
    Claim,
    RunState,
    Worker,
)
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.tombstones import refuse_deleted
from sociarium.runner.run.services import RunServices
from sociarium.runner.sweep.claim_decisions import ClaimDecisions
from sociarium.runner.sweep.declared_looks import DeclaredLooks
from sociarium.runner.sweep.declared_stop import DeclaredStop
from sociarium.runner.sweep.order import RunOrder
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.positions import Positions
from sociarium.runner.sweep.slots import Candidate, SweepSlots
from sociarium.runner.workers.store_retry import StoreRetry

_BLOCK = 64
"""Places that are stored at once, ahead of the runs that begin."""
_WATCH_PAUSE = 0.5
"""Seconds between looks at runs that other workers hold."""


class Queue:
    """Hands out the runs of a sweep in their order, each with a claim.

    Attributes:
        decisions: on single runs, and which were left alone.
        declared: the sweep's declared end, where it has one; set before the first run is taken.
        looks: at which replicates hypotheses are tested, where that is declared; set likewise.
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
        self.decisions = ClaimDecisions(store, services, options, me=me, store_retry=store_retry)
        self.declared: DeclaredStop | None = None
        self._store = store
        self._sweep = sweep
        self._order = order
        self._services = services
        self._options = options
        self._me = me
        self._in_thread = store_retry.in_thread
        self._positions: Positions | None = None
        self._end: int | None = None
        self.looks: DeclaredLooks | None = None
        self._ahead: deque[Candidate] = deque()
        self._elsewhere: dict[str, Candidate] = {}
        self._taken_up = 0
        self._places = SweepSlots(store, sweep, order)
        # Runs that wait for the end of a pause of a model, and those that were open and gave themselves back.
        self._waiting: list[Candidate] = []
        self._again: dict[str, Candidate] = {}
        # Places that share a run are met one after the other with what was known when both were stored.
        self._shared: set[str] | None = None

    def leave(self, candidate: Candidate) -> None:
        """Another worker has taken this run over; look how it fares there."""
        self._elsewhere[candidate.run.id] = candidate

    def give_back(self, candidate: Candidate, model: str | None) -> None:
        """A run gave itself back because of an order: it is taken up again first, once it may.

        Args:
            model: whose pause it was; None for a pause of the whole sweep.
        """
        status = candidate.status
        candidate.status = replace(status, state=RunState.PENDING, token=status.token + 1)
        self._again[candidate.run.id] = candidate
        self._taken_up -= 1
        if model is not None:
            self.decisions.needs[candidate.run.id] = model
        self._ahead.appendleft(candidate)

    def follow(self, orders: Sequence[SteeringOrder]) -> None:
        """Look anew at the runs, as far as new orders change which of them is next."""
        self._ahead.extendleft(self._waiting)
        self._waiting.clear()
        if any(order.action in {"continue", "retry", "first"} for order in orders):
            self._positions = None
        self._services.orders.wake()

    def is_shared(self, candidate: Candidate) -> bool:
        """Whether other conditions of the sweep may share a run."""
        return self._order.shares and self._order.twins(candidate.member.position) is not None

    async def take(self, most: int, under_way: Mapping[str, asyncio.Task[None]]) -> list[Candidate]:
        """The next runs, claimed; none when nothing is left to claim, or the work stops.

        While somebody's pause stands it waits for its end.

        Args:
            most: how many at most, one or more.
            under_way: our own runs; while there are any, one of them may have to be taken up again.
        """
        orders = self._services.orders
        while not self._services.stop.draining.is_set():
            if orders.state.paused:
                await _first_of([orders.change()])
                continue
            positions = self._positions or await self._begin()
            room = most if self._options.limit is None else min(most, self._options.limit - self._taken_up)
            if room <= 0 and not under_way:
                return []
            helps = self._helps_others(len(under_way))
            if room <= 0 or (not self._ahead and not await self._look_ahead(positions, helps=helps)):
                waited = await self._wait_for_more(under_way, is_full=room <= 0)
                if not waited and (room <= 0 or not await self._begin_replicate(positions)):
                    if room > 0 and self.looks is not None and self._options.pilot is None:
                        self.looks.tell_due(self._services.stop)
                    return []
                continue
            if claimed := await self._claim_candidates(self._next_of_different_runs(room), under_way):
                self._taken_up += len(claimed)
                return claimed
        return []

    async def _begin(self) -> Positions:
        """Look at all places; the positions at which something is left to do, beginning with those put first."""
        self._ahead.clear()
        self._waiting.clear()
        self.decisions.outdated.clear()
        finished = await self._in_thread(self._look_at_places)
        if self._end is None:
            self._end = self._first_end()
        last = len(finished) if self._options.pilot is None else self._options.pilot * self._sweep.conditions
        if self.looks is not None:
            last = min(last, self.looks.end(finished.find(0)))
        # A replicate that has not begun is not begun for one run that is put first.
        most = last if self._end is None else min(last, self._end)
        first = [one for one in self._places.positions_of(self._services.orders.state.first_runs) if one < most]
        is_by_model = await self._in_thread(lambda: self._order.is_by_model(self._options.order))
        memory = await self._services.router.memory() if is_by_model and finished.find(0) >= 0 else {}
        order = self._order.taken_up(self._options.order, memory=memory, first=max(finished.find(0), 0))
        rest = (one for one in order if one < last and not finished[one] and one not in first)
        self._positions = Positions(chain(first, rest), end=self._end, part=self._options.part)
        return self._positions

    async def _wait_for_more(self, under_way: Mapping[str, asyncio.Task[None]], *, is_full: bool) -> bool:
        """Wait for what may bring something to claim; False where nothing can."""
        if self._elsewhere and not is_full:
            await self._look_elsewhere()
        elif under_way or self._waiting:
            await _first_of([self._services.orders.change()], *under_way.values())
        else:
            return False
        return True

    def _next_of_different_runs(self, most: int) -> list[Candidate]:
        candidates: dict[str, Candidate] = {}
        while self._ahead and len(candidates) < most and self._ahead[0].run.id not in candidates:
            candidate = self._ahead.popleft()
            candidates[candidate.run.id] = candidate
        return list(candidates.values())

    async def _claim_candidates(self, candidates: list[Candidate], under_way: Container[str]) -> list[Candidate]:
        """Those of the candidates that could be claimed, in one commit where the store can."""
        now = self._services.clock.now()
        claims = [
            (candidate, claim)
            for candidate in candidates
            if candidate.run.id not in under_way and (claim := await self._claim_of(candidate, now))
        ]
        standing = await asyncio.gather(*(self._services.writer.claim(claim) for _, claim in claims))
        claimed, lost = [], []
        for (candidate, claim), stands in zip(claims, standing, strict=True):
            if stands.worker == self._me.id and stands.outcome is None:
                candidate.status = replace(candidate.status, token=claim.token)
                self._again.pop(candidate.run.id, None)
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

    async def _claim_of(self, candidate: Candidate, now: str) -> Claim | None:
        """The claim that would take the candidate up, if it may be."""
        run = candidate.run.id
        if run in (self._shared or ()) and self._again.get(run) is not candidate:
            return None
        decision = await self.decisions.decide(candidate, now, is_shared=self.is_shared(candidate))
        match decision:
            case "elsewhere":
                self._elsewhere[run] = candidate
            case "wait":
                self._waiting.append(candidate)
            case Claim():
                return decision
        return None

    def _first_end(self) -> int | None:
        """Up to which position runs are taken up before the declared end is looked at first."""
        if self.declared is None or self.declared.rule.measure is None:
            return None
        return self.declared.rule.least_replicates * self._sweep.conditions

    async def _begin_replicate(self, positions: Positions) -> bool:
        """Whether another replicate begins: all before are played, and the sweep has not come to its declared end."""
        declared = self.declared
        if declared is None or positions.end is None or not positions.has_more:
            return False
        replicates = positions.end // self._sweep.conditions
        order = await self._in_thread(lambda: declared.look(replicates))
        if order is not None:
            self._services.stop.drain("declared", order.reason)
            return False
        self._end = positions.end = positions.end + self._sweep.conditions
        return True

    def _helps_others(self, under_way: int) -> bool:
        """Whether this worker takes up runs of other workers' parts, once its own part is taken up.

        Not before it has been free once: who begins a moment earlier would take all runs of a short sweep, and leave
        nothing to the others. But more room than it began with means that another worker is gone.
        """
        has_been_free = self._taken_up > under_way
        return not under_way or has_been_free or self._services.orders.concurrency > self._options.concurrency

    async def _look_ahead(self, positions: Positions, *, helps: bool) -> bool:
        block = positions.take(_BLOCK, helps=helps)
        if not block:
            return False
        await self._in_thread(lambda: refuse_deleted(self._store, self._sweep.experiment, any_run=True))
        self._ahead.extend(await self._in_thread(lambda: self._places.candidates(block)))
        return True

    async def _look_elsewhere(self) -> None:
        """See how the runs stand that others hold; what they gave up or left is ours to claim."""
        runs = count_text(len(self._elsewhere), "run")
        self._services.observer.notice(Waiting(f"{runs} that other workers hold", "others"))
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
                self._services.observer.notice(RunCancelled(status.run, elsewhere=True))
            elif status.state is RunState.PENDING or await self.decisions.is_abandoned(status):
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


async def _first_of(waits: Sequence[Coroutine[Any, Any, object]], *others: asyncio.Task[None]) -> None:
    """Wait until one of several is done; the first ones are then cancelled, the others go on."""
    own = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait([*own, *others], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in own:
            wait.cancel()
