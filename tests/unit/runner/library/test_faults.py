"""What is empty, skipped or invalid: counted run by run, summed by model and condition, and judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sociarium.cli.display.faults import brief
from sociarium.errors import ModelSilent
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelIdentity, ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.records.counts import ModelCounts
from sociarium.records.events import Happening, event
from sociarium.records.runs import Counters, RunState
from sociarium.runner.library.faults import Faults, as_json, run_counts
from sociarium.runner.library.status import sweep_status
from sociarium.runner.models.silent_models import Silence
from sociarium.runner.run.fault_counter import FaultCounter
from sociarium.runner.sweep.save import save_sweep
from sociarium.runner.workers.process import this_worker
from sociarium.runner.workers.shutdown import StopSwitch
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small, small_feed
from tests.support.played_stores import played
from tests.support.sweeps_in_process import play


class Mute(Offline):
    """Says nothing, or what cannot be read, for the models named; counts its calls.

    Args:
        stop: is told to drain at a call.
        until: number of that call.
    """

    def __init__(self, *names: str, stop: StopSwitch | None = None, until: int = 0) -> None:
        super().__init__()
        self._names, self._stop, self._until = names, stop, until
        self.calls = 0

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.calls += 1
        if self._stop is not None and self.calls == self._until:
            self._stop.drain("interrupted", "test")
        served = await super().ask(request)
        if request.model.name not in self._names:
            return served
        return replace(served, reply=replace(served.reply, text=""))


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


def faults_of(store: SqliteStore) -> Faults:
    [sweep] = store.sweeps()
    return sweep_status(store, sweep, me=this_worker()).faults


def counters(**by_model: dict[str, int]) -> Counters:
    return Counters(by_model=tuple(ModelCounts(name, tuple(counts.items())) for name, counts in by_model.items()))


FEED = small_feed(
    people="[{handle: ada, follows: [bob]}, {handle: bob}]",
    memory="{reflect_every: 1}",
    probes="[{name: mood, at: [end], ask: Mood?, answer: {from: 0, to: 10}}]",
    days="3",
)
TALK = small(
    summarizer="[{title: Starting prompt, content: Summarise.}]",
    probes="[{name: trust, at: [each_day], ask: Trust?, answer: {from: 0, to: 10}}]",
    sweep="{factors: {messages: 6, days: 2, speaker_selection: auto}}",
)


@pytest.mark.parametrize("text", [TALK, FEED])
@pytest.mark.parametrize("until", [3, 11, 20])
def test_a_run_that_goes_on_over_its_journal_counts_as_one_that_was_never_stopped(
    tmp_path: Path, text: str, until: int
) -> None:
    whole, broken = SqliteStore(tmp_path / "whole.db"), SqliteStore(tmp_path / "broken.db")
    played(whole, text, model=Mute("dry"))
    begun, stop = save_sweep(broken, definition(text), "main", creator="ada", clock=SystemClock()), StopSwitch()
    play(broken, begun, Mute("dry", stop=stop, until=until), stop=stop)
    assert faults_of(broken).total == {}, "it is not done"
    play(broken, begun, Mute("dry"))
    assert faults_of(broken).as_dict() == faults_of(whole).as_dict()
    assert faults_of(whole).total["silent_runs"] == 1


def test_a_feed_counts_every_kind_of_step_with_its_reason(store: SqliteStore) -> None:
    played(store, FEED, model=Mute("dry"))
    total = faults_of(store).total
    assert total["steps"] == total["skipped_steps"] == 2 * 3 * 2
    assert {name: many for name, many in total.items() if "/" in name} == {
        "skipped_steps/plan invalid": 6,
        "skipped_steps/post empty": 6,
    }
    assert (total["probes"], total["invalid_probes"]) == (2, 2)


def test_a_feed_of_people_who_speak_counts_its_steps_and_no_fault(store: SqliteStore) -> None:
    played(store, FEED)
    total = faults_of(store).total
    assert total["messages"] > 0
    assert (total["skipped_steps"], total["silent_runs"], total["invalid_probes"]) == (0, 0, 0)
    [sweep] = store.sweeps()
    [place] = store.slots(sweep.id)
    events = [one.happening for one in store.events(place.status.run)]
    calls = {call for one in events if one.kind == "session" for call in one.data["calls"]}
    assert total["steps"] == len(calls) + sum(one.kind == "state" for one in events)


def visit(calls: list[str], skipped: list[tuple[str, str]]) -> Any:
    data = {"calls": calls, "skipped": [{"step": step, "why": why} for step, why in skipped]}
    return event("r", "day1/ada/1/session", 1, Happening("session", day=1, author="ada", flags=(), data=data))


def test_a_step_counts_once_however_often_it_was_asked_and_also_when_it_was_not() -> None:
    counter = FaultCounter()
    calls = ["day1/ada/1/read/recent", "day1/ada/1/read/recent/2", "day1/ada/1/read/recent/3",
             "day1/ada/1/write/p2", "day1/ada/1/write/p2/quote", "day1/ada/1/write/p2/quote/2"]  # fmt: skip
    counter.event(visit(calls, [("read/recent", "invalid"), ("plan", "overlong")]))
    [counts] = counter.by_model()
    assert dict(counts.counts) == {
        "steps": 4,
        "skipped_steps": 2,
        "skipped_steps/plan overlong": 1,
        "skipped_steps/read invalid": 1,
    }


def test_posts_count_that_a_person_wrote_and_no_reposts_and_none_from_outside() -> None:
    counter = FaultCounter()
    posts = [("person", "post"), ("person", "reply"), ("person", "repost"), ("event", "post"), ("input", "post")]
    for number, (source, kind) in enumerate(posts):
        what = Happening("post", 1, number, "ada", "person", "Hm.", data={"source": source, "kind": kind})
        counter.event(event("r", f"post/p{number}", number, what))
    assert counter.by_model() == (ModelCounts("", (("messages", 2),)),)


def test_scripted_lines_are_words_of_somebody_and_of_no_model(store: SqliteStore) -> None:
    roles = "{guard: {}, prisoner: {script: [One., Two.]}}"
    prompt = '[{title: Starting prompt, private: {guard: "I am <SELF_NAME>.", prisoner: ""}}]'
    played(store, small(roles=roles, sections=prompt), model=Mute("dry"))
    faults = faults_of(store)
    assert (faults.total["silent_runs"], faults.total["scripted"]) == (0, 2)
    assert (faults.by_model["dry"]["messages"], faults.by_model["dry"]["empty"]) == (2, 2)
    assert list(faults.by_model) == ["dry"]


def test_flags_of_messages_count_under_their_own_names_whatever_they_are() -> None:
    counter = FaultCounter()
    counter.event(event("r", "agent/a", 1, Happening("agent", author="A", data={"model": "m"})))
    said = Happening("message", 1, 1, "A", "guard", "Yes.", ("repeated", "some_new_flag"), {"continuation": True})
    counter.event(event("r", "day1/turn1", 2, said))
    counts = (("continuations", 1), ("messages", 1), ("repeated", 1), ("some_new_flag", 1))
    assert counter.by_model() == (ModelCounts("m", counts),)
    faults = Faults()
    faults.take_run("r", Counters(by_model=counter.by_model()))
    assert faults.as_dict()["some_new_flag"] == 1


def test_runs_that_were_not_counted_are_not_taken_for_runs_without_faults(store: SqliteStore) -> None:
    played(store, small(sweep="{factors: {messages: 2}, replicates: 3}"), model=Mute("dry"))
    store._writer.execute("UPDATE statuses SET by_model = NULL WHERE run = (SELECT MIN(run) FROM statuses)")
    total = faults_of(store).total
    assert (total["runs"], total["uncounted_runs"], total["messages"]) == (2, 1, 4)
    assert run_counts(Counters(messages=4)) is None


def test_a_refused_message_is_an_outcome_and_a_run_without_a_word_is_not() -> None:
    faults, condition = Faults(), (("days", 1),)
    one = counters(m={"messages": 4, "empty": 1, "empty/refused": 1, "refused": 1})
    for _ in range(3):
        faults.take(run_counts(one) or {}, condition, [condition])
        faults.take_run("r", one)
    assert faults.excesses(0.02) == []
    wordless = counters(m={"messages": 1, "empty": 1, "empty/refused": 1, "refused": 1})
    faults.take(run_counts(wordless) or {}, condition, [condition])
    assert [(one.what, one.empty, one.of) for one in faults.excesses(0.02)] == [("runs", 1, 4)]


def test_a_run_in_which_nobody_was_even_asked_is_silent() -> None:
    counts = run_counts(Counters(by_model=()))
    assert counts is not None
    assert (counts["runs"], counts["silent_runs"]) == (1, 1)


@pytest.mark.slow
def test_more_conditions_than_can_be_listed_are_counted_by_level_and_judged_each(store: SqliteStore) -> None:
    names = [f"v{number}" for number in range(40)]
    variants = ", ".join(f"{name}: Goal {name}." for name in names)
    text = small(
        models="{m: {provider: offline}, n: {provider: offline}}",
        sections=f"""
  - {{title: Starting prompt, private: {{guard: I., prisoner: I.}}}}
  - {{title: Goal, shared: {{variants: {{{variants}}}}}}}""",
        sweep=f"{{factors: {{model: [m, n], section.Goal: [{', '.join(names)}], messages: 2}}}}",
    )
    played(store, text, model=Mute("n"), allow_empty=True)
    faults = faults_of(store)
    told = {tuple(one["condition"].items()): one["empty"] for one in faults.as_dict()["by_condition"]}
    assert told[("model", "n"),] == 80
    assert (("model", "m"),) not in told
    assert told[("section.Goal", "v3"),] == 2
    excesses = faults.excesses(0.5)
    assert [one.model for one in excesses if one.model] == ["n"]
    conditions = [dict(one.condition) for one in excesses if one.condition]
    assert len(conditions) == 50, "the worst are named, not all"
    assert {condition["model"] for condition in conditions} == {"n"}


def silence(*runs: Counters, allow: bool = False) -> Silence:
    found = Silence(allow=allow)
    for number, one in enumerate(runs):
        found.note_done(f"{number}abcdefghij", one)
    return found


NOTHING = {"messages": 3, "empty": 3}
SOMETHING = {"messages": 3, "empty": 2}


@pytest.mark.parametrize(
    ("runs", "paused"),
    [
        ([NOTHING] * 4, False),
        ([NOTHING] * 5, True),
        ([SOMETHING, *[NOTHING] * 9], False),
        ([*[NOTHING] * 4, SOMETHING, *[NOTHING] * 5], False),
        ([{"steps": 3, "skipped_steps": 3, "messages": 2}] * 5, True),
        ([{"steps": 3, "skipped_steps": 2}] * 5, False),
        ([{"probes": 1, "invalid_probes": 1}] * 5, True),
        ([{"messages": 1, "probes": 1, "invalid_probes": 1}] * 5, False),
        ([NOTHING | {"probes": 1}] * 5, True),
    ],
)
def test_a_model_without_anything_of_use_in_its_first_five_runs_is_paused(
    runs: list[dict[str, int]], paused: bool
) -> None:
    found = silence(*(counters(m=one, n={"messages": 1}) for one in runs))
    assert list(found.paused) == (["m"] if paused else [])
    found.check("n")
    if paused:
        with pytest.raises(ModelSilent, match=r"'m' said nothing at all in its first 5 runs.*show 4abcdefg"):
            found.check("m")
    assert silence(*(counters(m=one) for one in runs), allow=True).paused == {}


def test_runs_of_other_models_do_not_count_for_one() -> None:
    found = silence(*[counters(m=NOTHING)] * 4, *[counters(n={"messages": 1})] * 9)
    assert found.paused == {}
    found.note_done("x", counters(m=NOTHING))
    assert list(found.paused) == ["m"]


def test_runs_that_were_done_before_this_start_count(store: SqliteStore) -> None:
    played(store, small(sweep="{factors: {messages: 2}, replicates: 4}"), model=Mute("dry"))
    found = Silence(allow=False)
    found.before(faults_of(store))
    assert found.paused == {}
    found.note_done("x", counters(dry=NOTHING))
    assert list(found.paused) == ["dry"]


@pytest.mark.slow
def test_open_runs_of_a_paused_model_go_back_and_it_is_not_asked_again(store: SqliteStore) -> None:
    begun = save_sweep(
        store,
        definition(small(sweep="{factors: {messages: [2, 40]}, replicates: 10}")),
        "main",
        creator="ada",
        clock=SystemClock(),
    )
    model = Mute("dry")
    result = play(store, begun, model, concurrency=8).result
    assert list(result.paused) == ["dry"]
    assert result.counts.pending == 20 - result.counts.done
    assert result.counts.running == result.counts.failed == 0
    places = list(store.slots(begun.sweep.id))
    assert {place.condition["messages"] for place in places if place.status.state is RunState.DONE} == {2}
    left = [store.journal(place.status.run) for place in places if place.status.state is RunState.PENDING]
    assert any(left), "what open runs were answered is kept"
    asked = model.calls
    assert list(play(store, begun, model).result.paused) == ["dry"]
    assert model.calls == asked
    assert play(store, begun, model, allow_empty=True).result.counts.done == 20


def test_a_pause_is_not_told_when_nothing_is_left(store: SqliteStore) -> None:
    text = small(sweep="{factors: {messages: 2}, replicates: 5}")
    begun = save_sweep(store, definition(text), "main", creator="ada", clock=SystemClock())
    for _ in range(2):
        result = play(store, begun, Mute("dry")).result
        assert (result.counts.done, result.paused) == (5, {})


def test_steps_count_for_the_model_that_was_asked_for_them() -> None:
    counter = FaultCounter()
    counter.event(event("r", "people/ada", 0, Happening("person", author="ada", data={"model": "m"})))
    read, plan = "day1/ada/1/read/recent", "day1/ada/1/plan"
    for key, model in ((read, "reader"), (plan, "m")):
        counter.call(key, ModelRequest(ModelIdentity(model, "offline", "", {}), (), purpose=key.split("/")[3]))
    counter.event(visit([read, plan], [("read/recent", "invalid")]))
    assert {one.model: dict(one.counts) for one in counter.by_model()} == {
        "m": {"steps": 1},
        "reader": {"steps": 1, "skipped_steps": 1, "skipped_steps/read invalid": 1},
    }


def test_a_model_with_nothing_but_copied_words_is_not_judged_in_that_run() -> None:
    faults, silence = Faults(), Silence(allow=False)
    copied = counters(m={"messages": 9, "copied/messages": 9}, n={"messages": 1, "empty": 1})
    for number in range(5):
        faults.take_run(str(number), copied)
        silence.note_done(str(number), copied)
    assert (faults.by_model["m"]["runs"], faults.by_model["n"]["silent_runs"]) == (0, 5)
    assert [(one.model, one.empty, one.of) for one in faults.excesses(0.02)] == [("n", 5, 5)]
    assert list(silence.paused) == ["n"]


def test_what_was_copied_is_no_flag_of_a_list() -> None:
    counts = {"messages": 8, "empty": 3, "copied/messages": 4, "copied/empty": 1, "repeated": 2}
    assert brief(as_json(counts)) == "3/8 empty, 2 repeated"
