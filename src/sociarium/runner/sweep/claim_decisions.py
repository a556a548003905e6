"""Whether a run may be taken up now: by how it stands, by who holds it, by its rules, and by what people ordered."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal

from sociarium.environments.protocols import protocol_of
from sociarium.experiment.stored_content import models_in, read_content
from sociarium.ports.observer import RunCancelled
from sociarium.ports.store import Store
from sociarium.records.runs import (
    CLEARED,
    Claim,
    Outcome,
    RunState,
    RunStatus,
    Worker,
    beginner,
    has_other_rules,
    may_be_claimed,
)
from sociarium.runner.library.clear_run import clear
from sociarium.runner.run.services import RunServices
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.slots import Candidate
from sociarium.runner.workers.liveness import Liveness
from sociarium.runner.workers.store_retry import StoreRetry

Decision = Claim | Literal["leave", "elsewhere", "wait"]
"""The claim that would take it up; or it is left alone; another worker has it; it waits for somebody's word."""


class ClaimDecisions:
    """Decides for one start of one sweep.

    Attributes:
        outdated: runs that began under another protocol of their environment, and were left alone.
        left_to_others: those of them that were to begin anew, but somebody else began them; run -> who that is.
        hypotheses: hash of those under which runs are taken up; set before the first one is.
        needs: runs that gave themselves back because a model is paused that their content may not name, and which.
    """

    def __init__(
        self, store: Store, services: RunServices, options: PlayOptions, *, me: Worker, store_retry: StoreRetry
    ) -> None:
        self.outdated: list[str] = []
        self.left_to_others: dict[str, str] = {}
        self.needs: dict[str, str] = {}
        self.hypotheses: str | None = None
        self._store = store
        self._services = services
        self._options = options
        self._me = me
        self._in_thread = store_retry.in_thread
        self._liveness = Liveness(store, me, services.clock, lease=options.lease)

    async def decide(self, candidate: Candidate, now: str, *, is_shared: bool) -> Decision:
        """What becomes of a candidate; one that is cancelled is let go of so.

        Args:
            is_shared: whether other conditions of the sweep may share the run: then it is not cancelled here.
        """
        status = candidate.status
        if not may_be_claimed(status, retry_failed=self._options.retry_failed):
            return "leave"
        if status.state is RunState.RUNNING and not await self.is_abandoned(status):
            return "elsewhere"
        content = read_content(candidate.run.content)
        models = models_in(content)
        if self._services.orders.state.is_cancelled(candidate.run.id, candidate.member.condition, models):
            return "leave" if is_shared else await self._cancel(candidate, now)
        if not self._services.router.paused.keys().isdisjoint(models):
            return "leave"
        if self._waits_for_a_word(candidate.run.id, models):
            return "wait"
        protocol = protocol_of(content.environment)
        outdated = has_other_rules(status, protocol)
        if outdated and not (self._options.restart and await self._is_mine_to_clear(candidate)):
            self.outdated.append(candidate.run.id)
            return "leave"
        token = status.token
        if outdated or status.protocol == CLEARED:
            cleared = await self._in_thread(lambda: clear(self._store, status, me=self._me, at=now))
            if cleared is None:
                return "elsewhere"
            token = cleared.token
        return Claim(
            candidate.run.id, token + 1, self._me.id, now, protocol, by=self._me.by, hypotheses=self.hypotheses
        )

    async def is_abandoned(self, status: RunStatus) -> bool:
        """Whether the worker that holds a run is gone."""
        worker = status.worker or ""
        return (await self._in_thread(lambda: self._liveness.verdicts([worker])))[worker] == "gone"

    def _waits_for_a_word(self, run: str, models: Set[str]) -> bool:
        """Whether a model is paused that the run needs."""
        return not self._services.orders.state.paused_models.keys().isdisjoint(models | {self.needs.get(run, "")})

    async def _cancel(self, candidate: Candidate, now: str) -> Decision:
        run = candidate.run.id
        outcome = Outcome(RunState.CANCELLED)
        claim = Claim(run, candidate.status.token + 1, self._me.id, now, outcome=outcome, by=self._me.by)
        standing = await self._services.writer.claim(claim)
        if standing.worker == self._me.id and standing.outcome == outcome:
            self._services.observer.notice(RunCancelled(run))
            return "leave"
        # Whoever gave the order may have been first.
        [candidate.status] = await self._in_thread(lambda: self._store.run_statuses([run]))
        return "leave" if candidate.status.state is RunState.CANCELLED else "elsewhere"

    async def _is_mine_to_clear(self, candidate: Candidate) -> bool:
        """Whether nobody else began a run, whose words would be taken away; who did is noted."""
        run = candidate.run
        claims = await self._in_thread(lambda: self._store.claims(run.id))
        # Where it was not kept who it was, it was the run's creator.
        who, me = beginner(claims) or run.creator, self._me.by or run.creator
        if who != me:
            self.left_to_others[run.id] = who
        return who == me
