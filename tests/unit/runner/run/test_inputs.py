"""Posts into live feeds: kept in order, taken up once, and refused where they cannot be heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.errors import BadInput
from sociarium.ports.clock import SystemClock
from sociarium.records.runs import Claim, Outcome, Run, RunState
from sociarium.runner.run.inputs import post
from sociarium.stores.sqlite import SqliteStore
from tests.support.conversations_in_memory import content_of
from tests.support.feeds_in_memory import content

AT = "2026-03-01T08:00:00.000Z"


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    opened = SqliteStore(tmp_path / "s.db")
    feed = content(2).model_dump_json(by_alias=True)
    talk = content_of().model_dump_json()
    opened.place_runs([], [Run(id_, "e", "ada", 1, 0, text, id_, AT) for id_, text in (("f1", feed), ("c1", talk))])
    return opened


def put(store: SqliteStore, author: str = "newswire", text: str = "Hello.", run: str = "f1") -> int:
    return post(store, run, author, text, creator="ada", clock=SystemClock()).number


def test_posts_are_numbered_in_their_order(store: SqliteStore) -> None:
    assert [put(store), put(store, "@ben", "  Me too. "), put(store)] == [1, 2, 3]
    assert [(one.author, one.content) for one in store.inputs("f1")][1] == ("ben", "Me too.")


@pytest.mark.parametrize(
    ("author", "text", "run", "told"),
    [
        ("a b", "Hello.", "f1", "no handle"),
        ("", "Hello.", "f1", "no handle"),
        ("x/../y", "Hello.", "f1", "no handle"),
        ("ben", " ", "f1", "1 to 10000 characters"),
        ("ben", "x" * 10_001, "f1", "10001"),
        ("ben", "\ud800", "f1", "no text"),
        ("ben", "Hello.", "c1", "conversation"),
    ],
)
def test_what_cannot_be_posted_is_refused_and_nothing_is_kept(
    store: SqliteStore, author: str, text: str, run: str, told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        put(store, author, text, run)
    assert store.inputs(run) == []


def test_a_run_that_is_over_hears_nothing(store: SqliteStore) -> None:
    store.claim(Claim("f1", 1, "w", AT, 1))
    store.claim(Claim("f1", 2, "w", AT, 1, Outcome(RunState.DONE, "completed")))
    with pytest.raises(BadInput, match="is over"):
        put(store)
