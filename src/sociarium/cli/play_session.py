"""Playing a sweep from a command: display, log, signals, and what is said at the end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.console import Console

from sociarium.analysis.population import population_reports
from sociarium.api.own_code import load_own_code
from sociarium.api.plans import plan_sweep
from sociarium.api.play import play_sweep
from sociarium.api.preparation import check_sweep_models, costs_money, pull_models
from sociarium.bootstrap import ServingOptions, open_prices
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.display.placed_contents import say_before
from sociarium.cli.display.population_report import show_population_reports
from sociarium.cli.display.progress import PlainProgress, progress
from sociarium.cli.display.pull_progress import PullDisplay
from sociarium.cli.display.run_summary import (
    as_dict,
    log_end,
    print_next_steps,
    print_stop_reason,
    print_summary,
    summary_text,
)
from sociarium.cli.interrupts import interrupts
from sociarium.cli.logging_observer import LoggingObserver
from sociarium.cli.notification import exit_code_of, notify
from sociarium.cli.terminal_person import TerminalPerson, refuse_without_terminal
from sociarium.cluster.place import play_on_cluster
from sociarium.config import Config
from sociarium.count_text import count_text
from sociarium.exchange.sanitize import sanitize
from sociarium.experiment.address import public_text
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.ports.person import HumanPlayer, Nobody
from sociarium.ports.store import Store
from sociarium.runner.library.faults import Excess
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.planning.plan import Plan
from sociarium.runner.planning.preflight import missing_models, needs_person, refuse_unable
from sociarium.runner.run.consenting_person import ConsentingPerson
from sociarium.runner.run.event_loop import run_coroutine
from sociarium.runner.run.garbage_collection import rare_garbage_collection
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.sweep.start import SweepOutcome, SweepPorts
from sociarium.runner.workers.shutdown import StopSwitch

T = TypeVar("T")

DONE, SOME_FAILED, SETUP, STOPPED, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What a command asks of a start: how it is played, and how the command talks.

    Attributes:
        as_json: print one JSON document and nothing else on stdout.
        yes: ask nothing before models are used that may cost money.
        pace: seconds that the offline model takes for an answer.
        notify: a command of the user's shell that is given the summary at the end.
        is_guided: what can be done afterwards is asked, not printed.
        cluster: the address of the scheduler whose workers play; None to play here.
    """

    options: PlayOptions
    as_json: bool = False
    yes: bool = False
    pace: float = 0.0
    is_guided: bool = False
    notify: str | None = None
    cluster: str | None = None


def asks_for_cost(definition: Definition, sweep_name: str, request: StartRequest) -> bool:
    """Whether the person at the terminal has to agree before models are used that may cost money."""
    is_attended = sys.stdin.isatty() and sys.stderr.isatty()
    return is_attended and not request.yes and costs_money(definition, sweep_name)


def confirm_cost(
    definition: Definition, sweep_name: str, request: StartRequest, *, left: Callable[[], int] = lambda: 0
) -> bool:
    """Whether the person at the terminal agrees to use models that may cost money; without a terminal, yes.

    Args:
        left: gives how many runs are left of a sweep that was begun before.
    """
    if not asks_for_cost(definition, sweep_name, request):
        return True
    estimate = plan_sweep(definition, sweep_name, concurrency=request.options.concurrency)
    sentences = [brief_population(estimate)] if request.options.population_only else [
        brief(estimate), *part_sentences(estimate.runs, left(), request.options.limit)
    ]  # fmt: skip
    console(stderr=True).print(" ".join(sentences))
    return typer.confirm("Start?", err=True)


def refuse_misconfigured(
    definition: Definition,
    sweep_name: str,
    config: Config,
    request: StartRequest,
    *,
    rankers: Sequence[str] | None = None,
) -> None:
    """Look at every model of a sweep before anything begins, and fetch those that Ollama lacks.

    What a server only lists, or does not list, is told as a warning: the model's first call decides.

    Args:
        rankers: of the researcher's own that are called; None: all that the definition names.

    Raises:
        SetupError: one could not be asked; every such model is named, with its mend. Or a library is missing, or
            code of the researcher's own may not be loaded, or cannot.
    """
    refuse_without_terminal(definition, sweep_name)
    load_own_code(definition, allow=request.options.allow_code, names=rankers)
    serving = ServingOptions(config, request.options.pull)
    checks = asyncio.run(check_sweep_models(definition, sweep_name, serving))
    for check in checks:
        for hint in dict.fromkeys(hint for described in check.described for hint in described.hints):
            console(stderr=True).print(words(f"! {check.name}: {hint}", "yellow"))
    refuse_unable(checks)
    if missing := missing_models(checks):
        with PullDisplay(console(stderr=request.as_json)) as display:
            asyncio.run(pull_models(definition, missing, ServingOptions(config, pulling=display)))


def brief(estimate: Plan) -> str:
    """A plan in a sentence."""
    cost = "" if estimate.cost_usd is None else f", {estimate.cost_usd[0]:.2f} to {estimate.cost_usd[1]:.2f} USD"
    return (
        f"{count_text(estimate.runs, 'run')}, {count_text(sum(estimate.calls.values()), 'call')} "
        f"to {', '.join(estimate.models)}{cost}."
    )


