"""What a start may cost at most, asked where a model of it costs money."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sociarium.api.plans import plan_sweep
from sociarium.api.preparation import used_models
from sociarium.bootstrap import open_prices
from sociarium.cli.display.output import number
from sociarium.cli.questions.answers import Back
from sociarium.cli.questions.checks import decimal
from sociarium.cli.wizard.context import WizardContext
from sociarium.config import Config
from sociarium.experiment.definition import Definition
from sociarium.experiment.models import ModelSpec
from sociarium.ports.prices import Prices, price_of

_MOST_TOKENS = 10**15


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a start may take.

    Attributes:
        dollars: US dollars; None for no bound.
        tokens: of prompts and replies together; None for no bound.
    """

    dollars: float | None = None
    tokens: int | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """As a command is told."""
        if self.dollars is not None:
            return ("--max-cost", f"{self.dollars:g}")
        return ("--max-tokens", str(self.tokens)) if self.tokens is not None else ()


def ask_ceiling(context: WizardContext, definition: Definition, sweep: str, *, is_whole: bool = True) -> Ceiling | Back:
    """Ask for a bound: in dollars, or in tokens where a price is not known; not at all where nothing costs money.

    Args:
        is_whole: whether all of the sweep is played; of anything else no bound is proposed.
    """
    prices = open_prices()
    specs = [definition.models[name] for name in used_models(definition, sweep)]
    if not any(may_cost(spec, prices, context.config) for spec in specs):
        return Ceiling()
    plan = plan_sweep(definition, sweep)
    after = "The start ends there; what was said stays, and it can go on. Empty: no bound."
    if plan.cost_usd is not None and all(price_of(spec, prices) is not None for spec in specs):
        least, most = plan.cost_usd
        answer = context.prompts.text(
            "How many US dollars may it cost at most?",
            hint=f"About {least:.2f} to {most:.2f} are expected for all of it. {after}" if is_whole else after,
            default=f"{_round_up(most):g}" if is_whole else "",
            check=decimal(0),
        )
        return answer if isinstance(answer, Back) else Ceiling(dollars=float(answer) if answer else None)
    most_tokens = int(sum(ends[1] for ends in plan.tokens.values()))
    answer = context.prompts.text(
        "How many tokens may it take at most?",
        hint=f"The price of its models is not known; about {number(most_tokens)} are expected. {after}"
        if is_whole
        else f"The price of its models is not known. {after}",
        default=str(int(_round_up(most_tokens))) if is_whole else "",
        check=_tokens_fault,
    )
    return answer if isinstance(answer, Back) else Ceiling(tokens=int(answer) if answer else None)


def may_cost(spec: ModelSpec, prices: Prices, config: Config) -> bool:
    """Whether somebody pays for a model: it has a price, or is one of OpenAI or Anthropic itself."""
    price = price_of(spec, prices)
    if price is not None:
        return price.input > 0 or price.output > 0
    url = {"openai": config.openai_url, "anthropic": config.anthropic_url}
    return spec.provider in url and spec.base_url is None and url[spec.provider] is None


def _round_up(value: float) -> float:
    """Rounded up to two digits, so that what is expected fits."""
    if value <= 0:
        return 0.01
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return round(math.ceil(value / unit - 1e-9) * unit, 10)


def _tokens_fault(line: str) -> str:
    text = line.strip()
    is_number = text.isascii() and text.isdecimal() and 1 <= int(text) <= _MOST_TOKENS
    return "" if not text or is_number else "Write a whole number, 1 or more."
