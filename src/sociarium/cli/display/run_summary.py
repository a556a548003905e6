"""What is said when a start of a sweep is over: what was done, what went wrong, and where to look next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from loguru import logger
from rich.console import Console

from sociarium.api.background import STOPPED
from sociarium.cli.display.canary import canary_warnings
from sociarium.cli.display.command_hints import pasteable, with_pasteable_commands
from sociarium.cli.display.faults import excess_lines, summary_lines
from sociarium.cli.display.morning import (
    MorningSlots,
    condition_table,
    failure_lines,
    hardware_lines,
    model_lines,
    next_command,
    resume_command,
    under_filled_lines,
)
from sociarium.cli.display.older_protocols import left_to_others_messages, older_protocol_messages
from sociarium.cli.display.output import duration, number, words
from sociarium.cli.display.sentence_console import SentenceConsole
from sociarium.cli.display.steering import history_lines
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.sanitize import one_line
from sociarium.ports.store import Store
from sociarium.records.runs import RunState
from sociarium.records.steering import SteeringOrder, steering_state
from sociarium.runner.library.older_protocols import doubts, protocol_of_sweep
from sociarium.runner.library.status import Counts, sweep_status
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.sweep.start import SweepOutcome
from sociarium.runner.workers.process import this_worker
from sociarium.runner.workers.shutdown import StopSwitch

_LONGEST = 800
_WIDTH = 100
"""Columns of a table in plain text."""


def print_summary(
    screen: Console,
    store: Store,
    begun: StartedSweep,
    finished: SweepOutcome,
    stop: StopSwitch,
    log: Path,
    *,
    max_empty: float,
) -> None:
    """Say it, in prose.

    Args:
        max_empty: the share that may be empty of any model or condition.
    """
    counts, spending = finished.result.counts, finished.spending
    tokens = spending.prompt_tokens + spending.completion_tokens
    calls = (
        f"{count_text(spending.messages, 'message')}, {count_text(spending.calls, 'call')}, "
        f"{number(tokens)} {one_or_many(tokens, 'token')} in {duration(finished.seconds)}{_pace(finished)}"
        if spending.calls or spending.messages
        else unanswered_text(counts, stop)
    )
    kept = MorningSlots()
    protocol = protocol_of_sweep(store, begun.sweep)
    status = sweep_status(store, begun.sweep, me=this_worker(), protocol=protocol, notice=kept.take)
    orders = store.orders(begun.sweep.id)
    cancelled = f", {counts.cancelled} cancelled" if counts.cancelled else ""
    screen.print(
        words(f"{begun.experiment.title}: {counts.done} of {count_text(counts.total, 'run')} done{cancelled}; {calls}.")
    )
    if spending.cost_usd:
        screen.print(f"Cost: {spending.cost_usd:.2f} USD.")
    print_stop_reason(screen, stop)
    if len(status.groups) > 1:
        screen.print(condition_table(status))
    for line in failure_lines(kept, begun.sweep.id):
        screen.print(words(line, "red"))
    _print_faults(screen, begun, finished, max_empty)
    told = (*model_lines(status), *under_filled_lines(status, begun.sweep), *hardware_lines(status))
    for line in (*told, *canary_warnings(orders)):
        screen.print(words(line, "yellow"))
    for line in history_lines(orders):
        screen.print(words(line))
    older = older_protocol_messages(begun.sweep, status, doubts(store, begun.sweep, status.old), protocol=protocol)
    left = left_to_others_messages(begun.sweep, finished.result.left_to_others)
    for sentence in (*older, *left):
        screen.print(words(sentence, "yellow"))
    for message in finished.result.paused.values():
        screen.print(words(with_pasteable_commands(message), "yellow"))
    _print_returned_runs(screen, finished, stop)
    # Those of other rules have a command of their own.
    if unfinished := counts.left - len(set(finished.result.outdated)):
        screen.print(_left_text(unfinished, _way_on(begun, counts, orders, stop), stop))
    screen.print(words(f"Stored in {store.url}; log in {log}."))


def _way_on(begun: StartedSweep, counts: Counts, orders: Sequence[SteeringOrder], stop: StopSwitch) -> str:
    """The command that goes on with what is left."""
    options = ["--allow-code"] if begun.rankers else []
    if stop.why == "silent":
        options.append("--allow-empty")
    if steering_state(orders).paused is None:
        return resume_command(orders, begun.sweep.id, *options)
    return next_command(counts, orders, begun.sweep.id, *options)


def summary_text(
    store: Store,
    begun: StartedSweep,
    finished: SweepOutcome,
    stop: StopSwitch,
    log: Path,
    *,
    max_empty: float,
) -> str:
    """The same as plain text, without colours and controls."""
    written = StringIO()
    screen = SentenceConsole(file=written, width=_WIDTH, color_system=None, markup=False, highlight=False, emoji=False)
    print_summary(screen, store, begun, finished, stop, log, max_empty=max_empty)
    return written.getvalue()


def as_dict(begun: StartedSweep, finished: SweepOutcome, stop: StopSwitch, *, max_empty: float) -> dict[str, Any]:
    """As `--json` prints it."""
    spending, faults = finished.spending, finished.result.faults
    return {
        "experiment": begun.experiment.id,
        "sweep": begun.sweep.id,
        "counts": finished.result.counts.as_dict(),
        "seconds": round(finished.seconds, 3),
        "messages": spending.messages,
        "tokens": {"prompt": spending.prompt_tokens, "completion": spending.completion_tokens},
        "cost_usd": None if spending.cost_usd is None else round(spending.cost_usd, 6),
        "outdated": list(finished.result.outdated),
        "left_to_others": dict(finished.result.left_to_others),
        "paused": {model: with_pasteable_commands(why) for model, why in finished.result.paused.items()},
        "returned": {run: with_pasteable_commands(why) for run, why in finished.result.returned.items()},
        "same_title": [{"experiment": one.id, "creator": one.creator} for one in begun.same_title],
        "stopped": {"why": stop.why, "message": with_pasteable_commands(stop.message)} if stop.why else None,
        "faults": faults.as_dict() | {"exceeded": [one.as_dict() for one in faults.excesses(max_empty)]},
    }


def log_end(begun: StartedSweep, finished: SweepOutcome, *, max_empty: float) -> None:
    """Leave the counts in the session's log."""
    result, sweep = finished.result, begun.sweep.id
    faults = " ".join(summary_lines(result.faults))
    logger.info("sweep {} ends: {}; {}", sweep, result.counts.as_dict(), faults or "nothing is empty or flagged")
    for run, who in result.left_to_others.items():
        logger.info("run {} was not begun anew: {} began it", run, who)
    for line in excess_lines(result.faults, factors=result.factors, sweep=sweep[:8], most=max_empty):
        logger.warning("{}", line)


