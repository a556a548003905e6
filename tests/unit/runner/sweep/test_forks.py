"""Forks and extensions of stored runs: what they share with their origin, and what they are refused for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sociarium.api.preparation import used_models
from sociarium.errors import BadInput, InUse
from sociarium.exchange.run_document import run_document
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import table_source
from sociarium.exchange.targets import selection
from sociarium.experiment.feed.definition import FeedDefinition
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelReply, ModelRequest
from sociarium.records.events import Event
from sociarium.records.inputs import Input
from sociarium.records.plans import Deletion
from sociarium.records.runs import RunState, SweepSlot
from sociarium.runner.library.edit_delete import refuse_delete
from sociarium.runner.library.lookup import find_target
from sociarium.runner.library.status import sweep_status
from sociarium.runner.run.replay import replay
from sociarium.runner.sweep.derive import ARM, SHAM, ExtensionRequest, ForkRequest, arm_among, arm_beside
from sociarium.runner.sweep.forks import (
    DerivedPlan,
    origin_of_run,
    origin_of_sweep,
    place_sweep,
    plan_extensions,
    plan_forks,
)
from sociarium.runner.sweep.order import SweepOrder
from sociarium.runner.sweep.save import StartedSweep, reopen
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.interviewed import Replying
from tests.support.played_stores import played, saved, two_days
from tests.support.sweeps_in_process import play

CHANGE = {"first_speaker": "prisoner"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def _planned(store: SqliteStore, begun: StartedSweep, at: str = "2", **changes: Any) -> DerivedPlan:
    request = ForkRequest(**{"at": at, "changes": CHANGE, "sham": True, **changes})
    return plan_forks(store, origin_of_sweep(store, begun.sweep), request, creator="ada", clock=SystemClock())


def _forked(store: SqliteStore, plan: DerivedPlan) -> list[SweepSlot]:
    begun = place_sweep(store, plan)
    play(store, begun)
    return list(store.slots(begun.sweep.id))


def _events(store: SqliteStore, run: str) -> list[tuple[Any, ...]]:
    return [(event.key, event.seq, event.happening) for event in store.events(run)]


def _spoken(events: list[Event]) -> int:
    return sum(event.happening.kind == "message" for event in events)


def _origin(store: SqliteStore, run: str) -> str:
    origin = store.run(run).origin
    assert origin is not None
    return origin.run


@pytest.mark.parametrize("at", ["1", "2", "day2/turn1", "4"])
def test_a_sham_is_its_origin_event_for_event(store: SqliteStore, at: str) -> None:
    begun = played(store, two_days())

    forks = _forked(store, _planned(store, begun, at))

    shams = [slot for slot in forks if slot.condition[ARM] == SHAM]
    assert len(shams) == len(forks) / 2 == 4
    for slot in shams:
        assert _events(store, slot.status.run) == _events(store, _origin(store, slot.status.run))


def test_behind_the_message_that_ended_a_run_nothing_is_forked(store: SqliteStore) -> None:
    def says(request: ModelRequest) -> ModelReply | None:
        return ModelReply("I refuse.", finish_reason="refused") if len(request.messages) > 3 else None

    begun = played(store, small(), model=Replying(says))

    with pytest.raises(BadInput, match="it ended refused by its message 3, behind which nothing follows"):
        _planned(store, begun, "3")
    assert {slot.status.state for slot in _forked(store, _planned(store, begun, "2"))} == {RunState.DONE}


def test_a_run_that_ended_behind_its_last_message_is_forked_there(store: SqliteStore) -> None:
    def says(request: ModelRequest) -> ModelReply | None:
        return ModelReply("", finish_reason="overlong") if len(request.messages) > 3 else None

    begun = played(store, small(), model=Replying(says))
    [slot] = store.slots(begun.sweep.id)
    assert (slot.status.ended, slot.status.counters.messages) == ("context_cut", 2)

    forks = _forked(store, _planned(store, begun, "2"))

    assert [(one.status.ended, one.status.counters.messages) for one in forks] == [("completed", 4)] * 2


def test_what_is_changed_begins_after_the_moment(store: SqliteStore) -> None:
    begun = played(store, two_days())

    changed = [slot for slot in _forked(store, _planned(store, begun)) if slot.condition[ARM] != SHAM]

    for slot in changed:
        own, before = store.events(slot.status.run), store.events(_origin(store, slot.status.run))
        kept = next(n for n in range(len(own) + 1) if _spoken(own[:n]) == 2)
        assert _events(store, slot.status.run)[:kept] == _events(store, _origin(store, slot.status.run))[:kept]
        first_of_day_two = [event.happening for event in own if event.key == "day2/turn1"]
        assert [(what.role, slot.condition["first_speaker"]) for what in first_of_day_two] == [("prisoner", "prisoner")]
        assert _spoken(own) == _spoken(before)


def test_a_factor_that_is_called_arm_keeps_its_levels_in_forks_of_forks(store: SqliteStore) -> None:
    arms = "[{name: early, first_speaker: guard}, {name: late, first_speaker: prisoner}]"
    begun = played(store, small(sweep=f"{{factors: {{messages: 4, arm: {arms}}}}}"))
    plan = _planned(store, begun, changes={"messages": "5"})
    forks = _forked(store, plan)

    levels = {tuple(sorted(slot.condition.items())) for slot in forks}
    assert {(dict(one)["arm"], dict(one)["fork_arm"]) for one in levels} == {
        (arm, said) for arm in ("early", "late") for said in (SHAM, "messages=5")
    }
    first = next(slot for slot in forks if slot.condition["arm"] == "late")
    with pytest.raises(BadInput, match="arm is late already"):
        plan_forks(
            store,
            origin_of_run(store, first.status.run),
            ForkRequest(at="3", changes={"arm": "late"}),
            creator="ada",
            clock=SystemClock(),
        )


@pytest.mark.parametrize(
    ("factors", "arm"),
    [([], ARM), (["arm"], "fork_arm"), (["fork_arm"], "fork_fork_arm"), (["alarm", "arm two"], ARM)],
)
def test_the_arm_of_forks_is_found_among_factors_however_these_are_called(factors: list[str], arm: str) -> None:
    assert arm_beside(factors) == arm
    assert arm_among([*factors, arm]) == arm


@pytest.mark.parametrize(
    ("factors", "change", "used"),
    [
        ("model: dry", ("model", "wet"), {"dry", "wet"}),
        ("days: 1", ("model", "wet"), {"dry", "wet"}),
        ("model.guard: [dry]", ("model.guard", "wet"), {"dry", "wet"}),
        ("set: [{name: x, model: dry}, {name: y, model: raw}]", ("model", "wet"), {"dry", "raw", "wet"}),
        ("set: [{name: x, model.guard: raw}, {name: y}]", ("model.guard", "wet"), {"dry", "raw", "wet"}),
    ],
)
def test_forks_and_their_shams_have_all_their_models_however_levels_are_written(
    store: SqliteStore, factors: str, change: tuple[str, str], used: set[str]
) -> None:
    models = "{dry: {provider: offline}, wet: {provider: offline, model: w}, raw: {provider: offline, model: r}}"
    begun = played(store, small(models=models, sweep=f"{{factors: {{messages: 4, {factors}}}}}"))
    started = place_sweep(store, _planned(store, begun, changes=dict([change])))

    assert set(used_models(started.definition, started.sweep.name)) == used
    again = reopen(store, started.sweep)
    assert set(used_models(again.definition, again.sweep.name)) == used


@pytest.mark.slow
def test_every_fork_is_as_its_journal_says(store: SqliteStore) -> None:
    forks = _forked(store, _planned(store, played(store, two_days()), branches=2))

    assert len(forks) == 16
    assert {asyncio.run(replay(store, slot.status.run)).ended for slot in forks} == {"completed"}


def test_what_was_copied_is_neither_asked_nor_counted_again(store: SqliteStore) -> None:
    begun = played(store, two_days(sweep="{factors: {messages: 4, days: 2, first_speaker: [guard, prisoner]}}"))
    started = place_sweep(store, _planned(store, begun, "3"))

    outcome = play(store, started)

    # Of each: the last message and two private questions; three messages and the summary are the origin's.
    assert outcome.spending.messages == 2
    statuses = [slot.status.counters for slot in store.slots(started.sweep.id)]
    assert {(counters.messages, counters.calls) for counters in statuses} == {(4, 3)}
    assert outcome.spending.calls == 6


def test_the_same_fork_again_is_the_same_sweep_and_completes_what_was_not_placed(store: SqliteStore) -> None:
    begun = played(store, two_days())
    plan = _planned(store, begun)
    store.save_sweep(plan.sweep)

    first = place_sweep(store, plan)
    again = place_sweep(store, _planned(store, begun))

    assert first.sweep == again.sweep
    assert sorted(slot.status.run for slot in store.slots(first.sweep.id)) == sorted(plan.runs)


def test_a_fork_is_gone_on_with_as_any_sweep(store: SqliteStore) -> None:
    begun = place_sweep(store, _planned(store, played(store, two_days())))
    play(store, begun, limit=3)

    reopened = reopen(store, store.sweep(begun.sweep.id))
    play(store, reopened)

    counts = sweep_status(store, begun.sweep, me=this_worker()).counts
    assert (counts.done, counts.total) == (8, 8)


def test_a_fork_of_a_fork_knows_both(store: SqliteStore) -> None:
    forks = _forked(store, _planned(store, played(store, two_days()), "1"))
    shams = [slot for slot in forks if slot.condition[ARM] == SHAM]
    first = next(slot.status.run for slot in shams if slot.condition["messages"] == 4)
    request = ForkRequest(at="3", changes={"first_speaker": "random"}, sham=True)

    plan = plan_forks(store, origin_of_run(store, first), request, creator="bob", clock=SystemClock())
    second = _forked(store, plan)

    assert {_origin(store, slot.status.run) for slot in second} == {first}
    assert len(store.derived_runs(first)) == 2
    lineage = run_document(store, second[0].status.run)["lineage"]
    assert (lineage["origin"]["run"], lineage["origin"]["at"]) == (first, "day2/turn1")
    assert run_document(store, first)["lineage"]["derived"][0]["at"] == "day2/turn1"


def test_runs_that_cannot_be_forked_so_are_left_out_with_the_reason(store: SqliteStore) -> None:
    begun = played(store, two_days(), limit=6)

    plan = _planned(store, begun, "5", changes={"speaker_selection": "random"})

    assert set(plan.left_out.values()) == {
        "there is no message 5; this conversation has 4",
        "it is pending, not done",
    }
    done = {slot.status.run for slot in store.slots(begun.sweep.id) if slot.status.state is RunState.DONE}
    assert {slot.status.run for slot in plan.slots} == done - plan.left_out.keys()


def test_a_change_that_the_schedule_overrules_is_refused_and_one_that_it_lets_through_is_not(
    store: SqliteStore,
) -> None:
    schedule = "[{day: 2, set: {feed.ranking: popular}}, {day: 4, set: {policy: label}}]"
    policy = "{match: {words: [weir]}, label: Doubtful.}"
    begun = played(store, small_feed(days="3", schedule=schedule, policy=policy))

    for at in ("day1", "day2", "day3"):
        with pytest.raises(BadInput, match=r"its schedule rules after day \d, whatever feed.ranking=random says"):
            _planned(store, begun, at, changes={"feed.ranking": "random"})
    for changes in ({"feed.recent": "3"}, {"feed.tick": "0"}, {"policy": "remove"}):
        assert len(_planned(store, begun, "day2", changes=changes).runs) > 0
    assert len(store.sweeps()) == 1


def test_what_goes_on_from_a_fork_has_the_models_that_it_set_and_its_code(store: SqliteStore) -> None:
    models = "{dry: {provider: offline}, wet: {provider: offline}}"
    begun = played(store, small_feed(models=models, model="{read: dry}", days="3"))
    changes = {"model.read": "wet"}
    fork = place_sweep(store, _planned(store, begun, "day1", changes=changes, sham=False, code={"lab": "1" * 64}))
    play(store, fork)
    [first] = store.slots(fork.sweep.id)

    origin = origin_of_sweep(store, fork.sweep)
    longer = plan_extensions(store, origin, ExtensionRequest(days=4), creator="ada", clock=SystemClock())
    again = _planned(store, fork, "day2", changes={"feed.recent": "3"}, sham=False)
    assert first.status.state is RunState.DONE
    for plan in (longer, again):
        placed = place_sweep(store, plan)
        for started in (placed, reopen(store, placed.sweep)):
            assert "wet" in used_models(started.definition, started.sweep.name)
            assert isinstance(started.definition, FeedDefinition)
            assert started.definition.code == {"lab": "1" * 64}
        play(store, placed)
        assert [slot.status.state for slot in store.slots(placed.sweep.id)] == [RunState.DONE]


def test_a_change_at_the_last_day_is_for_those_who_extend_the_fork(store: SqliteStore) -> None:
    begun = played(store, small_feed())
    assert len(_planned(store, begun, "day2", changes={"feed.ranking": "random"}).runs) > 0


@pytest.mark.parametrize(
    ("at", "changes", "words"),
    [
        ("2", {"starting_mesage": "x"}, "there is no 'starting_mesage' to set"),
        ("2", {"first_speaker": "warden"}, "'warden' is not one of its levels"),
        ("9", CHANGE, "there is no message 9"),
        ("tomorrow", CHANGE, "is no moment of a conversation"),
        ("end", CHANGE, "`sociarium extend` goes on from there"),
        ("2", {"agents.guard": "3"}, "who takes part was settled"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_stored(
    store: SqliteStore, at: str, changes: dict[str, str], words: str
) -> None:
    begun = played(store, two_days())

    with pytest.raises(BadInput, match=words):
        _planned(store, begun, at, changes=changes)
    assert len(store.sweeps()) == 1


def test_a_fork_whose_origin_was_deleted_before_it_began_says_so(store: SqliteStore) -> None:
    begun = played(store, two_days())
    derived = place_sweep(store, _planned(store, begun))
    for slot in list(store.slots(begun.sweep.id)):
        mark = Deletion("run", slot.status.run, begun.experiment.id, "", "ada", "")
        store.mark_deletion(mark)
        while store.delete_part(mark, most=10):
            pass

    play(store, derived)

    errors = {slot.status.error for slot in store.slots(derived.sweep.id)}
    assert len(errors) == 4
    assert all("was deleted before this run had copied its beginning" in (error or "") for error in errors)


def test_what_a_colleagues_fork_has_still_to_begin_with_is_not_deleted(store: SqliteStore) -> None:
    begun = played(store, two_days())
    request = ForkRequest(at="2", changes=CHANGE, sham=True)
    clock = SystemClock()
    theirs = place_sweep(
        store, plan_forks(store, origin_of_sweep(store, begun.sweep), request, creator="bob", clock=clock)
    )
    [first, *_] = store.runs([slot.status.run for slot in store.slots(theirs.sweep.id)])
    assert first.origin is not None
    targets = [find_target(store, named, creator="ada", deleted=True) for named in (begun.sweep.id, first.origin.run)]
    for target in targets:
        with pytest.raises(InUse, match=f"have still to begin with: bob's 'main, fork at 2' .{theirs.sweep.id[:12]}"):
            refuse_delete(store, target, "ada")

    play(store, theirs)

    for target in targets:
        refuse_delete(store, target, "ada")


def test_an_extension_goes_on_after_the_end_of_each_run(store: SqliteStore) -> None:
    begun = played(store, two_days())
    plan = plan_extensions(
        store, origin_of_sweep(store, begun.sweep), ExtensionRequest(days=4), creator="ada", clock=SystemClock()
    )

    for slot in _forked(store, plan):
        origin = _origin(store, slot.status.run)
        before, after = _events(store, origin), _events(store, slot.status.run)
        assert after[: len(before)] == before
        days = [what.day for _, _, what in after if what.kind == "message"]
        assert days == sorted(days)
        assert {day: days.count(day) for day in days} == dict.fromkeys(range(1, 5), len(days) / 4)
        assert asyncio.run(replay(store, slot.status.run)).ended == "completed"


def test_the_condition_of_an_extension_says_how_long_it_is(store: SqliteStore) -> None:
    begun = played(store, two_days())
    before = store.slots(begun.sweep.id)
    plan = plan_extensions(
        store, origin_of_sweep(store, begun.sweep), ExtensionRequest(days=3, messages=7), creator="ada",
        clock=SystemClock(),
    )  # fmt: skip

    after = store.slots(place_sweep(store, plan).sweep.id)

    lengths = {"days": 3, "messages": 7}
    assert [slot.condition for slot in after] == [
        {name: lengths.get(name, level) for name, level in slot.condition.items()} for slot in before
    ]
    assert all(slot.condition.keys() & lengths for slot in before)


def test_an_extension_says_how_far(store: SqliteStore) -> None:
    origin = origin_of_sweep(store, played(store, two_days()).sweep)

    for request, words in (
        (ExtensionRequest(), "say how far"),
        (ExtensionRequest(days=2), "it has 2 days already"),
        (
            ExtensionRequest(messages=4),
            "1 further day and 4 messages in all do not go together, say at least 5",
        ),
    ):
        with pytest.raises(BadInput, match=words):
            plan_extensions(store, origin, request, creator="ada", clock=SystemClock())


def test_an_extended_feed_reads_on_in_its_inbox_and_asks_nothing_again(store: SqliteStore) -> None:
    begun = played(store, small_feed(days="1"))
    [slot] = store.slots(begun.sweep.id)
    before = store.journal(slot.status.run)
    plan = plan_extensions(
        store, origin_of_run(store, slot.status.run), ExtensionRequest(days=2), creator="ada", clock=SystemClock()
    )
    derived = place_sweep(store, plan)
    [own] = plan.runs

    outcome = play(store, derived)

    journal = {entry.key: entry for entry in store.journal(own)}
    assert all(journal[entry.key].answer == entry.answer for entry in before)
    asked = [entry for entry in journal.values() if entry.call is not None and entry.key not in {e.key for e in before}]
    assert outcome.spending.calls == len(asked) > 0
    assert {event.happening.day for event in store.events(own) if event.happening.kind == "session"} == {1, 2}
    assert asyncio.run(replay(store, own)).ended == "completed"


def test_posts_of_the_origin_come_along_and_further_ones_follow_them(store: SqliteStore) -> None:
    begun = saved(store, small_feed(days="1"))
    [member, run] = SweepOrder(begun.definition, begun.sweep, "ada", "").at(0)
    store.place_runs([member], [run])
    store.put_input(Input(run.id, 1, "newswire", "Early news.", "ada", ""))
    play(store, begun)
    store.put_input(Input(run.id, 2, "newswire", "Nobody read this.", "ada", ""))
    plan = plan_extensions(
        store, origin_of_run(store, run.id), ExtensionRequest(days=2), creator="ada", clock=SystemClock()
    )
    derived, [own] = place_sweep(store, plan), plan.runs
    store.put_input(Input(own, 2, "newswire", "Later news.", "ada", ""))

    play(store, derived)

    posts = [event.happening for event in store.events(own) if event.happening.kind == "post"]
    assert [what.content for what in posts if what.author == "newswire"] == ["Early news.", "Later news."]
    assert [one.content for one in store.inputs(own)] == ["Early news.", "Later news."]


def test_what_was_taken_over_from_the_origin_is_told_from_what_is_the_forks_own(store: SqliteStore) -> None:
    begun = played(store, two_days(), concurrency=1)
    assert not any(one["copied"] for one in run_document(store, next(store.slots(begun.sweep.id)).status.run)["calls"])
    fork, *_ = _forked(store, _planned(store, begun))
    rows = table_source(store, selection(store, fork.status.run, creator="ada"), RunFilter())
    [run] = rows.rows("runs")
    messages, calls, probes = (list(rows.rows(name)) for name in ("messages", "calls", "probes"))
    assert [one["copied"] for one in messages] == [True, True] + [False] * (len(messages) - 2)
    assert sum(not one["copied"] for one in calls) == run["calls"] < len(calls)
    copied_calls = {one["key"] for one in calls if one["copied"]}
    for one in (*messages, *probes):
        assert one["copied"] is (one["call"] in copied_calls)
