"""SWEEP is the beginning of a sweep's id; without it the latest one. What is changed holds for whoever plays the sweep,
now and later, without a restart; calls and runs under way are finished. A later start that names a concurrency or a
budget of its own keeps to that. `none` lifts a bound or a limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from sociarium.api.preparation import refuse_unpriced, used_models
from sociarium.api.steering import Steerable
from sociarium.cli.commands.play_options import seconds
from sociarium.cli.options import JsonOption, LatestSweepArgument, StoreOption
from sociarium.cli.steer_session import ReasonOption, steer
from sociarium.errors import BadInput
from sociarium.experiment.models import Limits
from sociarium.records.steering import EVERY_MODEL
from sociarium.runner.library.steering import OrderRequest
from sociarium.runner.planning.preflight import needs_person

_NONE = "none"
_LIMITS = ("open", "per_minute", "tokens_per_minute", "hours")

_Text = str | None
_Texts = list[str] | None


def command(
    sweep: LatestSweepArgument = None,
    *,
    concurrency: Annotated[
        int | None,
        typer.Option("--concurrency", metavar="N", min=1, max=4096, help="runs open at once"),
    ] = None,
    limit: Annotated[
        _Texts,
        typer.Option(
            "--limit",
            metavar="NAME:open=N",
            help="limits of a model, or without a name of all: open, per_minute, tokens_per_minute, hours; "
            "e.g. llama:open=8,per_minute=60",
        ),
    ] = None,
    max_cost: Annotated[_Text, typer.Option("--max-cost", metavar="USD", help="stop when so much is spent")] = None,
    max_tokens: Annotated[_Text, typer.Option("--max-tokens", metavar="N", help="stop after so many tokens")] = None,
    max_time: Annotated[_Text, typer.Option("--max-time", metavar="TIME", help="stop after e.g. 7h30m")] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="take up again what failed so far")] = False,
    first: Annotated[_Texts, typer.Option("--first", metavar="RUN", help="take this run up before the others")] = None,
    reason: ReasonOption = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    budget = _budget(max_cost, max_tokens, max_time)
    limits = [_limits(text) for text in limit or []]
    if concurrency is None and not (budget or limits or retry_failed or first):
        raise BadInput("say what is changed: --concurrency, --limit, --max-cost, --max-tokens, --max-time, "
                       "--retry-failed or --first")  # fmt: skip

    def requests(steerable: Steerable) -> list[OrderRequest]:
        orders: list[OrderRequest] = []
        if concurrency is not None:
            orders.append(_concurrency(steerable, concurrency, reason))
        orders += [_limits_order(steerable, name, values, reason) for name, values in limits]
        if budget:
            orders.append(_budget_order(steerable, budget, reason))
        if retry_failed:
            orders.append(OrderRequest(action="retry", reason=reason))
        targets = [steerable.run(text) for text in first or []]
        return [*orders, *(OrderRequest(action="first", target=target, reason=reason) for target in targets)]

    steer(store, sweep, requests, command="steer", as_json=as_json)


def _concurrency(steerable: Steerable, value: int, reason: str) -> OrderRequest:
    begun = steerable.begun
    if needs_person(begun.definition, begun.sweep.name):
        raise BadInput("a person takes part in this sweep, and reads one conversation at a time")
    former = steerable.state.concurrency or _doing(steerable, "concurrency")
    return OrderRequest(action="concurrency", value=value, former=former, reason=reason)


def _limits_order(steerable: Steerable, name: str, values: Mapping[str, Any], reason: str) -> OrderRequest:
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
    return OrderRequest(action="limits", target=target, value=dict(values), former=former, reason=reason)


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


def _budget_order(steerable: Steerable, budget: Mapping[str, float | None], reason: str) -> OrderRequest:
    begun = steerable.begun
    if budget.get("max_cost") is not None:
        refuse_unpriced(begun.definition, begun.sweep.name, option="--max-cost")
    doing = _doing(steerable, "bounds")
    before = {**steerable.state.budget, **(doing if isinstance(doing, Mapping) else {})}
    former = {name: before.get(name) for name in budget}
    return OrderRequest(action="budget", value=dict(budget), former=former, reason=reason)


def _doing(steerable: Steerable, name: str) -> object:
    """What the first process that plays the sweep says of itself; None where nobody does."""
    return next((worker.doing.get(name) for worker in steerable.workers), None)


def _budget(cost: str | None, tokens: str | None, time: str | None) -> dict[str, float | None]:
    budget: dict[str, float | None] = {}
    if cost is not None:
        budget["max_cost"] = _number("--max-cost", cost, whole=False)
    if tokens is not None:
        budget["max_tokens"] = _number("--max-tokens", tokens, whole=True)
    if time is not None:
        budget["seconds"] = None if time == _NONE else seconds(time)
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
