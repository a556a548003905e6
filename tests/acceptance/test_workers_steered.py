"""A sweep that several processes play, steered from outside; one of them, or all, killed in the middle, too."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest

from sociarium.bootstrap import open_store
from sociarium.stores.sqlite import SqliteStore
from tests.servers.answers import Answer
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn
from tests.support.definitions import small
from tests.support.played_sweep import claimants, pids_of_players, store_of
from tests.support.program import Program, ended
from tests.support.server_experiments import entry
from tests.support.steered_sweep import (
    assert_nothing_is_missing_or_double,
    counts,
    hurry,
    obeyed,
    player,
    slow_server,
    steered_file,
    still,
    under_way,
    until,
)
from tests.support.stocked_store import fail

# Processes by the dozen.
pytestmark = pytest.mark.slow
RUNS = 16
ANSWERS = 4 * 2 * (4 + 6)
TWO = ("--workers", "2", "--concurrency", "4", "--yes", "--json")


@pytest.fixture
def served() -> Iterator[StandIn]:
    with slow_server() as served:
        yield served


@pytest.fixture
def file(program: Program, served: StandIn) -> str:
    return program.file(steered_file(served))


@pytest.mark.parametrize("words", [(), ("--now",)])
def test_a_pause_stops_the_calls_of_all_workers_and_all_go_on(
    program: Program, served: StandIn, file: str, words: tuple[str, ...]
) -> None:
    with player(program, "run", file, *TWO) as playing:
        until(lambda: len(pids_of_players(program)) == 2, what="one worker plays alone")
        assert program("pause", *words, "--reason", "the server moves").code == 0
        until(lambda: obeyed(program, workers=2), what="somebody did not obey")
        before = still(program, served)
        until(lambda: (counts(program)["running"] > 0) == bool(words), what="runs are held, or were given back")
        refused = program("resume", "--workers", "2")
        assert refused.code == 3
        assert refused.err.count("paused by") == 1, "it is refused once, whatever the number of workers"
        assert "Traceback" not in refused.err
        assert len(served.chats) == before, "calls were made while it was paused"
        hurry(served)
        assert program("continue").code == 0
        said = ended(playing)
    assert said.code == 0, said.err
    assert said.json["counts"]["done"] == RUNS
    assert said.err.count("pause of the sweep") == 1, "an order is told once"
    assert len(claimants(program)) == 2
    assert_nothing_is_missing_or_double(program, served, kills=0, open_calls=4)


@pytest.mark.parametrize("words", [(), ("--now",)])
def test_a_worker_that_is_killed_in_a_pause_leaves_its_runs_to_the_other(
    program: Program, served: StandIn, file: str, words: tuple[str, ...]
) -> None:
    with player(program, "run", file, *TWO) as playing:
        until(lambda: len(pids_of_players(program)) == 2, what="one worker plays alone")
        victim = min(pids_of_players(program))
        assert program("pause", *words).code == 0
        until(lambda: obeyed(program, workers=2), what="somebody did not obey")
        before = still(program, served)
        os.kill(victim, signal.SIGKILL)
        hurry(served)
        assert len(served.chats) == before
        assert program("continue").code == 0
        said = ended(playing)
    assert said.code == 0, said.err
    assert said.json["counts"]["done"] == RUNS
    assert len(served.chats) == ANSWERS, "something was lost, or asked again, though nothing was under way"
    assert_nothing_is_missing_or_double(program, served, kills=1, open_calls=0)


def test_a_pause_outlives_the_death_of_all_and_the_next_start_goes_on(
    program: Program, served: StandIn, file: str
) -> None:
    with player(program, "run", file, *TWO) as playing:
        under_way(program, served)
        assert program("pause", "--now").code == 0
        until(lambda: obeyed(program, workers=1), what="nobody obeyed")
        still(program, served)
        pids = pids_of_players(program)
        playing.kill()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        playing.wait()
    assert program("resume", "--workers", "2").code == 3
    assert program("continue").code == 0
    hurry(served)
    done = program("resume", "--workers", "2", "--json")
    assert (done.code, done.json["counts"]["done"]) == (0, RUNS)
    assert_nothing_is_missing_or_double(program, served, kills=2, open_calls=4)


def test_one_model_waits_for_all_workers_while_the_other_is_asked(program: Program, served: StandIn, file: str) -> None:
    with player(program, "run", file, *TWO) as playing:
        under_way(program, served)
        assert program("pause", "--model", "n").code == 0
        until(lambda: obeyed(program, workers=1), what="nobody obeyed")
        hurry(served)
        of_m = ("list", "runs", "--where", "model=m", "--state", "done", "--json")
        until(lambda: len(program(*of_m).json) == RUNS // 2, what="the other model waits too")
        still(program, served)
        assert counts(program)["done"] < RUNS
        assert playing.poll() is None
        assert program("continue", "--model", "n").code == 0
        said = ended(playing)
    assert (said.code, said.json["counts"]["done"]) == (0, RUNS)
    assert_nothing_is_missing_or_double(program, served, kills=0, open_calls=0)


def test_what_is_cancelled_ends_after_its_last_answer_whoever_plays_it(
    program: Program, served: StandIn, file: str
) -> None:
    with player(program, "run", file, *TWO) as playing:
        under_way(program, served)
        assert program("cancel", "--where", "messages=6").code == 0
        until(lambda: obeyed(program, workers=1), what="nobody obeyed")
        hurry(served)
        said = ended(playing)
    assert said.code == 0, said.err
    cancelled = said.json["counts"]["cancelled"]
    assert said.json["counts"] == {"pending": 0, "running": 0, "done": RUNS - cancelled, "failed": 0,
                                   "cancelled": cancelled}  # fmt: skip
    assert RUNS // 2 - 4 <= cancelled <= RUNS // 2
    assert {run["condition"]["messages"] for run in program("list", "runs", "--state", "cancelled", "--json").json} == {
        6
    }
    assert_nothing_is_missing_or_double(program, served, kills=0, open_calls=0)
    assert program("continue", "--where", "messages=6").code == 0
    assert program("resume", "--workers", "2", "--json").json["counts"]["done"] == RUNS


def test_concurrency_limits_and_budgets_change_for_all_workers_together(
    program: Program, served: StandIn, file: str
) -> None:
    with player(program, "run", file, *TWO, "--max-tokens", "4000") as playing:
        under_way(program, served)
        steered = program("steer", "--concurrency", "1", "--max-tokens", "none", "--limit", "m:open=2", "--json")
        assert [order["former"] for order in steered.json["orders"]] == [4, {"open": None}, {"max_tokens": 4000}]
        until(lambda: obeyed(program, workers=1), what="nobody obeyed")
        until(lambda: counts(program)["running"] <= 1, what="more runs are open than may be")
        alone = len(served.chats)
        until(lambda: len(served.chats) >= alone + 3, what="nothing goes on")
        assert max(call.open for call in served.chats[alone + 1 : alone + 3]) == 1
        assert program("steer", "--concurrency", "6").code == 0
        hurry(served)
        said = ended(playing)
    assert (said.code, said.json["counts"]["done"]) == (0, RUNS)
    assert sum(said.json["tokens"].values()) > 4000
    assert_nothing_is_missing_or_double(program, served, kills=0, open_calls=0)


def test_a_budget_that_is_lowered_stops_all_workers(program: Program, served: StandIn, file: str) -> None:
    with player(program, "run", file, *TWO) as playing:
        under_way(program, served)
        assert program("steer", "--max-tokens", "100").code == 0
        said = ended(playing)
    assert (said.code, said.json["stopped"]["why"]) == (3, "budget")
    assert said.json["counts"]["running"] == 0
    assert_nothing_is_missing_or_double(program, served, kills=0, open_calls=0)


PROBES = '[{name: trust, at: [end], ask: "Trust?", answer: {from: 0, to: 10}}]'
RULE = '{measure: "probe trust at end", width: 20}'


def test_a_declared_end_is_looked_at_when_a_replicate_is_whole_in_all_workers(program: Program) -> None:
    sweep = f"{{factors: {{first_speaker: [guard, prisoner], messages: 2}}, replicates: 15, stop_when: {RULE}}}"
    file = program.file(small(probes=PROBES, sweep=sweep))
    done = program("run", file, "--workers", "3", "--concurrency", "9", "--json")
    assert done.code == 0, done.err
    assert done.json["stopped"]["why"] == "declared"
    assert done.json["counts"] == {"pending": 10, "running": 0, "done": 20, "failed": 0, "cancelled": 0}
    told = program("status", "--json").json
    assert [order["action"] for order in told["steering"]["orders"]] == ["stop"]
    assert max(run["replicate"] for run in program("list", "runs", "--json").json) == 10, "a further one was begun"
    again = program("resume", "--workers", "3")
    assert again.code == 0
    assert "the sweep is over as declared" in again.out


def test_replicates_go_on_one_by_one_where_the_declared_width_is_not_reached(program: Program) -> None:
    rule = '{measure: "probe trust at end", width: 0.001}'
    sweep = f"{{factors: {{first_speaker: [guard, prisoner], messages: 2}}, replicates: 13, stop_when: {rule}}}"
    done = program("run", program.file(small(probes=PROBES, sweep=sweep)), "--workers", "2", "--json")
    assert done.code == 0, done.err
    assert done.json["counts"]["done"] == 26
    store = open_store(store_of(program))
    try:
        [found] = store.sweeps()
        runs = {slot.position: store.claims(slot.status.run) for slot in store.slots(found.id)}
    finally:
        store.close()
    ends = {position: max(claim.at for claim in claims) for position, claims in runs.items()}
    begins = {position: min(claim.at for claim in claims) for position, claims in runs.items()}
    for replicate in range(10, 13):
        whole = max(ends[position] for position in range(2 * replicate))
        assert min(begins[2 * replicate], begins[2 * replicate + 1]) >= whole


def test_silent_runs_of_all_workers_count_for_a_declared_end(program: Program) -> None:
    words = iter(["Something."] * 8)  # it is not silent from the start, which would pause it
    with openai_server(OpenAIDialect(answering=lambda _: Answer(next(words, ""))), latency=0.02) as served:
        sweep = "{factors: {messages: 2}, replicates: 30, stop_when: {silent_runs: 8}}"
        file = program.file(small(models=f"{{m: {entry(served)}}}", sweep=sweep))
        stopped = program("run", file, "--workers", "2", "--concurrency", "2", "--yes", "--json")
        assert (stopped.code, stopped.json["stopped"]["why"]) == (3, "silent"), stopped.err
        # Four that speak, eight that do not, and those that were open meanwhile.
        assert 12 <= stopped.json["counts"]["done"] <= 15
        again = program("resume", "--workers", "2", "--yes")
        assert "--allow-empty" in again.out
        going_on = program("resume", "--workers", "2", "--yes", "--allow-empty", "--json")
        assert going_on.json["counts"]["done"] == 30


def test_a_pilot_is_of_all_workers_together_and_the_rest_follows(program: Program) -> None:
    sweep = "{factors: {messages: [4, 6], first_speaker: [guard, prisoner]}, replicates: 5}"
    with openai_server() as served:
        price = "{input: 2, output: 10}"
        file = program.file(small(models=f"{{m: {entry(served, price=price)}}}", sweep=sweep))
        stopped = program("run", file, "--pilot", "1", "--workers", "2", "--json")
        assert stopped.code == 3, stopped.err
        assert stopped.json["counts"]["done"] == 4
        assert {run["replicate"] for run in program("list", "runs", "--state", "done", "--json").json} == {1}
        assert stopped.json["pilot"]["measured"]["runs"] == 4, "prices are stored with the runs of workers, too"
        rest = program("resume", "--workers", "2", "--yes", "--json")
        assert (rest.code, rest.json["counts"]["done"]) == (0, 20)


RANKER = "def calm(posts, reader, rng):\n    return sorted(posts, key=lambda post: (post.replies, rng.random()))\n"
PEOPLE = ", ".join(f"{{handle: p{n}, follows: [p{(n + 1) % 6}]}}" for n in range(6))


def test_code_of_ones_own_reaches_the_workers_where_somebody_says_so(program: Program) -> None:
    lab = program.folder / "lab"
    lab.mkdir()
    (lab / "rankers.py").write_text(RANKER, encoding="utf-8")
    text = f"""\
