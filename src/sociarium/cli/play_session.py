"""Playing a sweep from a command: display, log, signals, and what is said at the end."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer
from loguru import logger

from sociarium.api.plans import plan_sweep
from sociarium.api.play import play_sweep
from sociarium.api.preparation import check_sweep_models, pull_models, used_models
from sociarium.bootstrap import ServingOptions, open_prices
from sociarium.cli.display.output import console, number, print_json, words
from sociarium.cli.display.placed_contents import say_before
from sociarium.cli.display.progress import PlainProgress, Progress, progress
from sociarium.cli.display.pull_progress import PullDisplay
from sociarium.cli.display.run_summary import as_dict, log_end, print_next_steps, print_stop_reason, print_summary
from sociarium.cli.terminal_person import TerminalPerson, refuse_without_terminal
from sociarium.cluster.place import play_on_cluster
from sociarium.config import Config
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import (
    Learned,
    News,
    Observer,
    Pulling,
    RunDone,
    RunFailed,
    RunStarted,
    Stopping,
    SweepStarted,
    Waiting,
    WorkerLost,
)
from sociarium.ports.person import Nobody, Person
from sociarium.ports.store import Store
from sociarium.runner.library.faults import Excess
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.planning.plan import Plan
from sociarium.runner.planning.preflight import missing_models, needs_person, refuse_unable
from sociarium.runner.run.garbage_collection import rare_garbage_collection
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.sweep.start import SweepOutcome, SweepPorts
from sociarium.runner.workers.shutdown import StopSwitch

DONE, SOME_FAILED, SETUP, STOPPED, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What a command asks of a start: how it is played, and how the command talks.

    Attributes:
        as_json: print one JSON document and nothing else on stdout.
        yes: ask nothing before models are used that may cost money.
        pace: seconds that the offline model takes for an answer.
        is_guided: what can be done afterwards is asked, not printed.
        cluster: the address of the scheduler whose workers play; None to play here.
    """

    options: PlayOptions
    as_json: bool = False
    yes: bool = False
    pace: float = 0.0
    is_guided: bool = False
    cluster: str | None = None


def costs_money(definition: Definition, sweep_name: str) -> bool:
    """Whether a sweep uses models that may cost money."""
    providers = {definition.models[name].provider for name in used_models(definition, sweep_name)}
    return not providers <= {"offline", "ollama", "person"}


def confirm_cost(definition: Definition, sweep_name: str, request: StartRequest) -> bool:
    """Whether the person at the terminal agrees to use models that may cost money; without a terminal, yes."""
    if not costs_money(definition, sweep_name) or request.yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    estimate = plan_sweep(definition, sweep_name, concurrency=request.options.concurrency)
    console(stderr=True).print(brief(estimate))
    return typer.confirm("Start?", err=True)


def refuse_misconfigured(definition: Definition, sweep_name: str, config: Config, request: StartRequest) -> None:
    """Look at every model of a sweep before anything begins, and fetch those that Ollama lacks.

    What a server only lists, or does not list, is told as a warning: the model's first call decides.

    Raises:
        SetupError: one could not be asked; every such model is named, with its mend. Or a library is missing.
    """
    refuse_without_terminal(definition, sweep_name)
    serving = ServingOptions(config, request.options.pull)
    checks = asyncio.run(check_sweep_models(definition, sweep_name, serving))
    for check in checks:
        for hint in dict.fromkeys(hint for described in check.described for hint in described.hints):
            console(stderr=True).print(words(f"! {check.name}: {hint}", "yellow"), soft_wrap=True)
    refuse_unable(checks)
    if missing := missing_models(checks):
        with PullDisplay(console(stderr=request.as_json)) as display:
            asyncio.run(pull_models(definition, missing, ServingOptions(config, pulling=display)))


