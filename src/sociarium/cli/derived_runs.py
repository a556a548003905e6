"""Playing forks and extensions from a command."""

from __future__ import annotations

import sys
from collections import Counter

import typer

from sociarium.api.preparation import refuse_unpriced, used_models
from sociarium.cli.display.output import console, number, print_json, words
from sociarium.cli.logs import session_log
from sociarium.cli.pilot import refuse_pilot
from sociarium.cli.play_session import StartRequest, play, refuse_misconfigured
from sociarium.config import Config
from sociarium.ports.store import Store
from sociarium.runner.sweep.forks import DerivedPlan, place_sweep

_MOST_REASONS = 5


def play_plan(store: Store, plan: DerivedPlan, config: Config, request: StartRequest, *, command: str) -> int:
    """Say what goes on from where, ask where that may cost money, then place and play it; returns the exit code.

    Raises:
        BadInput: a model has no price and a bound on the cost is set, or a pilot is asked for.
        SetupError: a model cannot be asked; nothing is stored then.
    """
    refuse_pilot(request)
    if request.options.max_cost is not None:
        refuse_unpriced(plan.definition, plan.sweep.name, option="--max-cost")
    screen = console(stderr=True)
    for sentence in _sentences(plan):
        screen.print(words(sentence), soft_wrap=True)
    if not _may_start(plan, request):
        return 0
    refuse_misconfigured(plan.definition, plan.sweep.name, config, request)
    log = session_log(command)
    begun = place_sweep(store, plan)
    assert plan.sweep.origin is not None
    added = {
        "run": plan.runs[0] if len(plan.runs) == 1 else None,
        "runs": list(plan.runs),
        "origin": plan.origin.id,
        "at": plan.sweep.origin.at,
        "left_out": [{"run": run, "reason": reason} for run, reason in plan.left_out.items()],
    }
    return play(store, begun, config, request, log=log, tell=lambda document: print_json({**added, **document}))


def _sentences(plan: DerivedPlan) -> list[str]:
    assert plan.sweep.origin is not None
    kind, at = plan.sweep.origin.kind, plan.sweep.origin.at
    runs, origins = len(plan.runs), len(plan.slots)
    when = "after the end" if kind == "extension" else f"at {at}"
    of = f"run {plan.slots[0].status.run[:12]}" if origins == 1 else f"{number(origins)} runs"
    messages = f", at most {number(plan.further_messages)} further messages" if plan.further_messages else ""
    noun = kind if runs == 1 else f"{kind}s"
    sentences = [f"{number(runs)} {noun} of {of} {when}{messages}."]
    reasons = Counter(plan.left_out.values()).most_common()
    for reason, count in reasons[:_MOST_REASONS]:
        sentences.append(f"! {number(count)} run{'s' * (count != 1)} left out: {reason}")
    if len(reasons) > _MOST_REASONS:
        sentences.append(f"! and more for {len(reasons) - _MOST_REASONS} other reasons; --json names each run")
    return sentences


def _may_start(plan: DerivedPlan, request: StartRequest) -> bool:
    """Whether the person at the terminal agrees to use models that may cost money; without a terminal, yes."""
    providers = {plan.definition.models[name].provider for name in used_models(plan.definition, plan.sweep.name)}
    if not providers - {"offline", "ollama", "person"} or request.yes:
        return True
    return not (sys.stdin.isatty() and sys.stderr.isatty()) or typer.confirm("Start?", err=True)
