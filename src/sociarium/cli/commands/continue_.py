"""SWEEP is the beginning of a sweep's id; without it the sweep that is played now, else your latest, which is said.
Ends the pause and takes back the cancellation of what is named: the whole sweep, or one model, condition or run. A
process that waits goes on by itself; without one, `resume` does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from sociarium.api.steering import Steerable
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.steering import target_words
from sociarium.cli.factor_levels import levels
from sociarium.cli.options import JsonOption, MeantSweepArgument, StoreOption
from sociarium.cli.steer_session import OneModelOption, ReasonOption, WhereOption, steer
from sociarium.errors import BadInput
from sociarium.exchange.steering_text import target_text
from sociarium.experiment.canonical import canonical_json
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.steering import OrderRequest
from sociarium.runner.library.steering_targets import Target


def command(
    sweep: MeantSweepArgument = None,
    *,
    model: OneModelOption = None,
    where: WhereOption = None,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="one run")] = None,
    reason: ReasonOption = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    if sum(value is not None for value in (model, where or None, run)) > 1:
        raise BadInput("name one of --model, --where and --run; give the command again for another one")

    def requests(steerable: Steerable) -> list[OrderRequest]:
        target: Target | None = None
        if model is not None:
            target = steerable.model(model)
        elif where:
            target = steerable.condition(levels(where))
        elif run is not None:
            target = steerable.run(run)
        former = _refuse_needless(steerable, target)
        return [OrderRequest(action="continue", target=target, former=former, reason=reason)]

    steer(store, sweep, requests, command="continue", as_json=as_json)


def _refuse_needless(steerable: Steerable, target: Target | None) -> str:
    """What stands of a target, `pause` or `cancel`; refuses where nothing does, with what does of others."""
    standing = standing_orders(steerable.orders)
    key = canonical_json(target)
    if of_target := [order for order in standing if canonical_json(order.target) == key]:
        return of_target[-1].action
    sweep = steerable.begun.sweep.id[:8]
    others = "".join(
        f"\n  {pasteable('continue', sweep, *target_words(order.target))}  # {order.action} by {order.by}"
        for order in standing
    )
    mend = f"; these are:{others}" if others else ""
    raise BadInput(f"{target_text(target)} is neither paused nor cancelled{mend}")


def standing_orders(orders: Sequence[SteeringOrder]) -> list[SteeringOrder]:
    """Pauses and cancellations that nobody has taken back."""
    standing: dict[bytes, list[SteeringOrder]] = {}
    for order in orders:
        key = canonical_json(order.target)
        if order.action in {"pause", "cancel"}:
            standing.setdefault(key, []).append(order)
        elif order.action == "continue":
            standing.pop(key, None)
    return [order for some in standing.values() for order in some]