def brief(estimate: Plan) -> str:
    """A plan in a sentence."""
    cost = "" if estimate.cost_usd is None else f", {estimate.cost_usd[0]:.2f} to {estimate.cost_usd[1]:.2f} USD"
    return f"{estimate.runs} runs, {number(sum(estimate.calls.values()))} calls to {', '.join(estimate.models)}{cost}."


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
    clock, stop = SystemClock(), StopSwitch()
    screen = console(stderr=request.as_json)
    say_before(console(stderr=True), store, begun)
    asks = needs_person(begun.definition, begun.sweep.name)
    if asks:
        # A person reads one conversation at a time, and the display must not draw over it.
        request = replace(request, options=replace(request.options, concurrency=1))
    with PlainProgress(screen, clock) if asks else progress(screen, clock) as display:
        person: Person = TerminalPerson(screen) if asks else Nobody()
        observer = _LoggingObserver(display, begun, who=config.creator)
        ports = SweepPorts(observer=observer, stop=stop, clock=clock, person=person, prices=open_prices())
        options, pace = request.options, request.pace
        if request.cluster is not None:
            work = play_on_cluster(request.cluster, store, begun, options, ports, config=config, pace=pace)
        else:
            work = play_sweep(store, begun, options, ports, config=config, routes=routes, pace=pace)
        with rare_garbage_collection():
            outcome = asyncio.run(_play_interruptibly(ports, work))
    excesses = outcome.result.faults.excesses(request.options.max_empty)
    log_end(begun, outcome, max_empty=request.options.max_empty)
    if request.as_json:
        print_stop_reason(screen, stop)
        tell(as_dict(begun, outcome, stop, max_empty=request.options.max_empty))
    else:
        print_summary(screen, store, begun, outcome, stop, log, max_empty=request.options.max_empty)
        if not request.is_guided:
            print_next_steps(screen, store, begun)
    return _exit_code(outcome, stop, excesses)


async def _play_interruptibly(ports: SweepPorts, work: Coroutine[None, None, SweepOutcome]) -> SweepOutcome:
    with _signals(ports.stop, ports.observer):
        return await work


class _LoggingObserver:
    """An observer that writes the turning points to the log, and hands everything on."""

    def __init__(self, display: Progress, begun: StartedSweep, *, who: str) -> None:
        self._display = display
        self._begun = begun
        self._who = who

    def notice(self, news: News) -> None:
        match news:
            case SweepStarted():
                sweep = self._begun.sweep
                logger.info(
                    "{} plays the sweep {} ({}), begun by {}, of the experiment {} {!r}: {} runs, {} done, {} failed",
                    self._who, sweep.id, sweep.name, sweep.creator, news.experiment, news.title, news.runs, news.done,
                    news.failed,
                )  # fmt: skip
            case RunStarted():
                logger.info("run {} {}", news.run, "goes on" if news.resumed else "begins")
            case RunDone():
                logger.info("run {} ended: {}{}", news.run, news.ended, " (elsewhere)" if news.elsewhere else "")
            case RunFailed(elsewhere=True):
                logger.info("run {} failed elsewhere: {}", news.run, news.error)
            case Learned():
                logger.info("the model {} {}", news.model, news.what)
            case Waiting():
                logger.info("waiting for {}", news.what)
            case Pulling(done=True):
                logger.info("fetched {} into {}: {}", news.model, news.address, news.status)
            case WorkerLost():
                logger.warning("the process {} {}; the others take up its runs", news.pid, news.how)
            case Stopping():
                logger.info("stopping: {}", news.why)
        self._display.notice(news)


@contextmanager
def _signals(stop: StopSwitch, observer: Observer) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) finishes the calls under way, the second ends at once."""
    loop = asyncio.get_running_loop()

    def stop_or_drain() -> None:
        if stop.draining.is_set():
            stop.now()
        else:
            stop.drain("interrupted", "interrupted")
            observer.notice(Stopping("finishing the calls under way; Ctrl-C again stops at once"))

    with _signal_handlers(loop, (signal.SIGINT, signal.SIGTERM), stop_or_drain):
        yield


@contextmanager
def _signal_handlers(
    loop: asyncio.AbstractEventLoop, signals: tuple[signal.Signals, ...], call: Callable[[], None]
) -> Iterator[None]:
    if sys.platform == "win32":
        before = {one: signal.signal(one, lambda *_: loop.call_soon_threadsafe(call)) for one in signals}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
    else:
        for one in signals:
            loop.add_signal_handler(one, call)
        try:
            yield
        finally:
            for one in signals:
                loop.remove_signal_handler(one)


def _exit_code(outcome: SweepOutcome, stop: StopSwitch, excesses: Sequence[Excess]) -> int:
    if stop.why == "interrupted":
        return INTERRUPTED
    if stop.why == "misconfigured" and not outcome.spending.calls:
        return SETUP
    if stop.why in {"budget", "time", "endpoint", "misconfigured", "workers"} or outcome.result.outdated:
        return STOPPED
    if outcome.result.paused or outcome.result.returned:
        return STOPPED
    return SOME_FAILED if outcome.result.counts.failed or excesses else DONE
