"""How a start of a sweep is played: the one declaration that commands, notebooks and the runner share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

from sociarium.errors import BadInput
from sociarium.experiment.sweep import Order
from sociarium.runner.library.faults import MAX_EMPTY
from sociarium.runner.models.budget import Bounds
from sociarium.runner.models.order_share import shares

DEFAULT_CONCURRENCY = 16
DEFAULT_LEASE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayOptions:
    """How a start of a sweep is played.

    Attributes:
        concurrency: runs open at once.
        limit: runs taken up at most in this start.
        pilot: play only so many runs of each condition in this start, the first replicates; the rest waits.
        order: in which runs are taken up in this start, `permuted` or `by_model`; by default as the sweep says.
        max_cost: US dollars after which it stops, resumable; needs a price for every model.
        max_tokens: prompt and completion together, after which it stops, resumable.
        max_time: seconds after which it stops, resumable.
        max_empty: the share, 0 to 1, that may be empty of any model's or condition's messages, or skipped of its steps.
        retry_failed: take up failed runs again.
        restart: play unfinished runs anew that began under another protocol; what they left behind is taken away. Runs
            that somebody else began stay as they are.
        allow_empty: go on with models that said nothing at all in their first runs.
        accept_digest: names of models that may be served by something else than before.
        allow_code: whether code of the researcher's own that the experiment names is loaded.
        population_only: write the people of every replicate whom a model writes, and play no run.
        pull: whether Ollama fetches models that it lacks, before anything begins.
        lease: seconds after which a worker whose counter stands still is taken for dead.
        workers: processes of this machine that play, with the concurrency divided among them.
        part: of one of several that play: its number from 0, and how many there are; it takes up its part of the places
            first. Where it has a router of its own, its share of bounds and of what orders say is as large.
        whole_concurrency: of one of several: the runs that all of them may have open at once.

    Raises:
        BadInput: a value is out of its range.
    """

    concurrency: int = DEFAULT_CONCURRENCY
    limit: int | None = None
    pilot: int | None = None
    order: Order | None = None
    max_cost: float | None = None
    max_tokens: int | None = None
    max_time: float | None = None
    max_empty: float = MAX_EMPTY
    retry_failed: bool = False
    restart: bool = False
    allow_empty: bool = False
    accept_digest: tuple[str, ...] = ()
    pull: bool = False
    allow_code: bool = False
    population_only: bool = False
    lease: float = DEFAULT_LEASE
    workers: int = 1
    part: tuple[int, int] = (0, 1)
    whole_concurrency: int | None = None

    def __post_init__(self) -> None:
        for name in ("concurrency", "limit", "pilot", "max_tokens", "workers"):
            value = getattr(self, name)
            is_absent = value is None and name in {"limit", "pilot", "max_tokens"}
            if not is_absent and not (_is_number(value, whole=True) and value >= 1):
                raise BadInput(f"{name} is {value!r}; it is a whole number, 1 or more")
        if self.workers > self.concurrency:
            raise BadInput(
                f"workers is {self.workers}, and concurrency {self.concurrency}: each worker needs a run of its own"
            )
        if self.workers > 1 and self.population_only:
            raise BadInput("people are written by one process, which waits for models alone; leave workers out")
        for name in ("max_cost", "max_time"):
            value = getattr(self, name)
            if value is not None and not (_is_number(value) and value >= 0):
                raise BadInput(f"{name} is {value!r}; it is a number, 0 or more")
        if not (_is_number(self.max_empty) and 0 <= self.max_empty <= 1):
            raise BadInput(f"max_empty is {self.max_empty!r}; it is a share, from 0 to 1")
        if self.order is not None and self.order not in get_args(Order):
            raise BadInput(f"order is {self.order!r}; it is one of {', '.join(get_args(Order))}")
        for name in ("retry_failed", "restart", "allow_empty", "pull", "allow_code", "population_only"):
            if not isinstance(value := getattr(self, name), bool):
                raise BadInput(f"{name} is {value!r}; it is True or False")
        # A text is a sequence of texts too, and would accept its letters.
        names: object = self.accept_digest
        if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names):
            raise BadInput(f"accept_digest is {names!r}; it is a tuple of names of models")

    def of_each_worker(self) -> list[PlayOptions]:
        """The options of each worker: runs are divided; bounds are those of the whole start.

        Fewer than `workers` where the start has a limit of fewer runs.
        """
        count = min(self.workers, self.limit or self.workers)
        runs = shares(self.concurrency, count)
        limits = [None] * count if self.limit is None else shares(self.limit, count)
        return [
            replace(
                self,
                concurrency=runs[number],
                limit=limits[number],
                workers=1,
                part=(number, count),
                whole_concurrency=self.concurrency,
            )
            for number in range(count)
        ]

    @property
    def keeps_concurrency(self) -> bool:
        """Whether this start named the concurrency, so that it counts for more than orders before it."""
        return (self.whole_concurrency or self.concurrency) != DEFAULT_CONCURRENCY

    @property
    def bounds(self) -> Bounds:
        """What this start may take."""
        return Bounds(self.max_tokens, self.max_cost, self.max_time)


def _is_number(value: object, *, whole: bool = False) -> bool:
    return isinstance(value, int if whole else int | float) and not isinstance(value, bool)
