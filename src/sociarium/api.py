"""The Python interface, for notebooks and scripts: from an experiment file to its transcripts.

Nothing here prints or reads the terminal. `store` is a store's URL, the path of a database file, or None: the store of
the configuration. Errors are `sociarium.errors.SociariumError`, each with a message that says how to mend it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from html import escape
from pathlib import Path
from typing import Any

from sociarium import config as configuration
from sociarium.bootstrap import ServingOptions, open_models, open_prices, open_store
from sociarium.environments.feed.optional_libraries import refuse_missing
from sociarium.errors import BadInput, SetupError
from sociarium.exchange.definition_files import read_definition, sweep_name
from sociarium.exchange.run_document import run_document
from sociarium.experiment.definition import Definition
from sociarium.experiment.design_review import model_users_of
from sociarium.experiment.document import parse
from sociarium.experiment.sweep import Level
from sociarium.experiment.validation import design_of
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import News, Observer
from sociarium.ports.prices import price_of
from sociarium.ports.store import Store
from sociarium.records.lists import RunQuery
from sociarium.records.runs import RunState
from sociarium.runner.library import lookup
from sociarium.runner.library.faults import Faults
from sociarium.runner.library.status import Counts
from sociarium.runner.planning import plan as planning
from sociarium.runner.planning.preflight import (
    check_models,
    missing_models,
    needs_person,
    pull_missing,
    refuse_unable,
)
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep, reopen, save_sweep
from sociarium.runner.sweep.start import SweepPorts, start
from sociarium.runner.workers.shutdown import StopSwitch

StoreAddress = str | Path | None


@dataclass(frozen=True, slots=True)
class Experiment:
    """A checked experiment."""

    definition: Definition

    @property
    def title(self) -> str:
        """Its title."""
        return self.definition.title

    def _repr_html_(self) -> str:
        return f"<b>{escape(self.title)}</b> ({escape(', '.join(self.definition.all_sweeps))})"


class Plan(planning.Plan):
    """What a sweep comes to; see `sociarium.runner.planning.plan.Plan` for its attributes."""

    def _repr_html_(self) -> str:
        shown = self.as_dict()
        names = ("sweep", "runs", "conditions", "replicates", "factors", "calls", "tokens", "cost_usd", "warnings")
        return _table((name, str(shown[name])) for name in names)


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a start of a sweep came to.

    Attributes:
        experiment, sweep: ids.
        counts: runs of the sweep by state.
        messages, calls: of this start.
        tokens: prompt and completion tokens of this start.
        cost_usd: of this start; None where no price is known.
        seconds: that it took.
        faults: what is empty, skipped or invalid in the sweep.
        stopped: why it stopped early; empty when nothing stopped it.
        paused: models that wait for a person's word -> why.
    """

    experiment: str
    sweep: str
    counts: Counts
    messages: int
    calls: int
    tokens: tuple[int, int]
    cost_usd: float | None
    seconds: float
    faults: Faults
    stopped: str
    paused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run at its place in a sweep; `condition` is factor -> label of its level."""

    id: str
    sweep: str
    experiment: str
    condition: Mapping[str, Level]
    replicate: int
    state: RunState
    ended: str | None
    error: str | None
    messages: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a conversation; `day` as the file counts them, `flags` what is noted of it."""

    run: str
    seq: int
    day: int
    index: int
    role: str
    speaker: str
    content: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation; agents, summaries and probes are as `sociarium show --json` prints them."""

    run: str
    condition: Mapping[str, Level]
    replicate: int
    state: RunState
    starting_message: str
    messages: tuple[Message, ...]
    agents: tuple[Mapping[str, Any], ...]
    summaries: tuple[Mapping[str, Any], ...]
    probes: tuple[Mapping[str, Any], ...]

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)

    def _repr_html_(self) -> str:
        return _table((one.speaker, one.content) for one in self.messages)


@dataclass(frozen=True, slots=True)
class _Deaf:
    def notice(self, news: News) -> None:
        """Nobody listens."""


def load(path: str | Path) -> Experiment:
    """The checked experiment in a file. Raises `BadInput` (unreadable) or `DefinitionError` (with every fault)."""
    return Experiment(read_definition(Path(path)))


def loads(text: str) -> Experiment:
    """The checked experiment in a YAML text, which names no other files. Raises `DefinitionError`."""

    def refuse(_name: str) -> bytes:
        raise OSError(0, "a text has no folder; load the experiment from a file")

    return Experiment(parse(text.encode(), source="text", read=refuse))


def plan(experiment: Experiment, *, sweep: str | None = None, concurrency: int = 16) -> Plan:
    """What a sweep comes to; nothing is asked and nothing saved.

    Args:
        sweep: its name in the file; needed where there are several.
        concurrency: runs open at once, for the range of seconds.

    Raises:
        BadInput: there is no such sweep.
    """
    definition = experiment.definition
    value = planning.plan(definition, sweep_name(definition, sweep), concurrency=concurrency, prices=open_prices())
    return Plan(**{one.name: getattr(value, one.name) for one in fields(value)})


async def run_async(
    experiment: Experiment, *, store: StoreAddress = None, sweep: str | None = None, **options: Any
) -> SweepResult:
    """`run`, for code that runs in an event loop."""
    (play, observer), config = _options(options), configuration.load()
    definition, name = experiment.definition, sweep_name(experiment.definition, sweep)
    await _prepare(definition, name, config, play)
    with _opened(store, create=True) as opened:
        begun = await asyncio.to_thread(
            save_sweep, opened, definition, name, creator=config.creator, clock=SystemClock()
        )
        return await _play(opened, begun, config, play, observer)


def run(experiment: Experiment, *, store: StoreAddress = None, sweep: str | None = None, **options: Any) -> SweepResult:
    """Save an experiment if it is new, and play what is left of a sweep; inside a running event loop, in a thread.

    Args:
        sweep: its name in the file; needed where there are several.
        options: concurrency (runs open at once, 16), limit (runs at most), max_cost (USD), max_tokens, max_time
            (seconds), retry_failed, pull (whether Ollama fetches models that it lacks; False), observer (its `notice`
            is called in the thread that plays).

    Raises:
        BadInput: there is no such sweep, or a model has no price and `max_cost` is set.
        SetupError: a model cannot be asked, or a person is needed.
        StoreUnavailable: the store stayed away.
        TypeError: there is no such option.
    """
    return _wait(run_async(experiment, store=store, sweep=sweep, **options))


def resume(sweep: str | None = None, *, store: StoreAddress = None, **options: Any) -> SweepResult:
    """Go on with a sweep: the one whose id begins so, or the latest. Options and errors as of `run`, and `NotFound`."""
    return _wait(_resume(sweep, store, *_options(options)))


def runs(
    *,
    store: StoreAddress = None,
    sweep: str | None = None,
    experiment: str | None = None,
    where: Mapping[str, str] | None = None,
    state: RunState | None = None,
) -> list[RunRow]:
    """Runs at their places, the latest sweep first.

    Args:
        sweep: id, or its beginning.
        experiment: id, its beginning, or title.
        where: factor -> label of its level.

    Raises:
        NotFound, Ambiguous: a text names nothing, or several.
    """
    with _opened(store) as opened:
        creator = configuration.load().creator
        query = RunQuery(
            where=where or {},
            state=state,
            sweep=lookup.find_sweep(opened, sweep).id if sweep else None,
            experiment=lookup.find_experiment(opened, experiment, creator=creator).id if experiment else None,
        )
        return [
            RunRow(row.place.status.run, row.sweep, row.experiment, row.place.condition, row.place.replicate,
                   row.place.status.state, row.place.status.ended, row.place.status.error,
                   row.place.status.counters.messages)
            for row in opened.list_runs(query)
        ]  # fmt: skip


def transcript(run: str | RunRow, *, store: StoreAddress = None) -> Transcript:
    """A conversation by its run, or its id's beginning. Raises `NotFound`, `Ambiguous`; `BadInput` for a feed."""
    with _opened(store) as opened:
        id_ = lookup.find_run_id(opened, run.id if isinstance(run, RunRow) else run)
        return _transcript(opened, id_)


