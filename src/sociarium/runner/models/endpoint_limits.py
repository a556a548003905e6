"""What a server is asked at most, as the composition root says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, TypeVar

from sociarium.experiment.models import Limits
from sociarium.experiment.opening_hours import OpeningHours, read_hours

N = TypeVar("N", int, float)

CEILING = 1024
"""Calls open at once where no `limits:` say otherwise; the sweep's concurrency bounds it anyway."""


@dataclass(frozen=True, slots=True)
class EndpointLimits:
    """What a server is asked at most.

    Attributes:
        open: calls at once. per_minute: calls begun in a minute. loaded: models that the server holds at once.
        tokens_per_minute: of prompts and replies. hours: calls begin only while all of these are open.
    """

    open: int = CEILING
    per_minute: float | None = None
    loaded: int | None = None
    tokens_per_minute: float | None = None
    hours: tuple[OpeningHours, ...] = ()

    def and_also(self, other: EndpointLimits) -> EndpointLimits:
        """The stricter of two, in each respect."""
        return EndpointLimits(
            min(self.open, other.open),
            _least((self.per_minute, other.per_minute)),
            _least((self.loaded, other.loaded)),
            _least((self.tokens_per_minute, other.tokens_per_minute)),
            tuple(dict.fromkeys((*self.hours, *other.hours))),
        )


UNLIMITED = EndpointLimits()


def limits_of(limits: Limits | None) -> EndpointLimits:
    """What the entry of a model says."""
    if limits is None:
        return UNLIMITED
    hours = () if limits.hours is None else (read_hours(limits.hours),)
    return EndpointLimits(limits.open or CEILING, limits.per_minute, limits.loaded, limits.tokens_per_minute, hours)


def limits_with(limits: EndpointLimits, changes: Mapping[str, Any]) -> EndpointLimits:
    """Limits with some of them changed.

    Args:
        changes: name of a limit, as in the experiment file, -> its value, None to lift it. `loaded` is not among them:
            the order of calls was made for it.
    """
    if "open" in changes:
        limits = replace(limits, open=changes["open"] or CEILING)
    if "per_minute" in changes:
        limits = replace(limits, per_minute=changes["per_minute"])
    if "tokens_per_minute" in changes:
        limits = replace(limits, tokens_per_minute=changes["tokens_per_minute"])
    if "hours" in changes:
        hours = changes["hours"]
        limits = replace(limits, hours=() if hours is None else (read_hours(hours),))
    return limits


def strictest(limits: Iterable[EndpointLimits]) -> EndpointLimits:
    """The strictest of several, in each respect."""
    return reduce(EndpointLimits.and_also, limits, UNLIMITED)


def _least(values: Iterable[N | None]) -> N | None:
    return min((value for value in values if value is not None), default=None)
