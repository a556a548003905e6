"""What the commands that act in a feed have alike: the run, the record of who did it, and what is said of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from loguru import logger

from sociarium.bootstrap import open_store
from sociarium.cli.consent import ask_consent
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.logs import log_actions
from sociarium.config import load
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.runner.library import lookup
from sociarium.runner.library.consent import consent_text
from sociarium.runner.run.inputs import Act, KeptAct, act

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="of a feed that is not over: the beginning of its id")]
AsOption = Annotated[str, typer.Option("--as", metavar="HANDLE", help="who does it: a person, or an account outside")]

_DO = {"post": ("speak", "speaks"), "reply": ("answer {}", "answers {}"), "quote": ("quote {}", "quotes {}"),
       "like": ("like {}", "likes {}"), "repost": ("share {}", "shares {}"),
       "follow": ("follow @{}", "follows @{}")}  # fmt: skip


def act_and_report(run: str, wish: Act, *, store: str | None, as_json: bool) -> None:
    """Put an act into the run whose id begins so, and say what will happen."""
    config = load()
    log_actions(wish.kind)
    opened = open_store(store or config.store_url, create=False)
    try:
        put_in(opened, lookup.find_run_id(opened, run), wish, creator=config.creator, as_json=as_json)
    finally:
        opened.close()


def put_in(store: Store, run_id: str, wish: Act, *, creator: str, as_json: bool) -> None:
    """Put an act into a run of an open store, and say what will happen."""
    experiment = store.run(run_id).experiment
    ask_consent(store, experiment, consent_text(store, experiment), person=creator)
    kept = act(store, run_id, wish, creator=creator, clock=SystemClock())
    one = kept.input
    do, does = (verb.format(one.target) for verb in _DO[one.kind])
    logger.info("{} let @{} {} in the run {}: input {}", creator, one.author, do, run_id, one.number)
    if as_json:
        print_json(_as_dict(kept))
        return
    who = f"@{one.author}" if kept.is_person else f"@{one.author}, an account outside the feed,"
    how = " This is an override: not what the person's model did." if kept.is_person else ""
    console().print(words(f"{who} {does} in run {run_id} from its next tick on (input {one.number}).{how}"))


def _as_dict(kept: KeptAct) -> dict[str, Any]:
    one = kept.input
    return {
        "run": one.run,
        "number": one.number,
        "kind": one.kind,
        "author": one.author,
        "person": kept.is_person,
        "target": one.target or None,
        "content": one.content,
        "draft": None if one.draft is None else {"idea": one.draft["idea"], "model": one.draft["model"]},
    }
