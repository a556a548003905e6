"""TARGET is an experiment's title or id, or the beginning of a sweep's or run's id. Every message, post or run of its
finished runs is put to the models of the rubric, who see neither condition nor model, and letters for names. Every
answer is kept with its prompt's hash, model, options, cost and raw text; the same command asks only what lacks an
answer. Runs stay as they are. docs/how-to/measure-and-judge.md says what stands in a rubric.

A judge is an instrument: until it is compared with people's labels, its numbers are marked as not validated.
`judge validate FILE --labels CODEBOOK` compares them: on half of the labelled runs the rubric may be improved, on the
other half it is tested. An experiment that is called validate is named by its id."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sociarium.api.judging import load_rubric
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
from sociarium.cli.judge_session import JudgeRequest, judge_runs_of
from sociarium.cli.logs import session_log
from sociarium.cli.options import TARGET_WORDS, JsonOption, StoreOption
from sociarium.cli.validation_session import ValidationRequest, validate_rubric
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.runner.library.faults import MAX_EMPTY
from sociarium.runner.sweep.play_options import DEFAULT_CONCURRENCY

VALIDATE = "validate"

RubricArgument = Annotated[Path | None, typer.Argument(metavar="FILE", help="of `validate`: the rubric")]
RubricOption = Annotated[
    Path | None,
    typer.Option("--rubric", metavar="FILE", help="what is judged, how and by whom: a YAML file"),
]
LabelsOption = Annotated[
    str | None,
    typer.Option("--labels", metavar="CODEBOOK", help="of `validate`: title or id of the codebook people labelled by"),
]
ItemOption = Annotated[
    str | None,
    typer.Option("--item", metavar="NAME", help="of `validate`: the codebook's item, if it is called otherwise"),
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", help="of `validate`: which runs are for the test")]
DevOption = Annotated[
    float,
    typer.Option("--dev", metavar="SHARE", min=0.0, max=0.9, help="of `validate`: runs to improve the rubric by"),
]
JudgeModelOption = Annotated[
    list[str] | None,
    typer.Option("--model", metavar="NAME=PROVIDER:MODEL", help="ask another model for one of the rubric's"),
]
RepeatsOption = Annotated[
    int | None,
    typer.Option("--repeats", metavar="N", min=1, max=100, help="how often each model is asked about one text"),
]
CallsOption = Annotated[
    int | None,
    typer.Option("--concurrency", metavar="N", min=1, max=4096, help=f"calls under way [{DEFAULT_CONCURRENCY}]"),
]


def command(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET|validate",
            help=f"{TARGET_WORDS}; or `validate`",
        ),
    ],
    file: RubricArgument = None,
    *,
    rubric: RubricOption = None,
    labels: LabelsOption = None,
    item: ItemOption = None,
    seed: SeedOption = 0,
    dev: DevOption = 0.5,
    model: JudgeModelOption = None,
    repeats: RepeatsOption = None,
    concurrency: CallsOption = None,
    max_cost: MaxCostOption = None,
    max_tokens: MaxTokensOption = None,
    max_time: MaxTimeOption = None,
    max_empty: MaxUnansweredOption = MAX_EMPTY,
    no_pull: NoPullOption = False,
    yes: YesOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config, path = load(), _rubric_path(target, file, rubric, labels)
    chosen = load_rubric(path, models=model or [], repeats=repeats)
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
        session_log("judge")
        if labels is not None:
            validate_rubric(opened, chosen, ValidationRequest(labels, item, seed, dev, as_json), config)
            return
        code = judge_runs_of(opened, JudgeRequest(target, chosen, options, as_json=as_json, yes=yes), config)
    finally:
        opened.close()
    raise typer.Exit(code)


def _rubric_path(target: str, file: Path | None, rubric: Path | None, labels: str | None) -> Path:
    """The rubric that is meant. Raises `BadInput`."""
    is_validation = target == VALIDATE and rubric is None
    if is_validation and (file is None or labels is None):
        raise BadInput("write `judge validate FILE --labels CODEBOOK`: the rubric, and the codebook people labelled by")
    if not is_validation and (file is not None or labels is not None):
        raise BadInput("--labels, and a rubric without --rubric, belong to `judge validate FILE --labels CODEBOOK`")
    path = file if is_validation else rubric
    if path is None:
        raise BadInput("there is no rubric; write --rubric FILE, such as experiments/rubrics/hostility.yaml")
    return path
