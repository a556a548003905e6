"""Conversations of the earlier simulator under the condition that they had, whoever wrote their documents, and how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mongomock
import pytest

from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.read import parts
from sociarium.exchange.merge import merge
from sociarium.exchange.run_document import run_document
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.document import from_json
from sociarium.stores.mongo.legacy import MongoLegacyDatabase
from sociarium.stores.sqlite import SqliteStore
from tests.support.legacy_database import conversation, experiment, messages, object_id, role, section, two_days, write

Document = dict[str, Any]


class Brought:
    """A database of one experiment as it is here."""

    def __init__(self, folder: Path, *documents: tuple[str, list[Document]], only: str = "") -> None:
        client: Any = mongomock.MongoClient()
        write(client["old"], *documents)
        self.store, self.notes = SqliteStore(folder / "s.db"), Notes()
        reader = MongoLegacyDatabase(client["old"], url="mongodb://mongomock/old")
        self.result = merge(self.store, parts(reader, self.store, self.notes, only=only), lambda _: None)

    def runs(self, count: int) -> list[Document]:
        return [run_document(self.store, str(object_id(10 + at))) for at in range(count)]

    def definition(self) -> ConversationDefinition:
        [record] = self.store.experiments()
        definition = from_json(self.store.versions(record.id)[-1].document)
        assert isinstance(definition, ConversationDefinition)
        return definition


def bring(
    folder: Path, changes: Sequence[Document], *, said: Sequence[list[Document]] = (), **experiment_changes: Any
) -> Brought:
    """An experiment with a conversation for each of the changes."""
    lines = said or [two_days(100 + 20 * at) for at in range(len(changes))]
    held = [
        conversation(10 + at, [one["_id"] for one in lines[at]], **change)
        for at, change in enumerate(changes)
    ]  # fmt: skip
    return Brought(
        folder,
        ("experiments", [experiment(1, [one["_id"] for one in held], **experiment_changes)]),
        ("conversations", held),
        ("messages", [message for each in lines for message in each]),
    )


def test_a_model_at_another_temperature_is_another_condition(tmp_path: Path) -> None:
    usual = {"model": "llama2", "temperature": 0.7, "top_k": 40, "top_p": 0.9}
    changes = [{"llm": usual}, {"llm": {**usual, "temperature": 1.5}}, {"llm": {"model": "llama2", "temperature": 0.7}}]
    brought = bring(tmp_path, changes)
    runs = brought.runs(3)
    names = ["llama2", "llama2 (temperature=1.5)", "llama2 (no top_k, no top_p)"]
    assert [one["condition"]["model"] for one in runs] == names
    assert [one["agents"][0]["model"] for one in runs] == names
    assert any("kept as it is as 'llama2 (temperature=1.5)'" in note for note in brought.notes.lines)


def test_an_opening_of_ones_own_is_a_level_and_its_placeholders_are_read(tmp_path: Path) -> None:
    long = "Begin, and " + "go on, " * 40
    openings = [None, "Start the experiment.", "All <prisoner_num> of you, start.", long, f"{long}!"]
    brought = bring(tmp_path, [{"starting_message": opening} for opening in openings])
    runs = brought.runs(5)
    levels = [one["condition"].get("starting_message") for one in runs]
    assert levels[:3] == [None, None, "All 1 of you, start."]
    assert levels[3].startswith("Begin, and go on,")
    assert (len(levels[3]) < 80, levels[3] != levels[4]) == (True, True)
    assert runs[2]["starting_message"] == "All 1 of you, start."
    assert [one["replicate"] for one in runs] == [1, 2, 1, 1, 1]


def test_ways_of_spelling_one_selection_are_one_level(tmp_path: Path) -> None:
    spelled = ["round_robin", "Round Robin", "ROUND-ROBIN", "by lot"]
    runs = bring(tmp_path, [{"speaker_selection_method": one} for one in spelled]).runs(4)
    assert [one["condition"]["speaker_selection"] for one in runs] == [*["round_robin"] * 3, "by lot"]
    assert [one["replicate"] for one in runs] == [1, 2, 3, 1]


def test_no_condition_has_a_replicate_twice_whatever_was_asked_for(tmp_path: Path) -> None:
    brought = bring(tmp_path, [{"n_messages": 4}, {"n_messages": 6}, {"n_messages": 6}])
    runs = brought.runs(3)
    assert {one["condition"]["messages"] for one in runs} == {4}
    assert sorted(one["replicate"] for one in runs) == [1, 2, 3]


@pytest.mark.parametrize(
    "agents",
    [[["guard", "2"], ["prisoner", 1]], [["guard", 2.0], ["prisoner", 1.0]], {"guard": 2.0, "prisoner": "1"},
     [{"n": 2, "role": "guard"}, {"n": 1, "role": "prisoner"}]],
)  # fmt: skip
def test_numbers_of_agents_are_read_however_a_copy_spells_them(tmp_path: Path, agents: Any) -> None:
    brought = bring(tmp_path, [{"agent_combination": agents}])
    [run] = brought.runs(1)
    assert (run["condition"]["agents.guard"], run["condition"]["agents.prisoner"]) == (2, 1)
    assert brought.notes.lines == []


@pytest.mark.parametrize("places", [("2", "10", "1"), (2.0, 10.0, 1.0), (1.5, 2.5, 0.5)])
def test_sections_stand_by_their_numbers_however_these_are_spelled(tmp_path: Path, places: tuple[Any, ...]) -> None:
    titles = ("Second", "Last", "First")
    shared = [section(place, title, "words", "Shared") for place, title in zip(places, titles, strict=True)]
    brought = bring(tmp_path, [{}], shared_sections=shared)
    assert [one.title for one in brought.definition().sections][-3:] == ["First", "Second", "Last"]
    assert brought.notes.lines == []


def test_a_section_whose_role_is_spelled_otherwise_is_not_lost(tmp_path: Path) -> None:
    roles = [
        role("guard", section(1, "Starting prompt", "You guard.", "Private", "Guard"),
             section(2, "Goal", "Order.", "Private", "warden")),
        role("prisoner", section(1, "Starting prompt", "You sit.", "Private", "PRISONER")),
    ]  # fmt: skip
    brought = bring(tmp_path, [{}], roles=roles)
    first, second, *_ = brought.definition().sections
    assert first.private == {"guard": "You guard.", "prisoner": "You sit."}
    assert second.private == {"guard": "Order."}
    assert brought.notes.lines == [
        f"experiment {object_id(1)}: section 'Goal' is of 'warden', which is no role there"
    ]  # fmt: skip


def test_a_role_of_several_words_has_its_agents(tmp_path: Path) -> None:
    roles = [
        role("prison_guard", section(1, "Starting prompt", "You guard.", "Private", "prison_guard")),
        role("prisoner", section(1, "Starting prompt", "You sit.", "Private", "prisoner")),
    ]
    said = messages(100, [(1, 0, "Researcher", "S"), (1, 1, "prison_guard_1", "a"), (1, 2, "prisoner_1", "b")])
    assert said[1]["role"] == "Prison"
    agents = [["prison_guard", 1], ["prisoner", 1]]
    brought = bring(tmp_path, [{"agent_combination": agents, "n_messages": 2, "days": 1}], said=[said], roles=roles)
    [run] = brought.runs(1)
    assert [(one["role"], one["speaker"]) for one in run["messages"]] == [
        ("prison_guard", "prison_guard_1"), ("prisoner", "prisoner_1"),
    ]  # fmt: skip
    assert run["agents"][0]["system_prompt"].startswith("You guard.")
    assert {key for key in run["condition"] if key.startswith("agents")} == {"agents.prison_guard", "agents.prisoner"}
    assert brought.notes.lines == []


def test_a_role_called_researcher_does_not_say_what_the_researcher_said(tmp_path: Path) -> None:
    roles = [
        role("researcher", section(1, "Starting prompt", "You ask.", "Private", "researcher")),
        role("prisoner", section(1, "Starting prompt", "You sit.", "Private", "prisoner")),
    ]
    said = messages(100, [(1, 0, "Researcher", "S"), (1, 1, "researcher_1", "a"), (1, 2, "prisoner_1", "b")])
    agents = [["researcher", 1], ["prisoner", 1]]
    brought = bring(tmp_path, [{"agent_combination": agents, "n_messages": 2, "days": 1}], said=[said], roles=roles)
    [run] = brought.runs(1)
    assert [one["speaker"] for one in run["messages"]] == ["researcher_1", "prisoner_1"]
    assert [one["content"] for one in run["events"]] == ["S"]


def test_texts_that_say_no_mark_nothing(tmp_path: Path) -> None:
    marks = ["false", "No", "0", "true", True, 0]
    runs = bring(tmp_path, [{"favourite": mark} for mark in marks]).runs(6)
    assert [one["favourite"] for one in runs] == [False, False, False, True, True, False]


@pytest.mark.parametrize("only", [f"the first one ({object_id(2)})", str(object_id(2)).upper()])
def test_an_experiment_is_chosen_by_the_title_that_it_has_here(tmp_path: Path, only: str) -> None:
    brought = Brought(tmp_path, ("experiments", [experiment(1), experiment(2)]), only=only)
    assert [one.title for one in brought.store.experiments()] == [f"the first one ({object_id(2)})"]


def test_a_conversation_of_two_experiments_is_told(tmp_path: Path) -> None:
    said = two_days(100)
    held = [conversation(10, [one["_id"] for one in said])]
    both = [experiment(1, [held[0]["_id"]]), experiment(2, [held[0]["_id"]])]
    brought = Brought(tmp_path, ("experiments", both), ("conversations", held), ("messages", said))
    assert brought.notes.lines == [
        f"experiment {object_id(2)}: 1 of its conversations is an earlier experiment's and stands there alone"
    ]
