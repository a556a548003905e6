"""Interviews from a command: one question, a chat on a terminal, or a question to every run of a sweep."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console

from sociarium.api.interviewing import InterviewTarget, ask_in_sitting, ask_in_sweep, open_sitting
from sociarium.bootstrap import open_prices
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.interviews import counts_of_answers, print_label, show_answer
from sociarium.cli.display.output import console, duration, number, print_json, words
from sociarium.cli.display.progress import PlainProgress, progress
from sociarium.cli.display.run_summary import print_stop_reason
from sociarium.cli.display.unanswered import unanswered_sentence
from sociarium.cli.play_session import DONE, INTERRUPTED, SETUP, SOME_FAILED, STOPPED, play_interruptibly
from sociarium.config import Config
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.interviews import interview_document
from sociarium.experiment.answer_form import AnswerForm
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.runs import RunState
from sociarium.runner.interviews.interviewer import Interviewer, InterviewResult, Sitting
from sociarium.runner.interviews.questions import AgentQuestion, provider_model
from sociarium.runner.interviews.sweep import SweepInterviews
from sociarium.runner.library.status import distinct
from sociarium.runner.run.event_loop import run_coroutine
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.start import SweepPorts
from sociarium.runner.workers.shutdown import StopSwitch, WorkStopped

_MOST_LISTED = 5
_CHAT_ENDS = "An empty line or Esc ends."


@dataclass(frozen=True, slots=True)
class InterviewRequest:
    """What a command asks of an interview: who is asked what, how, and how the command talks.

    Attributes:
        agent, at: as people write them.
        text: the question; None in a chat.
        as_json: print one JSON document and nothing else on stdout.
        yes: ask nothing before models are used that may cost money.
    """

    agent: str
    at: str
    text: str | None
    form: AnswerForm
    options: PlayOptions
    as_json: bool = False
    yes: bool = False


def ask_once(store: Store, target: InterviewTarget, request: InterviewRequest, config: Config) -> int:
    """Ask one question of one agent, and print the answer; returns the exit code."""
    text = request.text or ""
    with PlainProgress(console(stderr=True), SystemClock()) as display:
        ports = SweepPorts(observer=display, prices=open_prices())

        async def ask() -> InterviewResult:
            opening = open_sitting(
                store, target, request.agent, request.at, ports, config=config, options=request.options
            )
            async with opening as sitting:
                return await ports.stop.until_end(ask_in_sitting(sitting, text, request.form))

        try:
            result = run_coroutine(play_interruptibly(ports, ask()))
        except WorkStopped:
            return _report_stop(ports.stop)
    document = interview_document(result.interview, {result.interview.agent: result.role})
    _print_warnings(result.warnings)
    if request.as_json:
        print_json({**document, "warnings": list(result.warnings)})
    else:
        screen = console()
        _print_head(screen, target, document)
        show_answer(screen, document)
        print_label(screen)
    return INTERRUPTED if ports.stop.why == "interrupted" else DONE


def chat(store: Store, target: InterviewTarget, request: InterviewRequest, config: Config) -> int:
    """Ask one agent question after question, each with those before it; every answer is kept as it comes."""
    # Prompts are a third of the time in which a command starts.
    from sociarium.cli.questions.answers import Back, Leave
    from sociarium.cli.questions.prompts import QuestionPrompts

    screen = console()
    prompts = QuestionPrompts(screen, lambda text: text)
    with PlainProgress(console(stderr=True), SystemClock()) as display, asyncio.Runner() as runner:
        ports, stack = SweepPorts(observer=display, prices=open_prices()), AsyncExitStack()
        opening = open_sitting(store, target, request.agent, request.at, ports, config=config, options=request.options)
        sitting = runner.run(stack.enter_async_context(opening))
        try:
            _introduce(screen, sitting)
            while True:
                try:
                    line = prompts.text(f"To {sitting.agent.name}:", hint=_CHAT_ENDS)
                except Leave:
                    return INTERRUPTED
                if isinstance(line, Back) or not line.strip():
                    return DONE
                work = ports.stop.until_end(ask_in_sitting(sitting, line, request.form))
                result = runner.run(play_interruptibly(ports, work))
                _print_warnings(result.warnings)
                show_answer(screen, interview_document(result.interview))
                if ports.stop.why is not None:
                    return _report_stop(ports.stop)
        except WorkStopped:
            return _report_stop(ports.stop)
        finally:
            runner.run(stack.aclose())


def ask_every_run(store: Store, target: InterviewTarget, request: InterviewRequest, config: Config) -> int:
    """Ask in every finished run of a sweep what was not asked so before; returns the exit code."""
    if not _may_start(store, target, request):
        return DONE
    clock, screen = SystemClock(), console(stderr=request.as_json)
    began = clock.monotonic()
    with progress(screen, clock) as display:
        ports = SweepPorts(observer=display, clock=clock, prices=open_prices())
        question = AgentQuestion(request.agent, request.at, request.text or "", request.form, target.other)
        work = ask_in_sweep(store, target, question, ports, config=config, options=request.options)
        result, interviewer = run_coroutine(play_interruptibly(ports, work))
    seconds = clock.monotonic() - began
    documents = [interview_document(one, result.roles[run]) for run, some in result.answers.items() for one in some]
    if request.as_json:
        print_stop_reason(screen, ports.stop)
        print_json(_sweep_document(target, request, result, interviewer, documents, seconds))
    else:
        _print_sweep(screen, target, result, interviewer, documents, seconds)
        print_stop_reason(screen, ports.stop)
        if ports.stop.why is not None:
            screen.print("The same command again asks what lacks an answer.")
        print_label(screen)
    lacking = sum(one["answer"] is None for one in documents)
    unanswered = unanswered_sentence(lacking, len(documents), most=request.options.max_empty)
    if unanswered:
        console(stderr=True).print(words(unanswered, "red"))
    return _exit_code(result, interviewer, is_unanswered=bool(unanswered))


def _may_start(store: Store, target: InterviewTarget, request: InterviewRequest) -> bool:
    """Whether the person at the terminal agrees to use models that may cost money; without a terminal, yes."""
    if request.yes or not target.costs_money() or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    runs = sum(slot.status.state is RunState.DONE for slot in distinct(store.slots(target.sweep.id)))
    names = ", ".join(target.names())
    sentence = f"{request.agent} at {request.at} in {count_text(runs, 'finished run')}, with {names}."
    console(stderr=True).print(words(sentence))
    return typer.confirm("Ask?", err=True)


def _introduce(screen: Console, sitting: Sitting) -> None:
    run, at = sitting.standing.rebuilt.run.id, sitting.standing.at.name
    other, models = sitting.other, sitting.standing.models
    name = sitting.agent.model if other is None else other.name
    content = models[name] if other is None else other.among(models)
    who = f"{sitting.agent.name} ({sitting.agent.role}) at {at} of run {run[:12]}, answered by {name}"
    screen.print(words(f"{who} ({provider_model(content)})", "bold"))
    print_label(screen)


def _print_head(screen: Console, target: InterviewTarget, document: dict[str, Any]) -> None:
    where = f"{document['agent']} at {document['at']} of run {document['run'][:12]}"
    screen.print(words(f"{target.title}: {where}, answered by {document['model']}", "dim"))
    if document["provider_model"] == "offline":
        screen.print("Offline: these words are stand-ins, not a model's.", style="yellow")


def _print_warnings(warnings: Sequence[str]) -> None:
    for warning in warnings:
        console(stderr=True).print(words(f"! {warning}", "yellow"))


def _print_sweep(
    screen: Console,
    target: InterviewTarget,
    result: SweepInterviews,
    interviewer: Interviewer,
    documents: Sequence[dict[str, Any]],
    seconds: float,
) -> None:
    spending = interviewer.spending
    tokens = spending.prompt_tokens + spending.completion_tokens
    calls = (
        f"{count_text(spending.calls, 'call')}, {number(tokens)} {one_or_many(tokens, 'token')} in {duration(seconds)}"
    )
    before = f", {number(result.standing)} stood already" if result.standing else ""
    asked = f"{count_text(result.added, 'answer')}{before}, in {count_text(len(result.answers), 'run')}"
    none = "no answer came in this start" if interviewer.stop.why or result.failed else "nothing was left to ask"
    screen.print(words(f"{target.title}: {asked}; {calls if spending.calls else none}."))
    if spending.cost_usd:
        screen.print(f"Cost: {spending.cost_usd:.2f} USD.")
    if counts := counts_of_answers(documents):
        screen.print(words(f"Answers: {counts}."))
    for warning, count in result.warnings.most_common(_MOST_LISTED):
        screen.print(words(f"! {warning} ({count_text(count, 'answer')})", "yellow"))
    for title, reasons, style in (("left out", result.left_out, "yellow"), ("failed", result.failed, "red")):
        if reasons:
            screen.print(words(f"{_runs(len(reasons))} {title}:", style))
        for run, reason in list(reasons.items())[:_MOST_LISTED]:
            screen.print(words(f"  {run[:12]}: {reason}", style))
    if result.unfinished:
        are = "is not done, and was" if result.unfinished == 1 else "are not done, and were"
        screen.print(f"{_runs(result.unfinished)} {are} not asked.")
    if documents:
        screen.print(words(f"As a table: {pasteable('export', target.sweep.id[:8], '--format', 'csv')}"))


def _sweep_document(
    target: InterviewTarget,
    request: InterviewRequest,
    result: SweepInterviews,
    interviewer: Interviewer,
    documents: Sequence[dict[str, Any]],
    seconds: float,
) -> dict[str, Any]:
    spending = interviewer.spending
    return {
        "sweep": target.sweep.id,
        "experiment": target.sweep.experiment,
        "agent": request.agent,
        "at": request.at,
        "question": request.text,
        "form": str(request.form),
        "counts": {
            "added": result.added,
            "standing": result.standing,
            "left_out": len(result.left_out),
            "failed": len(result.failed),
            "unfinished": result.unfinished,
        },
        "seconds": round(seconds, 3),
        "tokens": {"prompt": spending.prompt_tokens, "completion": spending.completion_tokens},
        "cost_usd": spending.cost_usd,
        "stopped": interviewer.stop.message or None,
        "warnings": list(result.warnings),
        "left_out": [{"run": run, "reason": reason} for run, reason in result.left_out.items()],
        "failures": [{"run": run, "error": error} for run, error in result.failed.items()],
        "interviews": list(documents),
    }


def _report_stop(stop: StopSwitch) -> int:
    """Say on stderr why the work stopped; returns the exit code."""
    print_stop_reason(console(stderr=True), stop)
    return INTERRUPTED if stop.why == "interrupted" else STOPPED


def _exit_code(result: SweepInterviews, interviewer: Interviewer, *, is_unanswered: bool) -> int:
    why = interviewer.stop.why
    if why == "interrupted":
        return INTERRUPTED
    if why == "misconfigured" and not interviewer.spending.calls:
        return SETUP
    if why is not None:
        return STOPPED
    return SOME_FAILED if result.failed or is_unanswered else DONE


def _runs(count: int) -> str:
    return count_text(count, "run")
