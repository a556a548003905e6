"""What runs cost, in lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sociarium.cli.run_costs import RunCosts
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import played

PAID = "{provider: openai, model: x, price: {input: 1, output: 2}}"
FREE = "{provider: offline}"
UNKNOWN = "{provider: openai, model: nobody-has-a-price-for-this}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.mark.parametrize("other", [PAID, FREE])
def test_each_call_costs_what_its_model_does(store: SqliteStore, other: str) -> None:
    text = small(models=f"{{a: {PAID}, b: {other}}}", sweep="{factors: {model: [a, b]}}")
    sweep = played(store, text).sweep
    costs = RunCosts(store)
    for slot in store.slots(sweep.id):
        counters = slot.status.counters
        assert counters.prompt_tokens
        is_paid = slot.condition["model"] == "a" or other == PAID
        dollars = (counters.prompt_tokens + 2 * counters.completion_tokens) / 1e6 if is_paid else 0
        assert costs.of(sweep.id, slot.status) == pytest.approx(dollars)


def test_no_cost_is_known_where_a_price_is_not(store: SqliteStore) -> None:
    text = small(models=f"{{a: {PAID}, b: {UNKNOWN}}}", sweep="{factors: {model: [a, b]}}")
    sweep = played(store, text).sweep
    costs = {slot.condition["model"]: RunCosts(store).of(sweep.id, slot.status) for slot in store.slots(sweep.id)}
    assert costs["a"]
    assert costs["b"] is None
