"""SOURCE is an archive (`export --format archive`), an experiment file (YAML or JSON, which is saved and not run), or
the URL of another store, sqlite:///path or mongodb://..., of which everything or one experiment is copied here. A mongodb://
URL may also be the database of an earlier LLM Interaction Simulator: its conversations become finished runs under their
own ids.

What stands here already is left as it is; conflicts are told. Importing again goes on where it stopped, and nothing is
there twice. txt, jsonl, csv and parquet are for reading: they do not come back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from loguru import logger

from sociarium.bootstrap import open_legacy_database, open_store
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.import_summary import show_import
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.display.ownership import notice
from sociarium.cli.logs import log_actions
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.config import Config, load
from sociarium.count_text import count_text
from sociarium.errors import BadInput, NotFound, Problem
from sociarium.exchange.archive.read import Archive
from sociarium.exchange.definition_files import read_definition
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.read import parts as earlier_parts
from sociarium.exchange.merge import merge
from sociarium.exchange.merge_result import MergeResult
from sociarium.exchange.transfer import everything
from sociarium.experiment.address import public_text
from sociarium.ports.clock import SystemClock
from sociarium.ports.legacy import LegacyDatabase
from sociarium.ports.store import Store
from sociarium.runner.library import lookup
from sociarium.runner.sweep.save import save_experiment

_FILES = {".yaml", ".yml", ".json"}
_FOR_READING = {".txt", ".jsonl", ".csv", ".parquet"}


def command(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="an archive, an experiment file, or the URL of another store")
    ],
    experiment: Annotated[
        str | None,
        typer.Option("--experiment", metavar="EXPERIMENT", help="of another store: only this one, by id or title"),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    url = store or config.store_url
    log_actions("import")
    logger.info("{} imports {} into {}", config.creator, public_text(source), public_text(url))
    code = _import(source, url, experiment, config, as_json=as_json)
    logger.info("{} imported {} into {}", config.creator, public_text(source), public_text(url))
    raise typer.Exit(code)


def _import(source: str, url: str, experiment: str | None, config: Config, *, as_json: bool) -> int:
    suffix = Path(source).suffix.lower()
    if "://" in source:
        return _import_store(source, url, experiment, config, as_json=as_json)
    if experiment is not None:
        raise BadInput("--experiment chooses from another store; name its URL, sqlite:///path or mongodb://...")
    if suffix in _FILES:
        return _import_file(Path(source), url, config, as_json=as_json)
    if suffix in _FOR_READING:
        raise BadInput(
            f"{source}: {suffix[1:]} is for reading and does not come back; export with --format archive, or --format "
            "yaml for the experiment alone, and import that"
        )
    return _import_archive(Path(source), url, as_json=as_json)


def _import_file(path: Path, url: str, config: Config, *, as_json: bool) -> int:
    notes: list[Problem] = []
    definition = read_definition(path, notes=notes)
    for note in notes:
        logger.warning("to know of what was read: {}", note)
        notice(str(note))
    opened = open_store(url)
    try:
        experiment, version = save_experiment(opened, definition, creator=config.creator, at=SystemClock().now())
    finally:
        opened.close()
    logger.info("it is the experiment {} {!r}, version {}", experiment.id, experiment.title, version.number)
    if as_json:
        print_json({"experiment": experiment.id, "version": version.number})
    else:
        title = words(f"Saved “{experiment.title}” as experiment {experiment.id[:8]}, version {version.number}.")
        console().print(title)
        console().print(f"{pasteable('run', experiment.id[:8])}   plays it")
    return 0


def _import_archive(path: Path, url: str, *, as_json: bool) -> int:
    with Archive(path) as archive:
        with show_count("Verifying", quiet=as_json):
            archive.verify()
        opened = open_store(url)
        try:
            with show_count("Importing runs", quiet=as_json) as progress:
                merged = merge(opened, archive.parts(), progress)
        finally:
            opened.close()
    return _report(merged, as_json=as_json)


def _import_store(source: str, url: str, experiment: str | None, config: Config, *, as_json: bool) -> int:
    if (earlier := open_legacy_database(source)) is not None:
        return _import_legacy(earlier, url, experiment or "", as_json=as_json)
    other = open_store(source, create=False)
    try:
        only = lookup.find_experiment(other, experiment, creator=config.creator).id if experiment else None
        opened = open_store(url)
        try:
            _refuse_same(other, opened)
            with show_count("Importing runs", quiet=as_json) as progress:
                merged = merge(opened, everything(other, only), progress)
        finally:
            opened.close()
    finally:
        other.close()
    return _report(merged, as_json=as_json)


def _import_legacy(database: LegacyDatabase, url: str, experiment: str, *, as_json: bool) -> int:
    notes = Notes()
    try:
        opened = open_store(url)
        try:
            with show_count("Importing conversations", quiet=as_json) as progress:
                merged = merge(opened, earlier_parts(database, opened, notes, only=experiment), progress)
        finally:
            opened.close()
    finally:
        database.close()
    if not merged.new.total() and not merged.standing and not merged.conflict_count:
        raise NotFound(
            f"no experiment {experiment!r} is in {database.url}; name one by the beginning of its id, or by its note"
        )
    return _report(merged, notes, as_json=as_json)


def _refuse_same(other: Store, opened: Store) -> None:
    if other.url == opened.url:
        raise BadInput(f"{other.url} is the store that is imported into; name another source, or another --store")


def _log(merged: MergeResult, notes: Notes) -> None:
    """What came, what stood already, and what was left out, each with its reason."""
    new = ", ".join(count_text(count, what.removesuffix("s")) for what, count in merged.new.items() if count)
    logger.info("new here: {}; {} stood already; left out: {}", new or "nothing", count_text(merged.standing, "run"),
                merged.conflict_count)  # fmt: skip
    for what, lines, count in (
        ("left out", merged.conflicts, merged.conflict_count), ("to know of what was read", notes.lines, notes.count),
    ):  # fmt: skip
        for line in lines:
            logger.warning("{}: {}", what, line)
        if count > len(lines):
            logger.warning("{}: {} more", what, count - len(lines))


def _report(merged: MergeResult, notes: Notes | None = None, *, as_json: bool) -> int:
    notes = notes or Notes()
    _log(merged, notes)
    if as_json:
        print_json(
            {
                "new": dict(merged.new),
                "standing": merged.standing,
                "conflicts": merged.conflicts,
                "conflict_count": merged.conflict_count,
                "notes": notes.lines,
                "note_count": notes.count,
            }
        )
    else:
        show_import(merged, notes)
    return 1 if merged.conflict_count else 0
