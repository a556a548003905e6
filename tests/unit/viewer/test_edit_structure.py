"""Roles, models and what is compared, changed in a page by the operations of the guided program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sociarium.exchange.definition_files import read_definition
from sociarium.experiment.document import to_tree, to_yaml
from sociarium.ports.store import Store
from tests.support.definitions import small, small_feed
from tests.support.edit_forms import Editor
from tests.support.played_stores import saved
from tests.support.sent_forms import sent_form

Client = Callable[..., TestClient]
SHIPPED = sorted((Path(__file__).parents[3] / "experiments").glob("*.yaml"))
WING = small(
    models="{cold: {provider: openai, model: a, temperature: 0, limits: {open: 4}}, warm: {provider: offline}}",
    sections="[{title: Starting prompt, private: {guard: 'Mind the <PRISONER_NOUN>.', prisoner: 'Mind <GUARD_NOUN>.'}},"
    " {title: Goal, private: {guard: {variants: {harsh: Hit., mild: Talk.}}}}]",
    sweep="{factors: {messages: {from: 2, to: 4}, model: [cold, warm], section.Goal.guard: [harsh, mild], "
    "agents.prisoner: [1, 2]}, exclude: [{model: warm, messages: [2, 3]}], replicates: 2}",
)


@pytest.fixture
def wing(client: Client, store: Store) -> Editor:
    return Editor(client(), store, saved(store, WING).experiment)


@pytest.mark.slow
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_form_that_changes_nothing_makes_no_version(client: Client, store: Store, file: Path) -> None:
    editor = Editor(client(), store, saved(store, to_yaml(read_definition(file)),
                                           sweep=next(iter(read_definition(file).all_sweeps))).experiment)  # fmt: skip
    assert editor.press() == 303
    assert editor.versions == 1


def test_a_renamed_role_takes_its_texts_and_numbers_along(wing: Editor) -> None:
    wing.put("warden", "name", "roles", "guard")
    assert wing.press(check=True) == 200
    assert "of the guard are the warden&#39;s now" in wing.page
    assert wing.versions == 1
    assert wing.press() == 303
    after = wing.stored
    assert list(after["roles"]) == ["warden", "prisoner"]
    assert after["sections"][0]["private"]["prisoner"] == "Mind <WARDEN_NOUN>."
    assert after["sweep"]["factors"]["section.Goal.warden"] == ["harsh", "mild"]


def test_a_renamed_model_takes_comparisons_and_what_is_left_out_along(wing: Editor) -> None:
    wing.put("hot", "name", "models", "warm")
    assert wing.press() == 303
    after = wing.stored
    assert after["sweep"]["factors"]["model"] == ["cold", "hot"]
    assert after["sweep"]["exclude"] == [{"model": "hot", "messages": [2, 3]}]


def test_how_many_agents_a_role_has_and_which_model_plays_them(wing: Editor) -> None:
    wing.put("1-3", "levels", "sweep", "factors", "agents.guard")
    wing.put(["", "warm"], "levels", "sweep", "factors", "model.prisoner")
    wing.put("", "levels", "sweep", "factors", "agents.prisoner")
    wing.put("she", "value", "roles", "guard", "pronouns")
    assert wing.press() == 303
    factors = wing.stored["sweep"]["factors"]
    assert factors["agents.guard"] == [1, 2, 3]
    assert factors["model.prisoner"] == "warm"
    assert "agents.prisoner" not in factors
    assert factors["messages"] == {"from": 2, "to": 4}, "what was not touched was written otherwise"
    assert wing.stored["roles"]["guard"]["pronouns"] == "she"


@pytest.mark.slow
def test_a_role_is_added_gets_texts_and_is_taken_out_again(wing: Editor) -> None:
    wing.put("visitor", "new", "roles")
    assert wing.press(check=True) == 200
    wing.put("Goodbye.", "value", "sections", 1, "private", "visitor")
    wing.put("Time is up.\r\nI leave.", "value", "roles", "visitor", "script")
    assert wing.press() == 303
    after = wing.stored
    assert after["roles"]["visitor"] == {"script": ["Time is up.", "I leave."]}
    assert after["sections"][1]["private"]["visitor"] == "Goodbye."
    again = Editor(wing._browser, wing._store, wing._experiment)
    assert again.press("remove", "roles", "visitor") == 200
    assert "2 texts of the visitor are gone." in again.page
    assert again.versions == 2
    assert again.press() == 409
    assert "word for word version 1" in again.page
    again.fields["replicates-0"] = ["3"]
    assert again.press() == 303
    assert again.stored["sections"] == to_tree(saved(wing._store, WING).definition)["sections"]


def test_a_model_gets_another_provider_and_options(wing: Editor) -> None:
    wing.put("ollama", "value", "models", "cold", "provider")
    wing.put("0.5", "value", "models", "cold", "temperature")
    wing.put("4096", "value", "models", "cold", "context")
    wing.put("limits: {open: 2}\r\ntop_p: 0.9", "more", "models", "cold")
    assert wing.press() == 303
    assert wing.stored["models"]["cold"] == {
        "provider": "ollama", "model": "a", "temperature": 0.5, "context": 4096, "limits": {"open": 2}, "top_p": 0.9,
    }  # fmt: skip
    again = Editor(wing._browser, wing._store, wing._experiment)
    again.put("offline", "value", "models", "cold", "provider")
    assert again.press() == 303
    assert again.stored["models"]["cold"] == {"provider": "offline"}


@pytest.mark.slow
def test_a_model_is_added_and_another_taken_out(wing: Editor) -> None:
    wing.put("big", "new", "models")
    assert wing.press(check=True) == 400, "it has no model yet"
    assert wing.fault_at("name", "models", "big") == "big: the model is missing."
    wing.put("llama", "value", "models", "big", "model")
    assert wing.press("remove", "models", "warm") == 200
    assert "1 combination that had been left out cannot be named any more." in wing.page
    assert wing.press() == 303
    assert wing.stored["models"]["big"] == {"provider": "ollama", "model": "llama", "context": 8192}
    assert wing.stored["sweep"]["factors"]["model"] == ["cold"]
    assert "exclude" not in wing.stored["sweep"]


@pytest.mark.slow
def test_something_more_is_compared_and_a_combination_is_left_out(wing: Editor) -> None:
    wing.put("speaker_selection", "new", "factor", "sweep")
    wing.put("round_robin, random", "new", "levels", "sweep")
    assert wing.press(check=True) == 200
    wing.put("random", "new", "rule", "sweep", "speaker_selection")
    wing.put("mild", "new", "rule", "sweep", "section.Goal.guard")
    assert wing.press("remove", "sweep", "exclude", 0) == 200
    assert wing.press() == 303
    sweep = wing.stored["sweep"]
    assert sweep["factors"]["speaker_selection"] == ["round_robin", "random"]
    assert sweep["exclude"] == [{"section.Goal.guard": "mild", "speaker_selection": "random"}]


@pytest.mark.slow
def test_levels_that_set_several_things_are_made_changed_and_followed(wing: Editor) -> None:
    wing.put("climate", "new", "linked", "sweep")
    wing.put(["", "agents.guard", "speaker_selection"], "new", "together", "sweep")
    assert wing.press(check=True) == 200
    place = ("sweep", "factors", "climate")
    wing.put("tense", "name", *place, 1)
    wing.put("3", "value", *place, 1, "agents.guard")
    wing.put("random", "value", *place, 1, "speaker_selection")
    wing.put("level 2", "new", "rule", "sweep", "climate")
    assert wing.press(check=True) == 200
    assert wing.press("level", *place) == 200
    wing.put("5", "value", *place, 2, "agents.guard")
    assert wing.press() == 303
    sweep = wing.stored["sweep"]
    assert sweep["factors"]["climate"][1:] == [
        {"name": "tense", "agents.guard": 3, "speaker_selection": "random"},
        {"name": "level 2", "agents.guard": 5, "speaker_selection": "random"},
    ]
    assert {"climate": "tense"} in sweep["exclude"]
    again = Editor(wing._browser, wing._store, wing._experiment)
    assert again.press("remove", *place) == 200
    again.fields["replicates-0"] = ["3"]
    assert again.press() == 303
    assert "climate" not in again.stored["sweep"]["factors"]


def test_each_fault_stands_once_at_its_field_and_nothing_typed_is_lost(wing: Editor) -> None:
    wing.put("many", "levels", "sweep", "factors", "agents.prisoner")
    wing.put("hot", "value", "models", "cold", "temperature")
    wing.put("no: [options", "more", "models", "cold")
    wing.put("prisoner", "name", "roles", "guard")
    wing.put("visitor", "new", "roles")
    wing.fields["title"] = [""]
    assert wing.press() == 400
    assert "no title" in wing.page
    assert wing.fault_at("levels", "sweep", "factors", "agents.prisoner").count("many") == 1
    assert wing.fault_at("value", "models", "cold", "temperature") != ""
    assert wing.fault_at("more", "models", "cold").startswith("These are no options")
    assert wing.fields[wing.field("levels", "sweep", "factors", "agents.prisoner")] == ["many"]
    assert wing.fields[wing.field("value", "models", "cold", "temperature")] == ["hot"]
    assert wing.fields[wing.field("more", "models", "cold")] == ["no: [options"]
    assert wing.fields[wing.field("name", "roles", "guard")] == ["prisoner"]
    assert wing.fields[wing.field("new", "roles")] == ["visitor"]
    assert wing.versions == 1


def test_a_name_that_cannot_be_had_is_said_at_its_field(wing: Editor) -> None:
    wing.put("prisoner", "name", "roles", "guard")
    wing.put("cold", "new", "models")
    assert wing.press() == 400
    assert wing.fault_at("name", "roles", "guard") == "There is a role 'prisoner' already."
    assert wing.fault_at("new", "models") == "There is a model 'cold' already."
    assert wing.fields[wing.field("name", "roles", "guard")] == ["prisoner"]
    assert wing.versions == 1


@pytest.mark.slow
def test_who_is_overtaken_keeps_what_was_typed_and_can_save_it_over_the_other(
    client: Client, store: Store, wing: Editor
) -> None:
    other = Editor(client(), store, wing._experiment)
    other.fields["replicates-0"] = ["5"]
    assert other.press() == 303
    wing.put("warden", "name", "roles", "guard")
    wing.fields["replicates-0"] = ["4"]
    assert wing.press() == 409
    assert "version 2 stands now" in wing.page
    assert wing.versions == 2
    assert wing.press() == 303
    assert (wing.stored["sweep"]["replicates"], list(wing.stored["roles"])) == (4, ["warden", "prisoner"])


@pytest.mark.slow
def test_a_second_comparison_begins_as_a_copy_and_has_numbers_of_its_own(wing: Editor) -> None:
    wing.put("pilot", "new", "sweep", "sweep")
    assert wing.press(check=True) == 200
    wing.put("9", "levels", "sweeps", "pilot", "factors", "agents.prisoner")
    assert wing.press() == 303
    sweeps = wing.stored["sweeps"]
    assert sweeps["pilot"]["factors"]["agents.prisoner"] == 9
    assert sweeps["main"]["factors"]["agents.prisoner"] == [1, 2]


def test_people_of_a_feed_are_counted_and_their_role_renamed(client: Client, store: Store) -> None:
    people = "[{generate: 4, model: m, role: voter, prompt: Somebody.}, {handle: ada, persona: A baker., role: voter}]"
    made = small_feed(people=people, models="{m: {provider: offline}, n: {provider: offline}}")
    editor = Editor(client(), store, saved(store, made).experiment)
    editor.put("6", "value", "people", 0, "generate")
    editor.put("n", "value", "people", 0, "model")
    editor.put("citizen", "name", "roles", "voter")
    assert editor.press() == 303
    first, second = editor.stored["people"]
    assert (first["generate"], first["model"], first["role"], second["role"]) == (6, "n", "citizen", "citizen")


def test_a_document_of_a_form_that_cannot_be_read_is_refused(wing: Editor) -> None:
    for document in ("[]", "{", "[" * 100_000):
        fields = dict(wing.fields)
        wing.fields["document"] = [document]
        assert wing.press() == 400
        wing.fields = fields
    wing.fields = {**sent_form(wing._browser.get(wing._path).text), "version": ["nothing"]}
    assert wing.press() == 404
    assert wing.versions == 1
