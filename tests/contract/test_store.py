"""What every store promises."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sociarium.errors import NotFound, StoreUnavailable
from sociarium.ports.store import Store
from sociarium.records.events import Happening, event
from sociarium.records.journal import JournalEntry, ModelTokens
from sociarium.records.lists import RunQuery
from sociarium.records.plans import Member, ModelVersion, Version, latest_version
from sociarium.records.runs import Counters, Outcome, RunState, Worker
from tests.support.records import (
    AT,
    CALL,
    COUNTED,
    HOSTILE,
    LATER,
    entry,
    experiment,
    finished,
    member,
    placed,
    run,
    spoken,
    sweep,
    taken,
    version,
)

# Experiments, versions, sweeps


def test_an_experiment_is_saved_once_and_its_versions_are_numbered(store: Store) -> None:
    assert store.save_experiment(experiment(), version())[1].number == 1
    kept, second = store.save_experiment(
        experiment(note="another note", created=LATER), version("v2", document='{"n": 2}')
    )
    assert kept == experiment()
    assert second == Version("v2", "e1", 2, '{"n": 2}', AT)
    assert store.save_experiment(experiment(), version())[1].number == 1
    assert [found.id for found in store.versions("e1")] == ["v1", "v2"]
    assert store.version("v2") == second


def test_a_colleagues_version_says_whose_it_is_and_is_added_to_an_experiment_that_stands(store: Store) -> None:
    store.save_experiment(experiment(), version())
    his = store.add_version(version("v2", by=HOSTILE))
    assert (his.number, his.by) == (2, HOSTILE)
    assert store.add_version(version("v2", by=HOSTILE)) == his
    assert store.save_experiment(experiment(), version("v3"))[1].number == 3
    assert [one.by for one in store.versions("e1")] == [None, HOSTILE, None]
    assert latest_version(store.versions("e1")[:2]) == store.version("v1")
    assert latest_version([his]) is None
    # Nobody's experiment comes back by it.
    store.add_version(version("v4", of="gone", by="bob"))
    with pytest.raises(NotFound):
        store.experiment("gone")


def test_experiments_come_the_latest_first(store: Store) -> None:
    store.save_experiment(experiment("e1", created=AT), version("v1", "e1"))
    store.save_experiment(experiment("e2", created=LATER, favourite=True, origin="e1"), version("v2", "e2"))
    found = list(store.experiments())
    assert [one.id for one in found] == ["e2", "e1"]
    assert found[0].favourite is True
    assert found[0].origin == "e1"


def test_a_sweep_begins_once(store: Store) -> None:
    assert store.save_sweep(sweep()) == sweep()
    assert store.save_sweep(sweep(creator="bob", created=LATER)) == sweep()
    store.save_sweep(sweep("bb", experiment="e2", created=LATER))
    assert [found.id for found in store.sweeps()] == ["bb", "aa"]
    assert [found.id for found in store.sweeps("e1")] == ["aa"]


def test_what_is_saved_or_begun_again_is_as_it_was_whoever_asks(store: Store) -> None:
    first = store.save_experiment(experiment(), version())
    store.save_experiment(experiment(), version("v2"))
    assert store.save_experiment(experiment(), version()) == first
    assert store.save_experiment(experiment("e2"), version("v3", of="e2"))[1].number == 1
    assert [found.number for found in store.versions("e1")] == [1, 2]


def test_sweeps_of_one_moment_come_by_id(store: Store) -> None:
    for id_ in ("cc", "aa", "bb"):
        store.save_sweep(sweep(id_))
    store.save_sweep(sweep("dd", created=LATER))
    assert [found.id for found in store.sweeps()] == ["dd", "aa", "bb", "cc"]


def test_at_most_ten_ids_are_found_and_a_beginning_is_no_pattern(store: Store) -> None:
    placed(store, *(run(f"a{number:02x}") for number in range(20)))
    assert store.ids_with_prefix("run", "a") == [f"a{number:02x}" for number in range(10)]
    assert store.ids_with_prefix("run", "") == store.ids_with_prefix("run", "a")
    assert store.ids_with_prefix("run", ".*") == []
    assert store.ids_with_prefix("run", "A0") == []


def test_what_serves_a_model_is_told_once_for_each_epoch(store: Store) -> None:
    first = ModelVersion("aa", HOSTILE, 1, "sha256:1", "ada", AT)
    assert store.add_model_version(first) == first
    assert store.add_model_version(replace(first, version="sha256:2", creator="bob")) == first
    second = replace(first, number=2, version="sha256:2")
    store.add_model_version(second)
    other = store.add_model_version(ModelVersion("aa", "a model", 1, "v", "ada", AT))
    store.add_model_version(ModelVersion("bb", "a model", 1, "w", "ada", AT))
    assert [one for one in store.model_versions("aa") if one.model == HOSTILE] == [first, second]
    assert [one for one in store.model_versions("aa") if one.model == "a model"] == [other]
    assert store.model_versions("zz") == []


def test_ids_are_found_by_their_beginning(store: Store) -> None:
    placed(store, run("a1b2"), run("a1c3"), run("b1"))
    store.save_sweep(sweep("a1ff"))
    assert store.ids_with_prefix("run", "a1") == ["a1b2", "a1c3"]
    assert store.ids_with_prefix("run", "a1b2") == ["a1b2"]
    assert store.ids_with_prefix("run", "f") == []
    assert store.ids_with_prefix("sweep", "a1") == ["a1ff"]
    assert store.ids_with_prefix("experiment", "a") == []


def test_what_is_not_there_is_said(store: Store) -> None:
    for ask in (lambda: store.run("zz"), lambda: store.version("zz"), lambda: store.run_statuses(["zz"])):
        with pytest.raises(NotFound, match="zz"):
            ask()
    assert store.journal("zz") == []
    assert store.events("zz") == []
    assert store.members_of_run("zz") == []
    assert list(store.slots("zz")) == []
    assert store.workers(["zz"]) == {}


# Places


def test_places_and_runs_are_kept_once(store: Store) -> None:
    statuses = store.place_runs([member("a1", 0, days=1)], [run("a1")])
    assert [status.state for status in statuses] == [RunState.PENDING]
    store.claim(taken("a1"))
    statuses = store.place_runs(
        [member("a1", 0, days=1), member("a2", 1, days=2)], [run("a1", creator="bob"), run("a2")]
    )
    assert [(status.run, status.state) for status in statuses] == [("a1", RunState.RUNNING), ("a2", RunState.PENDING)]
    assert store.run("a1") == run("a1")
    places = list(store.slots("aa"))
    assert [(place.position, place.status.run, dict(place.condition)) for place in places] == [
        (0, "a1", {"days": 1}),
        (1, "a2", {"days": 2}),
    ]
    assert places[0].status.worker == "w1"


@pytest.mark.slow
def test_places_can_be_read_from_a_position_on(store: Store) -> None:
    store.place_runs([member(f"a{at}", at) for at in range(300)], [run(f"a{at}") for at in range(300)])
    assert [place.position for place in store.slots("aa", start=150)] == list(range(150, 300))
    assert list(store.slots("aa", start=300)) == []
    for start, most in ((0, 1), (150, 20), (0, 140), (290, 20), (0, 0)):
        positions = [place.position for place in store.slots("aa", start=start, most=most)]
        assert positions == list(range(start, min(start + most, 300)))


def test_a_place_that_is_taken_keeps_its_run_and_says_which(store: Store) -> None:
    placed(store, run("a1"), run("a2"))
    store.claim(taken("a1"))
    statuses = store.place_runs([member("b1", 0), member("b2", 2)], [run("b1"), run("b2")])
    assert [(status.run, status.state) for status in statuses] == [("a1", RunState.RUNNING), ("b2", RunState.PENDING)]
    assert [place.status.run for place in store.slots("aa")] == ["a1", "a2", "b2"]


def test_a_place_can_be_given_to_a_run_that_stands_already(store: Store) -> None:
    placed(store, run("a1"))
    store.claim(taken("a1"))
    assert [(status.run, status.token) for status in store.place_runs([member("a1", 1)], [])] == [("a1", 1)]
    assert [place.status.run for place in store.slots("aa")] == ["a1", "a1"]


def test_runs_are_told_in_the_order_asked_for(store: Store) -> None:
    placed(store, run("a1"), run("a2", content='{"x": 2}'))
    assert store.runs(["a2", "a1", "a2"]) == [store.run("a2"), store.run("a1"), store.run("a2")]
    assert store.runs([]) == []
    with pytest.raises(NotFound, match="zz"):
        store.runs(["a1", "zz"])


def test_tokens_of_runs_are_summed_by_model_behind_what_was_copied(store: Store) -> None:
    placed(store, run("a1"), run("a2"), run("a3"))
    other = replace(CALL, model="cool")
    answer = {"text": "yes", "prompt_tokens": 30, "completion_tokens": 4}
    records = [
        entry("k1", ordinal=1, answer=answer),
        entry("copied", ordinal=2, source="record", call=None, answer={"events": 1, "prompt_tokens": 9}),
        entry("k2", ordinal=3, answer=answer),
        entry("k3", ordinal=4, answer={"text": "", "prompt_tokens": 30}),
        entry("k4", ordinal=5, answer=answer, call=other),
        entry("k1", "a2", answer=answer),
        entry("k1", "a3", source="people", call=None, answer=[{"name": "Ada"}]),
    ]
    store.append(records)
    sums = sorted(store.tokens_of(["a2", "a1", "a3"], behind="copied"), key=lambda one: (one.run, one.model))
    assert sums == [
        ModelTokens("a1", "cool", 30, 4),
        ModelTokens("a1", "llama", 60, 4),
        ModelTokens("a2", "llama", 30, 4),
    ]
    assert list(store.tokens_of([], behind="copied")) == []


def test_an_outline_says_who_spoke_and_not_what(store: Store) -> None:
    placed(store, run("a1"), run("a2"), run("a3"))
    order = event("a1", "event/order", 2, Happening("event", 1, author="Researcher", content="Search.", data={"a": 1}))
    probe = event("a1", "probe", 3, Happening("probe", 1, author="Guard_417"))
    post = event("a2", "post/p1", 1, Happening("post", 1, 1, "ada", "person", "Bread!", data={"id": "p1"}))
    store.append([spoken("k2", seq=4), order, probe, spoken("k1", seq=1), spoken("k", "a3", text="no"), post])
    outline = list(store.outline(["a3", "a1", "a2"]))
    spoken_without = replace(spoken("k").happening, content="")
    assert sorted((run_ for run_, _ in outline)) == ["a1", "a1", "a1", "a2", "a3"]
    assert [what for run_, what in outline if run_ == "a2"] == [replace(post.happening, content="")]
    assert [what for run_, what in outline if run_ == "a1"] == [
        replace(spoken_without, index=1, data={"call": "k1/reply"}),
        replace(order.happening, content=""),
        replace(spoken_without, index=4, data={"call": "k2/reply"}),
    ]
    assert list(store.outline([])) == []


def test_a_run_knows_its_places_the_latest_sweep_first(store: Store) -> None:
    store.save_sweep(sweep("aa", created=AT))
    store.save_sweep(sweep("bb", created=LATER))
    store.place_runs([member("a1", 5, "aa", model="x")], [run("a1")])
    store.place_runs([member("a1", 2, "bb", model="y")], [run("a1")])
    assert [(found.sweep, found.position) for found in store.members_of_run("a1")] == [("bb", 2), ("aa", 5)]


@pytest.mark.slow
def test_many_runs_are_placed_and_asked_for_in_order(store: Store) -> None:
    runs = [run(f"a{number:05d}") for number in range(2000)]
    placed(store, *runs)
    asked = [one.id for one in reversed(runs)]
    assert [status.run for status in store.run_statuses(asked)] == asked
    assert sum(1 for _ in store.slots("aa")) == 2000


def test_one_run_in_two_places_of_a_sweep_is_told_for_each(store: Store) -> None:
    given = [member("a1", 0, days=1), member("a1", 1, days=2)]
    assert [status.run for status in store.place_runs(given, [run("a1"), run("a1")])] == ["a1", "a1"]
    assert [(place.position, place.status.run) for place in store.slots("aa")] == [(0, "a1"), (1, "a1")]
    assert [status.run for status in store.run_statuses(["a1", "a1"])] == ["a1", "a1"]


@pytest.mark.slow
def test_thousands_of_runs_keep_their_places(store: Store) -> None:
    store.save_sweep(sweep("aa"))
    runs = [run(f"a{number:05d}") for number in range(2500)]
    for start in range(0, 2500, 1250):
        some = runs[start : start + 1250]
        store.place_runs([member(one.id, start + at) for at, one in enumerate(some)], some)
    places = list(store.slots("aa"))
    assert [place.position for place in places] == list(range(2500))
    assert [place.status.run for place in places] == [one.id for one in runs]
    asked = [one.id for one in reversed(runs[::2])]
    assert [status.run for status in store.run_statuses(asked)] == asked
    assert [found.position for found in store.members_of_run("a02499")] == [2499]


def test_nothing_asked_is_nothing_told(store: Store) -> None:
    assert store.place_runs([], []) == []
    assert store.run_statuses([]) == []
    assert store.append([]) == []
    assert store.workers([]) == {}


# Claims


def test_a_claim_made_again_is_ours_as_when_its_acknowledgement_was_lost(store: Store) -> None:
    placed(store, run())
    for claim in (taken(), finished()):
        assert store.claim(claim) == claim
        before = store.run_statuses(["a1"])
        assert store.claim(claim) == claim
        assert store.run_statuses(["a1"]) == before


def test_an_older_claim_brings_no_status_backwards(store: Store) -> None:
    placed(store, run())
    store.claim(taken(token=1))
    store.claim(finished(token=2))
    done = store.run_statuses(["a1"])
    store.claim(taken(token=1))
    store.claim(taken(token=1, worker="w2"))
    store.claim(finished(token=2, worker="w2", state=RunState.FAILED))
    assert store.run_statuses(["a1"]) == done
    store.place_runs([member()], [run()])
    assert store.run_statuses(["a1"]) == done


def test_a_claim_takes_a_run_up_and_an_outcome_lets_go_of_it(store: Store) -> None:
    placed(store, run())
    assert store.claim(taken()) == taken()
    [status] = store.run_statuses(["a1"])
    assert (status.state, status.token, status.worker, status.protocol) == (RunState.RUNNING, 1, "w1", 1)
    assert status.started == AT
    assert store.claim(finished()) == finished()
    [status] = store.run_statuses(["a1"])
    assert (status.state, status.token, status.ended) == (RunState.DONE, 2, "completed")
    assert (status.counters, status.finished, status.protocol) == (Counters(4, 5, 60, 7), LATER, 1)


def test_what_a_run_counted_by_model_stands_in_its_status_its_log_and_every_list(store: Store) -> None:
    store.save_experiment(experiment(), version())
    store.save_sweep(sweep())
    placed(store, run("a1"), run("b2"), run("c3"))
    counters = Counters(4, 5, 60, 7, by_model=COUNTED)
    nothing_asked = Counters(by_model=())
    store.claim_all([taken("a1"), taken("b2"), taken("c3")])
    store.claim_all([finished("a1", counters=counters), finished("b2", counters=nothing_asked), finished("c3")])
    wanted = [counters, nothing_asked, Counters(4, 5, 60, 7)]
    assert [status.counters for status in store.run_statuses(["a1", "b2", "c3"])] == wanted
    assert [place.status.counters for place in store.slots("aa")] == wanted
    assert [one.place.status.counters for one in store.list_runs(RunQuery())] == wanted
    assert [store.claims(run_)[1].outcome for run_ in ("a1", "b2", "c3")] == [
        Outcome(RunState.DONE, "completed", None, one) for one in wanted
    ]


def test_who_is_second_learns_who_was_first(store: Store) -> None:
    placed(store, run())
    store.claim(taken(worker="w1"))
    assert store.claim(taken(worker="w2")) == taken(worker="w1")
    assert store.run_statuses(["a1"])[0].worker == "w1"


def test_several_claims_are_made_at_once_and_each_is_told_what_stands(store: Store) -> None:
    placed(store, run("a1"), run("b2"), run("c3"))
    store.claim(taken("b2", worker="first"))
    store.claim(taken("c3"))
    claims = [taken("a1", worker="w2"), taken("b2", worker="w2"), finished("c3")]
    assert store.claim_all(claims) == [claims[0], taken("b2", worker="first"), claims[2]]
    assert store.claim_all(claims) == [claims[0], taken("b2", worker="first"), claims[2]]
    states = [(status.state, status.worker) for status in store.run_statuses(["a1", "b2", "c3"])]
    assert states == [(RunState.RUNNING, "w2"), (RunState.RUNNING, "first"), (RunState.DONE, "w1")]
    assert store.claim_all([]) == []


def test_the_finish_of_an_overtaken_worker_is_refused(store: Store) -> None:
    placed(store, run())
    store.claim(taken(token=1, worker="slow"))
    store.claim(taken(token=2, worker="quick"))
    standing = store.claim(finished(token=2, worker="slow", state=RunState.FAILED, error="late"))
    assert standing == taken(token=2, worker="quick")
    [status] = store.run_statuses(["a1"])
    assert (status.state, status.worker, status.error) == (RunState.RUNNING, "quick", None)


def test_a_failed_run_keeps_its_cause_until_it_is_taken_up_again(store: Store) -> None:
    placed(store, run())
    store.claim(taken())
    store.claim(finished(state=RunState.FAILED, ended=None, error=HOSTILE))
    assert store.run_statuses(["a1"])[0].error == HOSTILE
    store.claim(taken(token=3, worker="w2"))
    [status] = store.run_statuses(["a1"])
    assert (status.state, status.error, status.started) == (RunState.RUNNING, None, AT)


def test_a_run_given_back_is_pending(store: Store) -> None:
    placed(store, run())
    store.claim(taken())
    store.claim(finished(state=RunState.PENDING, ended=None))
    [status] = store.run_statuses(["a1"])
    assert (status.state, status.token, status.finished) == (RunState.PENDING, 2, None)


# Workers


def test_a_worker_is_known_from_its_first_beat(store: Store) -> None:
    worker = Worker("w1", "host", "boot", 42, "1234", 0, {"open": 3})
    store.record_heartbeat(worker)
    store.record_heartbeat(replace(worker, beat=7, doing={"open": 1}))
    assert store.workers(["w1", "w2"]) == {"w1": replace(worker, beat=7, doing={"open": 1})}


# Journal and events


def test_journal_and_events_come_back_as_they_were_given_in_order(store: Store) -> None:
    second, first = entry("day1/turn2/reply", ordinal=2), entry("day1/turn1/reply", ordinal=1)
    recorded = entry("graph", ordinal=3, source="record", call=None, answer=[1, {"a": None}, "x"])
    store.append([second, first, recorded, spoken("day1/turn2", seq=2), spoken("day1/turn1", seq=1)])
    assert store.journal("a1") == [first, second, recorded]
    assert store.events("a1") == [spoken("day1/turn1", seq=1), spoken("day1/turn2", seq=2)]
    assert store.events("a1", after=1) == [spoken("day1/turn2", seq=2)]
    assert store.events("a1", after=2) == []


def test_the_first_answer_stands(store: Store) -> None:
    first, second = entry("k", text="first"), entry("k", text="second", token=2)
    assert store.append([first]) == [first]
    assert store.append([second, entry("l", ordinal=2)]) == [first, entry("l", ordinal=2)]
    assert store.append([spoken("k", text="Hello")]) == [spoken("k", text="Hello")]
    assert store.append([spoken("k", text="Hullo")]) == [spoken("k", text="Hello")]
    assert [found.answer for found in store.journal("a1")] == [{"text": "first"}, {"text": "yes"}]


def test_what_is_appended_again_is_ours_as_when_its_acknowledgement_was_lost(store: Store) -> None:
    batch = [entry("k"), spoken("k"), entry("l", ordinal=2), spoken("l", seq=2)]
    assert store.append(batch) == batch
    assert store.append(batch) == batch
    assert (len(store.journal("a1")), len(store.events("a1"))) == (2, 2)


def test_a_record_that_stands_in_the_middle_of_a_batch_keeps_none_of_the_others_away(store: Store) -> None:
    store.append([entry("c", ordinal=3, text="first"), spoken("c", seq=3, text="first")])
    batch = [record for at, key in enumerate("abcde", 1) for record in (entry(key, ordinal=at), spoken(key, seq=at))]
    standing = [*batch[:4], entry("c", ordinal=3, text="first"), spoken("c", seq=3, text="first"), *batch[6:]]
    assert store.append(batch) == standing
    assert store.journal("a1") == standing[::2]
    assert store.events("a1") == standing[1::2]


def test_records_of_many_runs_in_one_batch_go_each_to_its_own(store: Store) -> None:
    batch = [entry(f"k{at}", run_=f"a{at % 7}", ordinal=at) for at in range(500)]
    assert store.append(batch) == batch
    assert store.journal("a3") == batch[3::7]


def test_two_records_of_one_key_in_one_batch_are_one(store: Store) -> None:
    assert store.append([entry("k", text="a"), entry("k", text="b")]) == [entry("k", text="a"), entry("k", text="a")]


def test_hostile_text_comes_back_as_it_went_in(store: Store) -> None:
    big = "x" * 1_000_000
    hostile = entry(f"day1/{HOSTILE}", text=HOSTILE)
    store.append([hostile, entry("big", ordinal=2, text=big), spoken("e", text=HOSTILE), spoken("f", seq=2, text=big)])
    assert store.journal("a1")[0] == hostile
    assert store.journal("a1")[1].answer["text"] == big
    assert [found.happening.content for found in store.events("a1")] == [HOSTILE, big]
    store.save_experiment(experiment(title=HOSTILE, note=HOSTILE, creator=HOSTILE), version())
    assert next(store.experiments()).title == HOSTILE
    store.place_runs([Member("aa", 0, "a1", 1, {HOSTILE: HOSTILE, "dotted.key": 1, "$dollar": True})], [run()])
    assert dict(store.members_of_run("a1")[0].condition) if store.sweeps() else True
    assert dict(next(store.slots("aa")).condition) == {HOSTILE: HOSTILE, "dotted.key": 1, "$dollar": True}


def test_a_bad_record_is_refused_and_its_batch_not_kept(store: Store) -> None:
    bad = replace(entry("bad"), answer=object())
    with pytest.raises(Exception, match=r".+"):
        store.append([entry("good"), bad])
    assert store.journal("a1") == []


def test_erasing_forgets_answers_and_events_but_not_who_worked(store: Store) -> None:
    placed(store, run("a1"), run("a2"))
    store.claim(taken())
    store.append([entry("k"), spoken("k"), entry("k", run_="a2")])
    store.erase("a1", before=2)
    store.erase("a1", before=2)
    assert (store.journal("a1"), store.events("a1")) == ([], [])
    assert len(store.journal("a2")) == 1
    assert store.claim(taken(worker="w2")) == taken(worker="w1")


def test_erasing_leaves_what_was_answered_under_the_claim_that_erases_or_a_later_one(store: Store) -> None:
    placed(store, run("a1"))
    later = [replace(entry("l", ordinal=2), token=2), replace(entry("m", ordinal=3), token=3)]
    store.append([entry("k"), *later])
    store.erase("a1", before=2)
    assert store.journal("a1") == later


def test_what_was_appended_is_there_when_the_store_is_opened_again(
    store: Store, reopen: Callable[[], Store], concurrent: None
) -> None:
    store.save_experiment(experiment(), version())
    placed(store, run())
    store.append([entry("k"), spoken("k")])
    again = reopen()
    assert again.journal("a1") == [entry("k")]
    assert again.events("a1") == [spoken("k")]
    assert again.run_statuses(["a1"])[0].state is RunState.PENDING


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.append([entry("k")])


# Several at once


def test_many_may_open_a_new_store_at_once(reopen: Callable[[], Store], concurrent: None) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: reopen(), range(6)))
    numbers = [store.save_experiment(experiment(), version(f"v{at}"))[1].number for at, store in enumerate(stores)]
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_the_latest_of_claims_made_at_once_is_the_status(
    store: Store, reopen: Callable[[], Store], concurrent: None, atomic_updates: None
) -> None:
    placed(store, run())
    stores = [reopen() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda token: stores[token % 4].claim(taken(token=token, worker=f"w{token}")), range(1, 41)))
    [status] = store.run_statuses(["a1"])
    assert (status.token, status.worker) == (40, "w40")


@pytest.mark.slow
def test_of_many_who_claim_at_once_one_wins(store: Store, reopen: Callable[[], Store], concurrent: None) -> None:
    runs = [run(f"a{number}") for number in range(10)]
    placed(store, *runs)
    stores = [reopen() for _ in range(4)]
    barrier = threading.Barrier(8)

    def claim_all(worker: int) -> list[str]:
        barrier.wait()
        return [stores[worker % 4].claim(taken(one.id, worker=f"w{worker}")).worker for one in runs]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(claim_all, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert [status.worker for status in store.run_statuses([one.id for one in runs])] == answers[0]


@pytest.mark.slow
def test_of_many_who_answer_at_once_one_stands(store: Store, reopen: Callable[[], Store], concurrent: None) -> None:
    stores = [reopen() for _ in range(4)]
    barrier = threading.Barrier(8)

    def append_all(worker: int) -> list[str]:
        barrier.wait()
        found = []
        for number in range(20):
            [standing] = stores[worker % 4].append([entry(f"k{number}", ordinal=number, text=f"of {worker}")])
            assert isinstance(standing, JournalEntry)
            found.append(standing.answer["text"])
        return found

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(append_all, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert [found.answer["text"] for found in store.journal("a1")] == answers[0]


def test_of_many_versions_saved_at_once_each_has_a_number_of_its_own(
    store: Store, reopen: Callable[[], Store], concurrent: None
) -> None:
    stores = [reopen() for _ in range(4)]

    def save(number: int) -> int:
        return stores[number % 4].save_experiment(experiment(), version(f"v{number}"))[1].number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(save, range(12)))
    assert sorted(numbers) == list(range(1, 13))
    assert [found.number for found in store.versions("e1")] == list(range(1, 13))
