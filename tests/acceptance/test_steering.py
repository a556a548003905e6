"""A sweep that one process plays and another steers, through either store; the player is killed in the middle, too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.stand_in import StandIn
from tests.support.program import Program, ended
from tests.support.steered_sweep import (
    assert_nothing_is_missing_or_double,
    counts,
    hurry,
    obeyed,
    player,
    slow_server,
    status,
    steered_file,
    still,
    under_way,
    until,
)

RUNS = 16
ANSWERS = 4 * 2 * (4 + 6)


@pytest.fixture
def served() -> Iterator[StandIn]:
    with slow_server() as served:
        yield served


@pytest.fixture
def file(ada: Program, served: StandIn) -> str:
    return ada.file(steered_file(served))


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("--now",)])
def test_a_pause_stops_the_calls_of_another_process_which_waits_and_goes_on(
    ada: Program, bob: Program, served: StandIn, file: str, words: tuple[str, ...]
) -> None:
    with player(ada, "run", file, "--concurrency", "4", "--json") as playing:
        under_way(bob, served)
        order = bob("pause", *words, "--reason", "the server moves", "--json")
        assert order.code == 0, order.err
        assert (order.json["orders"][0]["by"], order.json["workers"]) == ("bob", 1)
        until(lambda: obeyed(bob), what="nobody obeyed")
        before = still(bob, served)
        # Runs are held by who plays only where nothing was given back.
        until(lambda: (counts(bob)["running"] > 0) == bool(words), what="runs are held, or were given back")
        refused = ada("resume")
        assert refused.code == 3
        assert "was paused by bob" in refused.err
        assert "(the server moves)" in refused.err
        shown = bob("status").out
        assert "waiting for a word to go on, paused by bob: the server moves" in shown
        assert len(served.chats) == before, "calls were made while it was paused"
        assert playing.poll() is None
        hurry(served)
        assert bob("continue").code == 0
        said = ended(playing)
    assert said.code == 0, said.err
    assert said.json["counts"]["done"] == RUNS
    assert "bob: pause of the sweep" in said.err
    history = bob("status").out
    assert "bob: the sweep continues" in history
    assert "(the server moves)" in history
    assert_nothing_is_missing_or_double(bob, served, kills=0, open_calls=4)


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("--now",)])
def test_a_player_that_is_killed_in_a_pause_leaves_everything_to_the_next(
    ada: Program, served: StandIn, file: str, words: tuple[str, ...]
) -> None:
    with player(ada, "run", file, "--concurrency", "4") as playing:
        under_way(ada, served)
        assert ada("pause", *words).code == 0
        until(lambda: obeyed(ada), what="nobody obeyed")
        still(ada, served)
        playing.kill()
        playing.wait()
    assert ada("resume").code == 3
    assert ada("continue").code == 0
    hurry(served)
    done = ada("resume", "--json")
    assert (done.code, done.json["counts"]["done"]) == (0, RUNS)
    assert_nothing_is_missing_or_double(ada, served, kills=1, open_calls=0)


@pytest.mark.slow
def test_what_is_cancelled_stays_so_for_whoever_goes_on_after_a_kill(ada: Program, served: StandIn, file: str) -> None:
    with player(ada, "run", file, "--concurrency", "2") as playing:
        under_way(ada, served)
        order = ada("cancel", "--where", "messages=6", "--json")
        assert order.code == 0, order.err
        assert order.json["orders"][0]["target"] == {"condition": {"messages": 6}}
        playing.kill()
        playing.wait()
    hurry(served)
    done = ada("resume", "--json")
    assert done.code == 0, done.err
    cancelled = done.json["counts"]["cancelled"]
    assert cancelled > 0
    assert done.json["counts"] == {"pending": 0, "running": 0, "done": RUNS - cancelled, "failed": 0,
                                   "cancelled": cancelled}  # fmt: skip
    listed = ada("list", "runs", "--state", "cancelled", "--json").json
    assert {run["condition"]["messages"] for run in listed} == {6}
    assert len(listed) == cancelled
    assert_nothing_is_missing_or_double(ada, served, kills=1, open_calls=2)
    assert ada("continue", "--where", "messages=6").code == 0
    again = ada("resume", "--json")
    assert (again.code, again.json["counts"]["done"]) == (0, RUNS)
    assert_nothing_is_missing_or_double(ada, served, kills=1, open_calls=2)


@pytest.mark.slow
def test_a_whole_sweep_is_cancelled_while_it_is_played(ada: Program, served: StandIn, file: str) -> None:
    with player(ada, "run", file, "--concurrency", "4", "--json") as playing:
        under_way(ada, served)
        assert ada("cancel", "--all", "--reason", "wrong prompt").code == 0
        hurry(served)
        said = ended(playing)
    assert said.code == 0
    assert said.json["counts"]["cancelled"] + said.json["counts"]["done"] == RUNS
    assert said.json["counts"]["cancelled"] > 0
    assert len(served.chats) < ANSWERS


@pytest.mark.slow
def test_one_model_waits_while_the_other_is_asked(ada: Program, served: StandIn, file: str) -> None:
    with player(ada, "run", file, "--concurrency", "4", "--json") as playing:
        under_way(ada, served)
        assert ada("pause", "--model", "n").code == 0
        until(lambda: obeyed(ada), what="nobody obeyed")
        hurry(served)
        of_m = ("list", "runs", "--where", "model=m", "--state", "done", "--json")
        until(lambda: len(ada(*of_m).json) == RUNS // 2, what="the other model waits too")
        assert counts(ada)["done"] < RUNS
        assert playing.poll() is None
        assert ada("continue", "--model", "n").code == 0
        said = ended(playing)
    assert (said.code, said.json["counts"]["done"]) == (0, RUNS)
    assert_nothing_is_missing_or_double(ada, served, kills=0, open_calls=0)


@pytest.mark.slow
def test_runs_open_at_once_and_budgets_change_without_a_restart(ada: Program, served: StandIn, file: str) -> None:
    with player(ada, "run", file, "--concurrency", "1", "--max-tokens", "4000", "--json") as playing:
        under_way(ada, served)
        steered = ada("steer", "--concurrency", "6", "--max-tokens", "none", "--limit", "m:open=2", "--json")
        assert steered.code == 0, steered.err
        assert [order["action"] for order in steered.json["orders"]] == ["concurrency", "limits", "budget"]
        assert [order["former"] for order in steered.json["orders"]] == [1, {"open": None}, {"max_tokens": 4000}]
        until(lambda: obeyed(ada), what="nobody obeyed")
        hurry(served)
        said = ended(playing)
    assert (said.code, said.json["counts"]["done"]) == (0, RUNS)
    assert sum(said.json["tokens"].values()) > 4000
    assert max(call.open for call in served.chats) == 2


MISTAKES = [
    (("cancel",), "say what is cancelled"),
    (("cancel", "--all", "--model", "m"), "one of them"),
    (("cancel", "--where", "messages=7"), "messages has no level '7'"),
    (("cancel", "--where", "mesages=6"), "no sweep here has a factor 'mesages'; did you mean"),
    (("cancel", "--model", "x"), "this sweep asks no model 'x'"),
    (("pause", "--model", "x"), "this sweep asks no model 'x'"),
    (("continue",), "the sweep is neither paused nor cancelled"),
    (("steer",), "say what is changed"),
    (("steer", "--limit", "m:loaded=2"), "'loaded' is none of open"),
    (("steer", "--limit", "m:open=0"), "open: Input should be greater than or equal to 1"),
    (("steer", "--limit", "m"), "is not NAME:LIMIT=VALUE"),
    (("steer", "--max-tokens", "many"), "'many' is no number"),
    (("steer", "--max-cost", "3"), "price"),
    (("steer", "--first", "abcdef"), "there is no run 'abcdef'"),
]


@pytest.mark.slow
def test_orders_that_make_no_sense_are_refused_and_not_kept(ada: Program, served: StandIn, file: str) -> None:
    hurry(served)
    assert ada("run", file, "--limit", "1").code == 0
    for words, message in MISTAKES:
        said = ada(*words)
        assert (said.code, message in said.err) == (2, True), (words, said.err, said.out)
    assert status(ada)["steering"]["orders"] == []


@pytest.mark.slow
def test_orders_are_said_with_what_they_do_and_how_they_are_taken_back(
    ada: Program, served: StandIn, file: str
) -> None:
    hurry(served)
    assert ada("run", file, "--limit", "1").code == 0
    said = ada("pause", "--model", "m").out
    assert "continue" in said
    assert "--model m" in said
    assert "Nobody plays it now" in said
    refused = ada("continue")
    assert refused.code == 2
    assert "--model m" in refused.err, "it is not said what is paused"
    assert ada("continue", "--model", "m").code == 0
    assert "is cancelled" in ada("cancel", "--all", "--reason", "x\x1b[31m").out
    history = ada("status").out
    assert "\x1b" not in history
    assert "ada: the sweep cancelled (x" in history
