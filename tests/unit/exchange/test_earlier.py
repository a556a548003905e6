"""The earlier simulator's database comes in with its counts and words, and nothing is lost in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mongomock
import pytest
from pymongo import MongoClient

from sociarium.cli.targets import selection
from sociarium.environments.conversation.summarizer import prompt_text
from sociarium.errors import BadInput, NoJournal
from sociarium.exchange.archive.read import Archive
from sociarium.exchange.archive.write import export as export_archive
from sociarium.exchange.folder import Folder
from sociarium.exchange.legacy.documents import run_id
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.read import parts
from sociarium.exchange.merge import merge
from sociarium.exchange.merge_result import MergeResult
from sociarium.exchange.run_document import run_document
from sociarium.exchange.transfer import everything
from sociarium.exchange.transfer import parts as parts_of
from sociarium.experiment.conversation.definition import ConversationDefinition
from sociarium.experiment.document import from_json, parse, to_yaml
from sociarium.experiment.resolve import resolve
from sociarium.ports.clock import SystemClock
from sociarium.records.runs import RunState
from sociarium.runner.library import lookup
from sociarium.runner.library.duplicate import latest
from sociarium.runner.sweep.save import reopen, save_sweep
from sociarium.stores.mongo.connection import connect
from sociarium.stores.mongo.legacy import MongoLegacyDatabase, open_legacy
from sociarium.stores.sqlite import SqliteStore
from tests.support import legacy_database
from tests.support.legacy_database import (
    conversation,
    experiment,
    messages,
    object_id,
    plain_database,
    role,
    section,
    two_days,
    write,
)
from tests.support.played_stores import replayed
from tests.support.store_backends import MONGODB, NO_MONGODB, fresh_database


@pytest.fixture(params=["mongomock", "mongodb"])
def source(request: pytest.FixtureRequest) -> Iterator[tuple[Any, MongoLegacyDatabase]]:
    """An empty database to write into, and its reader."""
    if request.param == "mongomock":
        client: Any = mongomock.MongoClient()
        yield client["old"], MongoLegacyDatabase(client["old"], url="mongodb://mongomock/old")
        return
    if not MONGODB:
        pytest.skip(NO_MONGODB)
    with fresh_database() as url:
        client, name, place = connect(url, "old")
        reader = MongoLegacyDatabase(client[name], url=place)
        yield client[name], reader
        reader.close()


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


def imported(reader: MongoLegacyDatabase, store: SqliteStore, only: str = "") -> tuple[MergeResult, Notes]:
    notes = Notes()
    return merge(store, parts(reader, store, notes, only=only), lambda _: None), notes


def odd(reader: MongoLegacyDatabase, store: SqliteStore) -> str:
    return "\n".join(imported(reader, store)[1].lines)


def test_experiments_and_conversations_come_with_their_counts_and_words(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore
) -> None:
    database, reader = source
    plain_database(database)
    merged, notes = imported(reader, store)
    assert (merged.new["experiments"], merged.new["runs"], merged.new["messages"]) == (2, 6, 24)
    assert (merged.conflicts, notes.lines) == ([], [])
    first = next(found for found in store.experiments() if str(object_id(1000)) in found.title)
    assert (first.creator, first.note, first.favourite) == ("grace", "the first one", True)
    assert first.created == "2024-03-01T10:00:00.000Z"
    [sweep] = store.sweeps(first.id)
    places = list(store.slots(sweep.id))
    assert [place.status.run for place in places] == [str(object_id(number)) for number in (1010, 1011, 1012)]
    assert {place.status.state for place in places} == {RunState.DONE}
    assert [place.replicate for place in places] == [1, 2, 3]
    assert dict(places[0].condition) == {
        "model": "llama2", "messages": 4, "days": 2, "speaker_selection": "round_robin", "agents.guard": 1,
        "agents.prisoner": 1,
    }  # fmt: skip
    told = run_document(store, str(object_id(1011)))
    assert [(one["day"], one["index"], one["role"], one["speaker"], one["content"]) for one in told["messages"]] == [
        (1, 1, "guard", "guard_1", "Stand up. 0.1"),
        (1, 2, "prisoner", "prisoner_1", "No. 0.1"),
        (2, 1, "guard", "guard_1", "Again: <GUARD_NOUN>, =1+1 0.1"),
        (2, 2, "prisoner", "prisoner_1", "Ünïcödé 囚人 🙂 0.1"),
    ]
    assert [(one["author"], one["day"], one["after_message"]) for one in told["events"]] == [
        ("Researcher", 1, 0), ("Researcher", 2, 0),
    ]  # fmt: skip
    assert told["events"][1]["content"] == "Start the experiment.\nDay 1 summary:\nIt went badly."
    order = sorted([*told["messages"], *told["events"]], key=lambda one: int(one["seq"]))
    assert [one["content"] for one in order] == [one["content"] for one in two_days(0, "0.1")]
    assert [(one["name"], one["role"], one["model"]) for one in told["agents"]] == [
        ("guard_1", "guard", "llama2"), ("prisoner_1", "prisoner", "llama2"),
    ]  # fmt: skip
    assert told["agents"][0]["system_prompt"] == (
        "You are a guard of 1 prisoner.\n\n## Goal\n\nThe guard keeps order.\n\n## Rules\n\nSpeak for yourself."
    )
    assert (told["creator"], told["started"], told["calls"]) == ("grace", "2024-03-01T11:00:00.000Z", [])


def test_importing_again_changes_nothing_and_takes_what_is_new(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore
) -> None:
    database, reader = source
    plain_database(database)
    imported(reader, store)
    before = list(everything(store))
    merged, _ = imported(reader, store)
    assert (merged.new.total(), merged.standing, merged.conflicts) == (0, 6, [])
    assert list(everything(store)) == before
    said = two_days(9000, "later")
    write(database, ("messages", said), ("conversations", [conversation(9100, [one["_id"] for one in said])]))
    held = [object_id(9100), *(object_id(number) for number in (1010, 1011, 1012))]
    database["experiments"].update_one({"_id": object_id(1000)}, {"$set": {"conversation_ids": held}})
    merged, _ = imported(reader, store)
    assert (merged.new["runs"], merged.standing, merged.conflicts) == (1, 6, [])
    first = next(found for found in store.experiments() if str(object_id(1000)) in found.title)
    assert [sweep.runs for sweep in store.sweeps(first.id) if sweep.name == "earlier"] == [3]
    assert [sweep.runs for sweep in store.sweeps(first.id) if sweep.name == "earlier 2"] == [1]


def test_an_import_that_was_stopped_goes_on(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sociarium.exchange.merge._ENOUGH", 1)
    database, reader = source
    plain_database(database)
    whole = SqliteStore(tmp_path / "whole.db")
    imported(reader, whole)
    real = SqliteStore.append
    for at in (1, 2, 5):
        left = at

        def dying(self: SqliteStore, records: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                raise KeyboardInterrupt
            return real(self, records)

        with monkeypatch.context() as patch:
            patch.setattr(SqliteStore, "append", dying)
            with pytest.raises(KeyboardInterrupt):
                imported(reader, store)
    imported(reader, store)
    assert list(everything(store)) == list(everything(whole))


def test_experiments_are_named_after_their_notes_and_stay_who_they_are_when_these_change(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore
) -> None:
    database, reader = source
    plain_database(database)
    long = " ".join(["words"] * 100)
    database["experiments"].update_one({"_id": object_id(1000)}, {"$set": {"note": " the harsh\nguards "}})
    database["experiments"].update_one({"_id": object_id(2000)}, {"$set": {"note": ""}})
    imported(reader, store)
    titles = {one.title: one.id for one in store.experiments()}
    assert set(titles) == {f"the harsh guards ({object_id(1000)})", f"guard and prisoner ({object_id(2000)})"}
    database["experiments"].update_one({"_id": object_id(1000)}, {"$set": {"note": long}})
    database["experiments"].update_one({"_id": object_id(2000)}, {"$set": {"note": "another one"}})
    merged, _ = imported(reader, store)
    assert (merged.new.total(), merged.standing) == (0, 6)
    assert {one.title: one.id for one in store.experiments()} == titles
    other = SqliteStore(store.path.with_name("other.db"))
    imported(reader, other)
    named = next(one for one in other.experiments() if str(object_id(1000)) in one.title)
    assert named.id == titles[f"the harsh guards ({object_id(1000)})"]
    assert (named.title.startswith("words words"), "words… (" in named.title, len(named.title) < 150) == (True,) * 3
    # It is run as what it is, under whatever title.
    again = save_sweep(other, latest(other, named)[1], "main", creator="grace", clock=SystemClock())
    assert again.experiment.id == named.id


def test_who_had_a_conversation_ran_it(source: tuple[Any, MongoLegacyDatabase], store: SqliteStore) -> None:
    database, reader = source
    plain_database(database)
    imported(reader, store)
    told = run_document(store, str(object_id(1011)))
    assert (told["ran_by"], told["runners"]) == ("grace", ["grace"])


def test_one_experiment_can_be_chosen(source: tuple[Any, MongoLegacyDatabase], store: SqliteStore) -> None:
    database, reader = source
    plain_database(database)
    merged, _ = imported(reader, store, only=str(object_id(2000)))
    assert merged.new["runs"] == 3
    assert [str(object_id(2000)) in found.title for found in store.experiments()] == [True]


def test_imported_runs_are_found_shown_exported_and_never_replayed(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore, tmp_path: Path
) -> None:
    database, reader = source
    plain_database(database)
    imported(reader, store)
    run = str(object_id(1010))
    assert lookup.find_run_id(store, run) == run
    with pytest.raises(NoJournal, match="kept no journal"):
        replayed(store, run)
    [*_, sweep] = store.sweeps()
    with pytest.raises(BadInput, match="no plan leads to more"):
        reopen(store, sweep)
    found = selection(store, run, creator="tester")
    path = export_archive(
        parts_of(store, found), Folder(tmp_path), "a", exported="2026-03-01T08:00:00.000Z", progress=lambda _: None
    )
    other = SqliteStore(tmp_path / "other.db")
    with Archive(path) as archive:
        archive.verify()
        merge(other, archive.parts(), lambda _: None)
    assert run_document(other, run) == run_document(store, run)


def test_an_imported_experiment_can_be_run_anew(source: tuple[Any, MongoLegacyDatabase], store: SqliteStore) -> None:
    database, reader = source
    write(database, ("experiments", [experiment(1)]), ("conversations", [conversation(5)]))
    imported(reader, store)
    [found] = store.experiments()
    definition = from_json(store.versions(found.id)[-1].document)
    assert parse(to_yaml(definition).encode(), source="x.yaml", read=lambda _: b"") == definition
    assert definition.models["llama2"].options == {
        "temperature": 0.7, "top_k": 40, "top_p": 0.9, "context": 8192,
    }  # fmt: skip
    assert [section.title for section in definition.sections] == ["Starting prompt", "Goal", "Rules"]
    assert definition.summarizer
    assert resolve(definition, {"messages": 4}).roles[0].pronouns == "he/she"


def stored_definition(store: SqliteStore) -> ConversationDefinition:
    [record] = store.experiments()
    definition = from_json(store.versions(record.id)[-1].document)
    assert isinstance(definition, ConversationDefinition)
    return definition


@pytest.mark.parametrize(
    ("model", "provider"),
    [("gpt-4o-mini", "openai"), ("GPT-4.1", "openai"), ("o3-mini", "openai"), ("o1", "openai"),
     ("gpt-oss:20b", "ollama"), ("orca-mini", "ollama"), ("openchat", "ollama"), ("llama2", "ollama"),
     ("claude-3-opus", "ollama"), ("gemini-1.5-pro", "ollama")],
)  # fmt: skip
def test_models_of_openai_are_openais(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore, model: str, provider: str
) -> None:
    database, reader = source
    llm = {"model": model, "temperature": 0.7}
    said = two_days(0, "0.1")
    held = conversation(5, [one["_id"] for one in said], llm=llm)
    write(
        database,
        ("experiments", [experiment(1, [held["_id"]], llms=[llm])]),
        ("conversations", [held]),
        ("messages", said),
    )
    _, notes = imported(reader, store)
    spec = stored_definition(store).models[model]
    assert (spec.provider, "context" in spec.options) == (provider, provider == "ollama")
    [content] = json.loads(store.run(str(object_id(5))).content)["models"].values()
    assert content["provider"] == provider
    assert any("taken for one of OpenAI's" in note for note in notes.lines) == (provider == "openai")
    assert any("taken for one of Ollama's" in note for note in notes.lines) == bool(re.match("claude|gemini", model))


def test_private_sections_stand_before_shared_ones_whatever_their_numbers(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore
) -> None:
    database, reader = source
    roles = [
        role("guard", section(4, "Goal", "G", "Private"), section(2, "Mood", "M", "Private"),
             section(1, "Starting prompt", "You guard.", "Private")),
        role("prisoner", section(3, "Mood", "m", "Private"), section(2, "Goal", "g", "Private"),
             section(1, "Starting prompt", "You sit.", "Private")),
    ]  # fmt: skip
    shared = [section(1, "Rules", "R", "Shared"), section(0, "Place", "P", "Shared")]
    write(database, ("experiments", [experiment(1, roles=roles, shared_sections=shared)]))
    _, notes = imported(reader, store)
    titles = [section.title for section in stored_definition(store).sections]
    assert titles == ["Starting prompt", "Mood", "Goal", "Place", "Rules"]
    assert [note for note in notes.lines if "order" in note] == [
        f"experiment {object_id(1)}: prisoner had its sections in the order Goal, Mood, which is one for all here"
    ]


def test_a_second_starting_prompt_takes_no_words_from_the_first(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore
) -> None:
    database, reader = source
    roles = [
        role("guard", section(1, "Starting prompt", "You guard.", "Private"),
             section(2, "starting_prompt", "And you are tired.", "Private")),
        role("prisoner", section(1, "Starting prompt", "You sit.", "Private")),
    ]  # fmt: skip
    shared = [section(3, "Starting prompt", "It is night.", "Shared")]
    write(database, ("experiments", [experiment(1, roles=roles, shared_sections=shared)]))
    imported(reader, store)
    first, second, third = stored_definition(store).sections
    assert first.private == {"guard": "You guard.", "prisoner": "You sit."}
    assert second.private == {"guard": "And you are tired."}
    assert third.shared == "It is night."


def test_the_summarizers_starting_prompt_has_no_heading(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore
) -> None:
    database, reader = source
    sections = [section(1, "Style", "Short.", "Summarizer"), section(2, "starting_prompt", "Sum up.", "Summarizer"),
                section(3, "Style", "Plain.", "Summarizer")]  # fmt: skip
    write(database, ("experiments", [experiment(1, summarizer_sections=sections)]))
    imported(reader, store)
    content = resolve(stored_definition(store), {"messages": 4, "days": 2})
    assert content.summarizer is not None
    assert prompt_text(content, content.summarizer) == "Sum up.\n\n## Style\n\nShort.\n\n## Style 2\n\nPlain."


def test_messages_are_those_of_agents_as_everywhere_here(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore
) -> None:
    database, reader = source
    said = two_days(0, "0.1")
    held = conversation(5, [one["_id"] for one in said], n_messages=6)
    write(database, ("experiments", [experiment(1, [held["_id"]])]), ("conversations", [held]), ("messages", said))
    _, notes = imported(reader, store)
    document = run_document(store, str(object_id(5)))
    assert (document["condition"]["messages"], len(document["messages"])) == (4, 4)
    assert any("6 messages were asked for, and agents have 4" in note for note in notes.lines)


def test_odd_documents_come_in_as_far_as_they_go_and_the_rest_is_told(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore
) -> None:
    database, reader = source
    said = messages(
        200,
        [
            (1, 0, "Researcher", "Begin."),
            (1, 1, "guard_1", "First"),
            (1, 2, "guard_2", "Second"),
            (1, 3, "prisoner_1", ""),
        ],
    )
    del said[2]["role"]
    said[3]["content"] = None
    said[1]["content"] = "half <PRISONER_NOUN> \x00 \x1b[31m"
    held = conversation(20, [*(one["_id"] for one in said), object_id(999)], agent_combination=None, days=None,
                        n_messages=None, llm="llama2", creator=None, favourite=True, mood="glad",
                        speaker_selection_method="by lot", creation_date=None)  # fmt: skip
    orphan = conversation(21, [])
    write(
        database,
        ("experiments", [experiment(2, [held["_id"], object_id(998)], note=None, shared_sections=None)]),
        ("conversations", [held, orphan]),
        ("messages", [*said, *messages(300, [(1, 1, "guard_1", "nobody's")])]),
    )
    merged, notes = imported(reader, store)
    assert (merged.new["runs"], merged.new["messages"]) == (1, 3)
    assert sorted(merged.conflicts) == [
        "1 message belongs to no conversation that was imported, and was not imported",
        f"conversation {object_id(21)} belongs to no experiment, and was not imported",
    ]
    told = run_document(store, str(object_id(20)))
    assert [one["content"] for one in told["messages"]] == ["half <PRISONER_NOUN> \x00 \x1b[31m", "Second", ""]
    assert [one["role"] for one in told["messages"]] == ["guard", "guard", "prisoner"]
    assert told["condition"]["agents.guard"] == 2
    assert (told["creator"], told["favourite"]) == ("unknown", True)
    mark = store.latest_edits("run", [str(object_id(20))])[str(object_id(20))]
    assert (mark.revision, mark.editor) == (2, "unknown"), "the first edit of a run that was marked there"
    assert told["started"] == "2024-03-01T10:49:39.000Z", "an ObjectId says when it was made"
    everything_told = "\n".join(notes.lines)
    for expected in (
        "it does not say who takes part", "'by lot', which is not known", "'mood' is not known", "'creator' is missing",
        "1 of its messages are not in the database", "1 of its conversations are not in the database",
        "'content' is missing", "'note' is missing", "'shared_sections' is missing",
    ):  # fmt: skip
        assert expected in everything_told, expected


def test_five_roles_and_their_placeholders(source: tuple[Any, MongoLegacyDatabase], store: SqliteStore) -> None:
    database, reader = source
    names = ["guard", "prisoner", "prison chaplain", "Ärztin", "visitor"]
    roles = [
        role(
            name,
            section(1, "starting_prompt", f"You are a {name}.", "Private", name),
            section(3, "Talk", "<GUARD_TALK> <guard_noun> <GUARD_VERB_go> <PRISON_CHAPLAIN_NUM> <ROLES_NUM> <b> a < b "
                    "<WARDEN_NOUN>", "Private", name),
            tags=["<GUARD_TALK>"] if name == "guard" else [],
        )
        for name in names
    ]  # fmt: skip
    said = messages(
        400,
        [(1, index, f"{name.capitalize()}_{index}", f"{name} speaks") for index, name in enumerate(names, start=1)],
    )
    held = conversation(40, [one["_id"] for one in said], agent_combination=[[name, 1] for name in names], days=1,
                        n_messages=5)  # fmt: skip
    write(database, ("experiments", [experiment(4, [held["_id"]], roles=roles)]), ("conversations", [held]),
          ("messages", said))  # fmt: skip
    merged, notes = imported(reader, store)
    assert merged.new["messages"] == 5
    told = run_document(store, str(object_id(40)))
    assert [one["role"] for one in told["messages"]] == names
    assert told["agents"][0]["system_prompt"] == (
        "You are a guard.\n\n## Talk\n\ntalks guard goes 1 5 <b> a < b <WARDEN_NOUN>\n\n## Rules\n\nSpeak for yourself."
    )
    assert any("<WARDEN_NOUN> is no placeholder here" in note for note in notes.lines)


def test_two_entries_of_one_model_stay_two(source: tuple[Any, MongoLegacyDatabase], store: SqliteStore) -> None:
    database, reader = source
    cool, hot = {"model": "mistral", "temperature": 0.1}, {"model": "mistral", "temperature": 1.5}
    held = [
        conversation(51, [], llm=cool), conversation(52, [], llm=hot), conversation(53, [], llm="mistral"),
        conversation(54, [], llm={"model": "gone", "top_p": 7.0, "odd": {"x": 1}}),
    ]  # fmt: skip
    found = experiment(5, [one["_id"] for one in held], llms=[cool, hot, {"model": "x", "top_k": -3}])
    write(database, ("experiments", [found]), ("conversations", held))
    _, notes = imported(reader, store)
    models = [run_document(store, str(object_id(number)))["condition"]["model"] for number in (51, 52, 53, 54)]
    assert models == ["mistral", "mistral 2", "mistral (options unknown)", "gone (odd={'x': 1}, top_p=7.0)"]
    [ours] = store.experiments()
    definition = from_json(store.versions(ours.id)[-1].document)
    assert [definition.models[name].temperature for name in ("mistral", "mistral 2")] == [0.1, 1.5]
    assert any("top_k=-3 has no place" in note for note in notes.lines)
    assert any("its model 'mistral' with its options is not one entry" in note for note in notes.lines)


def test_values_beyond_all_measure_are_told_and_do_no_harm(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore
) -> None:
    database, reader = source
    # FerretDB 1 refuses to store infinities.
    infinity = float("inf") if "mongomock" in reader.url else "inf"
    endless = {"model": "llama2", "temperature": infinity, "stop": ["a", {"b": 1}]}
    said = messages(700, [(2_000_000_000, 1, "guard_1", "one")])
    held = conversation(70, [*(one["_id"] for one in said), {"odd": 1}], days=2_000_000_000, n_messages=-4, llm=endless,
                        agent_combination=[{"role": "guard", "n": 10**6}, "guard"])  # fmt: skip
    ids = [held["_id"], held["_id"], {"odd": 2}]
    write(database, ("experiments", [experiment(7, ids, llms=[endless], creator=5, roles=[{"name": 3}, "x", {}])]),
          ("conversations", [held]), ("messages", said))  # fmt: skip
    merged, notes = imported(reader, store)
    assert (merged.new["runs"], merged.new["messages"]) == (1, 1)
    told = run_document(store, str(object_id(70)))
    assert (told["condition"]["days"], told["condition"]["messages"]) == (1, 1)
    told_all = "\n".join(notes.lines)
    for expected in ("temperature='inf' has no place", "'n_messages' is -4", "'days' is 2000000000", "a role without"):
        assert expected in told_all, expected
    assert list(everything(store))


def test_messages_without_days_keep_their_order(source: tuple[Any, MongoLegacyDatabase], store: SqliteStore) -> None:
    database, reader = source
    said = messages(600, [(1, 9, "guard_1", "one"), (1, 1, "prisoner_1", "two"), (2, 0, "guard_1", "three")])
    del said[1]["day"]
    held = conversation(60, [one["_id"] for one in said], n_messages=3)
    write(database, ("experiments", [experiment(6, [held["_id"]])]), ("conversations", [held]), ("messages", said))
    imported(reader, store)
    told = run_document(store, str(object_id(60)))
    assert [(one["day"], one["content"]) for one in told["messages"]] == [(1, "one"), (1, "two"), (2, "three")]


def test_ids_of_other_kinds_are_kept_recognisably(source: tuple[Any, MongoLegacyDatabase], store: SqliteStore) -> None:
    database, reader = source
    held = [conversation(0, [], _id="night 7"), conversation(0, [], _id=42)]
    write(database, ("experiments", [experiment(7, ["night 7", 42])]), ("conversations", held))
    merged, _ = imported(reader, store)
    assert merged.new["runs"] == 2
    assert bytes.fromhex(run_id("night 7")).decode() == "night 7"
    assert [store.run(run).id for run in (run_id("night 7"), "42")] == [run_id("night 7"), "42"]


def test_a_changed_conversation_is_told_and_what_stands_stays(
    source: tuple[Any, MongoLegacyDatabase], store: SqliteStore
) -> None:
    database, reader = source
    plain_database(database, experiments=1, conversations=1)
    imported(reader, store)
    before = list(everything(store))
    database["messages"].update_one({"_id": object_id(1101)}, {"$set": {"content": "Sit down."}})
    merged, _ = imported(reader, store)
    assert merged.conflicts == [f"run {object_id(1010)} has other words here; it stays as it is here"]
    assert list(everything(store)) == before


@pytest.mark.skipif(not MONGODB, reason=NO_MONGODB)
def test_a_database_is_known_by_its_collections() -> None:
    with fresh_database() as url:
        assert open_legacy(url) is None
        with MongoClient(url) as client:
            plain_database(client.get_default_database())
        reader = open_legacy(url)
        assert reader
        assert reader.message_count() == 36
        reader.close()


def test_what_the_script_writes_is_as_described() -> None:
    assert set(legacy_database.experiment(1)) == {
        "_id", "starting_message", "llms", "roles", "shared_sections", "summarizer_sections", "placeholders", "note",
        "favourite", "creator", "conversation_ids", "creation_date",
    }  # fmt: skip
