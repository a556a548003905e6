"""Playing forks and extensions from a command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import typer

from sociarium.api.forks import find_origin
from sociarium.api.preparation import refuse_unpriced
from sociarium.bootstrap import open_store
from sociarium.cli.display.output import console, number, print_json, words
from sociarium.cli.logs import session_log
from sociarium.cli.pilot import refuse_pilot
from sociarium.cli.play_session import StartRequest, asks_for_cost, play, refuse_misconfigured
from sociarium.config import Config
from sociarium.count_text import count_text, one_or_many
from sociarium.editing.plan_words import warning_words
from sociarium.experiment.document import to_tree
from sociarium.ports.store import Store
from sociarium.runner.sweep.fork_warnings import fork_warnings
from sociarium.runner.sweep.forks import DerivedPlan, Origin, place_sweep

_MOST_REASONS = 5


def go_on_from(
    origin: str,
    make_plan: Callable[[Store, Origin], DerivedPlan],
    config: Config,
    request: StartRequest,
    *,
    url: str | None,
    command: str,
) -> int:
    """Plan what goes on from a run or sweep, and play it; returns the exit code.

    Args:
        origin: the beginning of its id.
        url: the store that the command line names; None for the configured one.

    Raises:
        NotFound, Ambiguous, BeingDeleted, BadInput: nothing can go on so, or a pilot is asked for.
        SetupError: a model cannot be asked; nothing is stored then.
    """
    refuse_pilot(request)
    opened = open_store(url or config.store_url, create=False)
    try:
        plan = make_plan(opened, find_origin(opened, origin))
        return _play_plan(opened, plan, config, request, command=command)
    finally:
        opened.close()


def _play_plan(store: Store, plan: DerivedPlan, config: Config, request: StartRequest, *, command: str) -> int:
    """Say what goes on from where, ask where that may cost money, then place and play it."""
    if request.options.max_cost is not None:
        refuse_unpriced(plan.definition, plan.sweep.name, option="--max-cost")
    screen = console(stderr=True)
    warnings = fork_warnings(plan)
    for sentence in (*_sentences(plan), *(f"! {warning_words(to_tree(plan.definition), one)}" for one in warnings)):
        screen.print(words(sentence))
    if not _may_start(plan, request):
        return 0
    refuse_misconfigured(plan.definition, plan.sweep.name, config, request, rankers=plan.rankers)
    log = session_log(command)
    begun = place_sweep(store, plan)
    assert plan.sweep.origin is not None
    added = {
        "run": plan.runs[0] if len(plan.runs) == 1 else None,
        "runs": list(plan.runs),
        "origin": plan.origin.id,
        "at": plan.sweep.origin.at,
        "acts_left_behind": [{"run": run, "acts": count} for run, count in plan.acts_left_behind.items()],
        "left_out": [{"run": run, "reason": reason} for run, reason in plan.left_out.items()],
        "warnings": warnings,
    }
    return play(store, begun, config, request, log=log, tell=lambda document: print_json({**added, **document}))


def _sentences(plan: DerivedPlan) -> list[str]:
    assert plan.sweep.origin is not None
    kind, at = plan.sweep.origin.kind, plan.sweep.origin.at
    runs, origins = len(plan.runs), len(plan.slots)
    when = "after the end" if kind == "extension" else f"at {at}"
    of = f"run {plan.slots[0].status.run[:12]}" if origins == 1 else count_text(origins, "run")
    messages = f", at most {count_text(plan.further_messages, 'further message')}" if plan.further_messages else ""
    sentences = [f"{count_text(runs, kind)} of {of} {when}{messages}."]
    if left_behind := plan.acts_left_behind:
        acts = sum(left_behind.values())
        where = "" if len(left_behind) == origins == 1 else f" in {number(len(left_behind))} of these runs"
        sentences.append(
            f"! {count_text(acts, 'act')} from outside came after that moment{where}, and "
            f"{one_or_many(acts, 'does', 'do')} not come along, in no arm"
        )
    reasons = Counter(plan.left_out.values()).most_common()
    for reason, count in reasons[:_MOST_REASONS]:
        sentences.append(f"! {count_text(count, 'run')} left out: {reason}")
    if len(reasons) > _MOST_REASONS:
        sentences.append(
            f"! and more for {count_text(len(reasons) - _MOST_REASONS, 'other reason')}; --json names each run"
        )
    return sentences


def _may_start(plan: DerivedPlan, request: StartRequest) -> bool:
    """Whether the person at the terminal agrees to use models that may cost money; without a terminal, yes."""
    return not asks_for_cost(plan.definition, plan.sweep.name, request) or typer.confirm("Start?", err=True)
