"""ARCHIVE is a file of `export --format archive`, old or new. Without a net and without touching your store it is
checked that nothing was added, dropped or changed (the seal of the manifest, the hash of each experiment and run,
the whole file), that each run's id is made of its content, that there are as many records as the manifest counts,
and that each journal replays. A finding is a line, and exit code 1; 2 says that it is no archive, or that runs were
played under other rules, which this version cannot replay. Compare the manifest's hash with the one that a paper or
report names: whoever can rewrite an archive can write a manifest for it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.options import JsonOption
from sociarium.count_text import count_text
from sociarium.exchange.archive.manifest import COVERS
from sociarium.exchange.archive.verification import Verification
from sociarium.exchange.archive.verify import verify
from sociarium.exchange.sanitize import one_line
from sociarium.ports.store import Store
from sociarium.runner.run.replay import replay

_MOST_NAMED = 3
"""Runs of other rules that are named; the rest are counted."""


def command(
    archive: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="a file that `export --format archive` wrote")],
    as_json: JsonOption = False,
) -> None:
    with TemporaryDirectory(prefix="sociarium-verify-") as folder:
        scratch = open_store(f"sqlite:///{folder}/scratch.db")
        try:
            with show_count("Replaying runs", quiet=as_json) as progress:
                result = verify(archive, scratch, _replay, progress)
        finally:
            scratch.close()
    if as_json:
        print_json({
            "archive": str(archive),
            "whole": not result.findings,
            "hash": result.hash,
            "schema": result.manifest.schema_ if result.manifest else None,
            "findings": [{"where": one.where, "what": one.what} for one in result.findings],
            "replayed": result.replayed,
            "not_replayed": result.unverified,
            "counts": dict(result.counts),
        })  # fmt: skip
    else:
        _show(archive, result)
    raise typer.Exit(1 if result.findings else 2 if _of_other_rules(result) else 0)


def _replay(store: Store, run: str) -> None:
    asyncio.run(replay(store, run))


def _of_other_rules(result: Verification) -> list[str]:
    return [reason for run, reason in result.unverified.items() if run not in result.unjournaled]


def _show(archive: Path, result: Verification) -> None:
    screen, other = console(), _of_other_rules(result)
    for finding in result.findings:
        screen.print(words(one_line(str(finding), most=500), "red"))
    for reason in other[:_MOST_NAMED]:
        screen.print(words(one_line(reason, most=500), "yellow"))
    records = sum(result.counts.values())
    replayed = f"{count_text(result.replayed, 'run replays as its journal says', 'runs replay as their journals say')}"
    if result.unverified:
        replayed += (
            f"; {count_text(len(other), 'was', 'were')} played under other rules "
            f"and {count_text(len(result.unjournaled), 'was', 'were')} imported "
            "without a journal, so nothing was replayed of them"
        )
    if result.findings:
        screen.print(f"{archive} is not as it was packed: {count_text(len(result.findings), 'finding')}. {replayed}.")
        return
    screen.print(f"{archive} is whole: {count_text(records, 'record')}; {replayed}.")
    if result.manifest and result.manifest.recorded is None:
        screen.print("It is of a version before parts were listed: the hash of all records, counts, ids and journals "
                     "were checked.")  # fmt: skip
    screen.print(f"The manifest's hash is {result.hash}. {COVERS}")
