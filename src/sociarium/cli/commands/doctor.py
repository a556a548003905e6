"""Looks at everything that could stop tonight's sweep: this Python, the store (which is written to, and the write taken
back), the logs, the disk, and with FILE the experiment and its models. Nothing is asked of a model."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from loguru import logger

from sociarium.bootstrap import ServingOptions, open_models, open_store
from sociarium.cli.display.command_hints import with_pasteable_commands
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.logs import log_actions
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.config import LOG_FOLDER, Config, load
from sociarium.count_text import count_text
from sociarium.errors import BadInput, Problem, SociariumError
from sociarium.exchange.definition_files import read_definition
from sociarium.experiment.address import public_text
from sociarium.records.health import HealthCheck
from sociarium.runner.library.tombstones import deletion_message as told_mark
from sociarium.runner.planning.preflight import check_models

_LEAST_FREE = 1_000_000_000


def command(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="an experiment file, whose models are looked at too")
    ] = None,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="bring a store of an older version up to date; there is no way back")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="migrate without a question")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    url = store or config.store_url
    if migrate and not yes:
        _ask()
    if migrate:
        log_actions("doctor")
        logger.info("{} brings {} up to date", config.creator, public_text(url))
    findings = [_python(), *_store(url, migrate=migrate), _disk(), _logs(), _secrets()]
    if file is not None:
        findings += _file(file, config)
    findings = [
        replace(one, problem=with_pasteable_commands(one.problem), hint=with_pasteable_commands(one.hint))
        for one in findings
    ]
    if as_json:
        print_json([_as_dict(one) for one in findings])
    else:
        screen = console()
        for one in findings:
            mark, style = ("!", "yellow") if one.problem or one.hint else ("✓", "green")
            text = one.problem or "; ".join(part for part in (one.detail, one.hint) if part)
            screen.print(words(f"{mark} {one.subject}: {text}", style))
    raise typer.Exit(2 if any(one.problem for one in findings) else 0)


def _as_dict(check: HealthCheck) -> dict[str, str]:
    """As `--json` prints it."""
    return {"what": check.subject, "told": check.detail, "problem": check.problem, "hint": check.hint}


def _run_check(what: str, look: Callable[[], str]) -> HealthCheck:
    try:
        return HealthCheck(what, look())
    except SociariumError as error:
        return HealthCheck(what, "", str(error))


def _python() -> HealthCheck:
    version = ".".join(map(str, sys.version_info[:3]))
    return HealthCheck("Python", version)


def _ask() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput("--migrate changes the store for good; copy it, let nobody work on it, and say --yes")
    if not typer.confirm("Is there a copy of the store, and does nobody work on it now?", err=True):
        raise typer.Exit(0)


def _store(url: str, *, migrate: bool) -> list[HealthCheck]:
    try:
        opened = open_store(url, create=not migrate, migrate=migrate)
    except SociariumError as error:
        return [HealthCheck("store", "", str(error))]
    try:
        half = [HealthCheck("deletion", "", told_mark(mark)) for mark in opened.deletions()]
        return [*opened.check_health(), *half]
    except SociariumError as error:
        return [HealthCheck("store", "", str(error))]
    finally:
        opened.close()


def _disk() -> HealthCheck:
    free = shutil.disk_usage(Path.cwd()).free
    if free < _LEAST_FREE:
        return HealthCheck("disk", "", f"{free / 1e9:.1f} GB are free here; make room before a long sweep")
    return HealthCheck("disk", f"{free / 1e9:.0f} GB free")


def _logs() -> HealthCheck:
    def look() -> str:
        try:
            LOG_FOLDER.mkdir(exist_ok=True)
            probe = LOG_FOLDER / ".doctor"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise SociariumError(f"{LOG_FOLDER} cannot be written: {error.strerror}; check its rights") from error
        return f"{LOG_FOLDER} can be written"

    return _run_check("logs", look)


def _secrets() -> HealthCheck:
    path = Path(".env")
    if not path.is_file():
        return HealthCheck(".env", "none here")
    if sys.platform != "win32" and path.stat().st_mode & 0o077:
        return HealthCheck(".env", "", "others on this machine can read your .env; run `chmod 600 .env`")
    return HealthCheck(".env", "only you can read it")


def _file(file: Path, config: Config) -> list[HealthCheck]:
    notes: list[Problem] = []
    try:
        definition = read_definition(file, notes=notes)
        models = open_models(definition, list(definition.models), ServingOptions(config))
    except SociariumError as error:
        return [HealthCheck(str(file), "", str(error))]
    checks = asyncio.run(check_models(definition, models, pull=True))
    return [
        HealthCheck(
            str(file),
            f"{count_text(len(definition.all_sweeps), 'sweep')}, {count_text(len(definition.models), 'model')}",
            hint="; ".join(map(str, notes)),
        ),
        *(
            HealthCheck(
                f"model {one.name}", ", ".join(d.address for d in one.described), one.problem, "; ".join(one.hints)
            )
            for one in checks
        ),
    ]
