"""What an agent is sent of a day is the same whether it was kept from its last turn or is put together anew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.environments.conversation import transcript
from sociarium.environments.conversation.transcript import DayReader, DayReaders, Reader, SpokenLine

ANN = "Ann_1"
lines = st.builds(SpokenLine, st.sampled_from([ANN, "Ben_2", "Researcher"]), st.sampled_from(["", "Yes.", "a\nb"]))
steps = st.one_of(
    st.lists(lines, max_size=3),  # said since
    st.just("another day"),
    st.sampled_from(["Another opening.", "And another one."]).map(lambda text: ("opening", text)),
    st.sampled_from(["", "How far?"]).map(lambda text: ("question", text)),
)


@given(st.lists(steps, max_size=14), st.booleans(), st.sampled_from(["", "You are Ann."]))
def test_what_was_kept_is_what_is_put_together_anew(taken: list[object], prefix: bool, prompt: str) -> None:
    reader = Reader(ANN, prompt, "Go on.", prefix=prefix)
    kept, opening, day, question = DayReader(reader), "Start.", list[SpokenLine](), ""
    for step in taken:
        match step:
            case list():
                day += step
            case "another day":
                day = []
            case ("opening", str(text)):
                opening = text
            case ("question", str(text)):
                question = text
        anew = DayReader(reader).read(opening, list(day), question=question)
        assert kept.read(opening, day, question=question) == anew
        assert anew.messages[-1].role == "user"


def test_messages_of_earlier_turns_are_kept_and_not_made_again() -> None:
    reader, day = DayReader(Reader(ANN, "You are Ann.", "Go on.", prefix=True)), [SpokenLine(ANN, "Yes.")]
    first = reader.read("Start.", day).messages
    day.append(SpokenLine("Ben_2", "No."))
    second = reader.read("Start.", day).messages
    assert [one.content for one in second] == ["You are Ann.", "Start.", "Yes.", "Ben_2: No."]
    assert all(one is other for one, other in zip(first[:3], second[:3], strict=True))


def test_days_of_few_agents_are_kept_each_as_it_is_read_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript, "_MOST_KEPT", 2)
    readers = [Reader(name, "You.", "Go on.", prefix=True) for name in ("Ann", "Ben", "Cid")]
    days = DayReaders()
    first = [days.of(one) for one in readers]
    again = [days.of(one) for one in readers]
    assert [one is other for one, other in zip(first, again, strict=True)] == [True, True, False]
    changed = Reader("Ann", "You are another.", "Go on.", prefix=True)
    assert days.of(changed).reader is changed
    assert days.of(changed) is days.of(changed)
