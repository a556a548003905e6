"""TARGET is an experiment's title or id, or the beginning of a sweep's or run's id.

Computes measures of finished runs, of their messages, posts or people, and keeps them in the store; what stands there
is not computed again, and runs stay as they are. docs/reference/measures.md says what there is. MODULE:FUNCTION is a
measure of one's own: its code is loaded with --allow-code alone, and its source's hash is its version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sociarium.cli.display.account import account_line
from sociarium.cli.display.columns import ListColumn, print_columns
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.measures import reason_counts
from sociarium.cli.display.output import console, number, print_json, words
from sociarium.cli.logs import session_log
from sociarium.cli.options import JsonOption, StoreOption, TargetArgument
from sociarium.config import load
from sociarium.count_text import count_text
from sociarium.exchange.sanitize import one_line

if TYPE_CHECKING:
    from sociarium.api.measuring import Measured

AllowCodeOption = Annotated[
    bool, typer.Option("--allow-code", help="load modules of one's own; read them before, where they are not yours")
]


def command(
    target: TargetArgument,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", metavar="NAME", help="which; may be repeated. MODULE:FUNCTION is one of one's own"),
    ] = None,
    allow_code: AllowCodeOption = False,
    send_texts: Annotated[
        bool,
        typer.Option("--send-texts", help="let `moderation` send every text to OpenAI; see the terms of your data"),
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    # What measures are made of is imported when one is computed.
    from sociarium.api.measuring import chosen_measures, measure_target
    from sociarium.bootstrap import open_store

    config = load()
    session_log("measure")
    specs = chosen_measures(measure or [], allow_code=allow_code, send_texts=send_texts)
    opened = open_store(store or config.store_url, create=False)
    try:
        with show_count("Measuring runs", quiet=as_json) as progress:
            result = measure_target(opened, target, specs, creator=config.creator, progress=progress)
    finally:
        opened.close()
    failed = any(one.failed for one in result.measures)
    if as_json:
        print_json(_document(result))
        raise typer.Exit(1 if failed else 0)
    _print(target, result)
    raise typer.Exit(1 if failed else 0)


def _print(target: str, result: Measured) -> None:
    account = result.account
    screen = console()
    screen.print(words(f"{one_line(result.title, most=60)} · {count_text(account.taken, 'finished run')}", "bold"))
    print_columns(screen, [
        ListColumn("measure", [one_line(one.name) for one in result.measures]),
        ListColumn("of each", [one.level for one in result.measures]),
        ListColumn("computed", [number(one.computed) for one in result.measures], "number", 0),
        ListColumn("from the store", [number(one.cached) for one in result.measures], "number", 0),
        ListColumn("without a value", [reason_counts(one.missing) or "–" for one in result.measures]),
        ListColumn("failed", [one_line(reason_counts(one.failed)) or "–" for one in result.measures]),
    ])  # fmt: skip
    if account.left_out:
        screen.print(words(f"! {account_line(account)}", "yellow"))
    if any(one.failed for one in result.measures):
        screen.print(words("! what failed is computed again the next time; the log has the first of each", "yellow"))
    names = [part for one in result.measures for part in ("--measure", one.name)]
    screen.print(words(f"By condition: {pasteable('results', target, *names)}", "dim"))


def _document(result: Measured) -> dict[str, Any]:
    account = result.account
    return {
        "title": result.title,
        "planned": account.planned,
        "runs": account.taken,
        "left_out": dict(account.left_out),
        "measures": [
            {
                "name": one.name,
                "version": one.version,
                "level": one.level,
                "unit": one.unit,
                "units": one.units,
                "computed": one.computed,
                "cached": one.cached,
                "missing": dict(one.missing),
                "failed": dict(one.failed),
            }
            for one in result.measures
        ],
    }
