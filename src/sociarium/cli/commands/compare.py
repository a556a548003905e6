"""RUN is the beginning of a run's id. What differs stands on top; what both said stands once. Of feeds, days are
counted: posts, reactions, exposures, states. On a narrow screen, or piped, the two stand one under the other: `=`
before what is the same, `<` before what the first says, `>` before what the second says."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.output import console, print_json
from sociarium.cli.display.side_by_side import show_comparison_head, show_days, show_turns
from sociarium.cli.options import JsonOption, NoPagerOption, StoreOption
from sociarium.cli.paging import pager_around
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.exchange.comparison import (
    Document,
    Part,
    aligned_days,
    aligned_turns,
    factors_of_two,
    kind_of,
)
from sociarium.exchange.run_document import head_of, run_documents
from sociarium.runner.library import lookup

_TURN = ("kind", "seq", "speaker", "role", "author", "name", "content", "flags")


def command(
    first: Annotated[str, typer.Argument(metavar="RUN", help="the beginning of its id")],
    second: Annotated[str, typer.Argument(metavar="RUN", help="the one beside it")],
    store: StoreOption = None,
    no_pager: NoPagerOption = False,
    as_json: JsonOption = False,
) -> None:
    config = load()
    opened = open_store(store or config.store_url, create=False)
    try:
        ids = [lookup.find_run_id(opened, run) for run in (first, second)]
        left, right = run_documents(opened, ids, exposures=True)
    finally:
        opened.close()
    _refuse_other_kinds(left, right)
    if as_json:
        print_json(_as_json(left, right))
        return
    screen = console()
    with pager_around(screen, pager=config.pager, is_wanted=not no_pager):
        show_comparison_head(screen, (left, right), *factors_of_two(left, right))
        if kind_of(left) == "feed":
            show_days(screen, aligned_days(left, right))
        else:
            show_turns(screen, (left, right), aligned_turns(left, right))


def _refuse_other_kinds(left: Document, right: Document) -> None:
    """Raise `BadInput` where there is nothing that the two could be compared by."""
    kinds = [kind_of(document) for document in (left, right)]
    if kinds[0] != kinds[1] or "population" in kinds:
        names = " and ".join(
            f"run {document['run'][:12]} is a {kind}" for document, kind in zip((left, right), kinds, strict=True)
        )
        raise BadInput(f"{names}: compare two conversations, or two feeds; `sociarium list runs` has them")


def _as_json(left: Document, right: Document) -> dict[str, Any]:
    differing, shared = factors_of_two(left, right)
    document: dict[str, Any] = {
        "left": head_of(left),
        "right": head_of(right),
        "environment": kind_of(left),
        "differing": [{"factor": one.factor, "left": one.a, "right": one.b} for one in differing],
        "shared": dict(shared),
    }
    if kind_of(left) == "feed":
        days = aligned_days(left, right)
        return document | {"days": [{"day": day.day, "left": day.a, "right": day.b} for day in days]}
    turns = [
        {
            "day": pair.day,
            "index": pair.index,
            "label": pair.label,
            "same": pair.is_same,
            "left": _turn(pair.a),
            "right": _turn(pair.b),
        }
        for pair in aligned_turns(left, right)
    ]
    return document | {"turns": turns}


def _turn(part: Part | None) -> dict[str, Any] | None:
    return None if part is None else {key: part[key] for key in _TURN if key in part}
