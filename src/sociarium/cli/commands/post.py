"""RUN is the beginning of a feed's id. The post takes effect when the run comes to its next tick, and is on record as
an input of the run. HANDLE is a person's of the feed, or that of an account outside, such as a newspaper."""

from __future__ import annotations

from typing import Annotated

import typer
from loguru import logger

from sociarium.bootstrap import open_store
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.logs import log_actions
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.config import load
from sociarium.ports.clock import SystemClock
from sociarium.runner.library import lookup
from sociarium.runner.run.inputs import is_person, post


def command(
    run: Annotated[str, typer.Argument(metavar="RUN")],
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    author: Annotated[str, typer.Option("--as", metavar="HANDLE", help="who says it")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    log_actions("post")
    opened = open_store(store or config.store_url, create=False)
    try:
        run_id = lookup.find_run_id(opened, run)
        posted = post(opened, run_id, author, text, creator=config.creator, clock=SystemClock())
        inside = is_person(opened, run_id, posted.author)
    finally:
        opened.close()
    logger.info("{} let @{} speak in the run {}: input {}", config.creator, posted.author, run_id, posted.number)
    if as_json:
        print_json({"run": run_id, "number": posted.number, "author": posted.author, "person": inside,
                    "content": posted.content})  # fmt: skip
        return
    who = f"@{posted.author}" if inside else f"@{posted.author}, an account outside the feed,"
    message = f"{who} speaks in run {run_id} from its next tick on (input {posted.number})."
    console().print(words(message), soft_wrap=True)
