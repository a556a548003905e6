"""What a replay verifies: every answer, every event and the end of a run stand in the store as they happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import pytest

from sociarium.errors import Divergence
from sociarium.records.runs import RunState
from sociarium.runner.run.replay import replay
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import played


class Altered:
    """A store that gives one thing otherwise than it is."""

    def __init__(self, store: SqliteStore, method: str, alter: Callable[[list[Any]], Sequence[Any]]) -> None:
        self._store, self._method, self._alter = store, method, alter

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._store, name)
        return (lambda *arguments: self._alter(value(*arguments))) if name == self._method else value


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


@pytest.fixture
def run(store: SqliteStore) -> str:
    """A conversation that was played to its end."""
    [place] = store.slots(played(store, small()).sweep.id)
    return place.status.run


async def test_a_run_that_was_played_to_its_end_comes_out_as_it_is_stored(store: SqliteStore, run: str) -> None:
    result = await replay(store, run)
    assert result.ended == "completed"
    assert [event.digest for event in result.events] == [event.digest for event in store.events(run)]


@pytest.mark.parametrize(
    ("method", "alter", "words"),
    [
        ("journal", lambda entries: entries[:-1], "the journal lacks this answer"),
        ("events", lambda events: events[:-1], "the store lacks this event"),
        ("events", lambda events: [*events, changed(events[0], key="day9/turn1")], "an event that does not happen"),
        (
            "run_statuses",
            lambda statuses: [changed(status, ended="stopped") for status in statuses],
            "it ended stopped, the replay completed",
        ),
    ],
)
async def test_what_a_finished_run_lacks_or_has_too_much_is_a_divergence(
    store: SqliteStore, run: str, method: str, alter: Callable[[list[Any]], Sequence[Any]], words: str
) -> None:
    with pytest.raises(Divergence, match=f"{run}.*{words}"):
        await replay(Altered(store, method, alter), run)  # type: ignore[arg-type]


async def test_an_unfinished_run_is_replayed_as_far_as_its_journal_goes(store: SqliteStore, run: str) -> None:
    entries, status = store.journal(run), store.run_statuses([run])[0]
    pending = Altered(store, "run_statuses", lambda _: [changed(status, state=RunState.PENDING, ended=None)])
    result = await replay(Altered(pending, "journal", lambda entries: entries[:2]), run)  # type: ignore[arg-type]
    assert result.ended is None
    assert list(result.requests)[:3] == [entry.key for entry in entries[:3]], "the last one is unanswered"
