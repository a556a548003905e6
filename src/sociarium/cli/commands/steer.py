"""SWEEP is the beginning of a sweep's id; without it the sweep that is played now, else your latest, which is said.
What is changed holds for whoever plays the sweep, now and later, without a restart; calls and runs under way are
finished. A later start that names a concurrency or a budget of its own keeps to that. `none` lifts a bound or a
limit."""

from __future__ import annotations

from typing import Annotated

import typer

from sociarium.api.steer_orders import budget_order, concurrency_order, limits_order
from sociarium.api.steering import Steerable
from sociarium.cli.options import JsonOption, MeantSweepArgument, StoreOption
from sociarium.cli.steer_session import ReasonOption, steer
from sociarium.errors import BadInput
from sociarium.runner.library.steering import OrderRequest

_Text = str | None
_Texts = list[str] | None


def command(
    sweep: MeantSweepArgument = None,
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
    bounds = (max_cost, max_tokens, max_time)
    if concurrency is None and not (limit or retry_failed or first) and bounds == (None, None, None):
        raise BadInput("say what is changed: --concurrency, --limit, --max-cost, --max-tokens, --max-time, "
                       "--retry-failed or --first")  # fmt: skip

    def requests(steerable: Steerable) -> list[OrderRequest]:
        orders: list[OrderRequest] = []
        if concurrency is not None:
            orders.append(concurrency_order(steerable, concurrency, reason=reason))
        orders += [limits_order(steerable, text, reason=reason) for text in limit or []]
        if budget := budget_order(steerable, cost=max_cost, tokens=max_tokens, time=max_time, reason=reason):
            orders.append(budget)
        if retry_failed:
            orders.append(OrderRequest(action="retry", reason=reason))
        targets = [steerable.run(text) for text in first or []]
        return [*orders, *(OrderRequest(action="first", target=target, reason=reason) for target in targets)]

    steer(store, sweep, requests, command="steer", as_json=as_json)
