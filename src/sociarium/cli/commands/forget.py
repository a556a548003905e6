"""PERSON is the handle or name of somebody whose history an experiment holds, or the name of somebody who labelled,
posted into feeds or played at a terminal. What was built on a history goes whole: the experiment with all its runs.
Runs in which the person posted or played go, and all their labels; validations of judges that rest on these say so.
Drafts of experiments with their history go too, and an embedded store is written anew, so that nothing deleted is left
in its file. Who made or ran something stays named as such; `delete` takes it away. What is somebody else's to delete
stays and is named: exit code 1.

Archives are listed, never changed: those below `export`, below the folders that logs name, and below --look. Copies
elsewhere, other exports, backups, logs of servers, and words that others or models put otherwise cannot be known."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.output import console, number, print_json, words
from sociarium.cli.logs import log_actions
from sociarium.cli.options import JsonOption, StoreOption
from sociarium.config import LOG_FOLDER, load
from sociarium.count_text import count_text
from sociarium.editing.person_drafts import drafts_with
from sociarium.errors import BadInput
from sociarium.exchange.archive.holders import archives_with
from sociarium.exchange.sanitize import one_line
from sociarium.ports.clock import SystemClock
from sociarium.runner.library.forget import ForgetResult, PersonTraces, find_traces, forget
from sociarium.runner.workers.liveness import Liveness
from sociarium.runner.workers.process import this_worker

UNKNOWN = (
    "It cannot be known whether there are copies of archives elsewhere, other exports (tables, texts, reports, "
    "deposits), backups, or logs of model servers; nor where others or models put the person's words otherwise."
)
_EXPORTED = re.compile(r" exported .* as \w+ into (.+): [\d,]+ runs?$")
_MOST_LISTED = 20


def command(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="a handle or name")],
    look: Annotated[
        list[Path] | None,
        typer.Option("--look", metavar="DIR", help="look for archives below this folder too; may be repeated"),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="ask nothing")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    if len(person.strip().removeprefix("@")) == 0:
        raise BadInput("name a person: a handle or a name")
    config = load()
    log_actions("forget")
    opened = open_store(store or config.store_url, create=False)
    try:
        with show_count("Looking at runs", quiet=as_json) as progress:
            traces = find_traces(opened, person, progress)
        drafts = drafts_with(person)
        archives = list(archives_with([Path("export"), *(look or []), *_folders_of_logs()], person))
        if not as_json:
            _show(person, traces, drafts, archives)
        result = ForgetResult((), (), 0, {})
        if not traces.is_empty or drafts:
            if not yes and not _confirm():
                raise typer.Exit(0)
            for path in drafts:
                path.unlink(missing_ok=True)
            liveness = Liveness(opened, this_worker(), SystemClock(), lease=config.lease)
            with show_count("Forgetting", quiet=as_json) as progress:
                result = forget(opened, traces, creator=config.creator, liveness=liveness, progress=progress)
    finally:
        opened.close()
    if as_json:
        print_json({
            "experiments": list(result.experiments), "runs": list(result.runs), "labels": result.labels,
            "validations": result.validations, "drafts": [str(path) for path in drafts],
            "remaining": result.remaining, "named": traces.named,
            "archives": [{"path": str(path), "what": what} for path, what in archives], "unknown": UNKNOWN,
        })  # fmt: skip
    else:
        _tell(result, len(drafts))
    raise typer.Exit(1 if result.remaining or traces.unread else 0)


def _folders_of_logs() -> list[Path]:
    """The folders into which something was exported, as far as logs are here."""
    folders: dict[Path, None] = {}
    for path in sorted(LOG_FOLDER.glob("*-export-*.log")):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        folders |= {Path(match[1]): None for line in text.splitlines() if (match := _EXPORTED.search(line))}
    return list(folders)


def _show(person: str, traces: PersonTraces, drafts: Sequence[Path], archives: Sequence[tuple[Path, str]]) -> None:
    screen = console(stderr=True)

    def say(text: str) -> None:
        screen.print(words(one_line(text, most=500)))

    if traces.is_empty and not drafts:
        say(f"The store holds no history, post or label of {person!r}.")
    else:
        say(f"This takes away what is here of {person!r}; there is no way back:")
    for experiment in traces.experiments[:_MOST_LISTED]:
        say(f"  the experiment {experiment.id[:8]} {experiment.title!r}, whole: it holds their history")
    if len(traces.experiments) > _MOST_LISTED:
        say(f"  and {count_text(len(traces.experiments) - _MOST_LISTED, 'more experiment')}")
    if traces.runs:
        say(f"  {count_text(len(traces.runs), 'run')} in which they posted or played")
    if traces.labels:
        say(f"  {count_text(traces.labels, 'label')}")
    for path in drafts:
        say(f"  the draft {path}")
    if traces.named:
        say("It stays that they are named: " + ", ".join(f"{count} {what}" for what, count in traces.named.items()))
    for title in traces.unread:
        say(f"Not looked at: {title!r} is being deleted; complete that, and call again")
    for path, what in archives:
        say(f"The archive {path} {what}; it is left as it is")
    say(UNKNOWN)


def _confirm() -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput("nothing was taken away; say --yes")
    return typer.confirm("Forget?", err=True)


def _tell(result: ForgetResult, drafts: int) -> None:
    counts = {
        "experiments": len(result.experiments),
        "runs": len(result.runs),
        "labels": result.labels,
        "drafts": drafts,
    }
    gone = ", ".join(f"{number(count)} {what}" for what, count in counts.items())
    console().print(f"Taken away: {gone}.")
    if result.validations:
        console().print(
            words(f"{number(result.validations)} validations of judges say now that labels they rest on are gone; "
                  "`judge validate` makes them anew.")
        )  # fmt: skip
    for what, why in result.remaining.items():
        console(stderr=True).print(words(one_line(f"! {what} remains: {why}", most=500), "yellow"))
