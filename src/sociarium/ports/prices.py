"""The price port: what a model costs where the experiment file does not say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sociarium.experiment.models import ModelSpec, Price

FREE_PROVIDERS = frozenset({"offline", "ollama", "person"})
"""Those that cost nothing: they are one's own machine, or somebody who sits at it."""


class Prices(Protocol):
    """A list of prices.

    Concurrency: any thread may ask. Ownership: it holds nothing that needs closing.
    """

    def of(self, spec: ModelSpec) -> Price | None:
        """US dollars per million tokens; None when it is not on the list."""
        ...


class NoPrices:
    """A list without any price."""

    def of(self, spec: ModelSpec) -> Price | None:
        """None."""
        return None


def may_cost_money(specs: Iterable[ModelSpec]) -> bool:
    """Whether one of some models may cost money."""
    return any(spec.provider not in FREE_PROVIDERS for spec in specs)


def price_of(spec: ModelSpec, prices: Prices) -> Price | None:
    """What a model costs: nothing on one's own machine, else as the file says, else as the list does."""
    if spec.provider in FREE_PROVIDERS:
        return Price(input=0, output=0)
    return spec.price or prices.of(spec)
