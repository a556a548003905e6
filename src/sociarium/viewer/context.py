"""What all pages of one server share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sociarium.analysis.load import LoadedRuns, load_runs
from sociarium.analysis.talk import Over
from sociarium.api.plans import Plan
from sociarium.bootstrap import open_prices
from sociarium.exchange.feed_reading import FeedReading, feed_reading
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.viewer.drafts import Drafts
from sociarium.viewer.html import Pages
from sociarium.viewer.live import SharedLooks
from sociarium.viewer.looks import PageLooks
from sociarium.viewer.pages.feed import ORDERS, FeedQuery, feed_page
from sociarium.viewer.pages.outcomes import StoredMeasures, measure_of, probes_of, stored_measures
from sociarium.viewer.pages.person import person_page
from sociarium.viewer.pages.results import ResultsPage, ResultsQuery, results_page, results_source
from sociarium.viewer.pages.runs_behind import OutcomeQuery, RunsPage, Where, runs_page
from sociarium.viewer.pages.sweep import SweepPage, sweep_page
from sociarium.viewer.pages.thread import thread_page
from sociarium.viewer.readings import Progress, Readings
from sociarium.viewer.settings import ViewerSettings
from sociarium.viewer.starts import Starts
from sociarium.viewer.sweep_digest import SweepDigests
from sociarium.viewer.words import now

if TYPE_CHECKING:
    # What draws figures is an extra of its own, which the other pages do without.
    from sociarium.viewer.pages.figures import Figures, Sketches


_AGAIN = 2.0
"""Seconds for which a reading that was just made stands, whatever somebody was told of."""


@dataclass(frozen=True, slots=True)
class ViewerContext:
    """A server's settings, its templates, and what it remembers of sweeps.

    Attributes:
        patience: seconds that this request waits for what is being read; None: until it is there.
    """

    settings: ViewerSettings
    pages: Pages
    digests: SweepDigests
    sweep_pages: Readings[tuple[str, int], SweepPage]
    feeds: Readings[tuple[str, int], FeedReading]
    loaded: Readings[tuple[str, str, StoredMeasures, Over], LoadedRuns]
    computed: Readings[tuple[str, int, ResultsQuery, int | None, StoredMeasures], ResultsPage]
    drawn: Readings[Sketches, Figures]
    plans: Readings[tuple[str, ...], Plan]
    behind: Readings[tuple[str, Where, OutcomeQuery], RunsPage]
    drafts: Drafts
    looks: PageLooks
    starts: Starts
    live_looks: SharedLooks
    patience: float | None = None

    @property
    def store(self) -> Store:
        """What the pages show."""
        return self.settings.store

    def waiting(self) -> ViewerContext:
        """The same for an answer that is no page, and so cannot come later by itself."""
        return replace(self, patience=None)

    def feed(self, run: str, day: int = 0, *, least: int = 0) -> FeedReading:
        """A feed up to the end of a day; 0: all of it. Raises `NotFound`, `StillReading`.

        Args:
            least: posts that somebody was told of: a reading with fewer is outdated.
        """
        former = self.feeds.former((run, day)) if least else None
        if former is not None and len(former.feed.posts) < least:
            self.feeds.expire(lambda key: key == (run, day), seconds=_AGAIN)
        return self.feeds.get(
            (run, day),
            lambda _: self._read_feed(run, day),
            patience=self.patience,
            what="posts are being read",
            total=self.store.run_statuses([run])[0].counters.messages,
        )

    def figures(self, sketches: Sketches, draw: Callable[[Sketches], Figures]) -> Figures:
        """Figures of some records, drawn once. Raises `StillReading`."""
        return self.drawn.get(
            sketches, lambda _: draw(sketches), patience=self.patience, what="figures are being drawn", total=0
        )

    def _read_feed(self, run: str, day: int) -> FeedReading:
        whole = self.feeds.former((run, 0))
        known = whole if whole is not None and whole.is_complete else None
        read = feed_reading(self.store, run, day=day, exposures=False, whole=known)
        # What its pages share is computed with it, the picture of the network above all.
        for order in ORDERS:
            feed_page(self.store, read, FeedQuery(order=order, text="#"))
        for handle in list(read.people)[:1]:
            person_page(self.store, read, handle)
        for post in list(read.posts)[:1]:
            thread_page(self.store, read, post)
        return read

    def plan(self, of: tuple[str, ...], make: Callable[[], Plan]) -> Plan:
        """A plan by what it is of. Raises `StillReading`."""
        return self.plans.get(of, lambda _: make(), patience=self.patience, what="the plan is being made", total=0)

    def runs_behind(self, sweep: SweepRecord, where: Where, outcome: OutcomeQuery) -> RunsPage:
        """The runs behind a number. Raises `StillReading`."""
        known = self.loaded_runs(sweep).known if outcome.probe else {}
        numbers = {run: own for (run, _), own in known.items()}
        return self.behind.get(
            (sweep.id, where, outcome),
            lambda _: runs_page(self.store, sweep, where, outcome, numbers),
            patience=self.patience,
            what="runs are being read",
            total=sweep.runs,
        )

    def forget_sweep(self, sweep: str) -> None:
        """Somebody changed a sweep through a page: the next page shows it."""
        self.digests.forget(sweep)
        self.sweep_pages.forget(lambda key: key[0] == sweep)

    def sweep(self, sweep: SweepRecord, page: int) -> SweepPage:
        """A page of a sweep as it stands. Raises `StillReading`."""
        return self.sweep_pages.get(
            (sweep.id, page),
            lambda _: sweep_page(self.store, sweep.id, me=self.digests.me, now=now(), page=page),
            patience=self.patience,
            what="runs are being counted",
            total=sweep.runs,
        )

    def loaded_runs(self, sweep: SweepRecord) -> LoadedRuns:
        """The numbers of a sweep's finished runs. Raises `StillReading`."""
        return self.loaded.get(
            (sweep.id, "", (), ""),
            lambda progress: self._load(sweep, progress),
            patience=self.patience,
            what="runs are being read",
            total=sweep.runs,
        )

    def _load(self, sweep: SweepRecord, progress: Progress) -> LoadedRuns:
        former = self.loaded.former((sweep.id, "", (), ""))
        known = former.known if former else {}
        return load_runs(results_source(self.store, sweep), open_prices(), progress, known=known)

    def results(self, sweep: SweepRecord, query: ResultsQuery, *, most: int | None) -> ResultsPage:
        """What they come to, as `results_page` has it: a look at outcomes, which is kept. Raises `StillReading`."""
        loaded, stored = self.loaded_runs(sweep), stored_measures(self.store, sweep)
        name = measure_of(query.probe, probes_of(loaded.runs), stored)
        measured = self._measured_runs(sweep, name, stored, query.over) if name else None
        page = self.computed.get(
            (sweep.id, loaded.account.taken, query, most, stored),
            lambda _: results_page(self.store, sweep, loaded, query, most=most, stored=stored, measured=measured),
            patience=self.patience,
            what="results are being computed",
            total=0,
        )
        if loaded.runs:
            self.looks.keep(sweep)
        return page

    def _measured_runs(self, sweep: SweepRecord, name: str, stored: StoredMeasures, over: Over) -> LoadedRuns:
        """The runs with the values of a measure."""
        return self.loaded.get(
            (sweep.id, name, stored, over),
            lambda progress: load_runs(
                results_source(self.store, sweep), open_prices(), progress, measures=[name], over=over
            ),
            patience=self.patience,
            what="measures are being read",
            total=sweep.runs,
        )
