"""Which server, and which kind of hardware, answered the calls of a sweep: stored, counted and told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sociarium.bootstrap import ServingOptions, open_models
from sociarium.cli.display.morning import hardware_lines
from sociarium.config import Config
from sociarium.exchange.run_document import run_document
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import News
from sociarium.records.hardware import models_apart
from sociarium.runner.library.status import sweep_status
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep, save_sweep
from sociarium.runner.sweep.start import SweepPorts, start
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.servers.ollama_server import OllamaDialect, digest_of, ollama_server
from tests.servers.stand_in import StandIn
from tests.support.definitions import definition, small

NAMES = ("a", "b")
MODELS = {f"{name}:latest": digest_of(name) for name in NAMES}


class Nobody:
    def notice(self, news: News) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


@contextmanager
def servers(*on_cards: float | None) -> Iterator[list[StandIn]]:
    """Two servers, each with all models in its memory, so much of them on graphics cards."""
    one, other = (OllamaDialect(models=dict(MODELS), loaded=tuple(MODELS), on_cards=share) for share in on_cards)
    with ollama_server(one) as first, ollama_server(other) as second:
        yield [first, second]


async def play(store: SqliteStore, entries: dict[str, str], *, messages: int = 2) -> StartedSweep:
    models = ", ".join(
        f"{name}: {{provider: ollama, model: {name}, context: 4096, {more}}}" for name, more in entries.items()
    )
    sweep = f"{{factors: {{model: [{', '.join(entries)}], messages: {messages}}}, replicates: 2}}"
    parsed = definition(small(models=f"{{{models}}}", sweep=sweep))
    begun = save_sweep(store, parsed, "main", creator="ada", clock=SystemClock())
    offers = open_models(begun.definition, list(entries), ServingOptions(Config({}), pull=False))
    await start(store, begun, offers, PlayOptions(), SweepPorts(observer=Nobody()))
    return begun


def kinds(store: SqliteStore, begun: StartedSweep) -> dict[str, set[tuple[str | None, str | None]]]:
    calls: dict[str, set[tuple[str | None, str | None]]] = {}
    for place in store.slots(begun.sweep.id):
        for entry in store.journal(place.status.run):
            if entry.call is not None:
                calls.setdefault(entry.call.model, set()).add((entry.call.endpoint, entry.call.hardware))
    return calls


async def test_each_call_is_kept_with_its_server_and_what_that_says_of_its_hardware(store: SqliteStore) -> None:
    with servers(1.0, 0.4) as (first, second):
        begun = await play(store, {"a": f'hosts: ["{first.url}"]', "b": f'hosts: ["{second.url}"]'})
    assert kinds(store, begun) == {"a": {(first.url, "gpu")}, "b": {(second.url, "mixed")}}
    status = sweep_status(store, begun.sweep, me=this_worker())
    assert {name: calls.total() for name, calls in status.hardware.items()} == {"a": 4, "b": 4}
    assert models_apart(status.hardware) == [("a", "b")]
    assert "a and b" in hardware_lines(status)[0]
    document = run_document(store, next(iter(store.slots(begun.sweep.id))).status.run)
    assert {call["hardware"] for call in document["calls"]} <= {"gpu", "mixed"}


async def test_what_the_file_says_of_the_hardware_counts_for_more(store: SqliteStore) -> None:
    with servers(1.0, 1.0) as (first, second):
        hosts = f'hosts: ["{first.url}", "{second.url}"]'
        by_host = f'hardware: {{"{first.url}": A100, "{second.url}": A100}}'
        begun = await play(store, {"a": f"{hosts}, {by_host}", "b": f"{hosts}, hardware: H100"})
    assert {name: {kind for _, kind in places} for name, places in kinds(store, begun).items()} == {
        "a": {"A100"},
        "b": {"H100"},
    }
    assert hardware_lines(sweep_status(store, begun.sweep, me=this_worker()))[1:] == ["  a: A100", "  b: H100"]


async def test_models_on_the_same_hardware_are_not_told(store: SqliteStore) -> None:
    with servers(0.0, 0.0) as (first, _):
        begun = await play(store, dict.fromkeys(NAMES, f'hosts: ["{first.url}"]'))
    status = sweep_status(store, begun.sweep, me=this_worker())
    assert {kind for calls in status.hardware.values() for kind in calls} == {f"cpu at {first.url}"}
    assert not hardware_lines(status)


async def test_a_server_that_says_nothing_of_it_fails_no_call_and_is_asked_seldom(store: SqliteStore) -> None:
    with servers(None, None) as (first, _):
        begun = await play(store, {"a": f'hosts: ["{first.url}"]'}, messages=8)
        asked = [one for one in first.received if one.path == "/api/ps"]
    assert kinds(store, begun) == {"a": {(first.url, None)}}
    assert len(asked) == 1
