"""Posts into live feeds: kept in order, taken up once, and refused where they cannot be heard."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sociarium.errors import BadInput, NotFound
from sociarium.ports.clock import SystemClock
from sociarium.records.events import Happening
from sociarium.records.inputs import ActKind, Input
from sociarium.records.runs import Claim, Outcome, Run, RunState
from sociarium.runner.run.inputs import Act, act
from sociarium.runner.run.journal_codec import posts_as_json, read_posts
from sociarium.runner.run.stage import RunStage
from sociarium.stores.sqlite import SqliteStore
from tests.support.conversations_in_memory import content_of
from tests.support.feeds_in_memory import Played, content, reacting

AT = "2026-03-01T08:00:00.000Z"


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    opened = SqliteStore(tmp_path / "s.db")
    feed = content(2).model_dump_json(by_alias=True)
    talk = content_of().model_dump_json()
    opened.place_runs([], [Run(id_, "e", "ada", 1, 0, text, id_, AT) for id_, text in (("f1", feed), ("c1", talk))])
    return opened


def put(store: SqliteStore, author: str = "newswire", text: str = "Hello.", run: str = "f1") -> int:
    return act(store, run, Act("post", author, text), creator="ada", clock=SystemClock()).input.number


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


def happened(store: SqliteStore) -> None:
    """Ada is there, has posted, and somebody shared it."""
    stage = RunStage(store.run("f1"), "common", recorder := Played(reacting()))
    people = [("ada", "person/ada"), ("ben", "person/ben")]
    for handle, key in people:
        stage.emit(key, Happening("person", author=handle, role="person", data={}))
    for id_, kind, parent in (("p1", "post", None), ("p2", "repost", "p1")):
        stage.emit(f"post/{id_}", Happening("post", 1, 1, "ada", data={"id": id_, "kind": kind, "parent": parent}))
    store.append([replace(event, run="f1") for event in recorder.events])


def wish(store: SqliteStore, kind: ActKind, target: str, author: str = "newswire", text: str = "") -> Input:
    return act(store, "f1", Act(kind, author, text, target), creator="ada", clock=SystemClock()).input


def test_acts_say_what_they_are_about_and_one_on_a_share_is_about_what_is_shared(store: SqliteStore) -> None:
    happened(store)
    wishes: list[tuple[ActKind, str, str]] = [
        ("reply", "p1", "So?"),
        ("quote", "p2", "Ha."),
        ("like", " p2 ", ""),
        ("repost", "p1", ""),
        ("follow", "@ADA", ""),
    ]
    for kind, target, text in wishes:
        wish(store, kind, target, text=text)
    kept = [(one.kind, one.target, one.content) for one in store.inputs("f1")]
    assert kept == [(kind, "ada" if kind == "follow" else "p1", text) for kind, _, text in wishes]
    assert all(one.override for one in store.inputs("f1"))


@pytest.mark.parametrize(
    ("kind", "target", "author", "told"),
    [
        ("like", "p9", "newswire", "no post 'p9' by now; known here: p1, p2"),
        ("reply", "", "newswire", "no post '' by now"),
        ("follow", "adda", "newswire", "no person 'adda' by now; did you mean ada?"),
        ("follow", "newswire", "ada", "no person 'newswire'"),
        ("follow", "@Ada", "ada", "cannot follow themselves"),
    ],
)
def test_an_act_on_what_is_not_there_is_refused(
    store: SqliteStore, kind: ActKind, target: str, author: str, told: str
) -> None:
    happened(store)
    with pytest.raises((BadInput, NotFound), match=re.escape(told)):
        wish(store, kind, target, author, "So?")
    assert store.inputs("f1") == []


def test_who_comes_too_late_is_told_how_the_run_goes_on(store: SqliteStore) -> None:
    store.claim(Claim("f1", 1, "w", AT, 1))
    store.claim(Claim("f1", 2, "w", AT, 1, Outcome(RunState.DONE, "completed")))
    with pytest.raises(BadInput, match="`sociarium extend f1 --days N`"):
        put(store)


def test_the_inbox_of_a_run_holds_of_a_plain_post_what_it_ever_held_and_of_acts_what_they_are() -> None:
    plain = Input("f1", 1, "ada", "Hello.", "bob", AT)
    like = replace(plain, number=2, content="", kind="like", target="p1", override=True, draft={"idea": "x"})
    assert posts_as_json([plain]) == [{"number": 1, "author": "ada", "content": "Hello."}]
    assert posts_as_json([like]) == [
        {"number": 2, "author": "ada", "content": "", "kind": "like", "target": "p1", "override": True}
    ]
    assert [*read_posts(posts_as_json([plain, like]))] == [plain.seen, like.seen]
