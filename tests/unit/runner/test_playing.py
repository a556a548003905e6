"""Sweeps played in this process: order, failures, sharing, divergence, protocols."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.environments.protocols import protocol_of
from sociarium.errors import BeingDeleted, Divergence, StoreUnavailable, Transient
from sociarium.experiment.rng import Draws
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.ports.observer import RunDone, RunFailed, RunStarted
from sociarium.providers.offline import Offline
from sociarium.records.plans import Deletion
from sociarium.records.runs import RunState
from sociarium.runner.sweep.save import StartedSweep
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.runner.workers.store_retry import StoreRetry
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.older_stores import play_by
from tests.support.played_stores import replayed
from tests.support.sweeps_in_process import Heard, play, prepared, states


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


BALANCED = small(
    models="{a: {provider: offline}, b: {provider: offline}}",
    sweep="{factors: {model: [a, b], messages: [2, 4, 6]}, replicates: 4, seed: 5}",
)


def test_a_sweep_goes_replicate_by_replicate_through_every_condition(store: SqliteStore) -> None:
    begun, heard = prepared(store, definition(BALANCED)), Heard()
    play(store, begun, heard=heard, concurrency=1)
    began = [(news.replicate, tuple(news.condition.items())) for news in heard.news if isinstance(news, RunStarted)]
    assert [replicate for replicate, _ in began] == [k for k in (1, 2, 3, 4) for _ in range(6)]
    orders = [[condition for replicate, condition in began if replicate == k] for k in (1, 2, 3, 4)]
    assert all(len(set(order)) == 6 for order in orders)
    assert len({tuple(order) for order in orders}) > 1, "every replicate has the same order"


class Failing(Offline):
    """Fails for some requests, for good."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        if request.model.name == "b":
            raise Transient("the server of b said 500")
        return await super().ask(request)


def test_failures_are_kept_with_their_cause_and_the_others_go_on(store: SqliteStore) -> None:
    begun, heard = prepared(store, definition(BALANCED)), Heard()
    finished = play(store, begun, Failing(), heard=heard)
    assert finished.result.counts.as_dict() == {"pending": 0, "running": 0, "done": 12, "failed": 12, "cancelled": 0}
    causes = {place.status.error for place in store.slots(begun.sweep.id) if place.status.state is RunState.FAILED}
    assert causes == {"the server of b said 500 (after 3 attempts)"}
    assert sum(isinstance(news, RunFailed) for news in heard.news) == 12
    again = Heard()
    play(store, begun, heard=again)
    assert not any(isinstance(news, RunStarted) for news in again.news), "failed runs were taken up unasked"
    assert play(store, begun, retry_failed=True).result.counts.done == 24


class Broken(Offline):
    """Has a programming error."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        raise ZeroDivisionError("division by zero")


def test_a_fault_of_the_program_fails_its_run_and_says_that_it_is_one(store: SqliteStore) -> None:
    begun = prepared(store, definition(small()))
    assert play(store, begun, Broken()).result.counts.failed == 1
    [place] = store.slots(begun.sweep.id)
    assert "ZeroDivisionError" in (place.status.error or "")


def test_conditions_of_equal_content_share_a_run_that_is_played_once(store: SqliteStore) -> None:
    text = small(
        models="{a: {provider: offline}, b: {provider: offline}}",
        sweep="{factors: {model: [a, b], option.a.temperature: [0.1, 0.9]}, replicates: 5}",
    )
    begun, heard = prepared(store, definition(text)), Heard()
    finished = play(store, begun, heard=heard)
    assert finished.result.counts.as_dict() == {"pending": 0, "running": 0, "done": 15, "failed": 0, "cancelled": 0}
    assert Counter(news.run for news in heard.news if isinstance(news, RunDone)).most_common(1)[0][1] == 1
    assert sum(isinstance(news, RunDone) for news in heard.news) == 15
    assert sum(1 for _ in store.slots(begun.sweep.id)) == 20


def test_an_added_level_adds_runs_and_keeps_the_others(store: SqliteStore) -> None:
    play(store, prepared(store, definition(BALANCED)))
    wider = BALANCED.replace("[2, 4, 6]", "[2, 4, 6, 8]")
    begun, heard = prepared(store, definition(wider)), Heard()
    assert begun.version.number == 2
    assert play(store, begun, heard=heard).result.counts.done == 32
    assert sum(isinstance(news, RunStarted) for news in heard.news) == 8
    changed = BALANCED.replace("I am <SELF_NAME>.", "You are <SELF_NAME>.", 1)
    begun, heard = prepared(store, definition(changed)), Heard()
    finished = play(store, begun, heard=heard)
    assert finished.result.counts.done == 24
    assert sum(isinstance(news, RunStarted) for news in heard.news) == 24


class Stopping(Offline):
    """Lets a sweep drain after so many calls."""

    def __init__(self, stop: StopSwitch, calls: int) -> None:
        super().__init__()
        self.stop, self.left = stop, calls

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.left -= 1
        if self.left == 0:
            self.stop.drain("interrupted", "test")
        return await super().ask(request)


def interrupted(store: SqliteStore, text: str) -> StartedSweep:
    """A sweep of one run that was stopped in the middle."""
    begun, stop = prepared(store, definition(text)), StopSwitch()
    play(store, begun, Stopping(stop, 2), stop=stop)
    assert states(store, begun) == {RunState.PENDING: 1}
    return begun


def test_a_changed_prompt_under_an_old_journal_is_a_divergence_that_names_run_and_key(store: SqliteStore) -> None:
    begun = interrupted(store, small())
    [place] = store.slots(begun.sweep.id)
    store._writer.execute("UPDATE runs SET content = replace(content, 'I am', 'You are')")
    with pytest.raises(Divergence, match=f"{place.status.run}.*day1/turn1/reply"):
        replayed(store, place.status.run)
    # What is stored is what is played: going on says the same, and leaves the answers as they are.
    assert play(store, begun).result.counts.failed == 1
    assert "day1/turn1/reply" in (store.run_statuses([place.status.run])[0].error or "")
    assert len(store.journal(place.status.run)) == 2


def test_a_run_that_diverges_fails_with_run_and_key(store: SqliteStore) -> None:
    begun = interrupted(store, small())
    [place] = store.slots(begun.sweep.id)
    store._writer.execute("UPDATE journal SET fingerprint = 'another'")
    assert play(store, begun).result.counts.failed == 1
    [status] = store.run_statuses([place.status.run])
    assert place.status.run in (status.error or "")
    assert "day1/turn1/reply" in (status.error or "")


def test_unfinished_runs_of_another_protocol_are_told_and_played_anew_only_when_asked(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = interrupted(store, small())
    later = protocol_of("conversation") + 1
    play_by(later, monkeypatch)
    finished = play(store, begun)
    [place] = store.slots(begun.sweep.id)
    assert finished.result.outdated == (place.status.run,)
    assert finished.result.counts.pending == 1
    before = store.journal(place.status.run)
    assert len(before) == 2
    assert play(store, begun, restart=True).result.counts.done == 1
    assert store.run_statuses([place.status.run])[0].protocol == later
    assert replayed(store, place.status.run).ended == "completed"


class Shuffled(Offline):
    """Answers in an order of its own."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    async def ask(self, request: ModelRequest) -> ServedReply:
        for _ in range(Draws(self.seed, request.fingerprint()).below(7)):
            await asyncio.sleep(0)
        return await super().ask(request)


