"""A start of a sweep on a Dask cluster: each worker is given a part, and this process shows what they do.

Nothing of the work depends on Dask: which run is whose stands in the store, as it does for any processes. So a worker
that is lost is taken over by the others, whether or not Dask places its task again, and the task placed again finds
what is left.
"""

from __future__ import annotations

import asyncio
import pickle
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from loguru import logger

from sociarium.api.own_code import code_folders
from sociarium.api.preparation import used_models
from sociarium.bootstrap import ServingOptions, open_models
from sociarium.cluster.library import dask_library
from sociarium.cluster.part import Part, PartResult, describe_worker, play_part, stop_part
from sociarium.config import Config
from sociarium.errors import BadInput, SetupError
from sociarium.experiment.address import public_address
from sociarium.ports.model import ModelReply
from sociarium.ports.observer import CallDone, MessageAdded, Observer, RunDone, Waiting
from sociarium.ports.store import Store
from sociarium.records.runs import Counters, Worker
from sociarium.runner.coordination.declared_stop_watch import declared_stop_watch
from sociarium.runner.coordination.run_news import RunNews
from sociarium.runner.library.status import SweepStatus, sweep_status
from sociarium.runner.library.steering import refuse_paused
from sociarium.runner.models.budget import Spending
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.planning.preflight import needs_person
from sociarium.runner.sweep.declared_stop import declared_stop
from sociarium.runner.sweep.obey import started_news
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.record_leaving import record_leaving
from sociarium.runner.sweep.result import Result
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.sweep.start import SweepOutcome, SweepPorts, make_spending, outcome_of
from sociarium.runner.workers.process import is_here, this_worker
from sociarium.stores.urls import url_of
from sociarium.typed_path import typed_path
from sociarium.version import __version__

SCHEME = "dask://"
_SCHEDULER = re.compile(rf"{SCHEME}(?P<host>[\w.-]+|\[[0-9A-Fa-f:.]+(?:%\w+)?\]):(?P<port>[0-9]{{1,5}})", re.ASCII)
"""Neither user nor password: a scheduler knows none."""
_SQLITE = "sqlite:///"
_CONNECT = 20
"""Seconds for the scheduler to answer."""
_LAST_NEWS = 5.0
"""Seconds in which the last news of a part that has ended arrive."""


def scheduler_address(text: str) -> str:
    """The address of a scheduler as Dask writes it. Raises `BadInput` for another kind."""
    match = _SCHEDULER.fullmatch(text)
    if match is None or not 0 < int(match["port"]) < 65536:
        raise BadInput(
            f"--on {public_address(text)!r} is no cluster that is known here; write e.g. dask://login1:8786, "
            "host and port alone"
        )
    return f"tcp://{match['host']}:{match['port']}"


@dataclass(slots=True)
class _Audience:
    """Hears the parts, counts what they spend, and tells the observer what is news."""

    observer: Observer
    spending: Spending
    on_done: Callable[[Counters], None]
    news: RunNews = field(default_factory=RunNews)
    ended: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    def take(self, event: tuple[float, Any]) -> None:
        message = event[1]
        part = message["part"]
        for kind, values in pickle.loads(message["news"]):  # noqa: S301  # of our own parts, as all that Dask carries
            news = kind(*values)
            if isinstance(news, CallDone):
                prompt, completion = news.prompt_tokens, news.completion_tokens
                self.spending.add(news.model, ModelReply("", prompt_tokens=prompt, completion_tokens=completion))
            elif isinstance(news, MessageAdded):
                self.spending.messages += 1
            if self.news.take(part, news):
                if isinstance(news, RunDone):
                    self.on_done(news.counters)
                self.observer.notice(news)
        if message["last"]:
            self.news.leave(part)
            self.ended[part].set()


async def play_on_cluster(
    address: str,
    store: Store,
    begun: StartedSweep,
    options: PlayOptions,
    ports: SweepPorts,
    *,
    config: Config,
    pace: float = 0.0,
) -> SweepOutcome:
    """Play what is left of a sweep on all workers of a cluster; see `start`, which plays it in this process.

    Args:
        address: `dask://host:port`, of the scheduler.

    Raises:
        BadInput: the address is none.
        MissingExtra: dask.distributed is not installed here.
        SetupError: nobody answers there, a worker cannot play, or the store is a file that it cannot reach.
        SweepPaused: somebody paused the sweep.
    """
    began, scheduler, library = ports.clock.monotonic(), scheduler_address(address), dask_library()
    _refuse_what_needs_one_process(begun, options)
    refuse_paused(begun.sweep, await asyncio.to_thread(lambda: store.orders(begun.sweep.id)))
    try:
        client = await library.Client(scheduler, asynchronous=True, timeout=_CONNECT, name="sociarium")
    except OSError as error:
        raise SetupError(f"no Dask scheduler answers at {address}: {error}") from error
    try:
        workers = await _check_workers(client, store, address)
        names = used_models(begun.definition, begun.sweep.name)
        routes = open_models(begun.definition, names, ServingOptions(config, pull=False))
        status = await asyncio.to_thread(_status, store, begun)
        declared = declared_stop(store, begun, ports.clock, by=config.creator or begun.sweep.creator)
        if declared is not None:
            declared.look_back(status, ports.stop, allow_empty=options.allow_empty)
        spending = make_spending(begun, routes, ports.prices)
        audience = _Audience(ports.observer, spending, declared_stop_watch(declared, ports))
        offline = all(begun.definition.models[name].provider == "offline" for name in names)
        ports.observer.notice(started_news(begun, status, options, offline=offline))
        topic = f"sociarium-{uuid4().hex}"
        first = Part("", topic, _absolute(url_of(store)), begun.sweep.id, config.creator, options, pace)
        first = replace(first, folders=code_folders(begun.rankers))
        shares = _shares(options, len(workers), routes)
        parts = [replace(first, key=f"{topic}-{number}", options=share) for number, share in enumerate(shares)]
        results = await _play_parts(client, workers, parts, audience, ports)
    finally:
        await client.close()
    result = _result(await asyncio.to_thread(_status, store, begun), results, ports)
    await asyncio.to_thread(
        record_leaving, store, begun.sweep, result, ports.stop, by=config.creator, clock=ports.clock
    )
    return outcome_of(result, audience.spending, options, ports, began=began)


