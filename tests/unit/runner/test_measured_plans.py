"""Ranges of plans held: assumed ones against what was played offline, and measured ones against what was played on."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.experiment.definition import Definition
from sociarium.experiment.models import Price
from sociarium.ports.model import ModelReply, ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.records.counts import ModelCounts, ModelUsage
from sociarium.records.runs import Counters, RunState, RunStatus
from sociarium.runner.library.status import sweep_status
from sociarium.runner.planning.finished_runs import MeasuredRun, measured_runs
from sociarium.runner.planning.plan import Plan, plan
from sociarium.runner.prediction import Expected, FinishedRuns, total
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.t_quantile import t_quantile
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.sweeps_in_process import play, prepared

PRICE = "{input: 2, output: 10}"
ENTRY = f"{{provider: openai, model: m, price: {PRICE}}}"
SWEEP = "{factors: {messages: [4, 8, 20], first_speaker: [guard, prisoner]}, replicates: 10, seed: SEED}"


class Reasoning(Offline):
    """A model that thinks at length before each word, and not always as long."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        served = await super().ask(request)
        reply = served.reply
        thought = random.Random(request.fingerprint()).randint(400, 2400)
        tokens = (reply.completion_tokens or 0) + thought
        told = ModelReply(reply.text, "I think. " * 9, reply.finish_reason, reply.prompt_tokens, tokens)
        return replace(served, reply=told)


def sweep(seed: int = 1, **changes: str) -> Definition:
    """Sixty short talks of a model with a price."""
    parts = {"models": f"{{m: {ENTRY}}}", "sweep": SWEEP.replace("SEED", str(seed))}
    return definition(small(**(parts | changes)))


def spent(store: SqliteStore, begun: StartedSweep) -> tuple[int, int, float]:
    """What all finished runs came to: tokens of prompts and replies, dollars."""
    every = [slot.status.counters for slot in store.slots(begun.sweep.id)]
    return (
        sum(one.prompt_tokens for one in every),
        sum(one.completion_tokens for one in every),
        sum(one.cost or 0.0 for one in every),
    )


def held(expected: Plan, result: tuple[int, int, float]) -> list[bool]:
    assert expected.cost_usd is not None
    ranges = (expected.tokens["prompt"], expected.tokens["completion"], expected.cost_usd)
    return [low <= value <= high for (low, high), value in zip(ranges, result, strict=True)]


@pytest.mark.slow
def test_assumed_ranges_hold_for_what_the_offline_model_says(tmp_path: Path) -> None:
    subject = sweep()
    assumed = plan(subject, "main")
    with closing(SqliteStore(tmp_path / "s.db")) as store:
        begun = prepared(store, subject)
        play(store, begun)
        assert all(held(assumed, spent(store, begun)))
    assert assumed.measured == 0
    assert assumed.as_dict()["measured"] is None


@pytest.mark.slow
def test_measured_ranges_hold_for_models_that_think_where_assumed_ones_do_not(tmp_path: Path) -> None:
    """Ranges of 95 %: of 24 sweeps with three ranges each five may miss."""
    right: list[bool] = []
    widths: list[float] = []
    for seed in range(24):
        subject = sweep(seed)
        with closing(SqliteStore(tmp_path / f"{seed}.db")) as store:
            begun = prepared(store, subject)
            play(store, begun, Reasoning(), pilot=3)
            measured = measured_runs(store, begun.sweep.id)
            assert {run.replicate for run in measured} == {1, 2, 3}
            expected = plan(subject, "main", measured=measured)
            assert expected.measured == 18
            play(store, begun, Reasoning())
            result = spent(store, begun)
        assert not held(plan(subject, "main"), result)[1], "thinking was not assumed"
        right += held(expected, result)
        low, high = expected.tokens["completion"]
        widths.append((high - low) / (high + low))
    assert right.count(False) <= 5
    assert sum(widths) / len(widths) < 0.15, "a range that says nothing holds, too"


def test_a_pilot_plays_so_many_runs_of_each_condition_and_no_more(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "s.db")) as store:
        begun = prepared(store, sweep())
        play(store, begun, pilot=2)
        done = [slot for slot in store.slots(begun.sweep.id) if slot.status.state is RunState.DONE]
        assert {slot.replicate for slot in done} == {1, 2}
        assert len(done) == 12
        play(store, begun, pilot=2)
        assert sum(slot.status.state is RunState.DONE for slot in store.slots(begun.sweep.id)) == 12


def test_models_of_which_nothing_is_finished_are_assumed_and_named(tmp_path: Path) -> None:
    factors = "{factors: {model: [m, n], messages: [4, 8]}, replicates: 5}"
    subject = sweep(models=f"{{m: {ENTRY}, n: {ENTRY}}}", sweep=factors)
    with closing(SqliteStore(tmp_path / "s.db")) as store:
        begun = prepared(store, subject)
        play(store, begun, Reasoning())
        every = measured_runs(store, begun.sweep.id)
    of_one = [run for run in every if set(run.usage) == {"m"}]
    expected, assumed = plan(subject, "main", measured=of_one), plan(subject, "main")
    assert (expected.measured, expected.assumed) == (10, ("n",))
    assert expected.as_dict()["measured"] == {"runs": 10, "assumed": ["n"]}
    assert expected.tokens["completion"][1] > assumed.tokens["completion"][1]
    assert plan(subject, "main", measured=every).assumed == ()
    assert plan(subject, "main", measured=of_one[:2]).measured == 0, "two runs say too little"


