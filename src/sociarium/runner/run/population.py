"""Populations at work: people are written once for a replicate, and the runs that want them wait.

A population is a run's record without a place in a sweep: it is claimed, journaled and taken up again like one. When
more people are wanted than it has, its claim log goes on after its end, and its journal gives what stands.

Its id names the rules by which it is written. So the people of an older protocol stay as they are, for the runs that
took them, and runs that are played by newer rules have people who are written by these.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sociarium.count_text import count_text, one_or_many
from sociarium.environments.feed.population import write
from sociarium.environments.protocols import protocol_of
from sociarium.errors import (
    EndpointUnavailable,
    Misconfigured,
    ModelPaused,
    RateLimited,
    SociariumError,
    StoreUnavailable,
)
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.identity import run_id
from sociarium.ports.observer import Waiting, WaitingOver
from sociarium.ports.store import Store
from sociarium.records.events import Event
from sociarium.records.inputs import Input
from sociarium.records.runs import Claim, Outcome, Run, RunState, RunStatus, Worker
from sociarium.runner.run.recorder import LiveRecorder
from sociarium.runner.run.services import RunServices
from sociarium.runner.run.stage import RunStage
from sociarium.runner.workers.liveness import Liveness
from sociarium.runner.workers.shutdown import WorkStopped
from sociarium.runner.workers.store_retry import StoreRetry

Tree = Mapping[str, Any]

_WATCH_PAUSE = 0.5
"""Seconds between looks at a population that another worker writes."""
_LONGEST_ERROR = 2000
_UNNAMED = 1
"""The protocol that ids of populations do not name: the first one."""


@dataclass(slots=True)
class _PopulationState:
    """A population as far as this process knows it."""

    people: list[Tree | None] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Populations:
    """What reaches runs from outside: people, one writer a population in this process, and posts."""

    def __init__(self, store: Store, *, me: Worker, store_retry: StoreRetry, lease: float) -> None:
        self._store = store
        self._me = me
        self._in_thread = store_retry.in_thread
        self._lease = lease
        self._liveness: Liveness | None = None
        self._known: dict[str, _PopulationState] = {}

    async def inputs(self, run: str, *, after: int) -> Sequence[Input]:
        """See `Outside`."""
        return await self._in_thread(lambda: self._store.inputs(run, after=after))

    async def people(
        self, services: RunServices, run: Run, population: PopulationContent, first: int, last: int
    ) -> Sequence[Tree | None]:
        """See `Outside`.

        Raises:
            Drained: the work stops before they are written.
            ModelError: the model that writes them did not answer, for good.
        """
        record = record_of(run, population, created=services.clock.now())
        standing = self._known.setdefault(record.id, _PopulationState())
        async with standing.turn:
            if len(standing.people) < last:
                standing.people = await self._ensure_people(services, record, population, last)
        return standing.people[first - 1 : last]

    async def _ensure_people(
        self, services: RunServices, record: Run, population: PopulationContent, count: int
    ) -> list[Tree | None]:
        await self._in_thread(lambda: self._store.place_runs([], [record]))
        while True:
            await services.orders.admit(record.id)
            events = await self._in_thread(lambda: self._store.events(record.id))
            if len(people := _people(events)) >= count:
                services.observer.notice(WaitingOver(record.id))
                return people
            [status] = await self._in_thread(lambda: self._store.run_statuses([record.id]))
            if status.state is RunState.RUNNING and not await self._is_abandoned(services, status):
                services.observer.notice(
                    Waiting(f"the people of {population.name}, whom another worker writes", record.id)
                )
                await _pause(services)
                continue
            protocol = protocol_of(population.environment)
            claim = Claim(record.id, status.token + 1, self._me.id, services.clock.now(), protocol, by=self._me.by)
            standing = await self._in_thread(partial(self._store.claim, claim))
            if standing.worker == self._me.id and standing.outcome is None:
                await self._write(services, record, population, count, replace(status, token=standing.token))

    async def _is_abandoned(self, services: RunServices, status: RunStatus) -> bool:
        # Our own claim, of a run that ended in the middle, is no longer held by anybody.
        if status.worker == self._me.id:
            return True
        if self._liveness is None:
            self._liveness = Liveness(self._store, self._me, services.clock, lease=self._lease)
        liveness, worker = self._liveness, status.worker or ""
        return (await self._in_thread(lambda: liveness.verdicts([worker])))[worker] == "gone"

    async def _write(
        self, services: RunServices, record: Run, population: PopulationContent, count: int, status: RunStatus
    ) -> None:
        """Write people under a claim, and let go of it whatever comes."""
        journal = await self._in_thread(lambda: self._store.journal(record.id))
        events = await self._in_thread(lambda: self._store.events(record.id))
        recorder = LiveRecorder(record, status.token, services, journal, events)
        services.observer.notice(
            Waiting(
                f"{count_text(count, 'person', 'people')} of {population.name}, "
                f"who {one_or_many(count, 'is', 'are')} written first",
                record.id,
            )
        )
        try:
            await write(population, count, RunStage(record, population.streams, recorder))
            await services.writer.flush(record.id)
        except StoreUnavailable:
            raise
        except (WorkStopped, EndpointUnavailable, RateLimited, ModelPaused, Misconfigured):
            await self._let_go(services, status, Outcome(RunState.PENDING))
            raise
        except SociariumError as error:
            await self._let_go(services, status, Outcome(RunState.FAILED, error=str(error)[:_LONGEST_ERROR]))
            raise
        finally:
            services.writer.forget(record.id)
            services.observer.notice(WaitingOver(record.id))
        await self._let_go(
            services,
            status,
            Outcome(RunState.DONE, "completed", counters=recorder.tally.counters(services.spending.prices)),
        )

    async def _let_go(self, services: RunServices, status: RunStatus, outcome: Outcome) -> None:
        claim = Claim(status.run, status.token + 1, self._me.id, services.clock.now(), outcome=outcome, by=self._me.by)
        await asyncio.shield(self._in_thread(lambda: self._store.claim(claim)))


def record_of(run: Run, population: PopulationContent, *, created: str, protocol: int | None = None) -> Run:
    """The record of a population, for the replicate of a run.

    Args:
        protocol: by which the run is played, and so its people are written; by default that of this version.
    """
    rules = protocol_of(population.environment) if protocol is None else protocol
    digest = population.digest if rules == _UNNAMED else f"{population.digest}/{rules}"
    id_ = run_id(run.experiment, replicate=run.replicate, seed=run.seed, content_digest=digest)
    content = population.model_dump_json(by_alias=True)
    return Run(id_, run.experiment, run.creator, run.replicate, run.seed, content, id_, created)


def _people(events: Sequence[Event]) -> list[Tree | None]:
    return [event.happening.data["person"] for event in events if event.happening.kind == "person"]


async def _pause(services: RunServices) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(services.stop.draining.wait(), _WATCH_PAUSE)
