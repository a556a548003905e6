"""What every store promises of interviews."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sociarium.ports.store import Store
from sociarium.records.interviews import Interview
from sociarium.records.journal import Call
from tests.support.records import AT, HOSTILE, LATER

CALL = Call("llama $x.y", {"temperature": 0.5, "a.b": {"$c": None}}, 0.25, 2, "llama3", "sha256:1", "fp")


def interview(turn: int = 1, run: str = "a1", sitting: str = "s1", **changes: object) -> Interview:
    one = Interview(
        run, sitting, turn, "Guard_417", "day2/turn7", "Why?", "f" * 64, CALL, {"text": "Because."}, "ada", LATER
    )
    return replace(one, **changes)


def test_interviews_come_back_as_they_went_in(store: Store, reopen: Callable[[], Store]) -> None:
    first = interview(question=HOSTILE, agent=HOSTILE, by=HOSTILE, reply={"text": HOSTILE, "$x": [1, {"a.b": None}]})
    second = interview(2, other_model=True, cost=0.0125, answer={"scale": 7, "a.b": [True, None, 0.5]})
    third = interview(3, cost=0.0, answer=0, call=Call("m", {}, 1.0), form="0-10", flags=("retried", HOSTILE),
                      provider_model=HOSTILE, former=({"text": HOSTILE, "$x": {"a.b": 1}}, {}))  # fmt: skip
    for one in (first, second, third):
        assert store.add_interview(one) == one
    again = reopen().interviews("a1")
    assert again == [first, second, third]
    assert [(one.model, one.version) for one in again] == [("llama $x.y", "sha256:1")] * 2 + [("m", None)]


def test_interviews_stand_by_when_they_were_asked_then_by_sitting_and_turn(store: Store) -> None:
    expected = [interview(1, sitting="z", asked=AT), interview(2, sitting="a"), interview(10, sitting="a"),
                interview(1, sitting="b")]  # fmt: skip
    for one in reversed(expected):
        store.add_interview(one)
    assert store.interviews("a1") == expected
    assert store.interviews("nobody") == []


def test_the_first_interview_of_a_turn_stands(store: Store) -> None:
    first = store.add_interview(interview(question="first"))
    assert store.add_interview(interview(question="second")) == first
    assert store.interviews("a1") == [first]


def test_a_sitting_and_a_turn_are_told_apart_whatever_they_are_called(store: Store) -> None:
    one, other = interview(1, sitting="s/1"), interview(11, sitting="s")
    assert [store.add_interview(one), store.add_interview(other)] == [one, other]


def test_of_many_who_ask_the_same_turn_one_stands(store: Store, concurrent: None) -> None:
    with ThreadPoolExecutor(8) as pool:
        standing = list(pool.map(lambda n: store.add_interview(interview(question=f"by {n}")), range(8)))
    assert len({one.question for one in standing}) == 1


def test_interviews_of_many_runs_are_read_run_by_run(store: Store) -> None:
    runs = [f"r{number:04}" for number in range(1050)]
    for number in (0, 500, 1049):
        for turn in (2, 1):
            store.add_interview(interview(turn, runs[number]))
    store.add_interview(interview(1, "other"))
    read = store.interviews_of([*reversed(runs), runs[0]])
    assert next(read) == interview(1, "r0000")
    assert [(one.run, one.turn) for one in read] == [
        ("r0000", 2), ("r0500", 1), ("r0500", 2), ("r1049", 1), ("r1049", 2)
    ]  # fmt: skip
    assert list(store.interviews_of([])) == []
