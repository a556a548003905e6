"""News of several workers as those of one: each end of a run is told once, whoever met it first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field

from sociarium.ports.observer import (
    News,
    RunCancelled,
    RunDone,
    RunFailed,
    RunReturned,
    RunStarted,
    Steered,
    SweepStarted,
    Waiting,
)


@dataclass(slots=True)
class RunNews:
    """Which runs are under way with which worker of one start, and which have ended."""

    _open: defaultdict[Hashable, set[str]] = field(default_factory=lambda: defaultdict(set))
    _ended: set[str] = field(default_factory=set)
    _orders: set[int] = field(default_factory=set)

    def take(self, worker: Hashable, news: News) -> bool:
        """Take what a worker tells; returns whether it is news to people."""
        match news:
            case SweepStarted():
                return False
            case Steered():
                is_known = news.order.number in self._orders
                self._orders.add(news.order.number)
                return not is_known
            case Waiting(source="others"):
                # What other workers of this start hold is under way here.
                return not any(runs for other, runs in self._open.items() if other != worker)
            case RunStarted():
                self._open[worker].add(news.run)
                self._ended.discard(news.run)  # it failed, or was cancelled, and was given another chance
            case RunReturned():
                self._open[worker].discard(news.run)
            case RunDone() | RunFailed() | RunCancelled():
                is_under_way = any(news.run in runs for runs in self._open.values())
                if news.run in self._ended or (news.elsewhere and is_under_way):
                    return False
                self._open[worker].discard(news.run)
                self._ended.add(news.run)
        return True

    def let_go(self, worker: Hashable, run: str) -> None:
        """A worker no longer has a run, however it ended there."""
        self._open[worker].discard(run)

    def leave(self, worker: Hashable) -> set[str]:
        """A worker is gone; returns the runs that it had."""
        return self._open.pop(worker, set())
