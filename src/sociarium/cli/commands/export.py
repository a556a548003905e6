"""TARGET is the beginning of a run's or sweep's id, or an experiment's id or title.

txt: a readable file a run, below a folder a model, and the prompts of each role. jsonl: one run a line, in full. csv
and parquet: the tables runs, messages, calls and probes, and agents, events, summaries and interviews where there are
any; of feeds people, posts, reactions, exposures, follows and states; what a spreadsheet could take for a formula has
an apostrophe before it. graphml: who follows whom, and who answered whom, in feeds. These are for reading; the others
come back with `import`. yaml: the experiment as a file that `run` takes. archive: the experiment with its sweeps and
all that their runs left, in one file. deposit: a folder for a repository of research data, with tables, codebook,
experiment, archive, licence, citation and checklists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from loguru import logger

from sociarium.analysis.load import prices_of
from sociarium.bootstrap import open_prices, open_store, table_format
from sociarium.cli.deposit_export import deposit_request, export_deposit, tell_of_deposit
from sociarium.cli.display.account import missing_runs_message
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.display.ownership import earlier_runs_message, left_out_message, notice
from sociarium.cli.factor_levels import levels
from sociarium.cli.logs import log_actions
from sociarium.cli.looks import keep_looks
from sociarium.cli.options import JsonOption, OutOption, StoreOption, TargetArgument
from sociarium.cli.targets import filter_in_full, selection
from sociarium.config import load
from sociarium.count_text import count_text
from sociarium.errors import BadInput
from sociarium.exchange import graphml, jsonl, txt, yaml_file
from sociarium.exchange.archive.packing import packing
from sociarium.exchange.archive.write import export as archive
from sociarium.exchange.folder import Folder
from sociarium.exchange.selection import Progress, RunFilter, Selection
from sociarium.exchange.tables.export import export as export_tables
from sociarium.exchange.tables.read import RunAccount, account_of
from sociarium.exchange.transfer import parts
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.runs import RunState


class Format(StrEnum):
    """Formats of export."""

    TXT = "txt"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    YAML = "yaml"
    GRAPHML = "graphml"
    ARCHIVE = "archive"
    DEPOSIT = "deposit"


_WHOLE = frozenset({Format.YAML, Format.ARCHIVE, Format.DEPOSIT})
FormatOption = Annotated[
    Format,
    typer.Option(
        "--format", help="transcripts or tables to read; or yaml, archive and deposit, which keep the experiment"
    ),
]


def command(
    target: TargetArgument,
    format_: FormatOption = Format.TXT,
    out: OutOption = Path("export"),
    state: Annotated[RunState | None, typer.Option("--state", help="only runs of this state")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="FACTOR=LEVEL", help="only runs with this level; several must all hold"),
    ] = None,
    license_: Annotated[
        str | None,
        typer.Option("--license", metavar="SPDX", help="of a deposit, such as CC-BY-4.0"),
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="a deposit without real histories, names of people, hosts and addresses")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    narrowing = RunFilter(state, levels(where or []))
    request = deposit_request(target, license_, is_deposit=format_ is Format.DEPOSIT, is_public=public)
    if format_ in _WHOLE and narrowing != RunFilter():
        raise BadInput(f"--format {format_.value} takes whole experiments, sweeps, runs; leave out --state and --where")
    log_actions("export")
    opened = open_store(store or config.store_url, create=False)
    try:
        chosen = selection(opened, target, creator=config.creator, every_sweep=format_ is Format.ARCHIVE)
        narrowing = filter_in_full(opened, chosen, narrowing)
        if format_ is not Format.YAML:
            _tell_of_selection(opened, chosen, config.creator)
        with show_count("Exporting runs", quiet=as_json) as progress:
            if request is None:
                runs, files = _write(opened, chosen, narrowing, format_, out, progress)
            else:
                runs, deposit = export_deposit(opened, chosen, request, out, config.creator, progress)
                files = list(deposit.files)
        protocols = [] if format_ is Format.YAML else chosen.protocols(opened, narrowing)
        account = _account(opened, chosen, narrowing, format_)
    finally:
        opened.close()
    logger.info("{} exported {}, named {!r}, as {} into {}: {}", config.creator, chosen.log_name, target, format_.value,
                out, count_text(runs, "run"))  # fmt: skip
    _warn_of_runs(protocols, account, chosen)
    below = tell_of_deposit(deposit, request) if request is not None else out
    if as_json:
        print_json({"runs": runs, "files": [*map(str, files)], "protocols": protocols, **_account_as_dict(account)})
    else:
        summary = f"{count_text(runs, 'run')} in {count_text(len(files), 'file')} below {below}."
        console().print(f"The experiment is in {files[0]}." if format_ is Format.YAML else summary)


def _account(store: Store, chosen: Selection, narrowing: RunFilter, format_: Format) -> RunAccount | None:
    """Which runs are written; None of an experiment alone. An archive holds those, too, that nobody took up yet."""
    if format_ is Format.YAML:
        return None
    return account_of(store, chosen, replace(narrowing, begun_only=format_ is not Format.ARCHIVE))


def _account_as_dict(account: RunAccount | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"planned": account.planned, "left_out": dict(account.left_out), "earlier": dict(account.earlier)}


def _warn_of_runs(protocols: Sequence[int], account: RunAccount | None, chosen: Selection) -> None:
    """Say what is to be known of the runs that are written, and which are not, and why."""
    _warn_of_rules(protocols)
    if account is not None and account.earlier:
        notice(f"! {earlier_runs_message(account.earlier)}")
    if account is not None and (missing := missing_runs_message(account, chosen)):
        notice(f"! {missing}")


def _tell_of_selection(store: Store, chosen: Selection, me: str) -> None:
    if chosen.left_out:
        notice(left_out_message(chosen.left_out))
    keep_looks(store, chosen, "export", by=me)


def _warn_of_rules(protocols: Sequence[int]) -> None:
    if len(protocols) < 2:  # several
        return
    names = " and ".join(map(str, protocols))
    console(stderr=True).print(
        words(f"! These runs were played under different rules (protocols {names}): do not pool them; the column "
              "`protocol` of the table runs, and the key of that name in JSON, tell them apart", "yellow"),
    )  # fmt: skip


def _write(
    store: Store, chosen: Selection, narrowing: RunFilter, format_: Format, out: Path, progress: Progress
) -> tuple[int, list[Path]]:
    count = 0

    def counting(done: int) -> None:
        nonlocal count
        count = done
        progress(done)

    match format_:
        case Format.CSV | Format.PARQUET:
            sheets = table_format("csv" if format_ is Format.CSV else "parquet")
            files = export_tables(store, chosen, narrowing, Folder(out), [sheets], counting)
        case Format.YAML:
            file, problems = yaml_file.export(chosen, Folder(out))
            if problems:
                console(stderr=True).print(words(f"To be mended before `run` takes it:\n{problems}"))
            files = [file]
        case Format.ARCHIVE:
            now = SystemClock().now()
            documents = [version.document for version in store.versions(chosen.experiment.id)]
            pack = partial(packing, prices=prices_of(documents, open_prices()), folder=Path.cwd())
            packed = parts(store, chosen)
            files = [archive(packed, Folder(out), chosen.name, exported=now, progress=progress, pack=pack)]
            # The writing of a feed's people is in it, too, and is no run that somebody counts.
            count = sum(1 for _ in chosen.runs(store, RunFilter(begun_only=False)))
        case Format.TXT | Format.JSONL | Format.GRAPHML:
            ids = (place.status.run for _, place in chosen.runs(store, narrowing))
            files = list(_WRITERS[format_](store, _with_progress(ids, counting), Folder(out)))
        case Format.DEPOSIT:
            raise AssertionError
    return count, files


_WRITERS = {Format.TXT: txt.export, Format.JSONL: jsonl.export, Format.GRAPHML: graphml.export}


def _with_progress(runs: Iterable[str], progress: Callable[[int], None]) -> Iterable[str]:
    for done, run in enumerate(runs, start=1):
        yield run
        progress(done)
