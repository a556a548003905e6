"""EXPERIMENT|SWEEP|RUN is an id, its beginning, or an experiment's title. An experiment is deleted by its creator, a
sweep by who began it, with those of its runs that stand in no other sweep. Nothing is deleted that somebody else's
sweep uses or has still to begin with, or while somebody plays runs of the experiment. What colleagues left beside the
runs, labels, interviews and codebooks, goes with them, and is named before. A deletion that was interrupted goes on
with the same command; until then nothing else touches what is left. The place of a deleted run in a sweep is pending
again: `run` and `resume` would play it anew."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.deletion import DeletionProgress, loss_text
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.logs import log_actions
from sociarium.cli.options import TARGET_WORDS, JsonOption, StoreOption
from sociarium.config import load
from sociarium.count_text import count_text
from sociarium.errors import BadInput
from sociarium.exchange.sanitize import one_line
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery
from sociarium.records.runs import RunStatus
from sociarium.runner.library import edit_delete, lookup
from sociarium.runner.library.message_counts import message_counts, size_of
from sociarium.runner.library.status import distinct
from sociarium.runner.library.work_of_others import work_of_others
from sociarium.runner.workers.liveness import Liveness
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
        statuses = _statuses_to_delete(opened, owned)
        runs, messages = len(statuses), message_counts(opened, statuses).total()
        if owned.kind == "experiment":
            runs, messages = size_of(opened, owned.id)
        lost = work_of_others(opened, owned, [status.run for status in statuses], me=config.creator)
        size = f"{one_line(owned.title, most=200)!r}, {count_text(runs, 'run')}, {count_text(messages, 'message')}"
        size += loss_text(lost)
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
        of_others = [{"what": what, "by": name, "count": count} for (what, name), count in lost.items()]
        print_json({owned.kind: owned.id, "runs": gone} | ({"of_others": of_others} if of_others else {}))
        return
    console().print(words(f"Deleted: the {owned.kind} {owned.id[:8]} {size}."))


def _statuses_to_delete(store: Store, owned: lookup.Target) -> list[RunStatus]:
    """Of the runs that would go, each once."""
    if owned.kind == "run":
        return store.run_statuses([owned.id]) if store.ids_with_prefix("run", owned.id) else []
    if owned.kind == "sweep":
        statuses = [place.status for place in distinct(store.slots(owned.id))]
        members = store.members_of([status.run for status in statuses])
        stay = {member.run for member in members if member.sweep != owned.id}
        return [status for status in statuses if status.run not in stay]
    listed = store.list_runs(RunQuery(experiment=owned.id))
    return list({one.place.status.run: one.place.status for one in listed}.values())


def _confirm_deletion(owned: lookup.Target, size: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput(f"the {owned.kind} {owned.id[:8]} {size} would be deleted; say --yes")
    again = _AFTERWARDS.get(owned.kind, "")
    console(stderr=True).print(
        words(f"This deletes the {owned.kind} {owned.id[:8]}: {size}.{again} There is no way back.")
    )
    return typer.confirm("Delete?", err=True)