def print_stop_reason(screen: Console, stop: StopSwitch) -> None:
    """Why the work stopped before its end, where it did."""
    if stop.why:
        screen.print(
            f"{STOPPED}{with_pasteable_commands(one_line(stop.message, most=_LONGEST))}. Everything so far is saved.",
        )


def _left_text(unfinished: int, way_on: str, stop: StopSwitch) -> str:
    """Runs that were not played, and how they would be; by a declared end they never are."""
    match stop.why:
        case "declared":
            return (
                f"{count_text(unfinished, 'further run was', 'further runs were')} planned, and "
                f"{one_or_many(unfinished, 'is', 'are')} not played: the sweep is over as declared."
            )
        case "silent":
            return f"{count_text(unfinished, 'run is', 'runs are')} left; if silence is right: {way_on}"
        case _:
            return f"{count_text(unfinished, 'run is', 'runs are')} left: {way_on}"


def unanswered_text(counts: Counts, stop: StopSwitch) -> str:
    """Why a start has no call that was answered; of runs that failed, in this start or an earlier one, it says none."""
    if stop.why:
        return "no model has answered"
    is_over = counts.done + counts.cancelled == counts.total
    return "nothing was left to ask" if is_over else "no answer came in this start"


def _print_returned_runs(screen: Console, finished: SweepOutcome, stop: StopSwitch) -> None:
    """Runs that a model refused, where no other word was said of it."""
    messages = (stop.message, *finished.result.paused.values())
    causes = Counter(cause for cause in finished.result.returned.values() if not any(cause in one for one in messages))
    for cause, times in causes.most_common(5):
        runs = count_text(times, "run was", "runs were")
        shown = with_pasteable_commands(one_line(cause, most=_LONGEST))
        screen.print(words(f"{runs} refused and given back: {shown}", "yellow"))


def _print_faults(screen: Console, begun: StartedSweep, finished: SweepOutcome, max_empty: float) -> None:
    result = finished.result
    for line in summary_lines(result.faults):
        screen.print(words(line, "yellow"))
    for line in excess_lines(result.faults, factors=result.factors, sweep=begun.sweep.id[:8], most=max_empty):
        screen.print(words(line, "red"))


def print_next_steps(screen: Console, store: Store, begun: StartedSweep) -> None:
    """The commands by which one looks at what was done."""
    done = next((place for place in store.slots(begun.sweep.id) if place.status.state is RunState.DONE), None)
    if done is None:
        return
    run, sweep = done.status.run[:8], begun.sweep.id[:8]
    commands = {
        pasteable("show", run): "a transcript",
        pasteable("show", run, "--prompts"): "every request behind it",
        pasteable("results", sweep): "questions, lengths and flags",
        pasteable("status", sweep): "how the sweep stands",
        pasteable("list", "runs", "--sweep", sweep): "all of its runs",
        pasteable("export", sweep, "--out", "results"): "transcripts as files",
    }
    width = max(map(len, commands))
    screen.print("Look at it:")
    for command, what in commands.items():
        screen.print(f"  {command:<{width}}  # {what}")


def _pace(finished: SweepOutcome) -> str:
    """How fast it went, where it took long enough to say."""
    rate = finished.spending.messages / finished.seconds if finished.seconds >= 1 else 0.0
    return f" ({rate:.1f} messages/s)" if rate else ""
