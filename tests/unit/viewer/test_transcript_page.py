"""What the page of a conversation is made of."""

from __future__ import annotations

import pytest

from sociarium.errors import NotFound
from sociarium.exchange.run_document import run_document
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.pages import transcript
from sociarium.viewer.pages.transcript import TranscriptPage, page_of_message, transcript_page, whole_text
from sociarium.viewer.pages.turns import LONGEST, TurnView
from tests.support.definitions import small
from tests.support.played_stores import Saying, played
from tests.support.viewer import places


def page(store: Store, sweep: SweepRecord, at: int = 0, number: int = 1) -> TranscriptPage:
    return transcript_page(store, places(store, sweep)[at].status.run, me="ada", page=number)


def turns(shown: TranscriptPage, kind: str = "message") -> list[TurnView]:
    return [turn for day in shown.days for turn in day.turns if turn.kind == kind]


def test_what_was_said_is_what_show_prints(store: SqliteStore, sweep: SweepRecord) -> None:
    shown = page(store, sweep)
    document = run_document(store, shown.run)
    assert [(turn.number, turn.speaker, turn.words.text) for turn in turns(shown)] == [
        (f"{one['day']}.{one['index']}", one["speaker"], one["content"]) for one in document["messages"]
    ]


def test_days_events_and_summaries_stand_where_they_happened(store: SqliteStore, sweep: SweepRecord) -> None:
    shown = page(store, sweep)
    assert [day.number for day in shown.days] == [1, 2]
    assert [turn.kind for turn in shown.days[0].turns][:3] == ["opening", "message", "event"]
    assert shown.days[0].turns[-1].kind == "summary"
    assert turns(shown, "event")[0].speaker == "Researcher"


def test_a_message_knows_its_call(store: SqliteStore, sweep: SweepRecord) -> None:
    turn = turns(page(store, sweep))[0]
    assert turn.key == "day1/turn1/reply"
    assert turn.read
    assert turn.written
    assert turn.seconds is not None


def test_what_was_trimmed_is_kept_beside_what_was_said(store: SqliteStore) -> None:
    said = "I ask for the yard.\nGuard_999: No. And that is all."
    sweep = played(store, small(title="Trimmed"), model=Saying([said])).sweep
    trimmed = [turn for turn in turns(page(store, sweep)) if "trimmed" in turn.flags]
    assert trimmed
    assert trimmed[0].words.text == "I ask for the yard."
    assert trimmed[0].trimmed
    assert "And that is all." in trimmed[0].trimmed.text
    assert trimmed[0].raw
    assert trimmed[0].raw.text == said


def test_a_probe_stands_beside_the_message_before_it(store: SqliteStore, sweep: SweepRecord) -> None:
    shown = page(store, sweep)
    probes = turns(shown)[-1].probes
    assert [probe.name for probe in probes] == ["trust", "trust"]
    assert all(probe.scale == (0, 10) and probe.number is not None for probe in probes)
    assert {course.name for course in shown.courses} == {"trust"}


def test_the_score_has_a_bar_for_each_message_in_the_lane_of_its_role(store: SqliteStore, sweep: SweepRecord) -> None:
    shown = page(store, sweep)
    assert [bar.anchor for bar in shown.bars] == [turn.anchor for turn in turns(shown)]
    assert {(bar.mark, bar.lane) for bar in shown.bars} == {("r1", 0), ("r2", 1)}


def test_neighbours_are_of_the_same_condition_and_twins_of_the_same_replicate(
    store: SqliteStore, sweep: SweepRecord
) -> None:
    shown = page(store, sweep)
    assert shown.before is None
    assert shown.after
    assert shown.after.label == "replicate 2"
    assert {one.label for one in shown.drawn} < {
        "messages 4, guard first", "messages 4, prisoner first", "messages 6, guard first", "messages 6, prisoner first"
    }  # fmt: skip
    assert len(shown.drawn) == 3


def test_a_long_conversation_has_pages_and_each_message_an_address(
    store: SqliteStore, sweep: SweepRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript, "SHOWN", 2)
    first = page(store, sweep)
    assert first.pages == len(turns(first)) * first.pages / 2
    last = page(store, sweep, number=0)
    assert last.page == last.pages
    number = turns(last)[0]
    assert page_of_message(store, last.run, number.day, int(number.number.partition(".")[2])) == last.page
    with pytest.raises(NotFound):
        page_of_message(store, last.run, 9, 9)


def test_a_text_that_is_too_long_for_a_page_is_cut_and_can_be_had_whole(store: SqliteStore) -> None:
    said = "word " * 20_000
    shown = page(store, played(store, small(title="Long"), model=Saying([said])).sweep)
    turn = turns(shown)[0]
    assert turn.words.is_cut
    assert len(turn.words.text) == LONGEST
    assert whole_text(store, shown.run, turn.seq) == said.strip()


def test_flags_are_listed(store: SqliteStore) -> None:
    sweep = played(store, small(title="Same"), model=Saying(["The very same words, once more."])).sweep
    flagged = page(store, sweep).flagged
    assert flagged
    assert {flag for turn in flagged for flag in turn.flags} >= {"repeated"}
