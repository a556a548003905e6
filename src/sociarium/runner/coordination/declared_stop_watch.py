"""A declared end by silence, held against what several processes play: whoever began them counts for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sociarium.errors import SociariumError
from sociarium.records.runs import Counters
from sociarium.runner.sweep.declared_stop import DeclaredStop
from sociarium.runner.sweep.start import SweepPorts, observed_retry


def declared_stop_watch(declared: DeclaredStop | None, ports: SweepPorts) -> Callable[[Counters], None]:
    """Takes what every run that is done came to, once; ends the work where as many said nothing as were declared."""
    retry = ports.store_retry or observed_retry(ports.observer)
    running = set[asyncio.Task[None]]()

    async def look(declared: DeclaredStop) -> None:
        try:
            await declared.stop_where_silent(ports.stop, retry)
        except SociariumError as error:
            ports.stop.drain("store", str(error))

    def take(counters: Counters) -> None:
        if declared is not None:
            declared.note_done(counters)
            task = asyncio.create_task(look(declared))
            running.add(task)
            task.add_done_callback(running.discard)

    return take
