"""What every store promises of posts that are put into runs from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sociarium.ports.store import Store
from sociarium.records.inputs import Input
from tests.support.store_backends import BACKENDS, Backend

AT = "2026-03-01T08:00:00.000Z"
HOSTILE = "\x1b[31m../../x \u202e ' \" $where {'$ne': 1} " + "ü" * 300


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Backend:
    found: Backend = request.param
    if found.missing:
        pytest.skip(found.missing)
    return found


@pytest.fixture
def reopen(backend: Backend, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    with backend.opened(tmp_path) as open_again:
        yield open_again


def given(number: int, content: str = "Hello.", run: str = "a1") -> Input:
    return Input(run, number, "newswire", content, "ada", AT)


def test_inputs_come_back_as_they_went_in_and_by_number(reopen: Callable[[], Store]) -> None:
    store = reopen()
    put = [given(number, f"{HOSTILE} {number}") for number in (2, 10, 1)]
    for one in put:
        assert store.put_input(one) == one
    store.put_input(given(1, run="b2"))
    assert reopen().inputs("a1") == sorted(put, key=lambda one: one.number)


def test_only_later_inputs_are_given(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for number in (1, 2, 3):
        store.put_input(given(number))
    assert [one.number for one in store.inputs("a1", after=1)] == [2, 3]
    assert store.inputs("a1", after=3) == []
    assert store.inputs("nobody") == []


def test_the_first_input_of_a_number_stands(reopen: Callable[[], Store]) -> None:
    store = reopen()
    store.put_input(given(1, "first"))
    assert store.put_input(given(1, "second")).content == "first"
    assert [one.content for one in store.inputs("a1")] == ["first"]


def test_of_many_who_want_a_number_one_has_it(reopen: Callable[[], Store], backend: Backend) -> None:
    if not backend.concurrent:
        pytest.skip(f"{backend.name} promises nothing to several threads")
    store = reopen()
    with ThreadPoolExecutor(8) as pool:
        standing = list(pool.map(lambda n: store.put_input(given(1, f"by {n}")), range(8)))
    assert len({one.content for one in standing}) == 1


ACTS = (
    Input("a1", 1, "ada", "So?", "bob", AT, "reply", "p12", True),
    Input("a1", 2, "newswire", "", "bob", AT, "like", "p1", True),
    Input("a1", 3, "ada", HOSTILE, "bob", AT, "post", "", True, {"idea": HOSTILE, "reply": {"text": "\x00"}, "n": [1]}),
    Input("a1", 4, "ada", "As ever.", "bob", AT),
)


def test_acts_come_back_with_what_they_are_about_and_who_drafted_them(reopen: Callable[[], Store]) -> None:
    store = reopen()
    for one in ACTS:
        assert store.put_input(one) == one
    assert reopen().inputs("a1") == list(ACTS)
    assert store.put_input(given(2)) == ACTS[1]
