"""What a sweep may take: calls under way are finished when a bound is reached, the rest waits for `resume`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sociarium.count_text import count_text
from sociarium.experiment.models import Price
from sociarium.ports.model import ModelReply


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of one start.

    Attributes:
        tokens: prompt and completion together.
        cost: US dollars; needs a price for every model.
        seconds: of wall time.
    """

    tokens: int | None = None
    cost: float | None = None
    seconds: float | None = None


@dataclass(slots=True)
class Spending:
    """What this start came to."""

    prices: Mapping[str, Price]
    messages: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    unpriced: set[str] = field(default_factory=set)

    def add(self, model: str, reply: ModelReply) -> None:
        """Count a call."""
        self.calls += 1
        self.prompt_tokens += reply.prompt_tokens or 0
        self.completion_tokens += reply.completion_tokens or 0
        cost = self.cost_of(model, reply)
        if cost is None:
            self.unpriced.add(model)
        else:
            self.cost += cost

    def cost_of(self, model: str, reply: ModelReply) -> float | None:
        """US dollars of a call; None where the model has no price."""
        price = self.prices.get(model)
        if price is None:
            return None
        return ((reply.prompt_tokens or 0) * price.input + (reply.completion_tokens or 0) * price.output) / 1e6

    @property
    def cost_usd(self) -> float | None:
        """US dollars; None when a model without a price was asked."""
        return None if self.unpriced else self.cost

    def bound_reason(self, bounds: Bounds) -> str | None:
        """Which bound is reached, in words."""
        tokens = self.prompt_tokens + self.completion_tokens
        if bounds.tokens is not None and tokens >= bounds.tokens:
            return f"{count_text(tokens, 'token was', 'tokens were')} used, the bound is {bounds.tokens:,}"
        if bounds.cost is not None and self.cost >= bounds.cost:
            return f"{_dollars(self.cost)} USD were spent, the bound is {_dollars(bounds.cost)}"
        return None


def _dollars(value: float) -> str:
    """With cents; of less than ten cents, the first two digits that say something."""
    return f"{value:.2f}" if value >= 0.1 or not value else f"{value:.2g}"