def messages(target: str | RunRow | SweepResult, *, store: StoreAddress = None) -> Iterator[Message]:
    """The messages of a run, or of each run of a sweep once, in order; errors as of `transcript`, at the first one."""
    with _opened(store) as opened:
        for id_ in _run_ids(opened, target):
            yield from _transcript(opened, id_).messages


def _run_ids(store: Store, target: str | RunRow | SweepResult) -> list[str]:
    if isinstance(target, RunRow):
        return [target.id]
    text = target.sweep if isinstance(target, SweepResult) else target
    if lookup.exists(store, "sweep", text):
        sweep = lookup.find_sweep(store, text)
        return list(dict.fromkeys(slot.status.run for slot in store.slots(sweep.id)))
    return [lookup.find_run_id(store, text)]


def _transcript(store: Store, id_: str) -> Transcript:
    document = run_document(store, id_)
    if "messages" not in document:
        raise BadInput(f"run {id_[:12]} is no conversation; `sociarium show {id_[:12]} --json` has all of it")
    lines = tuple(
        Message(id_, one["seq"], one["day"], one["index"], one["role"], one["speaker"], one["content"],
                tuple(one["flags"]))
        for one in document["messages"]
    )  # fmt: skip
    return Transcript(
        id_,
        document["condition"],
        document["replicate"],
        RunState(document["state"]),
        document["starting_message"],
        lines,
        tuple(document["agents"]),
        tuple(document["summaries"]),
        tuple(document["probes"]),
    )


