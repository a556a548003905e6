"""A feed that newcomers alone begin: played, prepared, replayed and shown."""

from __future__ import annotations

from pathlib import Path

from sociarium.exchange.run_document import run_document
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small_feed
from tests.support.played_stores import played, replayed

NEWCOMERS = "{from: 1, per_day: 2, role: guest, model: dry, prompt: Write somebody.}"
ASKED = "[{name: mood, at: [start, end], ask: Mood?, answer: {from: 0, to: 10}}]"


def test_newcomers_alone_begin_a_feed(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    text = small_feed(people=None, newcomers=NEWCOMERS, probes=ASKED, days="3", sweep="{factors: {days: [1, 3]}}")
    begun = played(store, text)
    peopled = []
    for place in store.slots(begun.sweep.id):
        result = replayed(store, place.status.run)
        assert result.ended == "completed"
        told = run_document(store, place.status.run)
        days = 1 if len(told["people"]) == 2 else 3
        assert len(told["people"]) == 2 * days
        assert len([one for one in told["probes"] if one["at"] == "start"]) == 2
        assert len([one for one in told["probes"] if one["at"] == "end"]) == 2 * days
        peopled.append([person["handle"] for person in told["people"]])
    short, long = sorted(peopled, key=len)
    assert (len(short), len(long)) == (2, 6)
    assert long[:2] == short, "the first ones are the same in every condition"
