"""What a start has spent, and when that is enough."""

from __future__ import annotations

import pytest

from sociarium.experiment.models import Price
from sociarium.ports.model import ModelReply
from sociarium.runner.models.budget import Bounds, Spending

REPLY = ModelReply("yes", prompt_tokens=1_000_000, completion_tokens=500_000)


def spent(*models: str) -> Spending:
    spending = Spending({"priced": Price(input=2.0, output=4.0)})
    for model in models:
        spending.add(model, REPLY)
    return spending


def test_prices_are_for_a_million_tokens_in_and_out() -> None:
    assert spent("priced", "priced").cost_usd == pytest.approx(8.0)


def test_a_model_without_a_price_leaves_no_sum_that_could_be_believed() -> None:
    spending = spent("priced", "free")
    assert spending.cost_usd is None
    assert spending.unpriced == {"free"}


def test_tokens_that_a_server_does_not_count_are_none() -> None:
    spending = Spending({})
    spending.add("m", ModelReply("yes"))
    assert (spending.calls, spending.prompt_tokens, spending.completion_tokens) == (1, 0, 0)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(), None),
        (Bounds(tokens=3_000_001, cost=8.01), None),
        (Bounds(tokens=3_000_000), "3,000,000 tokens were used, the bound is 3,000,000"),
        (Bounds(cost=8.0), "8.00 USD were spent, the bound is 8.00"),
        (Bounds(cost=0.00012), "8.00 USD were spent, the bound is 0.00012"),
    ],
)
def test_a_bound_is_reached_when_as_much_is_spent_and_no_earlier(bounds: Bounds, words: str | None) -> None:
    assert spent("priced", "priced").bound_reason(bounds) == words
