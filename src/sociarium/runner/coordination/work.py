"""A worker's part: it plays runs of a sweep as one process would, and asks the coordinator before every call."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sociarium.errors import SociariumError, StoreUnavailable
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import CallDone, News, Steered, SweepStarted, Waiting, WaitingOver
from sociarium.ports.person import Nobody
from sociarium.ports.rankers import Rankers
from sociarium.ports.store import Store
from sociarium.runner.coordination.link import Link
from sociarium.runner.coordination.messages import (
    Concurrency,
    Drain,
    EndNow,
    Finished,
    Followed,
    Go,
    Heard,
    Message,
    Ordered,
    Play,
    ProbeServer,
    Refused,
    Settled,
    Standing,
)
from sociarium.runner.coordination.remote_router import RemoteRouter
from sociarium.runner.models.budget import Spending
from sociarium.runner.models.orders import Orders
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.population import Populations
from sociarium.runner.run.services import RunServices
from sociarium.runner.run.writer import Writer
from sociarium.runner.sweep.obey import STEERING
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
        """Take note; of calls and of orders the coordinator knows already."""
        match news:
            case CallDone() | SweepStarted() | Steered():
                pass
            case Waiting() | WaitingOver() if news.source == STEERING:
                pass
            case _:
                self.link.send(as_heard(news))


async def work(
    store: Store,
    begun: StartedSweep,
    routes: Mapping[str, Sequence[RouteSpec]],
    play: Play,
    link: Link,
    *,
    rankers: Rankers,
) -> None:
    """Play until nothing is left, the coordinator says stop, or it is gone; then say what it came to.

    Args:
        routes: by the models' names, for each that the sweep uses; closed afterwards.
        rankers: of the researcher's own.
    """
    stop = StopSwitch()
    whole = play.options.whole_concurrency or play.options.concurrency
    orders = Orders(stop, play.orders, concurrency=whole, keeps_concurrency=True, bounds=play.options.bounds)
    orders.take_part(play.options.concurrency)
    router = RemoteRouter(link, routes, orders)
    services = _services(store, router, play, stop=stop, rankers=rankers)
    store_retry = observed_retry(services.observer)
    me = this_worker(play.creator or None)
    player = SweepPlayer(store, begun, services, play.options, me=me, store_retry=store_retry, offline=False)
    stop.when_draining(lambda: link.send(Drain(stop.why, stop.message)))
    link.listen(lambda message: _take(message, player, router, stop))
    orphaned = asyncio.create_task(_stop_without(link, router, stop))
    try:
        result = await _play(player, services)
        finished = Finished(result.outdated, result.returned, result.left_to_others)
    except SociariumError as error:
        finished = Finished(error=error)
    finally:
        orphaned.cancel()
    link.send(finished)


def _services(store: Store, router: RemoteRouter, play: Play, *, stop: StopSwitch, rankers: Rankers) -> RunServices:
    observer = LinkObserver(router.link)
    store_retry = observed_retry(observer)
    me = this_worker(play.creator or None)
    return RunServices(
        router,
        Nobody(),
        Writer(store, store_retry),
        SystemClock(),
        observer,
        stop,
        Spending(play.prices),
        router.orders,
        Populations(store, me=me, store_retry=store_retry, lease=play.options.lease),
        rankers,
    )


def _take(message: Message, player: SweepPlayer, router: RemoteRouter, stop: StopSwitch) -> None:
    """Take in what the coordinator says, in its order."""
    match message:
        case Drain():
            if message.why is not None:
                stop.drain(message.why, message.message)
        case EndNow():
            stop.now()
        case Ordered():
            router.orders.add(message.orders)
            player.obey(message.orders)
        case Followed():
            player.follow(message.orders)
        case Concurrency():
            router.orders.take_part(message.runs)
        case Go() | ProbeServer() | Settled() | Refused() | Standing():
            router.take(message)


async def _play(player: SweepPlayer, services: RunServices) -> Result:
    try:
        return await player.work(is_led=True)
    except StoreUnavailable:
        services.stop.now()
        raise
    finally:
        await services.writer.close()
        await services.router.aclose()


async def _stop_without(link: Link, router: RemoteRouter, stop: StopSwitch) -> None:
    """End at once when the coordinator is gone: nobody holds limits and budgets any more."""
    await link.ended.wait()
    router.stop()
    stop.now()
