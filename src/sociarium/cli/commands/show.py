"""RUN is the beginning of a run's id. Reading needs no model. With --prompts the run is replayed, and every request is
shown word for word as it was sent; where a server takes no system message or no JSON Schema, it says in which form.
Of a sweep, --population shows what was asked of the people whom a model writes beside what came, and --canary what
hosted models answered to its canary.
Of a feed, --person shows one person (persona, state day by day, what they saw, judged and did), --thread one thread. On
a terminal what is longer than the screen is shown by PAGER, or by less."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from sociarium.analysis.population import population_reports
from sociarium.bootstrap import open_store
from sociarium.cli.display.canary import canary_as_dict, show_canary
from sociarium.cli.display.faults import of_run
from sociarium.cli.display.feed_people import person_value, show_person, show_thread, thread_value
from sociarium.cli.display.feeds import show_people, show_population, show_threads
from sociarium.cli.display.interviews import show_interviews
from sociarium.cli.display.lineage import lineage_sentences
from sociarium.cli.display.output import console, print_json, role_styles, words
from sociarium.cli.display.population_report import show_population_reports
from sociarium.cli.options import JsonOption, NoPagerOption, RunOrSweepArgument, StoreOption
from sociarium.cli.paging import pager_around
from sociarium.config import load
from sociarium.errors import BadInput
from sociarium.exchange.feed_reading import FeedReading, feed_reading
from sociarium.exchange.run_document import run_document
from sociarium.exchange.sanitize import one_line
from sociarium.exchange.sent_forms import sent_form_lines
from sociarium.exchange.txt import in_order
from sociarium.ports.store import Store
from sociarium.runner.library import lookup
from sociarium.runner.library.status import RunStates
from sociarium.runner.run.replay import ReplayResult, replay
from sociarium.runner.workers.process import this_worker

_ONE_ONLY = "--person, --thread, --population, --canary and --prompts each show something else; leave all out but one"


def command(
    run: RunOrSweepArgument,
    prompts: Annotated[bool, typer.Option("--prompts", help="show the exact requests")] = False,
    exposures: Annotated[
        bool,
        typer.Option(
            "--exposures",
            help="of a feed, with --json: list who saw what, and what they made of it, instead of counting",
        ),
    ] = False,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="HANDLE", help="of a feed: one person, day by day"),
    ] = None,
    thread: Annotated[
        str | None,
        typer.Option("--thread", metavar="POST", help="of a feed: the thread of a post, by the post's id"),
    ] = None,
    population: Annotated[
        bool, typer.Option("--population", help="of a sweep: what was asked of people by a model, and what came")
    ] = False,
    canary: Annotated[
        bool, typer.Option("--canary", help="of a sweep: what hosted models answered to its fixed question, and when")
    ] = False,
    store: StoreOption = None,
    no_pager: NoPagerOption = False,
    as_json: JsonOption = False,
) -> None:
    if sum((prompts, person is not None, thread is not None, population, canary)) > 1:
        raise BadInput(_ONE_ONLY)
    config, screen = load(), console()
    opened = open_store(store or config.store_url, create=False)
    try:
        if population or canary:
            (_show_canary if canary else _show_population_reports)(opened, run, as_json=as_json)
            return
        run_id = lookup.find_run_id(opened, run)
        if person is not None or thread is not None:
            with pager_around(screen, pager=config.pager, is_wanted=not (no_pager or as_json)):
                _show_of_feed(screen, feed_reading(opened, run_id), person, thread, as_json=as_json)
            return
        document = _document(opened, run_id, exposures=exposures)
        replayed = asyncio.run(replay(opened, run_id)) if prompts else None
    finally:
        opened.close()
    if as_json:
        print_json(document if replayed is None else document | {"requests": _as_list(replayed)})
        return
    with pager_around(screen, pager=config.pager, is_wanted=not no_pager):
        _show(screen, document, replayed)


def _document(store: Store, run: str, *, exposures: bool) -> dict[str, Any]:
    """A run with its state as lists tell it: what a worker left that is gone is pending."""
    state = RunStates(store, this_worker()).of(store.run_statuses([run])[0])
    return {**run_document(store, run, exposures=exposures), "state": state.value}


def _show_population_reports(store: Store, sweep: str, *, as_json: bool) -> None:
    record = lookup.find_sweep(store, sweep)
    reports = population_reports(store, record)
    if as_json:
        print_json({"sweep": record.id, "populations": [report.as_dict() for report in reports]})
    else:
        show_population_reports(console(), reports)


def _show_canary(store: Store, sweep: str, *, as_json: bool) -> None:
    record = lookup.find_sweep(store, sweep)
    orders = store.orders(record.id)
    if as_json:
        print_json({"sweep": record.id, **canary_as_dict(orders)})
    else:
        show_canary(console(), orders)


def _show_of_feed(screen: Console, read: FeedReading, person: str | None, thread: str | None, *, as_json: bool) -> None:
    """A person or a thread of a feed. Raises `NotFound`."""
    if as_json:
        print_json(person_value(read, person) if person is not None else thread_value(read, thread or ""))
    elif person is not None:
        show_person(screen, read, person)
    else:
        show_thread(screen, read, thread or "")


def _show(screen: Console, document: dict[str, Any], replayed: ReplayResult | None) -> None:
    _show_head(screen, document)
    if replayed is None and "posts" in document:
        show_threads(screen, document)
    elif replayed is None and "population" in document:
        show_population(screen, document)
    elif replayed is None:
        _show_transcript(screen, document)
    else:
        _show_requests(screen, replayed)
    if replayed is None:
        show_interviews(screen, document["interviews"])


def _as_list(replayed: ReplayResult) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "model": request.model.name,
            "options": dict(request.model.options),
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "schema": request.schema,
            "stop": list(request.stop),
        }
        | ({"form": dict(replayed.forms[key])} if key in replayed.forms else {})
        for key, request in replayed.requests.items()
    ]


def _show_head(screen: Console, document: dict[str, Any]) -> None:
    state = f"{document['state']}, {document['ended']}" if document["ended"] else document["state"]
    screen.print(words(f"Run {document['run']} · replicate {document['replicate']} · {state}", "bold"))
    condition = " · ".join(f"{factor}: {level}" for factor, level in document["condition"].items())
    screen.print(words(one_line(condition, most=2000) or "the only condition", "dim"))
    if document["runners"]:
        screen.print(words(f"ran by {one_line(', then '.join(document['runners']), most=500)}", "dim"))
    for sentence in lineage_sentences(document["lineage"]):
        screen.print(words(sentence, "dim"))
    if document["favourite"] or document["note"]:
        star = "* " if document["favourite"] else ""
        screen.print(words(star + one_line(document["note"], most=2000), "dim"))
    if document["error"]:
        screen.print(words(f"Failed: {document['error']}", "red"))
    for fault in of_run(document):
        screen.print(words(fault, "yellow"))
    if document["offline"]:
        screen.print("Offline: these words are stand-ins, not a model's.", style="yellow")
    if document.get("environment") == "feed":
        show_people(screen, document)
    styles = role_styles([agent["role"] for agent in document.get("agents", ())])
    for agent in document.get("agents", ()):
        played = "scripted" if agent["scripted"] else f"played by {agent['model']}"
        line = words(f"  {agent['name']}", styles[agent["role"]])
        screen.print(line.append(f"  {one_line(agent['role'], most=60)}, {one_line(played, most=80)}", style="dim"))


def _show_transcript(screen: Console, document: dict[str, Any]) -> None:
    styles = role_styles([agent["role"] for agent in document["agents"]])
    screen.print()
    screen.print(words(document["starting_message"], "italic"))
    day = None
    for part in in_order(document):
        if part["day"] and part["day"] != day:
            day = part["day"]
            screen.print()
            screen.rule(f"Day {day}", style="dim")
        screen.print()
        screen.print(_line(part, styles), soft_wrap=True)


def _line(part: dict[str, Any], styles: dict[str, str]) -> Text:
    match part["kind"]:
        case "messages":
            line = words(part["speaker"], f"bold {styles.get(part['role'], '')}").append(": ")
            line.append_text(words(part["content"]))
        case "events":
            line = words(f"{part['author']}: ", "bold reverse").append_text(words(part["content"]))
        case "summaries":
            line = words(f"Summary of day {part['day']}: {part['content']}", "italic")
        case _:
            answer = "no valid answer" if part["answer"] is None else part["answer"]
            line = words(f"? {part['name']} ({part['at']}), {part['agent']}: {answer}", "dim")
    if part.get("flags"):
        line.append(f"  [{', '.join(part['flags'])}]", style="yellow")
    if part.get("continuation"):
        line.append("  [after the continuation line]", style="dim")
    return line


def _show_requests(screen: Console, replayed: ReplayResult) -> None:
    for key, request in replayed.requests.items():
        options = ", ".join(f"{name}={value}" for name, value in request.model.options.items())
        screen.print()
        screen.rule(words(f"{key} · {request.model.name} · {options}"), align="left")
        for message in request.messages:
            screen.print(words(message.role, "bold"))
            screen.print(words(message.content))
        if request.schema:
            screen.print(words(f"answer as {json.dumps(request.schema, ensure_ascii=False)}", "dim"))
        for line in sent_form_lines(request, replayed.forms.get(key, {})):
            screen.print(words(line, "yellow"))
