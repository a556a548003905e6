"""A part of a start, played in a Dask worker: the same path as in any other process, with its share of the limits.

Concurrency: a part has an event loop of its own, in the thread in which Dask plays the task; `stop_part` is called in
another one.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from sociarium.api.own_code import load_own_code
from sociarium.api.preparation import used_models
from sociarium.bootstrap import ServingOptions, open_models, open_prices, open_store
from sociarium.cluster.library import dask_library
from sociarium.config import load
from sociarium.errors import SociariumError
from sociarium.ports.observer import News
from sociarium.records.runs import Worker
from sociarium.runner.coordination.messages import Heard
from sociarium.runner.coordination.work import as_heard
from sociarium.runner.models.endpoint_limits import CEILING, EndpointLimits
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.garbage_collection import rare_garbage_collection
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import reopen
from sociarium.runner.sweep.start import SweepPorts, start
from sociarium.runner.workers.process import this_worker
from sociarium.runner.workers.shutdown import StopSwitch, Why
from sociarium.version import __version__

_LOOK = 0.25
"""Seconds between pieces of news, and between looks whether the part is still wanted."""

_playing: dict[str, tuple[asyncio.AbstractEventLoop, StopSwitch]] = {}


@dataclass(frozen=True, slots=True)
class Part:
    """What a Dask worker plays.

    Attributes:
        key: of the task. topic: of its news.
        url: of the store. sweep: its id.
        options: of this part, its share of runs and bounds in them.
        pace: seconds that the offline model takes for an answer.
        folders: where code of the researcher's own is looked for, beside the worker's own.
    """

    key: str
    topic: str
    url: str
    sweep: str
    creator: str
    options: PlayOptions
    pace: float = 0.0
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartResult:
    """What a part came to.

    Attributes:
        why, message: it stopped before its end; None where it did not.
        paused, outdated, returned, left_to_others: as in `Result`.
        error: what broke it off; None where nothing did.
    """

    why: Why | None = None
    message: str = ""
    paused: Mapping[str, str] = field(default_factory=dict)
    outdated: tuple[str, ...] = ()
    returned: Mapping[str, str] = field(default_factory=dict)
    left_to_others: Mapping[str, str] = field(default_factory=dict)
    error: SociariumError | None = None


def describe_worker() -> tuple[str, Worker]:
    """This version, and the process in which a part would be played."""
    return __version__, this_worker()


def play_part(part: Part) -> PartResult:
    """Play a part to its end; run by Dask, in a thread of one of its workers."""
    with rare_garbage_collection():
        return asyncio.run(_play(part))


def stop_part(topic: str, why: Why | None, message: str) -> None:
    """Let the parts of a start that this process plays end: what is under way is finished, or at once without `why`."""
    for key, (loop, stop) in list(_playing.items()):
        if key.startswith(topic):
            with suppress(RuntimeError):  # its loop has ended meanwhile
                loop.call_soon_threadsafe(partial(stop.drain, why, message) if why is not None else stop.now)


@dataclass(slots=True)
class _EventObserver:
    """Collects news, which go to the client now and then."""

    news: list[Heard] = field(default_factory=list)

    def notice(self, news: News) -> None:
        self.news.append(as_heard(news))

    def batch(self) -> bytes:
        news, self.news = self.news, []
        return pickle.dumps([(one.kind, one.values) for one in news])


async def _play(part: Part) -> PartResult:
    observer, stop = _EventObserver(), StopSwitch()
    worker = dask_library().get_worker()

    def tell(*, is_last: bool = False) -> None:
        if observer.news or is_last:
            worker.log_event(part.topic, {"part": part.key, "news": observer.batch(), "last": is_last})

    _playing[part.key] = asyncio.get_running_loop(), stop
    watch = asyncio.create_task(_watch(lambda: _is_wanted(worker, part.key), tell, stop))
    try:
        return await _play_share(part, observer, stop)
    except SociariumError as error:
        return PartResult(error=error)
    finally:
        del _playing[part.key]
        watch.cancel()
        tell(is_last=True)


async def _play_share(part: Part, observer: _EventObserver, stop: StopSwitch) -> PartResult:
    store = open_store(part.url, create=False, is_shared=True)
    try:
        begun = reopen(store, store.sweep(part.sweep))
        serving = ServingOptions(load(), part.options.pull, observer.notice, part.pace)
        routes = open_models(begun.definition, used_models(begun.definition, begun.sweep.name), serving)
        folders = [Path.cwd(), *map(Path, part.folders)]
        allow = part.options.allow_code
        rankers = load_own_code(begun.definition, allow=allow, folders=folders, names=begun.rankers)
        ports = SweepPorts(observer=observer, stop=stop, prices=open_prices(), rankers=rankers)
        shared = _share_limits(routes, *part.options.part)
        result = (await start(store, begun, shared, part.options, ports, creator=part.creator)).result
    finally:
        store.close()
    return PartResult(
        stop.why, stop.message, dict(result.paused), result.outdated, result.returned, result.left_to_others
    )


async def _watch(is_wanted: Callable[[], bool], tell: Callable[[], None], stop: StopSwitch) -> None:
    """Send the news on, and let go of the runs when nobody waits for the part any more."""
    while True:
        await asyncio.sleep(_LOOK)
        tell()
        if not is_wanted():
            # Not at once: this process goes on, so that runs which it does not give back count as held for a lease.
            stop.drain("interrupted", "the command that began it is gone")


def _is_wanted(worker: object, key: str) -> bool:
    """Whether Dask still wants what a task returns: it lets go of it when the client is gone."""
    task = getattr(worker, "state").tasks.get(key)  # noqa: B009  # a library without types
    return task is not None and task.state in {"executing", "long-running"}


def _share_limits(
    routes: Mapping[str, Sequence[RouteSpec]], number: int, count: int
) -> Mapping[str, Sequence[RouteSpec]]:
    return {
        name: [replace(route, limits=share_of(route.limits, number, count)) for route in some]
        for name, some in routes.items()
    }


def share_of(limits: EndpointLimits, number: int, count: int) -> EndpointLimits:
    """The share of one of several parts in the limits of a server; which models it holds cannot be shared."""
    most = limits.open
    return replace(
        limits,
        open=most if most == CEILING else most // count + (number < most % count),
        per_minute=None if limits.per_minute is None else limits.per_minute / count,
        tokens_per_minute=None if limits.tokens_per_minute is None else limits.tokens_per_minute / count,
    )
