"""Orders that change what a sweep may take, from what a person types on a command line or a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sociarium.api.preparation import refuse_unpriced, used_models
from sociarium.api.steering import Steerable
from sociarium.errors import BadInput
from sociarium.exchange.quantity_text import seconds_in
from sociarium.experiment.models import Limits
from sociarium.records.steering import EVERY_MODEL
from sociarium.runner.library.steering import OrderRequest
from sociarium.runner.planning.preflight import needs_person

_NONE = "none"
_LIMITS = ("open", "per_minute", "tokens_per_minute", "hours")


def concurrency_order(steerable: Steerable, value: int, *, reason: str) -> OrderRequest:
    """So many runs open at once.

    Raises:
        BadInput: a person takes part.
    """
    begun = steerable.begun
    if needs_person(begun.definition, begun.sweep.name):
        raise BadInput("a person takes part in this sweep, and reads one conversation at a time")
    return OrderRequest(action="concurrency", value=value, former=steerable.concurrency, reason=reason)


def limits_order(steerable: Steerable, text: str, *, reason: str) -> OrderRequest:
    """Limits of the servers of a model, or without a name of all: `llama:open=8,per_minute=60`; `none` lifts one.

    Raises:
        BadInput: the text says no limits, or there is no such model.
    """
    name, values = _limits(text)
    begun, is_of_all = steerable.begun, name == EVERY_MODEL
    target = None if is_of_all else steerable.model(name)
    models = used_models(begun.definition, begun.sweep.name) if is_of_all else [name]
    before = {model: _limits_of(steerable, model) for model in models}
    # What was said of one model stands above what is said of all.
    standing = steerable.state.limits if is_of_all else {}
    former = {
        limit: _former({model: before[model].get(limit) for model in models if limit not in standing.get(model, {})})
        for limit in values
    }
    return OrderRequest(action="limits", target=target, value=values, former=former, reason=reason)


def budget_order(
    steerable: Steerable,
    *,
    cost: str | None = None,
    tokens: str | None = None,
    time: str | None = None,
    reason: str,
) -> OrderRequest | None:
    """Bounds of a start: US dollars, tokens, a time such as 7h30m; `none` lifts one. None where nothing is said.

    Raises:
        BadInput: one is no number or time, or a model has no price.
    """
    budget = _budget(cost, tokens, time)
    if not budget:
        return None
    begun = steerable.begun
    if budget.get("max_cost") is not None:
        refuse_unpriced(begun.definition, begun.sweep.name, option="--max-cost")
    doing = steerable.doing("bounds")
    before = {**steerable.state.budget, **(doing if isinstance(doing, Mapping) else {})}
    former = {name: before.get(name) for name in budget}
    return OrderRequest(action="budget", value=budget, former=former, reason=reason)


def _limits_of(steerable: Steerable, model: str) -> dict[str, Any]:
    """The limits of a model as they stand: what its entry says, changed by what was said of all, and then of it."""
    written, standing = steerable.begun.definition.models[model].limits, steerable.state.limits
    return {
        **(written.model_dump() if written else {}),
        **standing.get(EVERY_MODEL, {}),
        **standing.get(model, {}),
    }


def _former(by_model: Mapping[str, Any]) -> Any:
    """The value that stood for models: the one of all of them, or where they differ that of each."""
    values = list(by_model.values())
    return values[0] if values and values.count(values[0]) == len(values) else dict(by_model) or None


def _budget(cost: str | None, tokens: str | None, time: str | None) -> dict[str, float | None]:
    budget: dict[str, float | None] = {}
    if cost is not None:
        budget["max_cost"] = _number("--max-cost", cost, whole=False)
    if tokens is not None:
        budget["max_tokens"] = _number("--max-tokens", tokens, whole=True)
    if time is not None:
        budget["seconds"] = None if time == _NONE else seconds_in(time)
    return budget


def _number(option: str, text: str, *, whole: bool) -> float | None:
    if text == _NONE:
        return None
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise BadInput(f"{option} {text!r} is no number from 0 on; write a number, or `none` for no bound")
    return value


def _limits(text: str) -> tuple[str, dict[str, Any]]:
    """The model and the limits that `--limit` names."""
    before, equals, after = text.partition("=")
    name, colon, first = before.rpartition(":")
    if not equals or (colon and not name):
        raise BadInput(f"--limit {text!r} is not NAME:LIMIT=VALUE; write e.g. llama:open=8,per_minute=60")
    return name or EVERY_MODEL, _checked_limits(text, f"{first}={after}".split(","))


def _checked_limits(text: str, pairs: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for pair in pairs:
        limit, _, value = pair.partition("=")
        if limit.strip() not in _LIMITS:
            raise BadInput(f"--limit {text!r}: {limit.strip()!r} is none of {', '.join(_LIMITS)}")
        values[limit.strip()] = None if value == _NONE else value
    try:
        limits = Limits.model_validate(values, strict=False)
    except ValidationError as error:
        fault = error.errors()[0]
        raise BadInput(f"--limit {text!r}: {fault['loc'][0]}: {fault['msg']}") from None
    return {name: getattr(limits, name) for name in values}
