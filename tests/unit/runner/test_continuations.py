"""The continuation line around a run: planned, counted, duplicated, exported, and in stores of before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sociarium.environments.conversation.continuation import CONTINUATION
from sociarium.errors import DefinitionError
from sociarium.exchange.run_document import run_document
from sociarium.experiment.document import to_yaml
from sociarium.experiment.schema import json_schema
from sociarium.runner.library.duplicate import Changes, duplicate, latest
from sociarium.runner.planning.plan import plan
from sociarium.runner.planning.prompt_preview import preview_prompts
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import definition, small
from tests.support.hand_clock import HandClock
from tests.support.played_stores import played, replayed

ALONE = "{factors: {messages: 5, days: 2, agents.prisoner: 0}}"
LINE = "<SELF_NAME> has the floor."


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


@pytest.mark.parametrize("line", [None, LINE])
def test_messages_that_answer_the_line_are_counted_and_told(store: SqliteStore, line: str | None) -> None:
    begun = played(store, small(sweep=ALONE, continuation=line))
    [place] = store.slots(begun.sweep.id)
    assert (place.status.counters.messages, place.status.counters.continuations) == (5, 3)
    told = run_document(store, place.status.run)
    assert [message["continuation"] for message in told["messages"]] == [False, True, True, False, True]
    requests = replayed(store, place.status.run).requests
    name = told["agents"][0]["name"]
    wanted = CONTINUATION if line is None else f"{name} has the floor."
    assert requests["day1/turn2/reply"].messages[-1].content == wanted


def continuation_lines(**changes: str | None) -> list[tuple[str, str, int]]:
    found = preview_prompts(definition(small(**changes)), "main").prompts
    return [(one.user, one.text, one.conditions) for one in found if one.user.startswith("continuation")]


def test_a_plan_shows_the_line_where_it_can_be_needed_and_when() -> None:
    twice, silence = "continuation line, for who speaks twice running", "continuation line, only after empty replies"
    several = continuation_lines(sweep="{factors: {speaker_selection: [auto, manual, round_robin]}}")
    assert several == [(twice, CONTINUATION, 2), (silence, CONTINUATION, 1)]
    assert continuation_lines(sweep="{factors: {messages: 4}}") == [(silence, CONTINUATION, 1)]
    assert continuation_lines(sweep="{factors: {messages: 2}}") == []
    one, other = continuation_lines(sweep="{factors: {speaker_selection: auto}}", continuation=f'"{LINE}"')
    assert {one[1].partition("_")[0], other[1].partition("_")[0]} == {"Guard", "Prisoner"}


def test_the_schema_lists_the_key() -> None:
    assert "continuation" in json.dumps(json_schema()["$defs"]["ConversationDefinition"]["properties"])


def test_a_line_is_set_and_taken_out_by_duplicate(store: SqliteStore) -> None:
    hers = played(store, small(sweep=ALONE)).experiment
    made = duplicate(store, hers, me="bob", clock=HandClock(), changes=Changes([("continuation", LINE)]))
    assert [change.path for change in made.changes] == ["continuation"]
    assert f"continuation: {LINE}" in to_yaml(latest(store, made.experiment)[1]).replace("'", "")
    back = duplicate(store, made.experiment, me="eve", clock=HandClock(), changes=Changes([("continuation", "null")]))
    assert "continuation" not in to_yaml(latest(store, back.experiment)[1])
    with pytest.raises(DefinitionError, match="the continuation is empty"):
        duplicate(store, hers, me="eve", clock=HandClock(), changes=Changes([("continuation", "")]))


def test_a_written_line_comes_back_from_yaml() -> None:
    found = definition(small(continuation="{variants: {a: The floor is yours., b: Your turn.}}"))
    assert definition(to_yaml(found)) == found


def test_a_plan_says_where_prompts_are_expected_not_to_fit() -> None:
    models = "{{m: {{provider: ollama, model: x, context: {}}}}}"

    def told(context: int) -> str:
        return " ".join(plan(definition(small(models=models.format(context), sweep=LONG)), "main").warnings)

    assert "prompts of m may come to" in told(512)
    assert "`context` is 512" in told(512)
    assert "may come to" not in told(100_000)


LONG = "{factors: {messages: 30}}"
