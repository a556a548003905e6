"""Options of the commands that play runs, declared once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, get_type_hints

import typer

from sociarium.cli.play_session import StartRequest
from sociarium.cli.replace_runs import Replace
from sociarium.cluster.library import refuse_missing
from sociarium.cluster.place import scheduler_address
from sociarium.config import Config
from sociarium.errors import BadInput
from sociarium.exchange.quantity_text import seconds_in
from sociarium.runner.library.faults import MAX_EMPTY
from sociarium.runner.sweep.play_options import DEFAULT_CONCURRENCY, PlayOptions


class RunOrder(StrEnum):
    """What `--order` can say."""

    PERMUTED = "permuted"
    BY_MODEL = "by_model"


ConcurrencyOption = Annotated[
    int | None,
    typer.Option("--concurrency", metavar="N", min=1, max=4096, help=f"runs open at once [{DEFAULT_CONCURRENCY}]"),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        max=256,
        help="processes that play, which share the concurrency; limits and budgets hold for all together [1]",
    ),
]
OnOption = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="dask://HOST:PORT",
        help="play on all workers of a Dask cluster, which share concurrency, limits and budgets; the store must be "
        "one that all of them reach",
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", min=1, help="take up at most so many runs now"),
]
PilotOption = Annotated[
    int | None,
    typer.Option(
        "--pilot",
        metavar="N",
        min=1,
        help="play N runs of each condition first, show what all will take by them, and ask; without a terminal and "
        "--yes stop there, with exit code 3",
    ),
]
OrderOption = Annotated[
    RunOrder | None,
    typer.Option(
        "--order",
        help="take runs up in this order now, each replicate in turn: any condition first, or those of one model "
        "together [as the sweep says]",
    ),
]
MaxCostOption = Annotated[
    float | None,
    typer.Option("--max-cost", metavar="USD", min=0.0, help="stop, resumable, when so much is spent in this start"),
]
MaxTokensOption = Annotated[
    int | None,
    typer.Option("--max-tokens", metavar="N", min=1, help="stop, resumable, when so many tokens are used"),
]
MaxTimeOption = Annotated[
    str | None,
    typer.Option("--max-time", metavar="TIME", help="stop, resumable, after e.g. 45m or 7h30m"),
]
RetryOption = Annotated[bool, typer.Option("--retry-failed", help="take up failed runs again")]
RestartOption = Annotated[
    bool,
    typer.Option(
        "--restart",
        help="play your unfinished runs anew that began under other rules; what was said in them so far is taken away",
    ),
]
ReplaceOption = Annotated[
    Replace | None,
    typer.Option(
        "--replace",
        help="play finished runs of older rules anew, all or those with words in doubt; asks before it takes them away",
    ),
]
NoPullOption = Annotated[bool, typer.Option("--no-pull", help="do not fetch models that Ollama lacks")]
AcceptOption = Annotated[
    list[str] | None,
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
MaxUnansweredOption = Annotated[
    float,
    typer.Option(
        "--max-empty",
        metavar="SHARE",
        min=0.0,
        max=1.0,
        help="exit with 1 when to a greater share of the questions there is no valid answer",
    ),
]
AllowCodeOption = Annotated[
    bool, typer.Option("--allow-code", help="load rankers of your own that the file names, and run their code")
]
AllowEmptyOption = Annotated[
    bool, typer.Option("--allow-empty", help="go on with models that said nothing at all in their first runs")
]
YesOption = Annotated[
    bool, typer.Option("--yes", "-y", help="ask nothing before models are used, or --replace takes runs away")
]
NotifyOption = Annotated[
    str | None,
    typer.Option(
        "--notify",
        metavar="COMMAND",
        help="at the end, whatever the end, give the summary to this command of your shell",
    ),
]
DetachOption = Annotated[
    bool,
    typer.Option(
        "--detach",
        help="play in the background: everything is checked first, then this says how to watch and stop it, and ends",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayFlags:
    """What the command line says of a start; each field is an option of every command that plays."""

    concurrency: ConcurrencyOption = None
    workers: WorkersOption = None
    on: OnOption = None
    limit: LimitOption = None
    pilot: PilotOption = None
    order: OrderOption = None
    max_cost: MaxCostOption = None
    max_tokens: MaxTokensOption = None
    max_time: MaxTimeOption = None
    retry_failed: RetryOption = False
    restart: RestartOption = False
    no_pull: NoPullOption = False
    accept_digest: AcceptOption = None
    max_empty: MaxEmptyOption = MAX_EMPTY
    allow_empty: AllowEmptyOption = False
    allow_code: AllowCodeOption = False
    yes: YesOption = False
    notify: NotifyOption = None

    def options(self, config: Config) -> PlayOptions:
        """How the start is played. Raises `BadInput` for a time that cannot be read."""
        return PlayOptions(
            concurrency=self.concurrency or DEFAULT_CONCURRENCY,
            limit=self.limit,
            pilot=self.pilot,
            order=None if self.order is None else self.order.value,
            max_cost=self.max_cost,
            max_tokens=self.max_tokens,
            max_time=None if self.max_time is None else seconds_in(self.max_time),
            max_empty=self.max_empty,
            retry_failed=self.retry_failed,
            restart=self.restart,
            allow_empty=self.allow_empty,
            accept_digest=tuple(self.accept_digest or ()),
            pull=not self.no_pull,
            allow_code=self.allow_code,
            lease=config.lease,
            workers=self.workers or 1,
        )

    def words(self) -> list[str]:
        """The words of a command line that say the same."""
        words: list[str] = []
        for name, value in ((field.name, getattr(self, field.name)) for field in fields(self)):
            option = _option_name(name)
            match value:
                case None | False:
                    pass
                case True:
                    words.append(option)
                case list():
                    words += [f"{option}={each}" for each in value]
                case _:
                    words.append(f"{option}={value}")
        return words

    def request(self, config: Config, *, as_json: bool) -> StartRequest:
        """All that a command asks of a start.

        Raises:
            BadInput: a time cannot be read, or a cluster is no address.
            MissingExtra: dask.distributed is needed, and not installed.
        """
        if self.on is not None:
            scheduler_address(self.on)
            refuse_missing()
            if self.workers is not None:
                raise BadInput("--workers is for this machine; a cluster has as many workers as it has: leave one out")
        options = self.options(config)
        return StartRequest(options, as_json=as_json, yes=self.yes, notify=self.notify, cluster=self.on)


def with_play_flags(command: Callable[..., None]) -> Callable[..., None]:
    """A command that has an option for each field of `PlayFlags`, where its parameter `flags` stands.

    Typer reads the options of a command from its signature; so the one declaration above is put into it.
    """
    names = [field.name for field in fields(PlayFlags)]

    @wraps(command)
    def call(**arguments: Any) -> None:
        flags = PlayFlags(**{name: arguments.pop(name) for name in names})
        command(**arguments, flags=flags)

    parameters: list[Parameter] = []
    for parameter in signature(command, eval_str=True).parameters.values():
        parameters.extend(_flag_parameters() if parameter.annotation is PlayFlags else [parameter])
    # Keyword-only, because an option with a default may stand before one without.
    keyword_only = [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in parameters]
    vars(call)["__signature__"] = Signature(keyword_only)
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in keyword_only}
    return call


def _flag_parameters() -> list[Parameter]:
    types = get_type_hints(PlayFlags, include_extras=True)
    return [
        Parameter(field.name, Parameter.KEYWORD_ONLY, default=field.default, annotation=types[field.name])
        for field in fields(PlayFlags)
    ]


def _option_name(field: str) -> str:
    """How an option of `PlayFlags` is typed."""
    [option] = get_type_hints(PlayFlags, include_extras=True)[field].__metadata__
    # In an annotation the first name stands where the default would.
    return str(option.default)


def asking_options(
    concurrency: int | None,
    *,
    max_cost: float | None,
    max_tokens: int | None,
    max_time: str | None,
    pull: bool,
    max_empty: float,
) -> PlayOptions:
    """Options of a command that asks models beside runs. Raises `BadInput` for a time that cannot be read."""
    return PlayOptions(
        concurrency=concurrency or DEFAULT_CONCURRENCY,
        max_cost=max_cost,
        max_tokens=max_tokens,
        max_time=None if max_time is None else seconds_in(max_time),
        pull=pull,
        max_empty=max_empty,
    )