title: Ranked
environment: feed
models: {{dry: {{provider: offline}}}}
people: [{PEOPLE}]
feed: {{ranking: "rankers:calm"}}
days: 2
sweep: {{factors: {{feed.replies: [3, 5]}}, replicates: 2}}
"""
    (lab / "feed.yaml").write_text(text, encoding="utf-8")
    refused = program("run", "lab/feed.yaml", "--workers", "2")
    assert (refused.code, "--allow-code" in refused.err) == (2, True)
    done = program("run", "lab/feed.yaml", "--workers", "2", "--allow-code", "--json")
    assert done.code == 0, done.err
    assert done.json["counts"]["done"] == 4
    run = program("list", "runs", "--json").json[0]["run"]
    assert program("replay", run).code == 0


def test_a_command_is_told_of_the_end_once(program: Program) -> None:
    file = program.file(small(sweep="{factors: {messages: 2}, replicates: 6}"))
    done = program("run", file, "--workers", "2", "--json", "--notify", "cat >> told.txt; echo once >> how.txt")
    assert done.code == 0, done.err
    assert (program.folder / "how.txt").read_text() == "once\n"
    assert (program.folder / "told.txt").read_text().count("6 of 6 runs done") == 1


def test_people_are_written_by_one_process_and_that_is_said(program: Program) -> None:
    text = """\
