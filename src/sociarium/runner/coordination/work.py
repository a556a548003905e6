"""A worker's part: it plays runs of a sweep as one process would, and asks the coordinator before every call."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sociarium.errors import SociariumError, StoreUnavailable
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import CallDone, News
from sociarium.ports.person import Nobody
from sociarium.ports.store import Store
from sociarium.runner.coordination.link import Link
from sociarium.runner.coordination.messages import (
    Drain,
    EndNow,
    Finished,
    Go,
    Heard,
    Message,
    Play,
    Probe,
    Refused,
    Settled,
    Standing,
)
from sociarium.runner.coordination.remote_router import RemoteRouter
from sociarium.runner.models.budget import Bounds, Spending
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.population import Populations
from sociarium.runner.run.services import RunServices
from sociarium.runner.run.writer import Writer
from sociarium.runner.sweep.play import SweepPlayer
from sociarium.runner.sweep.result import Result
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.sweep.start import observed_retry
from sociarium.runner.workers.process import this_worker
from sociarium.runner.workers.shutdown import StopSwitch


def as_heard(news: News) -> Heard:
    """News as they are sent."""
    kind = type(news)
    return Heard(kind, tuple(getattr(news, name) for name in kind.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class LinkObserver:
    """Tells the coordinator what happens."""

    link: Link

    def notice(self, news: News) -> None:
        """Take note; of calls the coordinator knows already."""
        if not isinstance(news, CallDone):
            self.link.send(as_heard(news))


async def work(
    store: Store, begun: StartedSweep, routes: Mapping[str, Sequence[RouteSpec]], play: Play, link: Link
) -> None:
    """Play until nothing is left, the coordinator says stop, or it is gone; then say what it came to.

    Args:
        routes: by the models' names, for each that the sweep uses; closed afterwards.
    """
    router = RemoteRouter(link, routes)
    stop = StopSwitch()
    stop.when_draining(lambda: link.send(Drain(stop.why, stop.message)))

    def take(message: Message) -> None:
        match message:
            case Drain():
                if message.why is not None:
                    stop.drain(message.why, message.message)
            case EndNow():
                stop.now()
            case Go() | Probe() | Settled() | Refused() | Standing():
                router.take(message)

    link.listen(take)
    orphaned = asyncio.create_task(_stop_without(link, router, stop))
    try:
        result = await _play(store, begun, router, play, stop=stop)
        finished = Finished(result.outdated, result.returned, result.left_to_others)
    except SociariumError as error:
        finished = Finished(error=error)
    finally:
        orphaned.cancel()
    link.send(finished)


async def _play(store: Store, begun: StartedSweep, router: RemoteRouter, play: Play, *, stop: StopSwitch) -> Result:
    observer, clock = LinkObserver(router.link), SystemClock()
    store_retry = observed_retry(observer)
    me = this_worker(play.creator or None)
    services = RunServices(
        router,
        Nobody(),
        Writer(store, store_retry),
        clock,
        observer,
        stop,
        Spending({}),
        Bounds(),
        Populations(store, me=me, store_retry=store_retry, lease=play.options.lease),
    )
    player = SweepPlayer(store, begun, services, play.options, me=me, store_retry=store_retry, offline=False)
    try:
        return await player.work()
    except StoreUnavailable:
        stop.now()
        raise
    finally:
        await services.writer.close()
        await router.aclose()


async def _stop_without(link: Link, router: RemoteRouter, stop: StopSwitch) -> None:
    """End at once when the coordinator is gone: nobody holds limits and budgets any more."""
    await link.ended.wait()
    router.stop()
    stop.now()
