"""Nights on real protocols: servers fail, ask for patience, go away, lack a model, change it; no run is lost."""

from __future__ import annotations

import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.program import Program
from tests.servers.answers import Answer, words_of
from tests.servers.faults import Faults
from tests.servers.ollama_server import OllamaDialect, digest_of, ollama_server
from tests.servers.openai_server import OpenAIDialect, openai_server
from tests.servers.stand_in import StandIn

PROTOCOLS = {"openai": openai_server, "ollama": ollama_server}


def experiment(
    server: StandIn, *, model: str = "stand-in", more: str = "", replicates: int = 4, messages: int = 6
) -> str:
    """A file whose model is served by a stand-in."""
    ollama = isinstance(server.dialect, OllamaDialect)
    where = f'hosts: ["{server.url}"], context: 4096' if ollama else f'base_url: "{server.url}/v1"'
    provider = "ollama" if ollama else "openai"
    return f"""\
title: A night
models:
  m: {{provider: {provider}, model: "{model}", {where}{more}}}
roles: {{guard: {{}}, prisoner: {{}}}}
sections:
  - {{title: Starting prompt, private: {{guard: "You are <SELF_NAME>.", prisoner: "You are <SELF_NAME>."}}}}
sweep: {{factors: {{messages: {messages}}}, replicates: {replicates}}}
"""


def run(program: Program, server: StandIn, *options: str, **changes: Any) -> Any:
    """Run a file against a stand-in."""
    return program("run", program.file(experiment(server, **changes)), "--yes", "--json", *options)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_night_of_faults_ends_with_every_run_complete(program: Program, protocol: str) -> None:
    faults = Faults(seed=3, error=0.10, drop=0.05, garbage=0.05, limited_every=9, retry_after="0.02")
    with PROTOCOLS[protocol](slots=16, latency=0.005, faults=faults) as server:
        said = run(program, server, replicates=40)
        asked = len(server.chats)
    assert said.code == 0, said.out + said.err
    assert said.json["counts"] == {"pending": 0, "running": 0, "done": 40, "failed": 0}
    assert said.json["messages"] == 240
    assert asked > 260, "hardly anything failed"
    assert program("replay", said.json["sweep"]).code == 0
    shown = program("show", program("list", "runs", "--json").json[0]["run"], "--json").json
    assert all(call["attempts"] >= 1 for call in shown["calls"])


