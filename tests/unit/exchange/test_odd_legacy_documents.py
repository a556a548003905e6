"""Odd documents of the earlier simulator: copied through JSON, counted from 0, with keys in them, of other programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bson
import mongomock
import pytest
from bson.datetime_ms import DatetimeMS
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

import sociarium
from sociarium.errors import Ambiguous, NoJournal
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.read import parts
from sociarium.exchange.merge import merge
from sociarium.exchange.merge_result import MergeResult
from sociarium.exchange.run_document import run_document
from sociarium.exchange.transfer import everything
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.document import from_json
from sociarium.runner.library import lookup
from sociarium.stores.mongo.legacy import MongoLegacyDatabase, open_legacy
from sociarium.stores.sqlite import SqliteStore
from tests.support.legacy_database import conversation, experiment, messages, object_id, section, two_days, write
from tests.support.older_stores import program
from tests.support.played_stores import replayed
from tests.support.store_backends import MONGODB, NO_MONGODB, fresh_database

KEY = "sk-0123456789abcdefghij"


@dataclass(frozen=True, slots=True)
class Import:
    """What an import brought, and where it is now."""

    store: SqliteStore
    result: MergeResult
    notes: list[str]

    def definition(self) -> ConversationDefinition:
        [record] = self.store.experiments()
        definition = from_json(self.store.versions(record.id)[-1].document)
        assert isinstance(definition, ConversationDefinition)
        return definition


def imported(tmp_path: Path, *documents: tuple[str, list[dict[str, Any]]], only: str = "") -> Import:
    client: Any = mongomock.MongoClient()
    write(client["old"], *documents)
    store, notes = SqliteStore(tmp_path / "s.db"), Notes()
    reader = MongoLegacyDatabase(client["old"], url="mongodb://mongomock/old")
    return Import(store, merge(store, parts(reader, store, notes, only=only), lambda _: None), notes.lines)


def test_ids_that_became_texts_find_what_they_name(tmp_path: Path) -> None:
    said = two_days(100)
    held = conversation(10, [str(one["_id"]) for one in said])
    copied = {**conversation(11, [one["_id"] for one in said]), "_id": str(object_id(11))}
    documents = ("conversations", [held, copied]), ("messages", said)
    outcome = imported(tmp_path, ("experiments", [experiment(1, [str(object_id(10)), object_id(11)])]), *documents)
    assert (outcome.result.new["runs"], outcome.result.new["messages"], outcome.result.conflicts) == (2, 8, [])


def test_days_counted_from_0_stay_as_many(tmp_path: Path) -> None:
    said = messages(100, [(0, 1, "guard_1", "a"), (0, 2, "prisoner_1", "b"), (1, 1, "guard_1", "c")])
    held = conversation(10, [said[2]["_id"], said[0]["_id"], said[1]["_id"]], n_messages="3")
    outcome = imported(
        tmp_path, ("experiments", [experiment(1, [held["_id"]])]), ("conversations", [held]), ("messages", said)
    )
    document = run_document(outcome.store, str(object_id(10)))
    assert [(one["day"], one["content"]) for one in document["messages"]] == [(1, "a"), (1, "b"), (2, "c")]
    assert outcome.notes == [f"conversation {object_id(10)}: its days are counted from 0 there, and from 1 here"]


def test_no_key_or_password_of_a_model_is_noted_or_stored(tmp_path: Path) -> None:
    llm = {
        "model": "llama2",
        "api_key": KEY,
        "num_predict": 7,
        "base_url": "http://ana:hunter2@lab.example.org/v1",
        "headers": {"Authorization": "hunter2 too", "tries": [{"password": "hunter2"}]},
    }
    held = [conversation(10, [], llm=llm), conversation(11, [], llm={**llm, "model": "gone"})]
    outcome = imported(
        tmp_path,
        ("experiments", [experiment(1, [one["_id"] for one in held], llms=[llm])]),
        ("conversations", held),
    )
    everywhere = repr([outcome.notes, list(everything(outcome.store))])
    assert [secret for secret in (KEY, "hunter2") if secret in everywhere] == []
    assert any("api_key='***' has no place" in note for note in outcome.notes)
    [model] = json.loads(outcome.store.run(str(object_id(11))).content)["models"].values()
    assert model["options"]["num_predict"] == 7


def test_models_are_names_alone_have_blanks_or_say_whose_they_are(tmp_path: Path) -> None:
    llms = ["llama3", {"model": " mistral ", "temperature": 0.5}, {"model": "ft:gpt-3.5-turbo:lab::x"},
            {"model": "gpt-j:6b"}, {"model": "our-own", "provider": "OpenAI"},
            {"model": "x", "provider": "azure"}]  # fmt: skip
    held = [conversation(10 + at, [], llm=llm) for at, llm in enumerate(llms)]
    outcome = imported(
        tmp_path,
        ("experiments", [experiment(1, [one["_id"] for one in held], llms=llms)]),
        ("conversations", held),
    )
    expected = [("llama3", "ollama"), ("mistral", "ollama"), ("ft:gpt-3.5-turbo:lab::x", "openai"),
                ("gpt-j:6b", "ollama"), ("our-own", "openai"), ("x", "ollama")]  # fmt: skip
    assert [(name, spec.provider) for name, spec in outcome.definition().models.items()] == expected
    contents = [json.loads(outcome.store.run(str(object_id(10 + at))).content)["models"] for at in range(len(llms))]
    assert [(name, one["provider"]) for content in contents for name, one in content.items()] == expected
    assert [note for note in outcome.notes if "provider" in note] == [
        f"experiment {object_id(1)}, model x: provider='azure' has no place in a file and was left out of it"
    ]


def test_roles_that_differ_in_capitals_alone_keep_their_numbers(tmp_path: Path) -> None:
    roles = [
        {"name": "Guard", "sections": [], "placeholders": []},
        {"name": "guard", "sections": [], "placeholders": []},
    ]
    held = conversation(10, [], agent_combination=[["Guard", 1], ["guard", 2], ["GUARD", 3]])
    outcome = imported(
        tmp_path, ("experiments", [experiment(1, [held["_id"]], roles=roles)]), ("conversations", [held])
    )
    condition = run_document(outcome.store, str(object_id(10)))["condition"]
    assert (condition["agents.Guard"], condition["agents.guard"]) == (4, 2)


def test_a_title_that_is_numbered_is_told_because_agents_read_it(tmp_path: Path) -> None:
    sections = [section(0, "Style", "a", "Summarizer"), section(1, "Style", "b", "Summarizer")]
    shared = [section(2, "Goal", "All the same.", "Shared")]
    outcome = imported(tmp_path, ("experiments", [experiment(1, shared_sections=shared, summarizer_sections=sections)]))
    assert [note for note in outcome.notes if "heading" in note] == [
        f"experiment {object_id(1)}: a further section {title!r} is '{title} 2' here, which is its heading too"
        for title in ("Goal", "Style")
    ]


def test_what_another_program_wrote_is_no_experiment(tmp_path: Path) -> None:
    foreign = {"_id": "run-1", "name": "a sweep", "lifecycle_stage": "active", "note": None}
    outcome = imported(tmp_path, ("experiments", [foreign, experiment(1)]), ("conversations", [conversation(9)]))
    assert outcome.result.new["experiments"] == 1
    assert outcome.result.conflicts[0] == "experiment run-1 is none of that program's, and was not imported"


def test_an_experiment_can_be_chosen_by_its_note(tmp_path: Path) -> None:
    documents = ("experiments", [experiment(1, note="The harsh guards"), experiment(2, note="")])
    outcome = imported(tmp_path, documents, only="the  harsh guards")
    assert [one.note for one in outcome.store.experiments()] == ["The harsh guards"]


def test_runs_whose_ids_begin_alike_are_told_apart_in_messages(tmp_path: Path) -> None:
    held = [conversation(10 + at, []) for at in range(3)]
    outcome = imported(
        tmp_path, ("experiments", [experiment(1, [one["_id"] for one in held])]), ("conversations", held)
    )
    ids = [str(object_id(10 + at)) for at in range(3)]
    with pytest.raises(Ambiguous, match=", ".join(ids)):
        lookup.find_run_id(outcome.store, ids[0][:12])
    with pytest.raises(NoJournal, match=f"`sociarium show {ids[1]}`"):
        replayed(outcome.store, ids[1])
    shown = sociarium.runs(store=f"sqlite:///{outcome.store.path}")._repr_html_()
    assert [id_ in shown for id_ in ids] == [True] * 3


def test_runs_whose_ids_begin_alike_are_told_apart_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = [two_days(100 * at) for at in (1, 2)]
    held = [conversation(10 + at, [one["_id"] for one in said[at]]) for at in range(2)]
    outcome = imported(
        tmp_path,
        ("experiments", [experiment(1, [one["_id"] for one in held])]),
        ("conversations", held),
        ("messages", [message for messages_of in said for message in messages_of]),
    )
    call = program(f"sqlite:///{outcome.store.path}", tmp_path, monkeypatch, capsys)
    ids = [str(object_id(10 + at)) for at in range(2)]
    [heads] = [line for line in call("compare", *ids).out.splitlines() if line.startswith("differs")]
    assert heads.split() == ["differs", "left", ids[0], "right", ids[1]]


@pytest.mark.skipif(not MONGODB, reason=NO_MONGODB)
def test_dates_of_no_calendar_and_texts_of_no_encoding_keep_nothing_else_from_being_read(tmp_path: Path) -> None:
    said = two_days(100)
    held = {
        **conversation(10, [one["_id"] for one in said], agent_combination=None),
        "creation_date": DatetimeMS(10**15),
    }
    with fresh_database() as url:
        with MongoClient[dict[str, Any]](url) as client:
            database = client.get_default_database()
            write(database, ("experiments", [experiment(1, [held["_id"]])]), ("conversations", [held]))
            write(database, ("messages", said[1:]))
            raw = RawBSONDocument(_broken(said[0]))
            database.get_collection("messages").insert_one(raw)  # type: ignore[arg-type]  # bytes as they stand
        reader = open_legacy(url)
        assert reader
        store, notes = SqliteStore(tmp_path / "s.db"), Notes()
        result = merge(store, parts(reader, store, notes), lambda _: None)
        reader.close()
    assert (result.new["runs"], result.conflicts) == (1, [])
    document = run_document(store, str(object_id(10)))
    assert (document["started"], document["events"][0]["content"]) == (
        "2024-03-01T10:49:39.000Z",
        "\ufffd\ufffdart the experiment.",
    )
    assert any("its creation date" in note and "cannot be read" in note for note in notes.lines)


def _broken(message: dict[str, Any]) -> bytes:
    """A message in which two letters of the text are no UTF-8."""
    return bson.encode(message).replace(b"Start", b"\xff\xfeart", 1)
