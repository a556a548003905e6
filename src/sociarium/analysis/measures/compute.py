"""Compute measures of runs where the store has no value yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from loguru import logger

from sociarium.analysis.measures.missing import Missing, missing_reason
from sociarium.analysis.measures.own import fault_of
from sociarium.analysis.measures.registry import MeasureSpec
from sociarium.analysis.measures.units import MeasuredRun, read_run
from sociarium.errors import SociariumError
from sociarium.ports.clock import Clock
from sociarium.ports.store import Store
from sociarium.records.labels import Measure

_RUNS_AT_ONCE = 100


@dataclass(slots=True)
class MeasureCounts:
    """What became of a measure; the counts add up to its units.

    Attributes:
        version: which values are of.
        computed: values, now.
        cached: values that the store had.
        missing: why there is no value -> units, of now and before.
        failed: what went wrong in the function -> units; they are computed again the next time.
    """

    name: str
    version: str
    unit: str
    level: str
    computed: int = 0
    cached: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def units(self) -> int:
        """Messages, posts, people or runs that it was asked of."""
        return self.computed + self.cached + self.missing.total() + self.failed.total()


def compute_measures(
    store: Store, runs: Iterable[str], specs: Sequence[MeasureSpec], *, clock: Clock, progress: Callable[[int], None]
) -> list[MeasureCounts]:
    """Compute what lacks, run by run; each run's values are kept before the next is read, so that it may be killed.

    Args:
        runs: that are finished: what they say changes no more.
        progress: told how many runs are done.

    Raises:
        MissingExtra: a measure needs a library that is not here.
    """
    counts = [MeasureCounts(spec.name, spec.version(), spec.unit, spec.level) for spec in specs]
    done = 0
    for batch in _batches(runs):
        standing = [_standing(store, one, batch) for one in counts]
        for run_id in batch:
            run = read_run(store, run_id)
            new: list[Measure] = []
            for spec, count, values in zip(specs, counts, standing, strict=True):
                new += _lacking(spec, run, count, values.get(run_id, {}), clock.now())
            if new:
                store.put_measures(new)
            done += 1
            progress(done)
    return counts


def _standing(store: Store, count: MeasureCounts, runs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Run -> subject -> the value that the store has."""
    values: dict[str, dict[str, Any]] = {}
    for one in store.measures(count.name, count.version, runs):
        values.setdefault(one.run, {})[one.subject] = one.value
    return values


def _lacking(
    spec: MeasureSpec, run: MeasuredRun, count: MeasureCounts, known: dict[str, Any], now: str
) -> Iterator[Measure]:
    """What is computed of a run's subjects that have no value yet; all are counted."""
    lacking = [one for one in run.subjects(spec.level) if one not in known]
    if spec.prepare is not None and lacking:
        spec.prepare(run, lacking)
    for subject in run.subjects(spec.level):
        if subject in known:
            reason = missing_reason(known[subject])
            if reason is None:
                count.cached += 1
            else:
                count.missing[reason] += 1
            continue
        value = _value(spec, run, subject, count)
        if value is None:
            continue
        if isinstance(value, Missing):
            count.missing[value.reason] += 1
            value = value.as_json()
        else:
            count.computed += 1
        yield Measure(count.name, count.version, run.run, subject, value, now)


def _value(spec: MeasureSpec, run: MeasuredRun, subject: str, count: MeasureCounts) -> Any:
    """The value; None where the function failed, which is counted."""
    try:
        value = spec.compute(run, subject)
    except SociariumError:
        raise
    except Exception as error:  # noqa: BLE001  # a researcher's function may raise anything
        reason = type(error).__name__
        if not count.failed[reason]:
            logger.opt(exception=error).warning("the measure {} failed at {} of run {}", spec.name, subject, run.run)
    else:
        fault = fault_of(value)
        if fault is None:
            return value
        reason = f"returned {fault}"
    count.failed[reason] += 1
    return None


def _batches(runs: Iterable[str]) -> Iterator[list[str]]:
    source = iter(runs)
    while batch := list(islice(source, _RUNS_AT_ONCE)):
        yield batch
