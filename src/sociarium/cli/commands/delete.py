"""EXPERIMENT|SWEEP|RUN is an id, its beginning, or an experiment's title. An experiment is deleted by its creator, a
sweep by who began it, with those of its runs that stand in no other sweep. Nothing is deleted that somebody else's
sweep uses, or while somebody plays runs of the experiment. A deletion that was interrupted goes on with the same
command; until then nothing else touches what is left. The place of a deleted run in a sweep is pending again: `run` and
`resume` would play it anew."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.deletion import DeletionProgress
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.logs import log_actions
from sociarium.cli.options import TARGET_WORDS, JsonOption, StoreOption
from sociarium.config import load
from sociarium.count_text import count_text
from sociarium.errors import BadInput
from sociarium.exchange.sanitize import one_line
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.runner.library import edit_delete, lookup
from sociarium.runner.library.message_counts import message_counts, size_of
from sociarium.runner.library.status import distinct
from sociarium.runner.workers.heartbeat import Liveness
from sociarium.runner.workers.process import this_worker

_AFTERWARDS = {
    "run": " Its places in sweeps become pending again.",
    "sweep": " Runs that stand in another sweep stay there.",
}


def command(
    target: Annotated[
        str,
        typer.Argument(
            metavar="EXPERIMENT|SWEEP|RUN",
            help=TARGET_WORDS,
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="ask nothing")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    log_actions("delete")
    opened = open_store(store or config.store_url, create=False)
    try:
        owned = lookup.find_target(opened, target, creator=config.creator, deleted=True)
        edit_delete.refuse_delete(opened, owned, config.creator)
        runs, messages = _counts_to_delete(opened, owned)
        size = f"{one_line(owned.title, most=200)!r}" + (
            f", {count_text(runs, 'run')}, {count_text(messages, 'message')}"
        )
        if not yes and not _confirm_deletion(owned, size):
            raise typer.Exit(0)
        with DeletionProgress(console(stderr=as_json), runs) as progress:
            gone = edit_delete.delete(
                opened,
                owned,
                creator=config.creator,
                liveness=Liveness(opened, this_worker(), SystemClock(), lease=config.lease),
                progress=progress.update,
            )
    finally:
        opened.close()
    if as_json:
        print_json({owned.kind: owned.id, "runs": gone})
        return
    console().print(words(f"Deleted: the {owned.kind} {owned.id[:8]} {size}."))


def _counts_to_delete(store: Store, owned: lookup.Target) -> tuple[int, int]:
    """Runs and messages that would go."""
    if owned.kind == "run":
        statuses = store.run_statuses([owned.id]) if store.ids_with_prefix("run", owned.id) else []
        return len(statuses), message_counts(store, statuses).total()
    if owned.kind == "sweep":
        statuses = [place.status for place in distinct(store.slots(owned.id))]
        members = store.members_of([status.run for status in statuses])
        stay = {member.run for member in members if member.sweep != owned.id}
        statuses = [status for status in statuses if status.run not in stay]
        return len(statuses), message_counts(store, statuses).total()
    return size_of(store, owned.experiment)


def _confirm_deletion(owned: lookup.Target, size: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(f"the {owned.kind} {owned.id[:8]} {size} would be deleted; say --yes")
    again = _AFTERWARDS.get(owned.kind, "")
    console(stderr=True).print(
        words(f"This deletes the {owned.kind} {owned.id[:8]}: {size}.{again} There is no way back.")
    )
    return typer.confirm("Delete?", err=True)
