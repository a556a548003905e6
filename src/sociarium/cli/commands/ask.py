"""RUN or SWEEP is the beginning of an id. The agent is sent what the run sent it at that moment, and QUESTION, by the
model that played it; the run stays as it is. Without QUESTION, on a terminal, question follows question. Of a SWEEP
every finished run is asked, and asked again only where an answer lacks.

What a model says when it is asked later is no evidence of why it acted so, and never a confirmatory outcome."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sociarium.api.interviewing import find_interview_target, refuse_unpriced_questions
from sociarium.bootstrap import open_store
from sociarium.cli.commands.play_options import (
    MaxCostOption,
    MaxTimeOption,
    MaxTokensOption,
    MaxUnansweredOption,
    NoPullOption,
    YesOption,
    asking_options,
)
from sociarium.cli.interview_session import InterviewRequest, ask_every_run, ask_once, chat
from sociarium.cli.logs import session_log
from sociarium.cli.options import JsonOption, RunOrSweepArgument, StoreOption
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.experiment.answer_form import read_answer_form
from sociarium.runner.interviews.questions import refuse_blank
from sociarium.runner.library.faults import MAX_EMPTY
from sociarium.runner.sweep.play_options import DEFAULT_CONCURRENCY

AgentOption = Annotated[
    str, typer.Option("--agent", metavar="NAME", help="a name, its number, a handle, or a role as role:guard")
]
MomentOption = Annotated[
    str, typer.Option("--at", metavar="MOMENT", help="day2/turn7, a number of messages, day3 of a feed, or end")
]
FormOption = Annotated[
    str | None,
    typer.Option(
        "--answer", metavar="FORM", help='a scale such as 0-10, or choices such as "yes,no,unsure"; or as in a file'
    ),
]
OtherModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME[=PROVIDER:MODEL]",
        help="ask another model of the file, or another one in its place; what it says is another model's reading",
    ),
]
AtOnceOption = Annotated[
    int | None,
    typer.Option("--concurrency", metavar="N", min=1, max=4096, help=f"runs asked at once [{DEFAULT_CONCURRENCY}]"),
]


def command(
    target: RunOrSweepArgument,
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="what is asked; of a run none begins a chat")
    ] = None,
    *,
    agent: AgentOption,
    at: MomentOption = "end",
    answer: FormOption = None,
    model: OtherModelOption = None,
    concurrency: AtOnceOption = None,
    max_cost: MaxCostOption = None,
    max_tokens: MaxTokensOption = None,
    max_time: MaxTimeOption = None,
    max_empty: MaxUnansweredOption = MAX_EMPTY,
    no_pull: NoPullOption = False,
    yes: YesOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config, form = load(), read_answer_form(answer)
    if question is not None:
        refuse_blank(question)
    options = asking_options(
        concurrency,
        max_cost=max_cost,
        max_tokens=max_tokens,
        max_time=max_time,
        pull=not no_pull,
        max_empty=max_empty,
    )
    opened = open_store(store or config.store_url, create=False)
    try:
        chosen = find_interview_target(opened, target, model)
        refuse_unpriced_questions(chosen, options, option="--max-cost")
        request = InterviewRequest(agent, at, question, form, options, as_json=as_json, yes=yes)
        if question is None:
            _refuse_chat(is_sweep=chosen.run is None, as_json=as_json)
        session_log("ask")
        if chosen.run is None:
            code = ask_every_run(opened, chosen, request, config)
        elif question is None:
            code = chat(opened, chosen, request, config)
        else:
            code = ask_once(opened, chosen, request, config)
    finally:
        opened.close()
    raise typer.Exit(code)


def _refuse_chat(*, is_sweep: bool, as_json: bool) -> None:
    """Raise `BadInput` where nobody can be asked what to ask."""
    if is_sweep:
        raise BadInput("a sweep is asked one question; write it behind SWEEP, in quotes")
    if as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("there is no question; write it behind RUN, in quotes, or leave it out on a terminal to chat")
