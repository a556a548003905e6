"""RUN is the beginning of a feed's id. The post takes effect when the run comes to its next tick, and is on record
as an input of the run. HANDLE is a person's of the feed, or that of an account outside, such as a newspaper.
What is posted in a person's name is an override (source `override`): the person remembers it, and it is none of
their model's doing.

With --idea the person's model writes the post in their voice; it is shown before it is posted."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from sociarium.api.post_drafts import ask_for_draft
from sociarium.bootstrap import open_store
from sociarium.cli.commands.play_options import YesOption
from sociarium.cli.display.output import console, words
from sociarium.cli.logs import log_actions
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.cli.put_act import AsOption, RunArgument, put_in
from sociarium.config import Config, load
from sociarium.errors import BadInput
from sociarium.ports.store import Store
from sociarium.records.inputs import ActKind
from sociarium.runner.library import lookup
from sociarium.runner.run.drafting import draft_record, read_draft, wish_draft
from sociarium.runner.run.inputs import Act


def command(
    run: RunArgument,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="the words; none with --idea")] = None,
    *,
    author: AsOption,
    reply_to: Annotated[
        str | None,
        typer.Option("--reply-to", metavar="POST", help="answer a post, by its id, such as p12"),
    ] = None,
    quote: Annotated[
        str | None,
        typer.Option("--quote", metavar="POST", help="share a post with these words"),
    ] = None,
    idea: Annotated[
        str | None,
        typer.Option("--idea", metavar="TEXT", help="let the person's model write it, in their voice, from an idea"),
    ] = None,
    yes: YesOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    if (text is None) == (idea is None):
        raise BadInput("write either the words, in quotes behind RUN, or --idea with what they should say")
    if reply_to is not None and quote is not None:
        raise BadInput("--reply-to and --quote are two kinds of posts; leave one out")
    if idea is not None and not yes and (as_json or not (sys.stdin.isatty() and sys.stdout.isatty())):
        raise BadInput("a draft is shown before it is posted; say --yes to post it unseen")
    kind: ActKind = "reply" if reply_to is not None else "quote" if quote is not None else "post"
    config = load()
    log_actions("post")
    opened = open_store(store or config.store_url, create=False)
    try:
        run_id = lookup.find_run_id(opened, run)
        wish: Act | None = Act(kind, author, text or "", reply_to or quote or "")
        if idea is not None and wish is not None:
            wish = _draft(opened, run_id, wish, idea, config, yes=yes)
        if wish is None:
            console().print("Nothing was posted.")
            return
        put_in(opened, run_id, wish, creator=config.creator, as_json=as_json)
    finally:
        opened.close()


def _draft(store: Store, run_id: str, wish: Act, idea: str, config: Config, *, yes: bool) -> Act | None:
    """The act with words by the person's model; None where whoever sits there does not want them."""
    asked = wish_draft(store, run_id, wish, idea)
    served = asyncio.run(ask_for_draft(asked, config))
    text = read_draft(asked, served)
    if not yes:
        screen = console()
        screen.print(words(f"@{wish.author.strip().lstrip('@')} (drafted by {asked.model}):", "dim"))
        screen.print(words(text))
        if not typer.confirm("Post it?", default=True):
            return None
    return Act(wish.kind, wish.author, text, wish.target, draft_record(asked, served))
