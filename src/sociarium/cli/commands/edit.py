"""EXPERIMENT|RUN is an id, its beginning, or an experiment's title. Only its creator may edit it. When it was edited
meanwhile, as on another machine, nothing is changed and both texts are shown."""

from __future__ import annotations

from typing import Annotated

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.logs import log_actions
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.ports.clock import SystemClock
from sociarium.records.minute_text import minute_text
from sociarium.records.plans import Edit
from sociarium.runner.library import edit_delete, lookup


def command(
    target: Annotated[
        str,
        typer.Argument(metavar="EXPERIMENT|RUN", help="an experiment's title or id, or the beginning of a run's id"),
    ],
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="the new note")] = None,
    favourite: Annotated[
        bool | None,
        typer.Option("--favourite/--no-favourite", help="whether it is a favourite"),
    ] = None,
    revision: Annotated[
        int | None,
        typer.Option("--revision", metavar="N", min=1, help="the revision that you saw; refused when there is a later"),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    if note is None and favourite is None:
        raise BadInput("nothing to change; write --note TEXT, --favourite or --no-favourite")
    config = load()
    log_actions("edit")
    opened = open_store(store or config.store_url, create=False)
    try:
        owned = lookup.find_target(opened, target, creator=config.creator)
        edited = edit_delete.edit(
            opened, owned, me=config.creator, clock=SystemClock(), note=note, favourite=favourite, revision=revision
        )
    finally:
        opened.close()
    if not edited.is_kept:
        raise BadInput(_conflict_message(edited, owned, note=note, favourite=favourite))
    if as_json:
        print_json(as_dict(edited.standing))
    else:
        mark = "a favourite" if edited.standing.favourite else "no favourite"
        summary = (
            f"{owned.kind} {owned.id[:8]}, revision {edited.standing.revision}: {mark}, note: {edited.standing.note}"
        )
        console().print(words(summary))


def as_dict(edit: Edit) -> dict[str, object]:
    """As `--json` prints it."""
    return {
        edit.kind: edit.of,
        "revision": edit.revision,
        "note": edit.note,
        "favourite": edit.favourite,
        "editor": edit.editor,
        "at": edit.at,
    }


def _conflict_message(
    edited: edit_delete.EditResult, owned: lookup.Target, *, note: str | None, favourite: bool | None
) -> str:
    first = edited.standing
    again = ["edit", owned.id[:12], "--revision", str(first.revision)]
    if note is not None:
        again += ["--note", note]
    if favourite is not None:
        again.append("--favourite" if favourite else "--no-favourite")
    return (
        f"{first.editor} edited the {owned.kind} {owned.id[:8]} first ({minute_text(first.at)}, revision "
        f"{first.revision}); nothing was changed. It stands now: favourite {'yes' if first.favourite else 'no'}, note "
        f"{first.note!r}. To put yours in its place: {pasteable(*again)}"
    )
