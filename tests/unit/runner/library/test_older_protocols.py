"""Which messages of older rules may be words that no agent said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sociarium.records.events import Happening
from sociarium.records.runs import RunStatus, has_other_rules
from sociarium.runner.library import older_protocols
from sociarium.runner.library.older_protocols import OlderRun, continued_messages, doubts
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.played_stores import played


def said(author: str, day: int = 1, *flags: str, **data: Any) -> Happening:
    return Happening("message", day, 1, author, flags=flags, data=data or {"call": "k"})


def event(author: str = "Researcher", day: int = 1) -> Happening:
    return Happening("event", day, author=author, data={"name": "x"})


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([said("A"), said("B"), said("A")], 0),
        ([said("A"), said("A"), said("A"), said("B"), said("B")], 3),
        ([said("A"), said("A", 2), said("A", 2)], 1),  # a day begins with the starting message
        ([said("A"), event(), said("A")], 0),
        ([said("A"), said("B", 1, "empty"), said("A")], 1),  # what was empty was never sent
        ([said("A", 1, "empty"), said("A")], 0),
        ([said("A", scripted=True), said("A", scripted=True)], 0),  # nobody was asked
        ([], 0),
    ],
)
def test_a_request_that_ended_with_the_own_words_is_counted(lines: list[Happening], count: int) -> None:
    assert continued_messages(lines) == count


def test_speakers_are_read_where_the_first_rules_played_a_conversation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(tmp_path / "s.db")
    read: list[str] = []
    outline = store.outline
    monkeypatch.setattr(store, "outline", lambda runs: read.extend(runs) or outline(runs))

    def counts(text: str, *, protocol: int = 1, most: int | None = None) -> tuple[int, int]:
        begun = played(store, text)
        old = [OlderRun(place.status.run, protocol) for place in store.slots(begun.sweep.id)]
        read.clear()
        found = doubts(store, begun.sweep, old, most=most)
        return len(read), found.unchecked

    two = "{replicates: 2}"
    assert counts(small(title="a", sweep=two)) == (2, 0)
    assert counts(small(title="a", sweep=two), most=1) == (1, 1)
    assert counts(small(title="a", sweep=two), protocol=older_protocols.NEVER_OWN_LAST_WORD) == (0, 0)
    assert counts(small_feed(sweep=two), most=1) == (0, 0)


@pytest.mark.parametrize(
    ("protocol", "other"), [(0, False), (-1, False), (-2, False), (1, True), (2, False), (3, True)]
)
def test_only_what_was_begun_has_other_rules(protocol: int, other: bool) -> None:
    assert has_other_rules(RunStatus("a1", protocol=protocol), 2) is other