@pytest.mark.slow
def test_the_order_of_completion_changes_no_event(tmp_path: Path) -> None:
    text = small(
        roles="{guard: {}, prisoner: {}, visitor: {}}",
        sections="[{title: Starting prompt, private: {guard: I., prisoner: I., visitor: I.}}]",
        probes="[{name: trust, at: [start, end], ask: Trust?, answer: {from: 0, to: 10}}]",
        sweep="{factors: {messages: 6, speaker_selection: [round_robin, random], agents.guard: [1, 3]}, replicates: 3}",
    )
    found = []
    for seed in (1, 2, 3):
        store = SqliteStore(tmp_path / f"{seed}.db")
        begun = prepared(store, definition(text))
        play(store, begun, Shuffled(seed))
        found.append({place.status.run: store.events(place.status.run) for place in store.slots(begun.sweep.id)})
    assert len(found[0]) == 12
    assert found[0] == found[1] == found[2]


def test_a_store_that_stays_away_stops_the_sweep_which_can_go_on(store: SqliteStore) -> None:
    class Away(SqliteStore):
        def append(self, records: object) -> object:  # type: ignore[override]
            raise StoreUnavailable("the disk is gone")

    begun = prepared(store, definition(BALANCED))
    away = Away(store.path)
    with pytest.raises(StoreUnavailable, match="the disk is gone"):
        play(away, begun, store_retry=StoreRetry(seconds=0, sleep=lambda _: None))
    away.close()
    # Its worker is this process, which is alive; another start in it goes on all the same after a lease.
    assert play(store, begun, lease=0.2).result.counts.done == 24


def test_a_deletion_that_begins_meanwhile_stops_the_sweep_before_it_stores_anything(store: SqliteStore) -> None:
    begun = prepared(store, definition(small()))
    of = begun.experiment.id
    store.mark_deletion(Deletion("experiment", of, of, "Small", "ada", "2026-03-01T08:00"))
    with pytest.raises(BeingDeleted, match=f"sociarium delete {of[:12]}"):
        play(store, begun)
    assert list(store.slots(begun.sweep.id)) == []


class Counting(Offline):
    """Says how many tokens a call took."""

    async def ask(self, request: ModelRequest) -> ServedReply:
        served = await super().ask(request)
        return replace(served, reply=replace(served.reply, prompt_tokens=90, completion_tokens=10))


def test_a_bound_finishes_the_calls_under_way_and_leaves_the_rest_for_later(store: SqliteStore) -> None:
    begun, stop = prepared(store, definition(BALANCED)), StopSwitch()
    outcome = play(store, begun, Counting(), stop=stop, concurrency=1, max_tokens=500)
    assert stop.why == "budget"
    assert "500 tokens were used, the bound is 500" in stop.message
    assert (outcome.spending.calls, outcome.spending.prompt_tokens) == (5, 450)
    assert states(store, begun)[RunState.PENDING] >= 1
    kept = sum(len(store.journal(place.status.run)) for place in store.slots(begun.sweep.id))
    assert kept == 5, "an answer was paid for and not kept"
    play(store, begun, Counting())
    assert states(store, begun) == {RunState.DONE: 24}


@pytest.mark.parametrize("bound", [{"max_time": 0}, {"max_tokens": 1}])
def test_a_bound_that_is_reached_when_nothing_is_left_stops_nothing(store: SqliteStore, bound: dict[str, int]) -> None:
    begun, stop = prepared(store, definition(small())), StopSwitch()
    assert play(store, begun, **bound, stop=stop).result.counts.pending == 1
    assert stop.why == ("time" if "max_time" in bound else "budget")
    play(store, begun)
    stop = StopSwitch()
    play(store, begun, **bound, stop=stop)
    assert (stop.why, stop.message) == (None, "")


def test_failed_runs_that_were_to_be_tried_again_are_left_by_a_bound(store: SqliteStore) -> None:
    begun, stop = prepared(store, definition(BALANCED)), StopSwitch()
    play(store, begun, Failing())
    play(store, begun, max_time=0, retry_failed=True, stop=stop)
    assert stop.why == "time"
