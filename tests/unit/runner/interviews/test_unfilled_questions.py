"""A question that is asked afterwards is sent as it is typed: what looks like a placeholder in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

import sociarium
from tests.support.definitions import small, small_feed


@pytest.mark.parametrize(("text", "agent"), [(small(), "role:guard"), (small_feed(), "ada")])
@pytest.mark.parametrize(
    ("question", "told"),
    [("How many of you, <SELF_NAME>?", ["<SELF_NAME> of the question is read as it stands; write the word itself"]),
     ("How many of you?", [])],
)  # fmt: skip
def test_what_nobody_fills_in_is_told(text: str, agent: str, question: str, told: list[str], tmp_path: Path) -> None:
    store = str(tmp_path / "s.db")
    played = sociarium.run(sociarium.loads(text), store=store)
    [row] = sociarium.runs(store=store, sweep=played.sweep)
    answers = sociarium.ask(row, agent=agent, at="end", question=question, store=store)
    assert list(answers.warnings) == told


def test_a_role_of_the_run_is_known(tmp_path: Path) -> None:
    store = str(tmp_path / "s.db")
    played = sociarium.run(sociarium.loads(small()), store=store)
    answers = sociarium.ask(
        played, agent="role:guard", at=2, question="What of the <PRISONER_NOUN>?", answer="0-10", store=store
    )
    assert [one.partition(" ")[0] for one in answers.warnings] == ["<PRISONER_NOUN>"]
