"""What runs cost: by the prices that they were played by, which stand with them.

Runs of earlier versions have none: they cost what models of their sweep cost now, by their counters where that is
enough, and by their calls where models have several prices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sociarium.bootstrap import open_prices
from sociarium.ports.store import Store
from sociarium.records.journal import COPIED
from sociarium.records.runs import RunState, RunStatus, protocol_of_run

if TYPE_CHECKING:
    from sociarium.experiment.models import ModelSpec, Price
    from sociarium.ports.prices import Prices


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens, and US dollars where all prices are known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0

    @property
    def tokens(self) -> int:
        """All of them."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Spent) -> Spent:
        cost = None if self.cost is None or other.cost is None else self.cost + other.cost
        return Spent(self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens, cost)


class RunCosts:
    """Costs of runs of a store, in US dollars; the prices of a sweep are read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._prices: dict[str, dict[str, Price | None]] = {}
        self._so_far: dict[tuple[str, int], Spent] = {}

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
            return _cost(price, counters.prompt_tokens, counters.completion_tokens)
        return self._of_calls([status.run], by_model)[status.run].cost if by_model else None

    def so_far(self, sweep: str, statuses: Iterable[RunStatus]) -> Spent:
        """What was asked so far in runs that are not done; what somebody left at a claim is read once."""
        keys = {status.run: (status.run, status.token) for status in statuses}
        if fresh := [run for run, key in keys.items() if key not in self._so_far]:
            by_run = self._of_calls(fresh, self._of_sweep(sweep))
            self._so_far |= {keys[run]: by_run[run] for run in fresh}
        return sum((self._so_far[key] for key in keys.values()), Spent())

    def _of_sweep(self, sweep: str) -> dict[str, Price | None]:
        if sweep not in self._prices:
            # What reads experiment files is loaded for runs of earlier versions alone: it takes longer than a list.
            from sociarium.analysis.load import prices_of

            version = self._store.version(self._store.sweep(sweep).version)
            self._prices[sweep] = prices_of([version.document], _WhenAsked())
        return self._prices[sweep]

    def _of_calls(self, runs: Sequence[str], by_model: Mapping[str, Price | None]) -> defaultdict[str, Spent]:
        """Run -> what its calls took. What a run copied was asked by another one, and is paid for there."""
        by_run: defaultdict[str, Spent] = defaultdict(Spent)
        for one in self._store.tokens_of(runs, behind=COPIED):
            tokens = one.prompt_tokens, one.completion_tokens
            price = by_model.get(one.model)
            by_run[one.run] += Spent(*tokens, None if price is None else _cost(price, *tokens))
        return by_run


def _cost(price: Price, prompt_tokens: int, completion_tokens: int) -> float:
    return (prompt_tokens * price.input + completion_tokens * price.output) / 1e6


class _WhenAsked:
    """The list of prices, which is opened for the first model that needs it."""

    def of(self, spec: ModelSpec) -> Price | None:
        """US dollars per million tokens; None when it is not on the list."""
        return _listed_prices().of(spec)


@cache
def _listed_prices() -> Prices:
    return open_prices()
