"""How often a server that holds few models loads one, counted by that server."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from sociarium.bootstrap import ServingOptions, open_models
from sociarium.config import Config
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import News
from sociarium.records.runs import RunState
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep, save_sweep
from sociarium.runner.sweep.start import SweepPorts, start
from sociarium.stores.sqlite import SqliteStore
from tests.servers.memory import ModelMemory
from tests.servers.ollama_server import OllamaDialect, digest_of, ollama_server
from tests.support.definitions import definition, small

NAMES = ("a", "b", "c")
HELD = {f"{name}:latest": digest_of(name) for name in NAMES}


class Nobody:
    def notice(self, news: News) -> None:
        pass


def file(url: str, *, limits: str = "limits: {loaded: 1}", sweep: str) -> Definition:
    entries = ", ".join(
        f'{name}: {{provider: ollama, model: {name}, context: 4096, hosts: ["{url}"], {limits}}}' for name in NAMES
    )
    return definition(small(models=f"{{{entries}}}", sweep=sweep))


async def play(store: SqliteStore, begun: StartedSweep, options: PlayOptions) -> None:
    offers = open_models(begun.definition, list(begun.definition.models), ServingOptions(Config({}), pull=False))
    await start(store, begun, offers, options, SweepPorts(observer=Nobody()))


def states(store: SqliteStore, begun: StartedSweep) -> Counter[RunState]:
    return Counter(place.status.state for place in store.slots(begun.sweep.id))


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


async def loads(store: SqliteStore, sweep: str, *starts: PlayOptions, holds: int = 1, **text: str) -> list[str]:
    memory = ModelMemory(holds, load_pause=0.001)
    with ollama_server(OllamaDialect(models=dict(HELD), memory=memory), latency=0.001) as server:
        begun = save_sweep(store, file(server.url, sweep=sweep, **text), "main", creator="ada", clock=SystemClock())
        for options in starts or (PlayOptions(),):
            await play(store, begun, options)
    assert states(store, begun) == {RunState.DONE: begun.sweep.conditions * begun.sweep.replicates}
    return memory.loads


SWEEP = "{factors: {model: [a, b, c], messages: [1, 2, 3, 4], first_speaker: [guard, prisoner]}, replicates: 10}"
"""Three models in eight conditions, ten times."""


@pytest.mark.parametrize("concurrency", [pytest.param(4, marks=pytest.mark.slow), 16])
async def test_three_models_of_which_the_server_holds_one_are_loaded_about_twice_a_replicate(
    store: SqliteStore, concurrency: int
) -> None:
    assert len(await loads(store, SWEEP, PlayOptions(concurrency=concurrency))) <= 25


@pytest.mark.slow
async def test_a_sweep_that_was_stopped_loads_little_more(store: SqliteStore) -> None:
    starts = [PlayOptions(limit=70), PlayOptions(limit=45), PlayOptions()]
    assert len(await loads(store, SWEEP, *starts)) <= 25


async def first_loads(
    store: SqliteStore, loaded: str, *starts: PlayOptions, says_memory: bool = True
) -> tuple[list[str], list[str]]:
    """What a server loads that has a model loaded before the first start, and the ids of the runs by position."""
    memory = ModelMemory(load_pause=0.001)
    memory.have(f"{loaded}:latest")
    dialect = OllamaDialect(models=dict(HELD), memory=memory, says_memory=says_memory)
    with ollama_server(dialect, latency=0.001) as server:
        sweep = "{factors: {model: [a, b, c], messages: [1, 2]}, replicates: 3}"
        begun = save_sweep(store, file(server.url, sweep=sweep), "main", creator="ada", clock=SystemClock())
        for options in starts or (PlayOptions(concurrency=1),):
            await play(store, begun, options)
    assert states(store, begun) == {RunState.DONE: 18}
    return memory.loads, [place.status.run for place in store.slots(begun.sweep.id)]


@pytest.mark.parametrize("name", NAMES)
async def test_a_sweep_begins_with_the_model_that_is_loaded(store: SqliteStore, name: str) -> None:
    loads, _ = await first_loads(store, name)
    assert len(loads) == 6, "three models, three replicates, one of them loaded: two loads each"
    assert loads[0] != f"{name}:latest"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
async def test_what_is_loaded_changes_no_run(tmp_path: Path, name: str) -> None:
    starts = [PlayOptions(concurrency=1, limit=7), PlayOptions(concurrency=1)]
    runs = [(await first_loads(SqliteStore(tmp_path / one), one[0], *starts))[1] for one in ("a.db", f"{name}.db")]
    assert runs[0] == runs[1]


@pytest.mark.slow
async def test_a_server_that_does_not_say_what_it_has_loaded_fails_nothing(tmp_path: Path) -> None:
    loads = [(await first_loads(SqliteStore(tmp_path / f"{name}.db"), name, says_memory=False))[0] for name in NAMES]
    assert sorted(map(len, loads)) == [6, 7, 7], "the order is as it was drawn: one of the three is first by chance"


@pytest.mark.slow
async def test_calls_are_gathered_in_the_permuted_order_too(store: SqliteStore) -> None:
    permuted = PlayOptions(concurrency=12, order="permuted")
    together = await loads(store, SWEEP, permuted)
    assert len(together) <= 3 * 240 / 12 * 1.2


@pytest.mark.slow
async def test_roles_with_models_of_their_own_take_at_most_three_times_the_loads_that_must_be(
    store: SqliteStore,
) -> None:
    factors = "{model.guard: a, model.prisoner: b, messages: 6, first_speaker: [guard, prisoner]}"
    sweep = f"{{factors: {factors}, replicates: 16}}"
    # 32 runs of six messages by turns, 16 at a time: six loads for each sixteen, less one where the same model goes on.
    assert len(await loads(store, sweep, PlayOptions(concurrency=16))) <= 3 * (2 * 6)


@pytest.mark.slow
async def test_a_server_that_holds_two_of_three_models_loads_less(store: SqliteStore) -> None:
    two = await loads(store, SWEEP, holds=2, limits="limits: {loaded: 2}")
    assert len(two) <= 18


async def loads_of_hosts(
    store: SqliteStore, count: int, *, sweep: str = SWEEP, concurrency: int = 8
) -> list[ModelMemory]:
    """What each of several servers loads, that hold one model each and share a sweep."""
    memories = [ModelMemory(load_pause=0.001) for _ in range(count)]
    with ExitStack() as stack:
        urls = [
            stack.enter_context(ollama_server(OllamaDialect(models=dict(HELD), memory=memory), latency=0.001)).url
            for memory in memories
        ]
        begun = save_sweep(store, file('", "'.join(urls), sweep=sweep), "main", creator="ada", clock=SystemClock())
        await play(store, begun, PlayOptions(concurrency=concurrency))
    assert states(store, begun) == {RunState.DONE: begun.sweep.conditions * begun.sweep.replicates}
    return memories


@pytest.mark.slow
async def test_three_servers_for_three_models_load_each_model_about_once(store: SqliteStore) -> None:
    memories = await loads_of_hosts(store, 3)
    assert sum(len(memory.loads) for memory in memories) <= 5
    assert all(memory.loads for memory in memories), "each has work"


@pytest.mark.slow
async def test_two_servers_for_three_models_load_little_more_than_one_would(store: SqliteStore) -> None:
    memories = await loads_of_hosts(store, 2)
    assert sum(len(memory.loads) for memory in memories) <= 25


@pytest.mark.slow
async def test_two_workers_share_a_sweep_on_a_server_that_holds_one_model(tmp_path: Path) -> None:
    memory = ModelMemory(load_pause=0.001)
    with ollama_server(OllamaDialect(models=dict(HELD), memory=memory), latency=0.001) as server:
        first, second = SqliteStore(tmp_path / "s.db"), SqliteStore(tmp_path / "s.db")
        begun = save_sweep(first, file(server.url, sweep=SWEEP), "main", creator="ada", clock=SystemClock())
        other = threading.Thread(target=lambda: finish(play(second, begun, PlayOptions(concurrency=8))))
        other.start()
        await play(first, begun, PlayOptions(concurrency=8))
        other.join(50)
    assert states(first, begun) == {RunState.DONE: 240}
