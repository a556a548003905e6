"""What runs cost: by the prices that they were played by, which stand with them.

Runs of earlier versions have none: they cost what models of their sweep cost now, by their counters where that is
enough, and by their calls where models have several prices.
"""

from __future__ import annotations

from functools import cache

from sociarium.analysis.load import prices_of
from sociarium.bootstrap import open_prices
from sociarium.experiment.models import ModelSpec, Price
from sociarium.ports.prices import Prices
from sociarium.ports.store import Store
from sociarium.records.runs import RunState, RunStatus, protocol_of_run


class RunCosts:
    """Costs of runs of a store, in US dollars; the prices of a sweep are read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._prices: dict[str, dict[str, Price | None]] = {}

    def of(self, sweep: str, status: RunStatus) -> float | None:
        """What a run cost; None where it has not ended, has no calls that are known, or a price is not known."""
        if status.state not in {RunState.DONE, RunState.FAILED} or protocol_of_run(status) is None:
            return None
        if (cost := status.counters.cost) is not None:
            return cost
        by_model = self._of_sweep(sweep)
        prices = set(by_model.values())
        counters = status.counters
        if len(prices) == 1 and (price := prices.pop()) is not None:
            return (counters.prompt_tokens * price.input + counters.completion_tokens * price.output) / 1e6
        return self._of_calls(status.run, by_model) if by_model else None

    def of_tokens(self, sweep: str, read: int, written: int) -> float | None:
        """What tokens of a sweep cost; None where its models have several prices, or one that is not known."""
        prices = set(self._of_sweep(sweep).values())
        price = prices.pop() if len(prices) == 1 else None
        return None if price is None else (read * price.input + written * price.output) / 1e6

    def _of_sweep(self, sweep: str) -> dict[str, Price | None]:
        if sweep not in self._prices:
            version = self._store.version(self._store.sweep(sweep).version)
            self._prices[sweep] = prices_of([version.document], _WhenAsked())
        return self._prices[sweep]

    def _of_calls(self, run: str, by_model: dict[str, Price | None]) -> float | None:
        total = 0.0
        for entry in self._store.journal(run):
            if entry.call is not None:
                price = by_model.get(entry.call.model)
                if price is None:
                    return None
                total += (entry.answer.get("prompt_tokens") or 0) * price.input
                total += (entry.answer.get("completion_tokens") or 0) * price.output
        return total / 1e6


class _WhenAsked:
    """The list of prices, which is opened for the first model that needs it."""

    def of(self, spec: ModelSpec) -> Price | None:
        """US dollars per million tokens; None when it is not on the list."""
        return _listed_prices().of(spec)


@cache
def _listed_prices() -> Prices:
    return open_prices()
