"""Asks hosted models the canary of a sweep, beside its runs, and keeps what they answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from loguru import logger

from sociarium.errors import SociariumError
from sociarium.experiment.canary import canary_models
from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.design_review import model_users_of
from sociarium.experiment.models import ModelSpec
from sociarium.experiment.validation import design_of
from sociarium.ports.model import CANARY, ChatMessage, ModelIdentity, ModelRequest, ServedReply
from sociarium.ports.observer import CallDone
from sociarium.ports.store import Store
from sociarium.records.canary import (
    CanaryAnswer,
    CanaryMoment,
    canary_answers,
    canary_value,
    hash_of_answer,
)
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.status import Counts
from sociarium.runner.models.orders import RunEnded
from sociarium.runner.run.services import RunServices
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.workers.shutdown import WorkStopped
from sociarium.runner.workers.store_retry import StoreRetry

QUESTION = (
    "In one sentence of about twenty words, say what a lighthouse keeper sees from the window on a stormy night. Then, "
    "on a line of its own, write the three colours that stand out most, from the first to the third."
)
"""Never changed: answers to another one could not be compared."""

_LOOKS = 20
"""Times, at most, that finished runs are counted in a sweep."""
_LONGEST = 4000
"""Characters of an answer that are kept; the hash is of all of them."""


@dataclass(slots=True)
class CanaryWatch:
    """Asks at the start, in the middle and at the end of a sweep. Lives on one event loop.

    What fails is in the log, and fails no run; what was asked before is not asked again.

    Args:
        models: hosted ones that the sweep asks, by their names in the file.
        count: counts the sweep's runs; off the event loop.
        by: who plays.
    """

    store: Store
    sweep: str
    models: Mapping[str, ModelSpec]
    services: RunServices
    store_retry: StoreRetry
    count: Callable[[], Counts]
    by: str
    _asked: set[tuple[str, CanaryMoment]] = field(default_factory=set)
    _done: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @asynccontextmanager
    async def beside_runs(self) -> AsyncIterator[None]:
        """Ask while runs are played within: at the start before any of these is done, at the end when all are."""
        counts = await self.store_retry.in_thread(self.count)
        self._tasks = [asyncio.create_task(self._ask_where_due("start", counts))]
        at_once = asyncio.create_task(self.services.stop.at_once.wait())
        try:
            yield
            if not self.services.stop.draining.is_set():
                self._look()
            # What is under way is finished, like any call.
            asked: asyncio.Future[Any] = asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.wait([asked, at_once], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*self._tasks, at_once):
                task.cancel()

    def note_done(self, planned: int) -> None:
        """A run is done, of so many."""
        self._done += 1
        if self._done % max(planned // _LOOKS, 1) == 0:
            self._look()

    def _look(self) -> None:
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(asyncio.create_task(self._ask_what_is_due()))

    async def _ask_what_is_due(self) -> None:
        counts = await self.store_retry.in_thread(self.count)
        if (moment := moment_of(counts)) is not None:
            await self._ask_where_due(moment, counts)

    async def _ask_where_due(self, moment: CanaryMoment, counts: Counts) -> None:
        """Ask the models that were not asked at this moment of so many runs; anew where the sweep was made longer."""
        orders = await self.store_retry.in_thread(lambda: self.store.orders(self.sweep))
        known = {
            (one.model, one.moment)
            for one in canary_answers(orders)
            if moment == "start" or one.planned == counts.total
        }
        due = [name for name in self.models if (name, moment) not in known | self._asked]
        self._asked.update((name, moment) for name in due)
        await asyncio.gather(*(self._ask(name, moment, counts) for name in due))

    async def _ask(self, name: str, moment: CanaryMoment, counts: Counts) -> None:
        request = canary_request(name, self.models[name])
        if not self.services.orders.lets_pass(CANARY, name):
            return
        try:
            served, _ = await self.services.router.ask(CANARY, request)
        except (WorkStopped, RunEnded):
            return
        except SociariumError as error:
            logger.warning("the canary of {} was not answered at the {} of the sweep: {}", name, moment, error)
            return
        cost = self._count_spending(name, served)
        reply = served.reply
        answer = CanaryAnswer(
            name,
            moment,
            counts.done,
            counts.total,
            reply.text[:_LONGEST],
            hash_of_answer(reply.text),
            fingerprint([QUESTION]),
            served.sent,
            served.served_model,
            served.fingerprint,
            reply.prompt_tokens or 0,
            reply.completion_tokens or 0,
            cost,
            self.by,
            self.services.clock.now(),
        )
        await self.store_retry.in_thread(lambda: record_answer(self.store, self.sweep, answer))
        logger.info("the canary of {} was answered at the {} of the sweep: {}", name, moment, answer.hash[:12])

    def _count_spending(self, name: str, served: ServedReply) -> float | None:
        services, reply = self.services, served.reply
        services.spending.add(name, reply)
        tokens = reply.prompt_tokens or 0, reply.completion_tokens or 0
        services.observer.notice(CallDone(CANARY, name, CANARY, *tokens, served.seconds))
        if reached := services.spending.bound_reason(services.orders.bounds):
            services.stop.drain("budget", reached)
        return services.spending.cost_of(name, reply)


def canary_watch(
    store: Store,
    begun: StartedSweep,
    services: RunServices,
    *,
    count: Callable[[], Counts],
    store_retry: StoreRetry,
    by: str,
) -> CanaryWatch | None:
    """The watch of a sweep; None where it declares none or asks no hosted model, and for forks and extensions."""
    if begun.sweep.origin is not None:
        return None
    definition, name = begun.definition, begun.sweep.name
    design, sweep = design_of(definition, name), definition.all_sweeps[name]
    used, runs = model_users_of(definition, design), design.size * sweep.replicates
    models = canary_models(definition.models, used, sweep, runs=runs)
    return CanaryWatch(store, begun.sweep.id, models, services, store_retry, count, by) if models else None


def moment_of(counts: Counts) -> CanaryMoment | None:
    """Which moment of a sweep that has begun it is; None before the middle."""
    if not counts.left:
        return "end"
    return "middle" if 2 * counts.ended >= counts.total else None


def canary_request(name: str, spec: ModelSpec) -> ModelRequest:
    """The question to a model, as its entry has it asked, but with as little chance as its options allow."""
    options: dict[str, Any] = dict(spec.options)
    if "temperature" in options and not options.get("thinking"):
        options["temperature"] = 0
    if options.get("seed") == "run":
        options["seed"] = 1
    identity = ModelIdentity(name, spec.provider, spec.model, options)
    return ModelRequest(identity, (ChatMessage("user", QUESTION),), purpose=CANARY)


def record_answer(store: Store, sweep: str, answer: CanaryAnswer) -> SteeringOrder:
    """Keep an answer with the sweep."""
    while True:
        number = max((order.number for order in store.orders(sweep)), default=0) + 1
        target, value = {"model": answer.model}, canary_value(answer)
        order = SteeringOrder(sweep, number, "canary", target, value, None, "", answer.by, answer.at)
        if store.add_order(order) == order:
            return order
