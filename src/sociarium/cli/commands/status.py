"""SWEEP is the beginning of a sweep's id; without it the sweep that is played now, of several that with the latest sign
of life; where none is played, the latest, yours first. Works from any terminal while the sweep runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.live import Live

from sociarium.bootstrap import open_store
from sociarium.cli.display import older_protocols
from sociarium.cli.display.canary import canary_as_dict, canary_lines, canary_warnings
from sociarium.cli.display.faults import outstanding_lines
from sociarium.cli.display.meant_sweep import others_message
from sociarium.cli.display.morning import (
    MorningSlots,
    condition_table,
    failure_lines,
    hardware_lines,
    model_lines,
    next_command,
    span_line,
    under_filled_lines,
)
from sociarium.cli.display.output import console, number, print_json, words
from sociarium.cli.display.sentence_console import Sentence
from sociarium.cli.display.status_view import Slots, Spoken, spoken_messages, status_view
from sociarium.cli.display.steering import history_lines, steering_as_dict
from sociarium.cli.display.sweep_picture import sweep_picture
from sociarium.cli.options import JsonOption, MeantSweepArgument, StoreOption
from sociarium.cli.run_costs import RunCosts, Spent
from sociarium.config import load
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.sanitize import one_line
from sociarium.ports.store import Store
from sociarium.records.canary import canary_answers
from sociarium.records.hardware import models_apart
from sociarium.records.minute_text import minute_text
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import SweepSlot
from sociarium.records.steering import SteeringOrder
from sociarium.runner.library.faults import MAX_EMPTY
from sociarium.runner.library.older_protocols import Doubts, doubts, protocol_of_sweep
from sociarium.runner.library.played_now import find_meant_sweep
from sociarium.runner.library.status import SweepStatus, sweep_status
from sociarium.runner.prediction import TimeAndCost
from sociarium.runner.workers.process import this_worker

_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class _Status:
    sweep: SweepRecord
    title: str
    tally: SweepStatus
    doubts: Doubts
    protocol: int
    slots: Slots
    kept: MorningSlots
    orders: Sequence[SteeringOrder]


def command(
    sweep: MeantSweepArgument = None,
    watch: Annotated[bool, typer.Option("--watch", help="go on showing it until it is done or Ctrl-C")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    opened = open_store(store or config.store_url, create=False)
    try:
        meant = find_meant_sweep(opened, sweep, creator=config.creator)
        record, others = meant.sweep, meant.others
        if as_json:
            also = {"played_too": [one.id for one in others]} if others else {}
            print_json(_as_dict(_look(opened, record), RunCosts(opened)) | also)
            return
        if others:
            console().print(words(others_message(opened, others, command="status"), "yellow"))
        if watch and console().is_terminal and not console().is_dumb_terminal:
            _watch(opened, record)
        else:
            console().print(_picture(opened, _look(opened, record), RunCosts(opened))[0])
    finally:
        opened.close()


def _look(store: Store, sweep: SweepRecord, before: _Status | None = None) -> _Status:
    title = store.experiment(sweep.experiment).title
    protocol = protocol_of_sweep(store, sweep)
    slots = Slots()
    kept = MorningSlots()

    def take(slot: SweepSlot) -> None:
        slots.take(slot)
        kept.take(slot)

    counted = sweep_status(store, sweep, me=this_worker(), protocol=protocol, notice=take)
    # What is finished changes no more: who spoke in it is read once.
    doubtful = doubts(store, sweep, counted.old) if before is None or before.tally.old != counted.old else before.doubts
    return _Status(sweep, title, counted, doubtful, protocol, slots, kept, store.orders(sweep.id))


def _as_dict(status: _Status, costs: RunCosts) -> dict[str, Any]:
    return {
        "sweep": status.sweep.id,
        "experiment": status.sweep.experiment,
        "name": status.sweep.name,
        "origin": status.sweep.origin and status.sweep.origin.as_json(),
        "creator": status.sweep.creator,
        "counts": status.tally.counts.as_dict(),
        "failures": [{"run": run, "error": error} for run, error in status.tally.failures],
        "stopped": _end_text(status.tally),
        "left": _rest(status.tally.time_and_cost),
        "spent": _spent_as_dict(_consumption(status, costs)),
        "faults": status.tally.faults.as_dict(),
        "hardware": {model: dict(calls) for model, calls in sorted(status.tally.hardware.items())},
        "hardware_apart": models_apart(status.tally.hardware),
        "workers": [
            {"worker": worker.id, "host": worker.host, "pid": worker.pid, "by": worker.by, **worker.doing}
            for worker in status.tally.workers.values()
        ],
        "steering": steering_as_dict(status.orders),
        "canary": canary_as_dict(status.orders),
        "older_rules": older_protocols.as_dict(status.tally, status.doubts, protocol=status.protocol),
    }


def _end_text(tally: SweepStatus) -> str | None:
    """How the sweep came to its declared end; None while it did not."""
    return None if tally.stopped is None else one_line(tally.stopped.reason, most=300)


def _rest(measured: TimeAndCost | None) -> dict[str, Any] | None:
    """What is left by what was measured, and by how many runs."""
    if measured is None:
        return None
    return {
        "measured_runs": measured.runs,
        "seconds": measured.seconds and [round(end, 1) for end in measured.seconds.ends],
        "cost_usd": measured.cost and [round(end, 6) for end in measured.cost.ends],
    }


def _watch(store: Store, record: SweepRecord) -> None:
    status, costs = _look(store, record), RunCosts(store)
    picture, spoken = _picture(store, status, costs, is_watched=True)
    try:
        with Live(picture, console=console(), auto_refresh=False) as live:
            while status.tally.counts.left and not (status.tally.stopped and not status.tally.workers):
                time.sleep(_PAUSE)
                status = _look(store, record, status)
                picture, spoken = _picture(store, status, costs, spoken, is_watched=True)
                live.update(picture, refresh=True)
            live.update(_picture(store, status, costs, spoken)[0], refresh=True)
    except KeyboardInterrupt:
        return


def _picture(
    store: Store, status: _Status, costs: RunCosts, before: Spoken | None = None, *, is_watched: bool = False
) -> tuple[RenderableType, Spoken]:
    """What is shown, and what the next look need not read again."""
    counted, sweep, workers = status.tally.counts, status.sweep, status.tally.workers
    spoken = spoken_messages(store, status.slots, before)
    view = status_view(store, sweep, status.title, status.tally, slots=status.slots, spoken=spoken)
    hint = "Ctrl-C ends the watching; the sweep goes on" if is_watched else ""
    parts: list[RenderableType] = [sweep_picture(replace(view, hint=hint))]
    for worker in workers.values():
        runs = count_text(int(str(worker.doing.get("open", 0))), "run")
        who = f"{one_line(worker.by)} on " if worker.by else ""
        parts.append(Sentence(f"at work: {who}{one_line(worker.host)} process {worker.pid}, {runs} open"))
    stopped = _end_text(status.tally)
    if stopped:
        parts.append(Sentence(f"over as declared: {stopped}"))
    elif not workers and counted.left:
        if (left := status.tally.left) is not None:
            parts.append(Sentence(f"left before the end, {minute_text(left.at)}: {one_line(left.reason, most=300)}"))
        parts.append(Sentence(f"nobody works on it here; {next_command(counted, status.orders, sweep.id)}"))
    parts.append(condition_table(status.tally))
    warnings = [
        *_faults(status),
        *model_lines(status.tally),
        *under_filled_lines(status.tally, sweep),
        *hardware_lines(status.tally),
        *canary_warnings(status.orders),
    ]
    parts += [Sentence(line, style="yellow") for line in warnings]
    messages = older_protocols.older_protocol_messages(sweep, status.tally, status.doubts, protocol=status.protocol)
    parts += [Sentence(sentence, style="yellow") for sentence in messages]
    parts += [Sentence(line, style="red") for line in failure_lines(status.kept, sweep.id)]
    parts += [
        Sentence(line)
        for line in (_spending(status, costs), *canary_lines(status.orders), *history_lines(status.orders))
        if line
    ]
    return Group(*parts), spoken


def _spending(status: _Status, costs: RunCosts) -> str:
    """When it was played, how fast, and what it took, runs that are not done included; no cost without its prices."""
    if status.tally.workers:
        return ""
    span = span_line(status.kept, status.tally.messages)
    if not span:
        return ""
    spent = _consumption(status, costs)
    return f"{span} {number(spent.tokens)} {one_or_many(spent.tokens, 'token')}." + (
        f" Cost: {spent.cost:.2f} USD." if spent.cost else ""
    )


def _consumption(status: _Status, costs: RunCosts) -> Spent:
    """What the runs of the sweep and its canary took; people whom a model wrote beforehand are not among it."""
    kept, sweep = status.kept, status.sweep.id
    total = Spent(kept.prompt_tokens, kept.completion_tokens, kept.cost) + costs.so_far(sweep, kept.unfinished)
    for answer in canary_answers(status.orders):
        total += Spent(answer.prompt_tokens, answer.completion_tokens, answer.cost)
    for run in kept.without_cost:
        total += Spent(cost=costs.of(sweep, run))
    return total


def _spent_as_dict(spent: Spent) -> dict[str, Any]:
    """By the names of `run --json`."""
    return {
        "tokens": {"prompt": spent.prompt_tokens, "completion": spent.completion_tokens},
        "cost_usd": None if spent.cost is None else round(spent.cost, 6),
    }


def _faults(status: _Status) -> list[str]:
    return outstanding_lines(status.tally.faults, factors=status.tally.factors, most=MAX_EMPTY)