title: Crowd
environment: feed
models: {dry: {provider: offline}}
people: [{generate: 3, model: dry, prompt: "Write."}]
days: 1
"""
    said = program("run", program.file(text), "--workers", "2", "--population-only")
    assert said.code == 2
    assert "people are written by one process" in said.err
    assert program("run", program.file(text), "--workers", "2", "--json").json["counts"]["done"] == 1


def test_runs_that_failed_are_taken_up_by_workers_that_play_when_somebody_says_so(
    program: Program, served: StandIn, file: str
) -> None:
    served.latency = 0.01
    assert program("run", file, "--limit", "2", "--yes").code == 0
    with closing(SqliteStore(program.folder / "experiments" / "sociarium.db")) as store:
        [sweep] = store.sweeps()
        fail(store, next(iter(store.slots(sweep.id))), "the server hung up eight times")
    served.latency = 0.4
    with player(program, "resume", *TWO) as playing:
        until(lambda: len(pids_of_players(program)) == 2, what="one worker plays alone")
        assert program("steer", "--retry-failed").code == 0
        until(lambda: obeyed(program, workers=1), what="nobody obeyed")
        hurry(served)
        said = ended(playing)
    assert said.code == 0, said.err
    assert said.json["counts"] == {"pending": 0, "running": 0, "done": RUNS, "failed": 0, "cancelled": 0}
