"""Lists of models stop nothing: commands warn, with the nearest names; what first calls taught is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.servers.cases import cases, playing
from tests.servers.ollama_server import ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn
from tests.support.definitions import small, small_feed
from tests.support.program import Program
from tests.support.server_experiments import entry


@pytest.fixture
def served() -> Iterator[StandIn]:
    """A server that serves every name, and lists two."""
    with openai_server(OpenAIDialect(models={"llama3.1:8b": None, "mistral": None}, any_model=True)) as server:
        yield server


@pytest.mark.slow
def test_doctor_warns_of_a_model_that_is_not_listed(program: Program, served: StandIn) -> None:
    file = program.file(small(models=f"{{m: {entry(served, model='llama3')}}}"))
    assert program("run", file, "--yes").code == 0
    said = program("doctor", file, "--json")
    [told] = [one for one in said.json if one["what"] == "model m"]
    assert told["problem"] == ""
    assert "does not list 'llama3'; nearest: llama3.1:8b" in told["hint"]
    shown = program("doctor", file)
    assert told["hint"] in shown.out
    assert said.code == shown.code == (2 if any(one["problem"] for one in said.json) else 0)


def test_models_check_warns_of_a_model_that_is_not_listed(program: Program, served: StandIn) -> None:
    file = program.file(small(models=f"{{m: {entry(served, model='llama3')}}}"))
    said = program("models", "check", file)
    assert said.code == 0
    assert "not listed" in said.out
    assert "? m: " in said.out
    assert "nearest: llama3.1:8b" in said.out
    [told] = program("models", "check", file, "--json").json
    assert told["problem"] == ""
    assert (told["servers"][0]["served"], len(told["servers"][0]["hints"])) == (None, 1)


@pytest.mark.slow
def test_a_list_that_wants_another_key_is_a_warning_everywhere(program: Program) -> None:
    [case] = [case for case in cases() if case.name == "list-wants-other-key"]
    with playing(case) as server:
        file = program.file(small(models=f"{{m: {entry(server)}}}"))
        said = program("run", file, "--yes")
        assert said.code == 0
        assert "x-api-key" in said.err
        assert "x-api-key" in program("models", "check", file).out
        assert "x-api-key" in program("doctor", file).out


@pytest.mark.slow
def test_the_form_in_which_a_prompt_really_went_out_is_shown(program: Program) -> None:
    [case] = [case for case in cases() if case.name == "no-system-role"]
    with playing(case) as server:
        assert program("run", program.file(small(models=f"{{m: {entry(server)}}}")), "--yes").code == 0
    [run] = program("list", "runs", "--json").json
    shown = program("show", run["run"], "--prompts").out
    assert shown.count("the system prompt was sent before the first user message") == 4
    assert program("show", run["run"]).out.count("was sent") == 0


def test_ollamas_word_on_its_own_models_still_counts(program: Program) -> None:
    with ollama_server() as local:
        file = program.file(small(models=f"{{m: {entry(local, model='nowhere')}}}"))
        assert program("models", "check", file).code == 2
        assert program("run", file, "--yes", "--no-pull").code == 2
        assert local.chats == []


@pytest.mark.slow
def test_people_that_a_model_cannot_write_wait_and_do_not_fail(program: Program) -> None:
    program.environment["LAB_KEY"] = "sk-another"
    dialect = OpenAIDialect(key="sk-fictional")
    with openai_server(dialect) as server:
        people = "[{generate: 3, model: m, prompt: Invent a neighbour.}]"
        file = program.file(small_feed(models=f"{{m: {entry(server, api_key_env='LAB_KEY')}}}", people=people))
        said = program("run", file, "--yes", "--json")
        assert said.code == 2, said.err
        assert said.json["counts"]["failed"] == 0
        assert "LAB_KEY" in said.json["stopped"]["message"]
        assert len(server.chats) == 1
        assert states(program) == {"pending"}, "neither the run nor its people"
        dialect.key = "sk-another"
        assert program("resume", "--yes", "--json").json["counts"]["done"] == 1


def states(program: Program) -> set[str]:
    """In which states everything is that was begun, people among it, of which no list tells."""
    with closing(sqlite3.connect(program.folder / "experiments" / "sociarium.db")) as store:
        return {state for (state,) in store.execute("SELECT state FROM statuses")}
