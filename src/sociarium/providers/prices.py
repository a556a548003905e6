"""Prices from the list that the package genai-prices carries (an extra); nothing is fetched."""

from __future__ import annotations

from decimal import Decimal

from genai_prices import Usage, calc_price

from sociarium.experiment.models import ModelSpec, Price

_MILLION = 1_000_000


class ListedPrices:
    """The price port over genai-prices."""

    def of(self, spec: ModelSpec) -> Price | None:
        """The list's price for a million tokens in and a million out; None for servers of one's own."""
        if spec.base_url:
            return None
        usage = Usage(input_tokens=_MILLION, output_tokens=_MILLION)
        try:
            price = calc_price(usage, model_ref=spec.model, provider_id=spec.provider)
        except LookupError:
            return None
        return Price(input=_dollars(price.input_price), output=_dollars(price.output_price))


def _dollars(amount: Decimal) -> float:
    return float(amount)
