"""How long a sweep will take, and which limits of its servers make it longer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sociarium.experiment.definition import Definition
from sociarium.experiment.loaded_models import servers_of
from sociarium.experiment.opening_hours import DAY, open_minutes
from sociarium.runner.models.endpoint_limits import UNLIMITED, EndpointLimits, limits_of
from sociarium.runner.planning.estimate import Usage

_SECONDS_PER_CALL = (0.5, 15.0)
"""Of a hosted or local model, for the range of durations; the offline model takes none."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BindingLimit:
    """A limit that makes a sweep longer.

    Attributes:
        server: as the file names it. limit: as it stands there, such as `per_minute: 60`.
        seconds: that the sweep takes with it, from few to many.
    """

    server: str
    limit: str
    seconds: Range


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a sweep takes.

    Attributes:
        seconds: from fast models to slow ones.
        binding: limits without which it would take less.
    """

    seconds: Range
    binding: tuple[BindingLimit, ...] = ()


def expected_duration(
    definition: Definition,
    used: Sequence[str],
    usage: Sequence[Usage],
    *,
    calls: int,
    at_once: int,
    run_seconds: tuple[float, float] | None = None,
) -> Duration:
    """The time that a sweep takes.

    Args:
        used: models that it asks.
        usage: what it comes to, with few words and with many.
        at_once: runs that are open together.
        run_seconds: times of all runs, summed, where they were measured.
    """
    if run_seconds is not None:
        free: Range = _range(seconds / max(1, at_once) for seconds in run_seconds)
    elif all(definition.models[name].provider == "offline" for name in used):
        free = (0, 0)
    else:
        free = _range(calls / max(1, at_once) * seconds for seconds in _SECONDS_PER_CALL)
    servers = _load_of_servers(definition, used, usage)
    rates = [
        limit
        for server, (limits, loads) in sorted(servers.items())
        for limit in _bounds(server, limits, loads, at_once)
        if limit.seconds[1] > free[1]
    ]
    at_work = _longest(free, rates)
    hours: list[BindingLimit] = []
    for server, (limits, _) in sorted(servers.items()):
        if limits.hours and at_work[1]:
            stretched = _within_hours(at_work, open_minutes(limits.hours))
            written = " and ".join(dict.fromkeys(_hours_of(definition, used, server)))
            hours.append(BindingLimit(server, f"hours: {written}", stretched))
    return Duration(_longest(at_work, hours), (*rates, *hours))


def _longest(seconds: Range, limits: Sequence[BindingLimit]) -> Range:
    """The time that something takes under limits which hold at once."""
    low, high = (max(seconds[end], *(limit.seconds[end] for limit in limits), 0) for end in (0, 1))
    return low, high


_Load = tuple[float, float]
"""Calls and tokens."""


def _load_of_servers(
    definition: Definition, used: Sequence[str], usage: Sequence[Usage]
) -> Mapping[str, tuple[EndpointLimits, Sequence[_Load]]]:
    """What each server is asked, with few words and with many; servers of one entry share its calls."""
    limits: dict[str, EndpointLimits] = {}
    loads: dict[str, list[_Load]] = defaultdict(lambda: [(0.0, 0.0)] * len(usage))
    for name in used:
        spec = definition.models[name]
        servers = servers_of(spec)
        for server in servers:
            limits[server] = limits.get(server, UNLIMITED).and_also(limits_of(spec.limits))
            loads[server] = [
                (
                    calls + one.asked.get(name, 0.0) / len(servers),
                    tokens + (one.prompt.get(name, 0.0) + one.completion.get(name, 0.0)) / len(servers),
                )
                for (calls, tokens), one in zip(loads[server], usage, strict=True)
            ]
    return {server: (limits[server], loads[server]) for server in limits}


def _bounds(server: str, limits: EndpointLimits, loads: Sequence[_Load], at_once: int) -> Iterator[BindingLimit]:
    if limits.per_minute is not None:
        seconds = _range(calls / limits.per_minute * 60 for calls, _ in loads)
        yield BindingLimit(server, f"per_minute: {limits.per_minute:g}", seconds)
    if limits.tokens_per_minute is not None:
        seconds = _range(tokens / limits.tokens_per_minute * 60 for _, tokens in loads)
        yield BindingLimit(server, f"tokens_per_minute: {limits.tokens_per_minute:.0f}", seconds)
    if limits.open < at_once and server != "offline":
        seconds = _range(calls / limits.open * each for (calls, _), each in zip(loads, _SECONDS_PER_CALL, strict=True))
        yield BindingLimit(server, f"open: {limits.open}", seconds)


def _within_hours(seconds: Range, minutes: int) -> Range:
    """Time that work takes when it goes on only so many minutes a day; at most it begins as they end."""
    if not minutes:
        return seconds
    closed = (DAY - minutes) * 60
    low, high = (one + (max(one - 1, 0) // (minutes * 60)) * closed for one in seconds)
    return low, high + closed


def _hours_of(definition: Definition, used: Sequence[str], server: str) -> Iterator[str]:
    for name in used:
        spec = definition.models[name]
        if spec.limits is not None and spec.limits.hours and server in servers_of(spec):
            yield spec.limits.hours


def _range(values: Iterator[float]) -> Range:
    every = [round(value) for value in values]
    return min(every), max(every)
