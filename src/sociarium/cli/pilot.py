"""A pilot: some runs of each condition are played first, and by them is said what all will take."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from sociarium.api.plans import plan_sweep
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.output import console, duration, number, print_json, words
from sociarium.cli.play_session import DONE, SOME_FAILED, STOPPED, StartRequest, play
from sociarium.config import Config
from sociarium.count_text import count_text, one_or_many
from sociarium.errors import BadInput
from sociarium.ports.store import Store
from sociarium.runner.library.status import counts
from sociarium.runner.planning.finished_runs import measured_runs
from sociarium.runner.planning.plan import Plan
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.workers.process import this_worker


def play_after_pilot(
    store: Store,
    begun: StartedSweep,
    config: Config,
    request: StartRequest,
    *,
    log: Path,
    tell: Callable[[dict[str, Any]], None] = print_json,
) -> int:
    """Play what is left of a sweep, its pilot first where one is asked for; returns the exit code.

    After the pilot the rest is played where somebody says so, at the terminal or beforehand with --yes.

    Args:
        log: of the session, which is open.
        tell: is given what came of it, where JSON is wished.

    Raises:
        BadInput: a pilot of forks or extensions is asked for.
    """
    if request.options.pilot is None:
        return play(store, begun, config, request, log=log, tell=tell)
    if begun.sweep.origin is not None:
        refuse_pilot(request)
    documents: list[dict[str, Any]] = []
    code = play(store, begun, config, request, log=log, tell=documents.append)
    left = counts(store, begun.sweep, me=this_worker()).left
    if code not in {DONE, SOME_FAILED} or not left:
        for document in documents:
            tell(document)
        return code
    estimate = plan_sweep(
        begun.definition,
        begun.sweep.name,
        concurrency=request.options.concurrency,
        measured=measured_runs(store, begun.sweep.id),
    )
    screen = console(stderr=True)
    screen.print(words(after_pilot(estimate, left=left)))
    if request.yes or (sys.stdin.isatty() and sys.stderr.isatty() and typer.confirm("Play the rest?", err=True)):
        rest = replace(request, options=replace(request.options, pilot=None))
        return play(store, begun, config, rest, log=log, tell=lambda document: tell(document | _pilot_of(estimate)))
    message = (
        f"the pilot is done, {count_text(left, 'run is', 'runs are')} "
        f"left; go on with `sociarium resume {begun.sweep.id[:8]} --yes`"
    )
    for document in documents:
        tell(document | {"stopped": {"why": "pilot", "message": message}} | _pilot_of(estimate))
    screen.print(f"The rest waits: {pasteable('resume', begun.sweep.id[:8], '--yes')}")
    return STOPPED


def refuse_pilot(request: StartRequest) -> None:
    """Raise `BadInput` where a pilot of forks or extensions is asked for."""
    if request.options.pilot is not None:
        raise BadInput("--pilot is of sweeps that a file describes, not of forks and extensions; leave it out")


def after_pilot(estimate: Plan, *, left: int) -> str:
    """What all runs of a sweep will take, in a sentence."""
    prompt, completion = (f"{number(low)} to {number(high)}" for low, high in estimate.tokens.values())
    cost = "" if estimate.cost_usd is None else f", {estimate.cost_usd[0]:.2f} to {estimate.cost_usd[1]:.2f} USD"
    low, high = (duration(seconds) for seconds in estimate.seconds)
    how = (
        f"by {count_text(estimate.measured, 'finished run')}"
        if estimate.measured
        else "as assumed, too few are finished"
    )
    return (
        f"{number(left)} of {count_text(estimate.runs, 'run')} "
        f"{one_or_many(left, 'is', 'are')} left. All of them, {how}: {prompt} tokens in, "
        f"{completion} out{cost}, {low} to {high}."
    )


def _pilot_of(estimate: Plan) -> dict[str, Any]:
    document = estimate.as_dict()
    return {"pilot": {name: document[name] for name in ("runs", "tokens", "cost_usd", "duration_s", "measured")}}