def test_how_long_runs_took_takes_the_place_of_guessed_seconds(tmp_path: Path) -> None:
    subject = sweep()
    with closing(SqliteStore(tmp_path / "s.db")) as store:
        begun = prepared(store, subject)
        play(store, begun, pilot=2)
        measured = [replace(run, seconds=30.0) for run in measured_runs(store, begun.sweep.id)]
    low, high = plan(subject, "main", measured=measured, concurrency=4).seconds
    assert low <= 60 * 30 / 4 <= high
    interrupted = [replace(run, seconds=None) for run in measured]
    assert plan(subject, "main", measured=interrupted).seconds == plan(subject, "main").seconds


def test_the_price_by_which_a_run_was_played_stands_with_it(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "s.db")) as store:
        begun = prepared(store, sweep())
        play(store, begun, limit=1)
        [status] = [slot.status for slot in store.slots(begun.sweep.id) if slot.status.counters.calls]
        kept = store.claims(status.run)[-1].outcome
    counters = status.counters
    used = counters.usage["m"]
    assert used.price == (2.0, 10.0)
    assert (used.calls, used.prompt_tokens) == (counters.calls, counters.prompt_tokens)
    assert counters.cost == pytest.approx((counters.prompt_tokens * 2 + counters.completion_tokens * 10) / 1e6)
    assert kept is not None
    assert kept.counters.usage == counters.usage


@pytest.mark.slow
def test_a_sweep_tells_what_is_left_by_what_was_finished(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "s.db")) as store:
        begun = prepared(store, sweep())
        assert sweep_status(store, begun.sweep, me=this_worker()).time_and_cost is None
        play(store, begun, pilot=3)
        before = sweep_status(store, begun.sweep, me=this_worker()).time_and_cost
        earlier = spent(store, begun)[2]
        play(store, begun)
        later = spent(store, begun)[2]
    assert before is not None
    assert before.runs == 18
    assert before.seconds is None, "nobody plays it"
    assert before.cost is not None
    assert before.cost.low <= later - earlier <= before.cost.high


# The arithmetic


def done(cost: float | None, *, seconds: int = 10, token: int = 2) -> RunStatus:
    price = None if cost is None else (cost * 1e6, 0.0)
    counters = Counters(by_model=(ModelCounts("m", (), ModelUsage(1, 1, 0, 1.0, price)),))
    started, finished = "2026-01-01T00:00:00.000Z", f"2026-01-01T00:00:{seconds:02d}.000Z"
    return RunStatus("r", RunState.DONE, token, counters=counters, started=started, finished=finished)


def test_equal_runs_leave_no_doubt_and_different_ones_do() -> None:
    equal = total([5.0] * 4, Expected([1.0] * 4, 10.0), left=10)
    assert equal.ends == (50.0, 50.0)
    different = total([4.0, 6.0, 5.0, 5.0], Expected([1.0] * 4, 10.0), left=10)
    half = t_quantile(0.975, 3) * (2 / 3 * (10 + 100 / 4)) ** 0.5
    assert different.ends == (pytest.approx(50 - half), pytest.approx(50 + half))


def test_longer_runs_are_expected_to_cost_more() -> None:
    assert total([2.0, 4.0, 6.0], Expected([1.0, 2.0, 3.0], 100.0), left=10).ends == (200.0, 200.0)


def test_replicates_that_differ_as_a_whole_widen_the_range() -> None:
    values, expected = [4.0, 4.0, 6.0, 6.0, 5.0, 5.0], Expected([1.0] * 6, 60.0)
    alone, together = total(values, expected, left=60), total(values, expected, left=60, replicates=[1, 1, 2, 2, 3, 3])
    assert together.low < alone.low
    assert alone.high < together.high


def test_sums_come_to_the_same_range_as_values() -> None:
    finished = FinishedRuns()
    for cost in (4.0, 6.0, 5.0, 5.0):
        finished.take(done(cost))
    rest = finished.time_and_cost(10, open_runs=4)
    assert rest is not None
    assert rest.cost is not None
    expected = total([4.0, 6.0, 5.0, 5.0], Expected([1.0] * 4, 10.0), left=10)
    assert rest.cost.ends == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert rest.seconds is not None
    assert rest.seconds.ends == (25.0, 25.0)


def test_without_a_price_no_cost_is_told_and_an_interrupted_run_tells_no_time() -> None:
    finished = FinishedRuns()
    for status in (done(1.0), done(None), done(1.0, token=4)):
        finished.take(status)
    rest = finished.time_and_cost(10, open_runs=2)
    assert rest is not None
    assert (rest.cost, rest.seconds) == (None, None)


def test_a_run_without_a_price_of_its_own_costs_by_those_of_today() -> None:
    run = MeasuredRun("r", {"m": ModelUsage(1, 1_000_000, 0, 1.0)}, None, None)
    assert run.cost_by({"m": Price(input=3, output=0)}) == 3.0