def _refuse_what_needs_one_process(begun: StartedSweep, options: PlayOptions) -> None:
    if needs_person(begun.definition, begun.sweep.name):
        raise SetupError("a person takes part in this sweep, and has to be asked at a terminal; play it without --on")
    if options.population_only:
        raise SetupError("people are written by one process, which waits for models alone; leave --on out")


async def _check_workers(client: Any, store: Store, address: str) -> Sequence[str]:
    """The workers' addresses, once all can play."""
    try:
        described: Mapping[str, tuple[str, Worker]] = await client.run(describe_worker)
    except Exception as error:  # whatever the other Python lacks
        raise SetupError(
            f"the workers at {address} cannot play ({type(error).__name__}: {error}); install sociarium {__version__} "
            "with its extra `cluster` where they run"
        ) from error
    if not described:
        raise SetupError(f"the scheduler at {address} has no workers; start some, e.g. with `dask worker`")
    for worker, (version, process) in described.items():
        if version != __version__:
            raise SetupError(
                f"the worker {worker} has sociarium {version}, and this is {__version__}; install the same"
            )
        if store.url.startswith("sqlite:") and not is_here(process, this_worker()):
            raise SetupError(
                f"the worker {worker} runs on {process.host}, which cannot share the file {store.url}; use a MongoDB "
                "that all workers reach: --store mongodb://..."
            )
    return list(described)


def _shares(options: PlayOptions, workers: int, routes: Mapping[str, Sequence[RouteSpec]]) -> list[PlayOptions]:
    """The options of each part; there are no more parts than calls may be open anywhere."""
    most_open = min((route.limits.open for some in routes.values() for route in some), default=1)
    count = min(workers, options.concurrency, most_open)
    return replace(options, workers=count).of_each_worker()


def _absolute(url: str) -> str:
    """The URL of a store for processes that were begun in other folders."""
    path = typed_path(url.removeprefix(_SQLITE))
    return f"{_SQLITE}{path.absolute()}" if url.startswith(_SQLITE) else url


async def _play_parts(
    client: Any, workers: Sequence[str], parts: Sequence[Part], audience: _Audience, ports: SweepPorts
) -> list[PartResult]:
    topic, running = parts[0].topic, set[asyncio.Task[None]]()

    def stop_all(*, at_once: bool) -> None:
        why = None if at_once else ports.stop.why or "interrupted"
        task = asyncio.ensure_future(client.run(stop_part, topic, why, ports.stop.message, on_error="ignore"))
        running.add(task)
        task.add_done_callback(running.discard)

    async def end_at_once() -> None:
        await ports.stop.at_once.wait()
        stop_all(at_once=True)

    async def follow(part: Part, worker: str) -> PartResult | None:
        future = client.submit(play_part, part, key=part.key, workers=[worker], allow_other_workers=True)
        try:
            result: PartResult = await future
        except Exception as error:  # noqa: BLE001  # Dask gave it up: the others have its runs
            logger.warning("the part {} was given up by Dask: {}", part.key, error)
            ports.observer.notice(Waiting("a part that Dask gave up, whose runs the others take up", part.key))
            audience.news.leave(part.key)
            return None
        with suppress(TimeoutError):  # its last news come on another way than its result
            await asyncio.wait_for(audience.ended[part.key].wait(), _LAST_NEWS)
        if result.error is not None or (result.why is not None and result.why not in {"budget", "time"}):
            ports.stop.drain(result.why or "workers", result.message or str(result.error))
        return result

    client.subscribe_topic(topic, audience.take)
    ports.stop.when_draining(lambda: stop_all(at_once=False))
    ending = asyncio.create_task(end_at_once())
    try:
        if ports.stop.draining.is_set():
            return []
        results = await asyncio.gather(*(follow(part, worker) for part, worker in zip(parts, workers, strict=False)))
        done = [result for result in results if result is not None]
    finally:
        ending.cancel()
        client.unsubscribe_topic(topic)
    if error := next((result.error for result in done if result.error is not None), None):
        raise error
    if not done:
        ports.stop.drain("workers", "Dask gave up every part of the work; its scheduler's log says why")
    return done


def _status(store: Store, begun: StartedSweep) -> SweepStatus:
    return sweep_status(store, begun.sweep, me=this_worker())


def _result(status: SweepStatus, results: Sequence[PartResult], ports: SweepPorts) -> Result:
    for one in results:
        if one.why is not None and ports.stop.why is None:
            ports.stop.why, ports.stop.message = one.why, one.message
    paused = {model: why for one in results for model, why in one.paused.items()}
    return Result(
        status.counts,
        tuple(dict.fromkeys(run for one in results for run in one.outdated)),
        paused if status.counts.pending else {},
        status.faults,
        status.factors,
        {run: why for one in results for run, why in one.returned.items()},
        {run: who for one in results for run, who in one.left_to_others.items()},
    )
