"""Options of the commands that play runs."""

from __future__ import annotations

import re
from typing import Annotated, Optional

import typer

from sociarium.cli.play_session import PlayOptions
from sociarium.cli.replace_runs import Replace
from sociarium.config import Config
from sociarium.errors import BadInput
from sociarium.runner.models.budget import Bounds
from sociarium.runner.sweep.queue import WorkOptions

DEFAULT_CONCURRENCY = 16

ConcurrencyOption = Annotated[
    Optional[int],  # noqa: UP045  # typer reads the annotation
    typer.Option("--concurrency", metavar="N", min=1, max=4096, help=f"runs open at once [{DEFAULT_CONCURRENCY}]"),
]
LimitOption = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--limit", metavar="N", min=1, help="take up at most so many runs now"),
]
MaxCostOption = Annotated[
    Optional[float],  # noqa: UP045
    typer.Option("--max-cost", metavar="USD", min=0.0, help="stop, resumable, when so much is spent in this start"),
]
MaxTokensOption = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--max-tokens", metavar="N", min=1, help="stop, resumable, when so many tokens are used"),
]
MaxTimeOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--max-time", metavar="TIME", help="stop, resumable, after e.g. 45m or 7h30m"),
]
RetryOption = Annotated[bool, typer.Option("--retry-failed", help="take up failed runs again")]
RestartOption = Annotated[
    bool,
    typer.Option(
        "--restart",
        help="play unfinished runs anew that began under other rules; what was said in them so far is taken away",
    ),
]
ReplaceOption = Annotated[
    Optional[Replace],  # noqa: UP045
    typer.Option(
        "--replace",
        help="play finished runs of older rules anew, all or those with words in doubt; asks before it takes them away",
    ),
]
NoPullOption = Annotated[bool, typer.Option("--no-pull", help="do not fetch models that Ollama lacks")]
AcceptOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--accept-digest", metavar="NAME", help="go on although something else serves this model now"),
]
MaxEmptyOption = Annotated[
    float,
    typer.Option(
        "--max-empty",
        metavar="SHARE",
        min=0.0,
        max=1.0,
        help="exit with 1 when a greater share of a model's or condition's messages is empty, or of steps skipped",
    ),
]
AllowEmptyOption = Annotated[
    bool, typer.Option("--allow-empty", help="go on with models that said nothing at all in their first runs")
]
YesOption = Annotated[
    bool, typer.Option("--yes", "-y", help="ask nothing before models are used, or --replace takes runs away")
]

_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+)s)?")


def play_options(
    config: Config,
    *,
    concurrency: int | None,
    limit: int | None,
    max_cost: float | None,
    max_tokens: int | None,
    max_time: str | None,
    retry_failed: bool,
    restart: bool,
    yes: bool,
    as_json: bool,
    no_pull: bool,
    accept_digest: list[str] | None,
    max_empty: float,
    allow_empty: bool,
) -> PlayOptions:
    """The options of a command as one value. Raises `BadInput` for a time that cannot be read."""
    return PlayOptions(
        WorkOptions(concurrency or DEFAULT_CONCURRENCY, limit, retry_failed, restart, config.lease, allow_empty),
        Bounds(max_tokens, max_cost, None if max_time is None else seconds(max_time)),
        as_json,
        yes,
        pull=not no_pull,
        accepting=tuple(accept_digest or ()),
        max_empty=max_empty,
    )


def seconds(text: str) -> float:
    """A time such as `7h30m`, `45m` or `90s` in seconds. Raises `BadInput`."""
    match = _TIME.fullmatch(text.strip().lower())
    if not match or not any(match.groups()):
        raise BadInput(f"--max-time {text!r} is not a time; write it as 7h30m, 45m or 90s")
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    return float(hours * 3600 + minutes * 60 + rest)
