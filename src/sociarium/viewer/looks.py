"""Looks at outcomes by the pages: kept once for each sweep and hour, however often a page is fetched."""

from __future__ import annotations

from dataclasses import dataclass, field

from loguru import logger

from sociarium.ports.clock import Clock, SystemClock
from sociarium.records.plans import SweepRecord
from sociarium.runner.library.looks import Way, is_looked_for, record_looks, sequential_design
from sociarium.viewer.settings import ViewerSettings


@dataclass(slots=True)
class PageLooks:
    """What a server kept of looks.

    Concurrency: any thread may call it; of two at once the store keeps one.
    """

    settings: ViewerSettings
    clock: Clock = field(default_factory=SystemClock)
    _kept: set[tuple[str, str]] = field(default_factory=set)
    _is_told: bool = False

    def keep(self, sweep: SweepRecord) -> None:
        """Keep that somebody saw outcomes of a sweep, if it is not at its end. Where nothing is written, the log says
        so once."""
        place = (sweep.id, self.clock.now()[:13])
        store, settings = self.settings.store, self.settings
        if place in self._kept:
            return
        if not is_looked_for(store, sweep):
            self._kept.add(place)
            return
        # What is written as files is read, too.
        if settings.read_only and not settings.exporting:
            reason = "looks at outcomes before the end of a sweep are not recorded with --read-only"
        else:
            way: Way = "export" if settings.exporting else "pages"
            reason = record_looks(store, [sweep], way, by=settings.user, clock=self.clock)
        # Where looks are declared, one that is not may follow one that is: the record decides.
        if sequential_design(store, sweep) is None:
            self._kept.add(place)
        if reason and not self._is_told:
            self._is_told = True
            logger.warning("{}", reason)
