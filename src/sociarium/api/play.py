"""Playing sweeps: from a checked experiment, or from where one was left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Unpack

from loguru import logger

from sociarium.api.experiments import Experiment
from sociarium.api.keywords import PlayKeywords, read_keywords
from sociarium.api.own_code import code_folders, load_own_code, pin_own_code
from sociarium.api.preparation import prepare_start, used_models
from sociarium.api.results import SweepResult, result_of
from sociarium.api.stores import StoreAddress, store_at
from sociarium.api.targets import id_text
from sociarium.bootstrap import ServingOptions, open_models, open_prices
from sociarium.config import Config
from sociarium.config import load as load_config
from sociarium.errors import SetupError
from sociarium.exchange.definition_files import sweep_name
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import Observer
from sociarium.ports.rankers import Rankers
from sociarium.ports.store import Store
from sociarium.runner.coordination.coordinate import Workplace, coordinate
from sociarium.runner.coordination.processes import begin_process
from sociarium.runner.library.played_now import find_meant_sweep
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.planning.preflight import needs_person
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.forks import DerivedPlan, place_sweep
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.record_leaving import record_leaving
from sociarium.runner.sweep.save import StartedSweep, reopen, save_sweep
from sociarium.runner.sweep.start import SweepOutcome, SweepPorts, start
from sociarium.runner.sweep.write_populations import refuse_without_populations
from sociarium.stores.urls import url_of

_WORKER = "sociarium.api.worker_process"


async def run_async(
    experiment: Experiment, *, store: StoreAddress = None, sweep: str | None = None, **options: Unpack[PlayKeywords]
) -> SweepResult:
    """`run`, for code that runs in an event loop."""
    definition, name = experiment.definition, sweep_name(experiment.definition, sweep)
    with _playing(options) as playing:
        definition = pin_own_code(definition, allow=playing.options.allow_code, folders=experiment.folders)
        await playing.prepare(definition, name, experiment.folders)
        with store_at(store, create=True) as opened:
            creator = playing.config.creator
            begun = await asyncio.to_thread(save_sweep, opened, definition, name, creator=creator, clock=SystemClock())
            return await playing.play(opened, begun, experiment.folders)


def run(
    experiment: Experiment, *, store: StoreAddress = None, sweep: str | None = None, **options: Unpack[PlayKeywords]
) -> SweepResult:
    """Save an experiment if it is new, and play what is left of a sweep; inside a running event loop, in a thread.

    Args:
        sweep: its name in the file; needed where there are several.
        options: how it is played. concurrency (runs open at once, 16), limit (runs at most), pilot (runs of each
            condition at most), order (`permuted` or `by_model`), max_cost (US dollars), max_tokens, max_time (seconds),
            max_empty (a share), retry_failed, restart, allow_empty, accept_digest (names of models), pull (whether
            Ollama fetches models that it lacks; False), workers (processes that share the concurrency, 1),
            population_only (write the people whom a model writes, and play no run; False), allow_code (whether a ranker
            of your own that the file names is loaded; False): see
            `sociarium.runner.sweep.play_options.PlayOptions`. observer: see `sociarium.api.keywords.PlayKeywords`.

    Raises:
        BadInput: there is no such sweep, a value makes no sense, or a model has no price and `max_cost` is set.
        SetupError: a model cannot be asked or fetched, or a person is needed.
        StoreUnavailable: the store stayed away.
        TypeError: there is no such option.
    """
    return finish(run_async(experiment, store=store, sweep=sweep, **options))


def resume(
    sweep: str | SweepResult | None = None, *, store: StoreAddress = None, **options: Unpack[PlayKeywords]
) -> SweepResult:
    """Go on with a sweep: this one, the one whose id begins so, or the one that is played now, else the latest, your
    own first.

    Options and errors as of `run`, and `NotFound`.
    """
    return finish(_resume(None if sweep is None else id_text(sweep), store, options))


async def play_sweep(
    store: Store,
    begun: StartedSweep,
    options: PlayOptions,
    ports: SweepPorts,
    *,
    config: Config,
    routes: Mapping[str, Sequence[RouteSpec]] | None = None,
    pace: float = 0.0,
) -> SweepOutcome:
    """Play what is left of a sweep with the models that it uses; see `start`.

    Args:
        routes: instead of those that the definition names.
        pace: seconds that the offline model takes for an answer.

    Raises:
        SetupError, Misconfigured: a model cannot be served, a ranker not be loaded, or only one process can play this.
        StoreUnavailable: the store stayed away.
    """
    several = options.workers > 1
    if several and (routes is not None or needs_person(begun.definition, begun.sweep.name)):
        raise SetupError("this sweep can only be played by one process; leave out --workers (`workers=` in Python)")
    if routes is None:
        serving = ServingOptions(config, options.pull, ports.observer.notice, pace, ports.person)
        routes = open_models(begun.definition, used_models(begun.definition, begun.sweep.name), serving)
    if not ports.rankers.digests:
        ports = replace(ports, rankers=_own_rankers(begun, options))
    if several:
        place = Workplace(partial(begin_process, _WORKER), url_of(store), pace, code_folders(begun.rankers))
        outcome = await coordinate(store, begun, routes, options, ports, workplace=place, creator=config.creator)
    else:
        outcome = await start(store, begun, routes, options, ports, creator=config.creator)
    await asyncio.to_thread(
        record_leaving, store, begun.sweep, outcome.result, ports.stop, by=config.creator, clock=ports.clock
    )
    return outcome


async def play_plan(
    make_plan: Callable[[Store, str], DerivedPlan], store: StoreAddress, options: PlayKeywords
) -> SweepResult:
    """Plan forks or extensions in a store, for whoever plays, then place and play them."""
    with _playing(options) as playing, store_at(store) as opened:
        plan = await asyncio.to_thread(make_plan, opened, playing.config.creator)
        await playing.prepare(plan.definition, plan.sweep.name, rankers=plan.rankers)
        return await playing.play(opened, await asyncio.to_thread(place_sweep, opened, plan))


async def _resume(sweep: str | None, store: StoreAddress, options: PlayKeywords) -> SweepResult:
    with _playing(options) as playing, store_at(store) as opened:
        begun = await asyncio.to_thread(
            lambda: reopen(opened, find_meant_sweep(opened, sweep, creator=playing.config.creator).sweep)
        )
        await playing.prepare(begun.definition, begun.sweep.name, rankers=begun.rankers)
        return await playing.play(opened, begun)


def _own_rankers(begun: StartedSweep, options: PlayOptions, folders: Sequence[Path] = ()) -> Rankers:
    return load_own_code(begun.definition, allow=options.allow_code, folders=folders, names=begun.rankers)


@dataclass(frozen=True, slots=True)
class _Playing:
    """A start from Python: its options, and who hears of it."""

    config: Config
    options: PlayOptions
    observer: Observer

    async def prepare(
        self, definition: Definition, sweep: str, folders: Sequence[Path] = (), rankers: Sequence[str] | None = None
    ) -> None:
        """Refuse what would stop the sweep, and fetch models where that is wished.

        Args:
            rankers: of the researcher's own that are called; None: all that the definition names.
        """
        if needs_person(definition, sweep):
            raise SetupError("this sweep asks a person; play it with `sociarium run` in a terminal")
        if self.options.population_only:
            refuse_without_populations(definition, sweep)
        serving = ServingOptions(self.config, self.options.pull, self.observer.notice)
        await prepare_start(definition, sweep, self.options, serving, folders=folders, rankers=rankers)

    async def play(self, store: Store, begun: StartedSweep, folders: Sequence[Path] = ()) -> SweepResult:
        rankers = _own_rankers(begun, self.options, folders)
        ports = SweepPorts(observer=self.observer, prices=open_prices(), rankers=rankers)
        sweep, experiment = begun.sweep, begun.experiment
        logger.info("{} plays the sweep {} ({}), begun by {}, of the experiment {} {!r}", self.config.creator,
                    sweep.id, sweep.label, sweep.creator, experiment.id, experiment.title)  # fmt: skip
        outcome = await play_sweep(store, begun, self.options, ports, config=self.config)
        logger.info("sweep {} ends: {}", sweep.id, outcome.result.counts.as_dict())
        return result_of(begun, outcome, ports.stop, max_empty=self.options.max_empty)


@contextmanager
def _playing(keywords: PlayKeywords) -> Iterator[_Playing]:
    config = load_config()
    options, observer = read_keywords(keywords, lease=config.lease)
    with observer if isinstance(observer, AbstractContextManager) else nullcontext():
        yield _Playing(config, options, observer)
