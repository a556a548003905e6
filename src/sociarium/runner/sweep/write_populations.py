"""The people of a sweep who are written by a model, written for every replicate; no run is played."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from loguru import logger

from sociarium.errors import (
    BadInput,
    EndpointUnavailable,
    Misconfigured,
    ModelPaused,
    RateLimited,
    SociariumError,
    StoreUnavailable,
)
from sociarium.experiment.definition import Definition
from sociarium.experiment.environments import spec_of
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.experiment.feed.resolve import NEWCOMERS, population_names
from sociarium.experiment.feed.run_content import PopulationContent
from sociarium.experiment.validation import design_of
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import Run
from sociarium.runner.run.services import RunServices
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.workers.shutdown import WorkStopped


def wanted_populations(definition: Definition, sweep: str) -> list[tuple[PopulationContent, int]]:
    """The populations of each replicate of a sweep, with how many people of them its conditions want at most.

    They stand in the order of the file, newcomers last.
    """
    prepared = spec_of(definition).prepared(definition, design_of(definition, sweep))
    pairs = [(one, count) for one, count in prepared if isinstance(one, PopulationContent) and count]
    names = [*population_names(definition), NEWCOMERS] if isinstance(definition, FeedDefinition) else []
    return sorted(pairs, key=lambda pair: names.index(pair[0].name))


def run_of_replicate(sweep: SweepRecord, creator: str, replicate: int, *, created: str) -> Run:
    """What is known of all runs of a replicate: by it its populations are found."""
    return Run("", sweep.experiment, creator, replicate, sweep.seed, "", "", created)


def refuse_without_populations(definition: Definition, sweep: str) -> None:
    """Raise `BadInput` where nobody of a sweep is written by a model."""
    if not wanted_populations(definition, sweep):
        raise BadInput("nobody of this sweep is written by a model; `generate:` and `newcomers:` of a feed are")


async def write_populations(begun: StartedSweep, services: RunServices, *, at_once: int) -> None:
    """Write the populations of every replicate, as far as they are not there.

    Args:
        at_once: populations that are written side by side.

    Raises:
        StoreUnavailable: the store stayed away.
        ModelError: a model refused to write people; the others are written.
    """
    free = asyncio.Semaphore(at_once)
    created = services.clock.now()

    async def write(population: PopulationContent, count: int, replicate: int) -> None:
        run = run_of_replicate(begun.sweep, begun.experiment.creator, replicate, created=created)
        async with free:
            await services.outside.people(services, run, population, count, count)

    jobs = [
        asyncio.create_task(_write_or_stop(services, partial(write, population, count, replicate)))
        for replicate in range(1, begun.sweep.replicates + 1)
        for population, count in wanted_populations(begun.definition, begun.sweep.name)
    ]
    ending = asyncio.create_task(_end_at_once(services, jobs))
    try:
        failures = [failure for failure in await asyncio.gather(*jobs, return_exceptions=True) if failure is not None]
    finally:
        ending.cancel()
    errors = [failure for failure in failures if not isinstance(failure, asyncio.CancelledError)]
    if errors:
        raise next((error for error in errors if isinstance(error, StoreUnavailable)), errors[0])


async def _end_at_once(services: RunServices, jobs: list[asyncio.Task[None]]) -> None:
    await services.stop.at_once.wait()
    for job in jobs:
        job.cancel()


async def _write_or_stop(services: RunServices, write: Callable[[], Awaitable[None]]) -> None:
    """Write a population; what stops the whole work is said to the switch, what one alone fails for is raised."""
    try:
        await write()
    except WorkStopped:
        return
    except ModelPaused as error:
        logger.warning("a population waits: {}", error)
    except (EndpointUnavailable, RateLimited) as error:
        services.stop.drain("endpoint", str(error))
    except Misconfigured as error:
        services.stop.drain("misconfigured", str(error))
    except SociariumError as error:
        logger.error("a population failed: {}", error)
        raise
