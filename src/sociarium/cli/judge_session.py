"""Judging from a command: agreement before money is spent, progress, and what it came to."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console

from sociarium.api.judging import Judgement, costs_money, judge_target
from sociarium.bootstrap import open_prices
from sociarium.cli.display.account import account_line
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.measures import reason_counts
from sociarium.cli.display.output import console, number, print_json, words
from sociarium.cli.display.progress import PlainProgress
from sociarium.cli.display.run_summary import print_stop_reason
from sociarium.cli.display.unanswered import unanswered_sentence
from sociarium.cli.play_session import DONE, INTERRUPTED, SETUP, SOME_FAILED, STOPPED, play_interruptibly
from sociarium.config import Config
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.rubric import Rubric
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.judgements import NOT_VALIDATED
from sociarium.runner.run.event_loop import run_coroutine
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.start import SweepPorts
from sociarium.runner.workers.shutdown import StopSwitch


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """What a command asks of judges.

    Attributes:
        as_json: print one JSON document and nothing else on stdout.
        yes: ask nothing before models are used that may cost money.
    """

    target: str
    rubric: Rubric
    options: PlayOptions
    as_json: bool = False
    yes: bool = False


def judge_runs_of(store: Store, request: JudgeRequest, config: Config) -> int:
    """Put a rubric to its models, and print what it came to; returns the exit code."""
    if not _may_start(request):
        return DONE
    screen = console(stderr=True)
    with PlainProgress(screen, SystemClock()) as display:
        ports = SweepPorts(observer=display, prices=open_prices())
        with show_count("Answers of judges", quiet=request.as_json, screen=screen) as progress:
            work = judge_target(
                store, request.target, request.rubric, ports, request.options, config=config, progress=progress
            )
            result = run_coroutine(play_interruptibly(ports, work))
    counts = result.judged
    print_stop_reason(screen, ports.stop)
    if request.as_json:
        print_json(_document(result))
    else:
        _print(console(), request, result)
    unanswered = unanswered_sentence(
        counts.missing.total(), counts.asked + counts.cached, most=request.options.max_empty
    )
    if unanswered:
        screen.print(words(unanswered, "red"))
    return _exit_code(result, ports.stop, is_unanswered=bool(unanswered))


def _may_start(request: JudgeRequest) -> bool:
    """Whether the person at the terminal agrees to use models that may cost money; without a terminal, yes."""
    if request.yes or not costs_money(request.rubric) or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    rubric = request.rubric
    sentence = (
        f"Every {rubric.of} of {request.target} goes to {', '.join(rubric.models)}, {rubric.repeats} "
        f"time{'s' * (rubric.repeats != 1)} each. Texts leave this machine."
    )
    console(stderr=True).print(words(one_line(sentence)))
    return typer.confirm("Ask?", err=True)


def _print(screen: Console, request: JudgeRequest, result: Judgement) -> None:
    counts, account, spending = result.judged, result.account, result.spending
    screen.print(
        words(f"{one_line(result.title, most=60)} · {result.measure}, {count_text(account.taken, 'run')}", "bold")
    )
    screen.print(f"{count_text(counts.asked, 'answer')} now, {number(counts.cached)} from the store.")
    if counts.empty:
        screen.print(
            f"{count_text(counts.empty, 'text without words was', 'texts without words were')} not asked about."
        )
    if counts.missing:
        screen.print(words(f"! without an answer: {reason_counts(counts.missing)}", "yellow"))
    if counts.failed:
        failed = f"! failed, and asked again the next time: {reason_counts(counts.failed)}"
        screen.print(words(failed, "yellow"))
    if account.left_out:
        screen.print(words(f"! {account_line(account)}", "yellow"))
    if result.offline:
        screen.print(words("! offline: stand-in answers, not a model's", "yellow"))
    tokens = spending.prompt_tokens + spending.completion_tokens
    cost = "" if not spending.cost_usd else f", ${spending.cost_usd:.4f}"
    screen.print(words(f"{number(tokens)} {one_or_many(tokens, 'token')}{cost}", "dim"))
    screen.print(words(f"! {result.measure} is {result.mark}", "yellow"))
    hint = pasteable("results", request.target, "--measure", result.measure)
    screen.print(words(f"By condition: {hint}", "dim"))


def _document(result: Judgement) -> dict[str, Any]:
    counts, account, spending = result.judged, result.account, result.spending
    return {
        "title": result.title, "measure": result.measure, "version": result.version, "planned": account.planned,
        "runs": account.taken, "left_out": dict(account.left_out), "asked": counts.asked, "cached": counts.cached,
        "missing": dict(counts.missing), "failed": dict(counts.failed), "empty": counts.empty,
        "tokens": {"prompt": spending.prompt_tokens, "completion": spending.completion_tokens},
        "cost_usd": spending.cost_usd, "stopped": result.stopped or None, "offline": result.offline,
        "validated": result.mark != NOT_VALIDATED, "mark": result.mark,
    }  # fmt: skip


def _exit_code(result: Judgement, stop: StopSwitch, *, is_unanswered: bool) -> int:
    if stop.why == "interrupted":
        return INTERRUPTED
    if stop.why == "misconfigured" and not result.spending.calls:
        return SETUP
    if stop.why is not None:
        return STOPPED
    return SOME_FAILED if result.judged.failed or is_unanswered else DONE
