"""Orders that are given while a sweep is played in this process, and those that stand when it is begun anew."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from sociarium.errors import StoreUnavailable, SweepPaused, Transient
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.observer import (
    News,
    Recounted,
    RunCancelled,
    RunDone,
    RunFailed,
    RunReturned,
    RunStarted,
    Steered,
    Waiting,
)
from sociarium.providers.offline import Offline
from sociarium.records.runs import RunState
from sociarium.records.steering import SteeringOrder
from sociarium.runner.sweep import order_watch
from sociarium.runner.sweep.obey import STEERING
from sociarium.runner.sweep.save import StartedSweep
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.played_stores import replayed
from tests.support.steering import Acting, SteeredModel, steer, until
from tests.support.sweeps_in_process import play, prepared, states

TWO_MODELS = small(
    models="{a: {provider: offline}, b: {provider: offline}}",
    sweep="{factors: {model: [a, b], messages: [2, 4, 6]}, replicates: 4, seed: 5}",
)
RUNS = 24


@pytest.fixture(autouse=True)
def _frequent_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_watch, "PAUSE", 0.002)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


@pytest.fixture
def begun(store: SqliteStore) -> StartedSweep:
    return prepared(store, definition(TWO_MODELS))


def assert_whole(store: SqliteStore, begun: StartedSweep, model: SteeredModel, done: int = RUNS) -> None:
    """So many runs are done, none twice; nothing was asked that is not in a journal, and all of it replays."""
    slots = [slot for slot in store.slots(begun.sweep.id) if slot.status.state is RunState.DONE]
    assert len(slots) == done
    answers = sum(len(store.journal(slot.status.run)) for slot in store.slots(begun.sweep.id))
    assert answers == len(model.asked)
    for slot in slots:
        assert replayed(store, slot.status.run).ended == "completed"
        assert slot.status.counters.messages == slot.condition["messages"]


def by_condition(store: SqliteStore, begun: StartedSweep, factor: str) -> Counter[tuple[object, str]]:
    return Counter((slot.condition[factor], slot.status.state.value) for slot in store.slots(begun.sweep.id))


def test_a_pause_gives_the_runs_back_and_continue_takes_them_up_where_they_were(
    store: SqliteStore, begun: StartedSweep
) -> None:
    heard = Acting()
    model = SteeredModel(heard, {9: lambda: steer(store, begun.sweep, "pause", value="drain", reason="lunch")})
    seen: list[Counter[RunState]] = []

    def resume() -> None:
        seen.append(states(store, begun))
        steer(store, begun.sweep, "continue")

    heard.acts = [(lambda: heard.number(RunReturned) == 4 - heard.number(RunDone), resume)]
    result = play(store, begun, model, heard=heard, concurrency=4).result
    assert seen[0][RunState.RUNNING] == 0, "somebody still held a run"
    assert seen[0][RunState.PENDING] > 0
    assert result.counts.done == RUNS
    waits = [news.what for news in heard.news if isinstance(news, Waiting) and news.source == STEERING]
    assert waits == ["a word to go on, paused by ada: lunch"]
    assert_whole(store, begun, model)


@pytest.mark.parametrize("limits", [{}, {"open": 1}], ids=["calls go out", "calls stand in a queue"])
def test_a_hold_stops_calls_at_once_and_the_runs_wait_where_they_are(
    store: SqliteStore, begun: StartedSweep, limits: dict[str, int]
) -> None:
    if limits:
        steer(store, begun.sweep, "limits", value=limits)
    heard = Acting()
    model = SteeredModel(heard, {9: lambda: steer(store, begun.sweep, "pause", value="hold")})
    seen: list[tuple[int, int]] = []

    async def resume() -> None:
        await until(lambda: not model.open)
        asked = len(model.asked)
        for _ in range(20):
            await asyncio.sleep(0.001)
        seen.append((len(model.asked) - asked, states(store, begun)[RunState.RUNNING]))
        steer(store, begun.sweep, "continue")

    tasks: list[asyncio.Task[None]] = []
    heard.acts = [(lambda: heard.number(Steered) == 1, lambda: tasks.append(asyncio.ensure_future(resume())))]
    play(store, begun, model, heard=heard, concurrency=4)
    [(asked, running)] = seen
    assert asked == 0
    assert running >= open_while_steered(heard)  # a run that had its last answer may have ended meanwhile
    assert heard.number(RunReturned) == 0
    assert_whole(store, begun, model)


def open_while_steered(heard: Acting) -> int:
    """Runs that were open when the second order was obeyed."""
    second = [index for index, news in enumerate(heard.news) if isinstance(news, Steered)][1]
    kinds = Counter(type(news) for news in heard.news[:second])
    assert kinds[RunStarted] - kinds[RunDone] > 0
    return kinds[RunStarted] - kinds[RunDone]


@pytest.mark.parametrize("how", ["drain", "hold"])
def test_a_pause_of_one_model_leaves_the_others_at_work(store: SqliteStore, begun: StartedSweep, how: str) -> None:
    heard = Acting()
    pause = {"target": {"model": "b"}, "value": how}
    model = SteeredModel(heard, {5: lambda: steer(store, begun.sweep, "pause", **pause)})
    seen: list[Counter[tuple[object, str]]] = []

    def resume() -> None:
        seen.append(by_condition(store, begun, "model"))
        steer(store, begun.sweep, "continue", target={"model": "b"})

    done_of_a = 12
    heard.acts = [(lambda: heard.number(RunDone) >= done_of_a, resume)]
    play(store, begun, model, heard=heard, concurrency=30)
    assert seen[0]["a", "done"] + seen[0]["b", "done"] >= done_of_a
    assert seen[0]["b", "done"] < done_of_a
    assert heard.number(RunReturned) <= done_of_a, "runs were taken up again while their model was paused"
    assert_whole(store, begun, model)


def test_a_condition_is_cancelled_wherever_its_runs_stand_and_the_others_are_played(
    store: SqliteStore, begun: StartedSweep
) -> None:
    heard = Acting()
    target = {"condition": {"messages": 6}}
    model = SteeredModel(heard, {12: lambda: steer(store, begun.sweep, "cancel", target=target)})
    finished = play(store, begun, model, heard=heard, concurrency=4)
    counts = by_condition(store, begun, "messages")
    assert (counts[2, "done"], counts[4, "done"]) == (8, 8)
    assert counts[6, "done"] + counts[6, "cancelled"] == 8
    assert finished.result.counts.cancelled == counts[6, "cancelled"] >= 6
    assert heard.number(RunCancelled) + 24 - last_recount(heard) >= counts[6, "cancelled"]
    assert_whole(store, begun, model, done=RUNS - counts[6, "cancelled"])


def last_recount(heard: Acting) -> int:
    return [news.runs for news in heard.news if isinstance(news, Recounted)][-1]


@pytest.mark.slow
def test_what_was_cancelled_comes_back_with_continue_in_the_same_start(store: SqliteStore, begun: StartedSweep) -> None:
    heard = Acting()
    target = {"condition": {"messages": 6}}
    model = SteeredModel(
        heard,
        {
            12: lambda: steer(store, begun.sweep, "cancel", target=target),
            40: lambda: steer(store, begun.sweep, "continue", target=target),
        },
    )
    assert play(store, begun, model, heard=heard, concurrency=4).result.counts.done == RUNS
    assert heard.number(RunCancelled) > 0
    assert_whole(store, begun, model)


def test_a_cancelled_sweep_is_placed_to_its_end_and_asks_nothing_more(store: SqliteStore, begun: StartedSweep) -> None:
    heard = Acting()
    model = SteeredModel(heard, {9: lambda: steer(store, begun.sweep, "cancel")})
    counts = play(store, begun, model, heard=heard, concurrency=4).result.counts
    assert (counts.left, counts.failed) == (0, 0)
    assert counts.done + counts.cancelled == RUNS
    assert len(model.asked) <= 9 + 3
    assert play(store, begun, model).result.counts == counts, "they were taken up again"
    steer(store, begun.sweep, "continue")
    assert play(store, begun, model).result.counts.done == RUNS
    assert_whole(store, begun, model)


def test_one_run_is_cancelled_by_its_id(store: SqliteStore, begun: StartedSweep) -> None:
    heard = Acting()
    cancelled: list[str] = []

    def cancel() -> None:
        first = next(news.run for news in heard.news if isinstance(news, RunStarted))
        cancelled.append(first)
        steer(store, begun.sweep, "cancel", target={"run": first})

    model = SteeredModel(heard, {1: cancel})
    assert play(store, begun, model, heard=heard, concurrency=1).result.counts.cancelled == 1
    [status] = store.run_statuses(cancelled)
    assert status.state is RunState.CANCELLED
    assert len(store.journal(cancelled[0])) == 1, "what was answered was not kept"


def test_a_model_is_cancelled_with_all_runs_that_use_it(store: SqliteStore, begun: StartedSweep) -> None:
    heard = Acting()
    model = SteeredModel(heard, {5: lambda: steer(store, begun.sweep, "cancel", target={"model": "b"})})
    play(store, begun, model, heard=heard, concurrency=2)
    counts = by_condition(store, begun, "model")
    assert counts["a", "done"] == 12
    assert counts["b", "cancelled"] >= 10
    assert counts["b", "done"] + counts["b", "cancelled"] == 12


def test_concurrency_goes_up_and_down(store: SqliteStore, begun: StartedSweep) -> None:
    heard = Acting()
    model = SteeredModel(
        heard,
        {
            3: lambda: steer(store, begun.sweep, "concurrency", value=6),
            30: lambda: steer(store, begun.sweep, "concurrency", value=1),
        },
    )
    play(store, begun, model, heard=heard, concurrency=2)
    kinds = Counter[type[News]]()
    open_runs: list[list[int]] = [[]]
    for news in heard.news:
        kinds[type(news)] += 1
        if isinstance(news, Steered):
            open_runs.append([])
        elif isinstance(news, RunStarted):
            open_runs[-1].append(kinds[RunStarted] - kinds[RunDone])
    before, up, down = open_runs
    assert (max(before), max(up)) == (2, 6)
    # What was being taken up when the order came is not given back.
    assert down[-1] == 1
    assert_whole(store, begun, model)


class Mended(Offline):
    """Fails until it is mended."""

    def __init__(self) -> None:
        super().__init__()
        self.is_broken = True

    async def ask(self, request: ModelRequest) -> ServedReply:
        if self.is_broken and request.model.name == "b":
            raise Transient("the server of b said 500")
        return await super().ask(request)


@pytest.mark.slow
def test_what_failed_is_tried_again_in_the_same_start(store: SqliteStore, begun: StartedSweep) -> None:
    heard, model = Acting(), Mended()

    def retry() -> None:
        model.is_broken = False
        steer(store, begun.sweep, "retry", reason="mended")

    heard.acts = [(lambda: heard.number(RunFailed) == 3, retry)]
    counts = play(store, begun, model, heard=heard, concurrency=2).result.counts
    assert (counts.done, counts.failed) == (RUNS, 0)
    assert [news.failed for news in heard.news if isinstance(news, Recounted)] == [0]


def test_an_order_to_retry_stands_for_the_failures_before_it_alone(store: SqliteStore, begun: StartedSweep) -> None:
    play(store, begun, Mended(), concurrency=2)
    assert states(store, begun)[RunState.FAILED] == 12
    steer(store, begun.sweep, "retry")
    assert states(store, begun)[RunState.FAILED] == 0
    play(store, begun, Mended())
    assert states(store, begun)[RunState.FAILED] == 12
    heard = Acting()
    play(store, begun, Mended(), heard=heard)
    assert heard.number(RunStarted) == 0, "the order was carried out once more"


def test_a_budget_is_raised_and_lowered(store: SqliteStore, begun: StartedSweep) -> None:
    model = SteeredModel(
        heard := Acting(), {2: lambda: steer(store, begun.sweep, "budget", value={"max_tokens": None})}
    )
    assert play(store, begun, model, heard=heard, concurrency=1, max_tokens=4000, limit=6).result.counts.done == 6
    model = SteeredModel(heard := Acting(), {2: lambda: steer(store, begun.sweep, "budget", value={"max_tokens": 1})})
    play(store, begun, model, heard=heard, concurrency=1)
    assert len(model.asked) == 2, "it went on"


def test_time_is_over_when_the_last_order_says_so(store: SqliteStore, begun: StartedSweep) -> None:
    model = SteeredModel(heard := Acting(), {2: lambda: steer(store, begun.sweep, "budget", value={"seconds": 0})})
    assert play(store, begun, model, heard=heard, concurrency=1, max_time=3600).result.counts.pending > 0
    assert len(model.asked) == 2


def test_runs_that_are_put_first_are_taken_up_first(store: SqliteStore, begun: StartedSweep) -> None:
    heard = Acting()

    def put_first() -> None:
        placed = list(store.slots(begun.sweep.id))[-2:]
        for slot in placed:
            steer(store, begun.sweep, "first", target={"run": slot.status.run})
            first.append(slot.status.run)

    first: list[str] = []
    play(store, begun, SteeredModel(heard, {1: put_first}), heard=heard, concurrency=1)
    assert [news.run for news in heard.news if isinstance(news, RunStarted)][1:3] == first


def test_limits_of_a_model_change_while_it_is_asked(store: SqliteStore, begun: StartedSweep) -> None:
    heard = Acting()
    value = {"target": {"model": "a"}, "value": {"open": 1}}
    before: list[int] = []
    after: list[int] = []

    class Counting(SteeredModel):
        async def ask(self, request: ModelRequest) -> ServedReply:
            (after if self.steered else before).append(self.open)
            return await super().ask(request)

    model = Counting(heard, {10: lambda: steer(store, begun.sweep, "limits", **value)})
    play(store, begun, model, heard=heard, concurrency=8)
    assert max(before) > 1
    # Calls that were under way are finished first.
    assert set(after[after.index(0) :]) == {0}, "more than one call was open"


def test_a_paused_sweep_is_not_begun(store: SqliteStore, begun: StartedSweep) -> None:
    steer(store, begun.sweep, "pause", value="hold", reason="the server moves")
    with pytest.raises(SweepPaused, match=r"paused by ada at .*the server moves.*`sociarium continue ") as refusal:
        play(store, begun)
    assert refusal.value.exit_code == 3
    steer(store, begun.sweep, "continue")
    assert play(store, begun).result.counts.done == RUNS


def test_what_a_start_names_counts_for_more_than_orders_before_it(store: SqliteStore, begun: StartedSweep) -> None:
    steer(store, begun.sweep, "budget", value={"max_tokens": 1})
    assert play(store, begun, concurrency=1).spending.calls == 1
    assert play(store, begun, concurrency=1, max_tokens=2_000).spending.calls > 1


def test_a_store_that_is_away_when_orders_are_read_is_no_error(
    store: SqliteStore, begun: StartedSweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, read, away = Acting(), store.orders, [3]

    def orders(sweep: str, *, after: int = 0) -> list[SteeringOrder]:
        if after == 0 and read(sweep) and away[0]:
            away[0] -= 1
            raise StoreUnavailable
        return read(sweep, after=after)

    def pause() -> None:
        steer(store, begun.sweep, "concurrency", value=3)
        monkeypatch.setattr(store, "orders", orders)

    model = SteeredModel(heard, {5: pause})
    assert play(store, begun, model, heard=heard, concurrency=2).result.counts.done == RUNS
    assert (away, heard.number(Steered)) == ([0], 1)


def test_a_run_that_conditions_share_is_cancelled_with_all_of_them(store: SqliteStore) -> None:
    text = small(
        models="{a: {provider: offline}, b: {provider: offline}}",
        sweep="{factors: {model: [a, b], option.a.temperature: [0.1, 0.9]}, replicates: 3}",
    )
    begun = prepared(store, definition(text))
    steer(store, begun.sweep, "cancel", target={"condition": {"option.a.temperature": 0.9}})
    assert play(store, begun, limit=4).result.counts.as_dict() == {
        "pending": 2, "running": 0, "done": 4, "failed": 0, "cancelled": 3,
    }  # fmt: skip
    steer(store, begun.sweep, "cancel", target={"condition": {"option.a.temperature": 0.1}})
    counts = play(store, begun).result.counts
    assert (counts.done, counts.cancelled, counts.left) == (4, 5, 0)