def part_sentences(runs: int, left: int, limit: int | None) -> list[str]:
    """What a start plays of all runs of its sweep, where that is a part of them.

    Args:
        left: runs that are left; 0 where none was begun.
        limit: at most so many are played now.
    """
    sentences = []
    if 0 < left < runs:
        sentences.append(f"{count_text(left, 'run is', 'runs are')} left.")
    if limit is not None and limit < (left or runs):
        sentences.append(f"At most {count_text(limit, 'run is', 'runs are')} played now.")
    return sentences


def brief_population(estimate: Plan) -> str:
    """What it takes to write the people of a plan, in a sentence."""
    calls = count_text(estimate.calls.get("people", 0), "call")
    return f"People are written for {count_text(estimate.replicates, 'replicate')}, in {calls}; no run is played."


def play(
    store: Store,
    begun: StartedSweep,
    config: Config,
    request: StartRequest,
    *,
    log: Path,
    routes: Mapping[str, Sequence[RouteSpec]] | None = None,
    tell: Callable[[dict[str, Any]], None] = print_json,
) -> int:
    """Play what is left of a sweep and say what came of it; returns the exit code.

    Args:
        log: of the session, which is open.
        routes: instead of those that the definition names.
        tell: is given what came of it, where JSON is wished.
    """
    try:
        return _play(store, begun, config, request, log=log, routes=routes, tell=tell)
    except BaseException as error:
        if request.notify is not None:
            what = f"{begun.experiment.title}: it ended early, with what was answered until then kept: {error}\n"
            notify(request.notify, sweep=begun.sweep.id, code=exit_code_of(error), text=sanitize(public_text(what)))
        raise


def _person_at(screen: Console, store: Store, begun: StartedSweep, config: Config) -> HumanPlayer:
    """Who sits at the terminal; with their consent, where the experiment asks for it."""
    person, text = TerminalPerson(screen), begun.definition.consent.strip()
    if not text:
        return person
    return ConsentingPerson(person, store, begun.experiment.id, text, config.creator, SystemClock())


def _play(
    store: Store,
    begun: StartedSweep,
    config: Config,
    request: StartRequest,
    *,
    log: Path,
    routes: Mapping[str, Sequence[RouteSpec]] | None,
    tell: Callable[[dict[str, Any]], None],
) -> int:
    clock, stop = SystemClock(), StopSwitch()
    screen = console(stderr=request.as_json)
    say_before(console(stderr=True), store, begun)
    asks = needs_person(begun.definition, begun.sweep.name)
    if asks:
        # A person reads one conversation at a time, and the display must not draw over it.
        request = replace(request, options=replace(request.options, concurrency=1))
    with PlainProgress(screen, clock) if asks else progress(screen, clock) as display:
        person = _person_at(screen, store, begun, config) if asks else Nobody()
        observer = LoggingObserver(display, begun, who=config.creator)
        ports = SweepPorts(observer=observer, stop=stop, clock=clock, person=person, prices=open_prices())
        options, pace = request.options, request.pace
        if request.cluster is not None:
            work = play_on_cluster(request.cluster, store, begun, options, ports, config=config, pace=pace)
        else:
            work = play_sweep(store, begun, options, ports, config=config, routes=routes, pace=pace)
        with rare_garbage_collection():
            outcome = run_coroutine(play_interruptibly(ports, work))
    excesses = outcome.result.faults.excesses(request.options.max_empty)
    log_end(begun, outcome, max_empty=request.options.max_empty)
    if request.options.population_only:
        _tell_population(screen, store, begun, stop, as_json=request.as_json)
    elif request.as_json:
        print_stop_reason(screen, stop)
        tell(as_dict(begun, outcome, stop, max_empty=request.options.max_empty))
    else:
        print_summary(screen, store, begun, outcome, stop, log, max_empty=request.options.max_empty)
        if not request.is_guided:
            print_next_steps(screen, store, begun)
    code = _exit_code(outcome, stop, excesses)
    if request.notify is not None:
        text = summary_text(store, begun, outcome, stop, log, max_empty=request.options.max_empty)
        notify(request.notify, sweep=begun.sweep.id, code=code, text=text)
    return code


def _tell_population(screen: Console, store: Store, begun: StartedSweep, stop: StopSwitch, *, as_json: bool) -> None:
    reports = population_reports(store, begun.sweep)
    print_stop_reason(screen, stop)
    if as_json:
        print_json({"sweep": begun.sweep.id, "populations": [report.as_dict() for report in reports]})
        return
    show_population_reports(screen, reports)
    show, go_on = pasteable("show", begun.sweep.id[:8], "--population"), pasteable("resume", begun.sweep.id[:8])
    screen.print(words(f"No run was played. This again: {show}. The sweep: {go_on}"))


async def play_interruptibly(ports: SweepPorts, work: Coroutine[None, None, T]) -> T:
    """Do some work; Ctrl-C turns the switch of its ports."""
    with interrupts(ports.stop, ports.observer):
        return await work


def _exit_code(outcome: SweepOutcome, stop: StopSwitch, excesses: Sequence[Excess]) -> int:
    if stop.why == "interrupted":
        return INTERRUPTED
    if stop.why == "misconfigured" and not outcome.spending.calls:
        return SETUP
    stopped = {"budget", "time", "endpoint", "misconfigured", "silent", "look", "workers"}
    if stop.why in stopped or outcome.result.outdated:
        return STOPPED
    if outcome.result.paused or outcome.result.returned:
        return STOPPED
    return SOME_FAILED if outcome.result.counts.failed or excesses else DONE