def _options(options: Mapping[str, Any]) -> tuple[PlayOptions, Observer | None]:
    return PlayOptions(**{name: options[name] for name in options if name != "observer"}), options.get("observer")


async def _resume(sweep: str | None, store: StoreAddress, play: PlayOptions, observer: Observer | None) -> SweepResult:
    config = configuration.load()
    with _opened(store) as opened:
        begun = await asyncio.to_thread(lambda: reopen(opened, lookup.find_sweep(opened, sweep)))
        await _prepare(begun.definition, begun.sweep.name, config, play)
        return await _play(opened, begun, config, play, observer)


def _used(definition: Definition, sweep: str) -> list[str]:
    return sorted(model_users_of(definition, design_of(definition, sweep)))


async def _prepare(definition: Definition, sweep: str, config: configuration.Config, play: PlayOptions) -> None:
    if needs_person(definition, sweep):
        raise SetupError("this sweep asks a person; play it with `sociarium run` in a terminal")
    if definition.environment == "feed":
        refuse_missing()
    used, prices = _used(definition, sweep), open_prices()
    for name in used if play.max_cost is not None else ():
        if price_of(definition.models[name], prices) is None:
            raise BadInput(f"max_cost needs the price of {name!r}; add `price: {{input: ..., output: ...}}` to it")
    served = [name for name in used if definition.models[name].provider != "offline"]
    serving = ServingOptions(config, play.pull)
    checks = await check_models(definition, open_models(definition, served, serving), pull=play.pull)
    refuse_unable(checks)
    if missing := missing_models(checks):
        await pull_missing(definition, open_models(definition, missing, serving))


async def _play(
    store: Store, begun: StartedSweep, config: configuration.Config, play: PlayOptions, observer: Observer | None
) -> SweepResult:
    stop = StopSwitch()
    offers = open_models(begun.definition, _used(begun.definition, begun.sweep.name), ServingOptions(config, play.pull))
    ports = SweepPorts(observer=observer or _Deaf(), stop=stop, prices=open_prices())
    options = replace(play, lease=config.lease)
    outcome = await start(store, begun, offers, options, ports, creator=config.creator)
    spent, result = outcome.spending, outcome.result
    tokens = (spent.prompt_tokens, spent.completion_tokens)
    return SweepResult(begun.experiment.id, begun.sweep.id, result.counts, spent.messages, spent.calls, tokens,
                       spent.cost_usd, outcome.seconds, result.faults, stop.message, result.paused)  # fmt: skip


def _wait(work: Coroutine[Any, Any, SweepResult]) -> SweepResult:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@contextmanager
def _opened(store: StoreAddress, *, create: bool = False) -> Iterator[Store]:
    url = configuration.load().store_url if store is None else str(store)
    opened = open_store(url if "://" in url else f"sqlite:///{url}", create=create)
    try:
        yield opened
    finally:
        opened.close()


def _table(rows: Iterator[tuple[str, str]]) -> str:
    lines = "".join(f"<tr><th>{escape(head)}</th><td>{escape(text)}</td></tr>" for head, text in rows)
    return f"<table>{lines}</table>"