def test_a_server_that_is_away_in_the_middle_costs_no_run(program: Program) -> None:
    with openai_server(slots=8, latency=0.02) as server:
        file = program.file(experiment(server, replicates=24))
        process = subprocess.Popen(
            [*program.command, "run", file, "--yes", "--json"],
            cwd=program.folder,
            env=program.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while len(server.chats) < 40 and process.poll() is None:
            threading.Event().wait(0.01)
        server.away()
        threading.Event().wait(2.5)
        server.back()
        output, errors = process.communicate(timeout=90)
    assert process.returncode == 0, errors
    assert '"done": 24' in output
    assert '"failed": 0' in output


def test_a_refusal_is_an_outcome(program: Program) -> None:
    refusing = OpenAIDialect(answering=lambda _ask: Answer("", refusal="I cannot help with that."))
    with openai_server(refusing) as server:
        said = run(program, server)
    assert (said.code, said.json["counts"]["done"]) == (0, 4)
    runs = program("list", "runs", "--json").json
    assert {one["ended"] for one in runs} == {"refused"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_prompt_that_the_server_finds_too_long_ends_the_run_and_is_no_failure(
    program: Program, protocol: str
) -> None:
    dialects = {"openai": OpenAIDialect(context=30), "ollama": OllamaDialect()}
    with PROTOCOLS[protocol](dialects[protocol]) as server:
        text = experiment(server, messages=20).replace("context: 4096", "context: 60")
        said = program("run", program.file(text), "--yes", "--json")
    assert (said.code, said.json["counts"]["failed"]) == (0, 0)
    assert {one["ended"] for one in program("list", "runs", "--json").json} == {"context_cut"}


@pytest.mark.parametrize("wrong", ["key", "model", "server", "variable"])
def test_what_is_misconfigured_stops_the_sweep_before_it_starts(program: Program, wrong: str) -> None:
    with openai_server(OpenAIDialect(key="right")) as server:
        text = experiment(server, model="nowhere" if wrong == "model" else "stand-in", more=", api_key_env: LAB_KEY")
        if wrong != "variable":
            program.environment["LAB_KEY"] = "wrong" if wrong == "key" else "right"
        if wrong == "server":
            server.away()
        said = program("run", program.file(text), "--yes")
        assert server.chats == []
    assert said.code == 2
    mends = {"key": "LAB_KEY", "model": "it lists: stand-in", "server": "start the server", "variable": ".env"}
    assert mends[wrong] in said.err
    assert not (program.folder / "experiments").exists(), "something was stored"


def test_a_missing_model_is_fetched_once_however_many_runs_wait(program: Program) -> None:
    with ollama_server(OllamaDialect(models={}), latency=0.01) as server:
        forbidden = run(program, server, "--no-pull", model="small", replicates=20)
        assert (forbidden.code, server.chats) == (2, [])
        assert "ollama pull small" in forbidden.err
        said = run(program, server, model="small", replicates=20)
        pulls = [one for one in server.received if one.path == "/api/pull"]
    assert (said.code, said.json["counts"]["done"]) == (0, 20)
    assert len(pulls) == 1
    assert "fetching small" in said.err


def test_a_model_that_nobody_knows_stops_the_sweep_before_it_starts(program: Program) -> None:
    with ollama_server() as server:
        said = run(program, server, model="smal")
    assert said.code == 2
    assert "cannot be fetched" in said.err
    assert not (program.folder / "experiments").exists()


def test_a_change_of_what_serves_a_model_waits_for_a_word(program: Program) -> None:
    with ollama_server() as server:
        dialect: Any = server.dialect
        assert run(program, server, "--limit", "2").json["counts"]["done"] == 2
        dialect.models["stand-in:latest"] = digest_of("another")
        paused = program("resume", "--json")
        assert paused.code == 3
        assert paused.json["counts"] == {"pending": 2, "running": 0, "done": 2, "failed": 0}
        told = paused.json["paused"]["m"]
        assert digest_of("stand-in") in told
        assert digest_of("another") in told
        assert "--accept-digest m" in told
        accepted = program("resume", "--accept-digest", "m", "--json")
        assert (accepted.code, accepted.json["counts"]["done"]) == (0, 4)
        assert program("resume", "--json").code == 0


KEY = "sk-planted-7f3a91c2d4e5"


def test_keys_appear_nowhere(program: Program, tmp_path: Path) -> None:
    def telling(ask: Any) -> Answer:
        return replace(words_of(ask), text="Nothing to see.")

    echo = OpenAIDialect(key=KEY, refuses={"top_k": f"top_k is not for {KEY}"}, answering=telling)
    (program.folder / ".env").write_text(f"LAB_KEY={KEY}\n")
    outputs = []
    with openai_server(echo, faults=Faults(seed=1, error=0.2)) as server:
        more = ", api_key_env: LAB_KEY"
        outputs.append(run(program, server, more=more))
        assert outputs[-1].code == 0
        [one, *_] = program("list", "runs", "--json").json
        outputs.append(program("show", one["run"], "--json", "--prompts"))
        outputs.append(program("export", "A night", "--format", "jsonl", "--out", "out"))
        outputs.append(program("doctor", "mine.yaml", "--json"))
        outputs.append(program("models", "check", "mine.yaml", "--json"))
        program.file(experiment(server, more=f"{more}, top_k: 5"), "refused.yaml")
        outputs.append(program("run", "refused.yaml", "--yes", "--json"))
        assert outputs[-1].code == 1
        assert "`top_k`" in outputs[-1].err
        echo.key = "another"
        outputs.append(program("run", "refused.yaml", "--yes"))
        assert outputs[-1].code == 2
    for said in outputs:
        assert KEY not in said.out + said.err
    for path in program.folder.rglob("*"):
        if path.is_file() and path.name != ".env":
            assert KEY.encode() not in path.read_bytes(), path.name
