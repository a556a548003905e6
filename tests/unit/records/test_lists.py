"""Texts of lists for people."""

from __future__ import annotations

import pytest

from sociarium.records.lists import dollars_text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "$0"), (0.00001, "< $0.0001"), (0.00005, "$0.0001"), (0.01234, "$0.0123"), (12.5, "$12.5000")],
)
def test_a_small_cost_is_not_shown_as_none(amount: float, text: str) -> None:
    assert dollars_text(amount) == text
