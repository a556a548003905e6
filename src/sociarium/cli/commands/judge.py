"""TARGET is an experiment's title or id, or the beginning of a sweep's or run's id. Every message, post or run of its
finished runs is put to the models of the rubric, who see neither condition nor model, and letters for names. Every
answer is kept with its prompt's hash, model, options, cost and raw text; the same command asks only what lacks an
answer. Runs stay as they are. docs/how-to/measure-and-judge.md says what stands in a rubric.

A judge is an instrument: until it is compared with people's labels, its numbers are marked as not validated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from sociarium.cli.commands.play_options import (
    MaxCostOption,
    MaxTimeOption,
    MaxTokensOption,
    NoPullOption,
    YesOption,
    seconds,
)
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.config import load
from sociarium.runner.sweep.play_options import DEFAULT_CONCURRENCY, PlayOptions

RubricOption = Annotated[
    Path, typer.Option("--rubric", metavar="FILE", help="what is judged, how and by whom: a YAML file")
]
JudgeModelOption = Annotated[
    Optional[list[str]],  # noqa: UP045  # typer reads the annotation
    typer.Option("--model", metavar="NAME=PROVIDER:MODEL", help="ask another model for one of the rubric's"),
]
RepeatsOption = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--repeats", metavar="N", min=1, max=100, help="how often each model is asked about one text"),
]
CallsOption = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--concurrency", metavar="N", min=1, max=4096, help=f"calls under way [{DEFAULT_CONCURRENCY}]"),
]


def command(
    target: Annotated[str, typer.Argument(metavar="TARGET")],
    rubric: RubricOption,
    *,
    model: JudgeModelOption = None,
    repeats: RepeatsOption = None,
    concurrency: CallsOption = None,
    max_cost: MaxCostOption = None,
    max_tokens: MaxTokensOption = None,
    max_time: MaxTimeOption = None,
    no_pull: NoPullOption = False,
    yes: YesOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    from sociarium.api.judging import load_rubric
    from sociarium.bootstrap import open_store
    from sociarium.cli.judge_session import JudgeRequest, judge_runs_of
    from sociarium.cli.logs import session_log

    config, chosen = load(), load_rubric(rubric, models=model or [], repeats=repeats)
    options = PlayOptions(
        concurrency=concurrency or DEFAULT_CONCURRENCY,
        max_cost=max_cost,
        max_tokens=max_tokens,
        max_time=None if max_time is None else seconds(max_time),
        pull=not no_pull,
    )
    opened = open_store(store or config.store_url, create=False)
    try:
        session_log("judge")
        code = judge_runs_of(opened, JudgeRequest(target, chosen, options, as_json=as_json, yes=yes), config)
    finally:
        opened.close()
    raise typer.Exit(code)
