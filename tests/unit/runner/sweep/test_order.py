"""What is taken up first: positions and ids stay, whatever the order."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.ports.observer import News, RunStarted
from sociarium.providers.offline import Offline
from sociarium.records.plans import SweepRecord
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import StartedSweep, save_sweep
from sociarium.runner.sweep.start import SweepPorts, start
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small

MODELS = "{a: {provider: offline, limits: {loaded: 1}}, b: {provider: offline}, c: {provider: offline}}"


def crowded(*, replicates: int = 3, seed: int = 5, order: str = "") -> Definition:
    """Twelve conditions of three models, of which the server holds one."""
    sweep = f"{{factors: {{model: [a, b, c], messages: [1, 2, 3, 4]}}, replicates: {replicates}, seed: {seed}{order}}}"
    return definition(small(models=MODELS, sweep=sweep))


def order_of(parsed: Definition) -> SweepOrder:
    sweep = parsed.all_sweeps["main"]
    record = SweepRecord("s", "e", "v", "main", "ada", 12, sweep.replicates, sweep.seed, 12 * sweep.replicates, "")
    return SweepOrder(parsed, record, "ada", "")


class Heard:
    def __init__(self) -> None:
        self.runs: list[RunStarted] = []

    def notice(self, news: News) -> None:
        if isinstance(news, RunStarted):
            self.runs.append(news)

    @property
    def stretches(self) -> list[tuple[int, str, int]]:
        """Replicate, model and how many runs of them came in a row."""
        return [
            (replicate, model, len(list(runs)))
            for (replicate, model), runs in groupby(self.runs, lambda run: (run.replicate, str(run.condition["model"])))
        ]


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


def saved(store: SqliteStore, parsed: Definition) -> StartedSweep:
    return save_sweep(store, parsed, "main", creator="ada", clock=SystemClock())


async def play(store: SqliteStore, begun: StartedSweep, options: PlayOptions) -> Heard:
    heard = Heard()
    offers = {name: [RouteSpec(Offline(), "server")] for name in begun.definition.models}
    await start(store, begun, offers, options, SweepPorts(observer=heard))
    return heard


@given(st.integers(1, 5), st.integers(-9, 9))
@settings(max_examples=20, deadline=None)
def test_every_run_comes_exactly_once_and_replicates_stay_balanced_in_either_order(replicates: int, seed: int) -> None:
    runs = order_of(crowded(replicates=replicates, seed=seed))
    for order in ("permuted", "by_model"):
        taken = list(runs.taken_up(order))  # type: ignore[arg-type]
        assert sorted(taken) == list(range(len(runs)))
        for first in range(0, len(runs), 12):
            conditions = Counter(map(runs.condition_number, taken[first : first + 12]))
            assert conditions == dict.fromkeys(range(12), 1)


async def test_a_server_that_holds_one_model_is_given_them_one_by_one_inside_each_replicate(store: SqliteStore) -> None:
    heard = await play(store, saved(store, crowded()), PlayOptions(concurrency=1))
    assert [(replicate, runs) for replicate, _, runs in heard.stretches] == [
        (k, 4) for k in (1, 2, 3) for _ in range(3)
    ]
    models = [model for _, model, _ in heard.stretches]
    assert models[2] == models[3]
    assert models[5] == models[6]


async def test_a_start_can_have_another_order_than_its_sweep(store: SqliteStore) -> None:
    begun = saved(store, crowded())
    assert len((await play(store, begun, PlayOptions(concurrency=1, order="permuted"))).stretches) > 9


async def test_positions_and_ids_are_the_same_in_either_order(tmp_path: Path) -> None:
    places = []
    for order in ("permuted", "by_model"):
        store = SqliteStore(tmp_path / f"{order}.db")
        begun = saved(store, crowded(order=f", order: {order}"))
        await play(store, begun, PlayOptions())
        places.append({(at.position, at.status.run, str(at.condition)) for at in store.slots(begun.sweep.id)})
    assert places[0] == places[1]


@pytest.mark.parametrize("later", ["by_model", "permuted"])
async def test_what_is_left_goes_on_model_by_model_and_nothing_is_played_twice(store: SqliteStore, later: str) -> None:
    begun = saved(store, crowded())
    before = await play(store, begun, PlayOptions(concurrency=1, limit=17))
    after = await play(store, begun, PlayOptions(concurrency=1, order=later))  # type: ignore[arg-type]
    runs = [run.run for run in (*before.runs, *after.runs)]
    assert len(runs) == len(set(runs)) == 36
    if later == "by_model":
        assert [at[:2] for at in before.stretches[-1:]] == [at[:2] for at in after.stretches[:1]]
