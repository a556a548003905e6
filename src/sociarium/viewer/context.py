"""What all pages of one server share."""

from __future__ import annotations

from dataclasses import dataclass

from sociarium.analysis.load import LoadedRuns, load_runs
from sociarium.bootstrap import open_prices
from sociarium.exchange.feed_reading import FeedReading, feed_reading
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.viewer.drafts import Drafts
from sociarium.viewer.html import Pages
from sociarium.viewer.looks import PageLooks
from sociarium.viewer.pages.results import results_source
from sociarium.viewer.pages.sweep import SweepPage
from sociarium.viewer.settings import ViewerSettings
from sociarium.viewer.sweep_digest import Remembered, SweepDigests


@dataclass(frozen=True, slots=True)
class ViewerContext:
    """A server's settings, its templates, and what it remembers of sweeps."""

    settings: ViewerSettings
    pages: Pages
    digests: SweepDigests
    sweep_pages: Remembered[tuple[str, int], SweepPage]
    feeds: Remembered[tuple[str, int], FeedReading]
    loaded: Remembered[str, LoadedRuns]
    drafts: Drafts
    looks: PageLooks

    @property
    def store(self) -> Store:
        """What the pages show."""
        return self.settings.store

    def feed(self, run: str, day: int = 0) -> FeedReading:
        """A feed up to the end of a day; 0: all of it. Raises `NotFound`."""
        return self.feeds.get((run, day), lambda: feed_reading(self.store, run, day=day))

    def forget_sweep(self, sweep: str) -> None:
        """Somebody changed a sweep through a page: the next page shows it."""
        self.digests.forget(sweep)
        self.sweep_pages.forget(lambda key: key[0] == sweep)

    def results(self, sweep: SweepRecord) -> LoadedRuns:
        """The numbers of a sweep's finished runs, which is a look at its outcomes."""
        loaded = self.loaded.get(
            sweep.id, lambda: load_runs(results_source(self.store, sweep), open_prices(), lambda _: None)
        )
        if loaded.runs:
            self.looks.keep(sweep)
        return loaded
