"""A declared end: looked at after whole replicates of all conditions, ten at least, and kept."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.errors import DefinitionError
from sociarium.experiment.definition import Definition
from sociarium.experiment.stop_rule import StopRule, confirmatory_problem
from sociarium.ports.model import ModelReply, ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.records.runs import RunState
from sociarium.records.steering import SteeringOrder, order_fault, steering_state
from sociarium.runner.library.status import sweep_status
from sociarium.runner.sweep.declared_stop import widest_interval
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.t_quantile import t_quantile
from sociarium.runner.workers.process import this_worker
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.sweeps_in_process import play, prepared, states
from tests.support.thorough import sized

PROBES = '[{name: trust, at: [start, end], ask: "Trust?", answer: {from: 0, to: 10}}]'


class Silent(Offline):
    """A model that never says anything."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        return replace(await super().ask(request), reply=ModelReply(""))


class Steady(Offline):
    """A model whose answers to probes vary little."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        served = await super().ask(request)
        if request.schema is None:
            return served
        return replace(served, reply=ModelReply(f'{{"answer": {random.Random(request.fingerprint()).choice([5, 6])}}}'))


def sweep(rule: str, *, replicates: int = 30, factors: str = "messages: [2, 4]") -> Definition:
    return definition(
        small(
            probes=PROBES,
            sweep=f"{{factors: {{{factors}}}, replicates: {replicates}, stop_when: {rule}, streams: independent}}",
        )
    )


WIDE = '{measure: "probe trust at end", width: 9}'
NARROW = '{measure: "probe trust at end", width: 0.4}'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "s.db")) as opened:
        yield opened


def whole_replicates(store: SqliteStore, begun: StartedSweep) -> Counter[int]:
    """Finished runs of each replicate."""
    return Counter(slot.replicate for slot in store.slots(begun.sweep.id) if slot.status.state is RunState.DONE)


def test_a_sweep_ends_after_ten_whole_replicates_where_its_interval_is_narrow_enough(store: SqliteStore) -> None:
    begun, stop = prepared(store, sweep(WIDE)), StopSwitch()
    outcome = play(store, begun, Steady(), stop=stop)
    assert whole_replicates(store, begun) == dict.fromkeys(range(1, 11), 2)
    assert states(store, begun) == {RunState.DONE: 20}, "nothing of the next replicate was even begun"
    assert outcome.result.counts.pending == 40
    assert stop.why == "declared"
    assert "after 10 replicates" in stop.message


def test_it_goes_on_replicate_by_replicate_until_it_is(store: SqliteStore) -> None:
    begun, stop = prepared(store, sweep(NARROW)), StopSwitch()
    play(store, begun, Steady(), stop=stop)
    played = whole_replicates(store, begun)
    assert 10 < len(played) < 30
    assert set(played.values()) == {2}
    [order] = store.orders(begun.sweep.id)
    assert order.value["replicates"] == len(played)
    assert order.value["widest"] <= 0.4
    assert order.value["rule"]["measure"] == "probe trust at end"


def test_an_end_that_never_comes_lets_the_sweep_be_played_whole(store: SqliteStore) -> None:
    begun = prepared(store, sweep('{measure: "probe trust at end", width: 0.001}', replicates=12))
    play(store, begun, Steady())
    assert states(store, begun) == {RunState.DONE: 24}
    assert store.orders(begun.sweep.id) == []


def test_a_measure_that_is_the_same_everywhere_has_no_interval_and_ends_nothing(store: SqliteStore) -> None:
    begun = prepared(store, sweep("{measure: messages, width: 100}", replicates=12))
    play(store, begun)
    assert states(store, begun) == {RunState.DONE: 24}


def test_more_replicates_may_be_asked_for_than_ten(store: SqliteStore) -> None:
    begun = prepared(store, sweep('{measure: "probe trust at end", width: 9, least_replicates: 13}'))
    play(store, begun, Steady())
    assert len(whole_replicates(store, begun)) == 13


def test_the_end_is_kept_and_a_later_start_asks_nothing(store: SqliteStore) -> None:
    begun = prepared(store, sweep(WIDE))
    play(store, begun, Steady())
    stop = StopSwitch()
    again = play(store, begun, Steady(), stop=stop)
    assert again.spending.calls == 0
    assert stop.why == "declared"
    assert len(store.orders(begun.sweep.id)) == 1
    stopped = sweep_status(store, begun.sweep, me=this_worker()).stopped
    assert stopped is not None
    assert (stopped.action, stopped.by) == ("stop", "ada")


def test_a_sweep_that_was_interrupted_ends_where_it_would_have(store: SqliteStore) -> None:
    begun = prepared(store, sweep(WIDE))
    play(store, begun, Steady(), limit=7)
    play(store, begun, Steady(), limit=9)
    play(store, begun, Steady())
    assert whole_replicates(store, begun) == dict.fromkeys(range(1, 11), 2)


def test_runs_that_say_nothing_end_a_sweep_until_that_is_allowed(store: SqliteStore) -> None:
    begun, stop = prepared(store, sweep("{silent_runs: 3}")), StopSwitch()
    play(store, begun, Silent(), stop=stop, concurrency=1)
    assert states(store, begun)[RunState.DONE] == 3
    assert stop.why == "silent"
    [order] = store.orders(begun.sweep.id)
    assert order.value == {"rule": {"confidence": 95.0, "least_replicates": 10, "silent_runs": 3}, "silent_runs": 3}
    play(store, begun, Silent(), concurrency=1)
    assert states(store, begun)[RunState.DONE] == 3
    play(store, begun, Silent(), allow_empty=True, limit=2)
    assert states(store, begun)[RunState.DONE] == 5


def test_a_rule_is_no_part_of_what_a_run_is(store: SqliteStore) -> None:
    without = definition(
        small(probes=PROBES, sweep="{factors: {messages: [2, 4]}, replicates: 30, streams: independent}")
    )
    with_rule, plain = prepared(store, sweep(WIDE)), prepared(store, without)
    play(store, with_rule, Steady())
    play(store, plain, Steady(), limit=5)
    ended = [slot.status.run for slot in store.slots(with_rule.sweep.id)]
    went_on = [slot.status.run for slot in store.slots(plain.sweep.id)]
    assert went_on[:20] == ended
    assert len([slot for slot in store.slots(plain.sweep.id) if slot.status.state is RunState.DONE]) == 25


# The rule


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("{measure: messages}", "`width:` is missing"),
        ("{measure: words, width: 1}", "this is no measure"),
        ("{measure: messages, width: 1, silent_runs: 3}", "not both"),
        ("{width: 1}", "not both"),
        ("{silent_runs: 3, width: 1}", "nothing else is read"),
        ("{measure: messages, width: 1, least_replicates: 9}", "10"),
        ('{measure: "probe hope at end", width: 1}', "there is no probe 'hope'"),
        ('{measure: "probe trust at day1", width: 1}', "not asked at day1"),
        ("{measure: messages, width: 1, least_replicates: 30}", "30 replicates"),
        ("{measure: messages, width: 1, confidence: 100}", "this is not less than 100; write a smaller number"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(rule: str, words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        sweep(rule)


def test_a_measure_that_a_hypothesis_is_about_stops_no_sweep() -> None:
    rule, silence = StopRule(measure="flags", width=0.1), StopRule(silent_runs=3)
    assert "declare looks with `sequential:`" in confirmatory_problem(rule, {"flags"})
    assert confirmatory_problem(rule, {"messages"}) == ""
    assert confirmatory_problem(silence, {"flags"}) == ""


def test_the_widest_interval_of_all_conditions_counts() -> None:
    values = {"a": [1.0, 2.0, 3.0], "b": [1.0, 5.0, 9.0]}
    half = t_quantile(0.95, 2) * 4 / 3**0.5
    assert widest_interval(values, confidence=90, least=3) == pytest.approx(2 * half)
    assert widest_interval(values, confidence=90, least=4) is None
    assert widest_interval({**values, "c": [2.0, 2.0, 2.0]}, confidence=90, least=3) is None
    assert widest_interval({}, confidence=90, least=3) is None


def test_an_end_stands_once_and_continue_does_not_take_it_back() -> None:
    def order(number: int, action: str, value: object = None) -> SteeringOrder:
        return SteeringOrder("s", number, action, None, value, None, "", "ada", "now")  # type: ignore[arg-type]

    first, later = order(1, "stop", {"rule": {}}), order(3, "stop", {"rule": {}})
    assert not order_fault(first)
    assert order_fault(order(1, "stop"))
    assert steering_state([first, order(2, "continue"), later]).stopped == first


@pytest.mark.slow
def test_width_stopping_from_three_runs_on_covers_too_little_and_from_ten_on_nearly_what_it_says() -> None:
    """Why ten: a simulated mean of 0, intervals of 95 %, ended by their width."""
    repetitions = sized(3000, 1000)

    def coverage(least: int) -> float:
        draws, hits = random.Random(5), 0
        for _ in range(repetitions):
            values = [draws.gauss(0, 1) for _ in range(least)]
            while (width := widest_interval({0: values}, confidence=95, least=least)) is None or width > 1.2:
                values.append(draws.gauss(0, 1))
            mean = sum(values) / len(values)
            hits += abs(mean) <= width / 2
        return hits / repetitions

    assert coverage(3) < 0.925
    assert coverage(10) > coverage(3) + 0.01
