"""Sweeps that are played in this process, with an observer that remembers."""

from __future__ import annotations

from collections import Counter

from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import Model
from sociarium.ports.observer import News
from sociarium.providers.offline import Offline
from sociarium.records.runs import RunState
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep, save_sweep
from sociarium.runner.sweep.start import SweepOutcome, SweepPorts, start
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.runner.workers.store_retry import StoreRetry
from sociarium.stores.sqlite import SqliteStore


class Heard:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.news: list[News] = []

    def notice(self, news: News) -> None:
        self.news.append(news)


def prepared(store: SqliteStore, found: Definition) -> StartedSweep:
    return save_sweep(store, found, "main", creator="ada", clock=SystemClock())


def play(
    store: SqliteStore,
    begun: StartedSweep,
    model: Model | None = None,
    *,
    heard: Heard | None = None,
    stop: StopSwitch | None = None,
    store_retry: StoreRetry | None = None,
    **options: object,
) -> SweepOutcome:
    models = {key: [RouteSpec(model or Offline(), "server")] for key in begun.definition.models}
    return finish(
        start(
            store,
            begun,
            models,
            PlayOptions(**options),  # type: ignore[arg-type]
            SweepPorts(
                observer=heard or Heard(),
                stop=stop or StopSwitch(),
                retry_policy=RetryPolicy(attempts=3, pause=0.001),
                store_retry=store_retry,
            ),
        )
    )


def states(store: SqliteStore, begun: StartedSweep) -> Counter[RunState]:
    return Counter(place.status.state for place in store.slots(begun.sweep.id))
