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
from sociarium.runner.run.prefix import COPIED


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
        # Counters stand with what is done alone.
        if status.state is RunState.DONE and len(prices) == 1 and (price := prices.pop()) is not None:
            return (counters.prompt_tokens * price.input + counters.completion_tokens * price.output) / 1e6
        return self._of_calls(status.run, by_model)[1] if by_model else None

    def so_far(self, sweep: str, run: str) -> tuple[int, float | None]:
        """Tokens and cost of what was asked so far in a run that is not done; None where a price is not known."""
        return self._of_calls(run, self._of_sweep(sweep))

    def _of_sweep(self, sweep: str) -> dict[str, Price | None]:
        if sweep not in self._prices:
            version = self._store.version(self._store.sweep(sweep).version)
            self._prices[sweep] = prices_of([version.document], _WhenAsked())
        return self._prices[sweep]

    def _of_calls(self, run: str, by_model: dict[str, Price | None]) -> tuple[int, float | None]:
        tokens, cost = 0, 0.0
        known = True
        for entry in self._store.journal(run):
            if entry.key == COPIED:  # what stands before it was asked by another run, and is paid for there
                tokens, cost, known = 0, 0.0, True
            if entry.call is None:
                continue
            read, written = (entry.answer.get(name) or 0 for name in ("prompt_tokens", "completion_tokens"))
            tokens += read + written
            price = by_model.get(entry.call.model)
            if price is None:
                known = False
            else:
                cost += read * price.input + written * price.output
        return tokens, cost / 1e6 if known else None


class _WhenAsked:
    """The list of prices, which is opened for the first model that needs it."""

    def of(self, spec: ModelSpec) -> Price | None:
        """US dollars per million tokens; None when it is not on the list."""
        return _listed_prices().of(spec)


@cache
def _listed_prices() -> Prices:
    return open_prices()
