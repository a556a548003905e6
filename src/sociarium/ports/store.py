"""The store port: experiments, sweeps and runs, and what runs leave behind.

It is seven ports in one: the catalogue, runs with claims, the log, edits, steering, interviews and labels. All of them
promise this.

Concurrency: every method may be called from any thread, and many processes and machines may use one store at once.
Only unique inserts are relied on to be atomic; whatever else a method writes is a copy for reading, which the next
writer mends. Losing a race is a result: methods that insert return what stands.
Ordering: `append` keeps the order of its records; what it has returned is on disk.
Repeating: every method may be called again after an error; on a store without transactions that completes what stopped
half-way.
Ownership: who opens a store closes it. Records go in and come out as values; none is changed later.
Errors: `StoreUnavailable` when the store cannot be reached for now, `StoreError` for what it can never do.
"""

from __future__ import annotations

from typing import Protocol

from sociarium.ports.catalogue import Catalogue, Kind
from sociarium.ports.edits import Edits
from sociarium.ports.interviews import Interviews
from sociarium.ports.labels import Labels
from sociarium.ports.log import Log, Record
from sociarium.ports.runs import Runs
from sociarium.ports.steering import Steering
from sociarium.records.health import HealthCheck

__all__ = ["Catalogue", "Edits", "Interviews", "Kind", "Labels", "Log", "Record", "Runs", "Steering", "Store"]


class Store(Catalogue, Runs, Log, Edits, Steering, Interviews, Labels, Protocol):
    """Where experiments and runs are kept."""

    @property
    def url(self) -> str:
        """Where it is, without any password."""
        ...

    def check_health(self) -> list[HealthCheck]:
        """Look at everything that could stop work on it: a real write among others, which is taken back.

        What stands on the way is a finding's problem, not an exception.
        """
        ...

    def close(self) -> None:
        """Let go of it; closing twice is allowed."""
        ...
