"""Whether other workers are alive, by a counter that each of them beats and nobody's clock but our own.

An observer takes over from one whose counter stood still for a lease on the observer's monotonic clock, or at once from
one that it sees gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.runs import Worker
from sociarium.runner.workers.process import is_gone, is_here

BEATS_PER_LEASE = 4
HALTED, ENDED = "halted", "ended"
"""What a worker says of itself while it waits for somebody's word, and when it leaves."""

Verdict = Literal["alive", "gone", "unknown"]


@dataclass(slots=True)
class _Beat:
    beat: int
    at: float


class Liveness:
    """What one observer knows of other workers.

    Attributes:
        me: the observer's own process.
        lease: seconds after which a worker whose counter stands still is taken for dead.
    """

    def __init__(self, store: Store, me: Worker, clock: Clock, *, lease: float) -> None:
        self._store = store
        self.me = me
        self.clock = clock
        self.lease = lease
        self._last: dict[str, _Beat] = {}

    def verdicts(self, ids: Iterable[str]) -> Mapping[str, Verdict]:
        """Look at workers: alive while their counter moves, gone when it stood still for a lease or they are seen
        to be gone, unknown until one of these is clear. A worker that never beat is gone after a lease too.
        """
        different = sorted(set(ids))
        workers = self._store.workers(different)
        return {id_: self._verdict(id_, workers.get(id_)) for id_ in different}

    def _verdict(self, id_: str, worker: Worker | None) -> Verdict:
        if id_ == self.me.id:
            return "alive"
        if worker is not None and has_left(worker, self.me):
            return "gone"
        beat = -1 if worker is None else worker.beat
        now = self.clock.monotonic()
        last = self._last.get(id_)
        if last is None:
            self._last[id_] = _Beat(beat, now)
            return "unknown"
        if last.beat != beat:
            self._last[id_] = _Beat(beat, now)
            return "alive"
        return "gone" if now - last.at >= self.lease else "unknown"


def has_left(worker: Worker, me: Worker) -> bool:
    """Whether a worker said that it leaves, or its process is one of this machine and not there any more.

    The process of one that left may be at work still: on another start, as of the guided program or a notebook.
    """
    return bool(worker.doing.get(ENDED)) or (is_here(worker, me) and is_gone(worker))
