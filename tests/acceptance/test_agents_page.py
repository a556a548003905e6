"""What agents that operate the program are told is true, and no command waits for a terminal that is not there."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sociarium.cli.command_names import COMMANDS
from tests.support.deadlines import deadline
from tests.support.definitions import small, small_feed
from tests.support.program import Program, Said
from tests.support.warm_process import ROOT

PAGE = (ROOT / "docs" / "agents.md").read_text(encoding="utf-8")
SKILL = (ROOT / "SKILL.md").read_text(encoding="utf-8")
COMMANDS_OF_PAGE = [
    line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()
]


def over(program: Program, sweep: str) -> None:
    """Wait until a sweep that plays in the background is done, as the page says how to see it."""
    end = deadline()
    while True:
        counts = program("status", sweep, "--json").json["counts"]
        if not counts["pending"] + counts["running"]:
            return
        assert time.monotonic() < end, counts
        time.sleep(0.2)


@pytest.mark.slow
def test_every_command_of_the_page_works_without_a_terminal_and_prints_one_document(program: Program) -> None:
    [document] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (program.folder / "experiment.yaml").write_text(document, encoding="utf-8")
    names: dict[str, str] = {}
    told: dict[str, Said] = {}
    for line in COMMANDS_OF_PAGE:
        name, *words = [names.get(word, word) for word in line.split()]
        assert name == "sociarium"
        said = program(*words)
        assert said.code == 0, (line, said.err)
        assert said.json
        told[words[0]] = said
        if words[0] == "run":
            names["$SWEEP"] = said.json["sweep"]
            over(program, names["$SWEEP"])
        if words[0] == "list":
            names["$RUN"] = said.json[0]["run"]
    assert len(told) == 11
    messages = [message["content"] for message in told["show"].json["messages"]]
    assert len(messages) == 6
    for command, said in told.items():
        if command != "show":
            assert not any(message in said.out + said.err for message in messages), command


@pytest.mark.slow
def test_what_the_page_says_of_each_document_stands_in_it(program: Program) -> None:
    file = program.file(small(sweep="{factors: {messages: 4}, replicates: 2}"))
    plan = program("plan", file, "--json").json
    assert plan.keys() >= {"conditions", "runs", "messages", "calls", "tokens", "cost_usd", "duration_s", "warnings"}
    assert program("doctor", file, "--json").json[0].keys() >= {"what", "told", "problem", "hint"}
    begun = program("run", file, "--detach", "--yes", "--json").json
    assert begun.keys() >= {"experiment", "sweep", "pid", "log"}
    over(program, begun["sweep"])
    status = program("status", begun["sweep"], "--json").json
    assert status.keys() >= {"counts", "failures", "workers", "faults", "steering", "stopped"}
    assert status["steering"].keys() >= {"orders", "paused"}
    ended = program("resume", begun["sweep"], "--json").json
    assert ended.keys() >= {"counts", "messages", "tokens", "cost_usd", "stopped", "faults"}
    runs = program("list", "runs", "--sweep", begun["sweep"], "--json").json
    wanted = {"run", "condition", "replicate", "state", "ended", "messages", "cost", "faults", "error"}
    assert runs[0].keys() >= wanted


@pytest.mark.slow
def test_exit_codes_are_those_of_the_page(program: Program) -> None:
    file = program.file(small(sweep="{factors: {messages: 4}, replicates: 3}"))
    stopped = program("run", file, "--yes", "--max-tokens", "1", "--json")
    assert stopped.code == 3
    assert stopped.json["stopped"]
    paused = program("pause", "--reason", "lunch", "--json")
    assert paused.json["orders"][0]["reason"] == "lunch"
    assert program("resume", "--yes", "--json").code == 3
    assert program("continue", "--json").code == 0
    assert program("resume", "--yes", "--json").code == 0
    missing = program("plan", "missing.yaml", "--json")
    assert (missing.code, missing.json["exit_code"]) == (2, 2)
    bad = program("plan", program.file("title: x\nmodels: 7\n", "bad.yaml"), "--json")
    assert (bad.code, bad.json["problems"][0].keys() >= {"line", "path", "message", "mend"}) == (2, True)
    unknown = program("status", "--no-such-option", "--json")
    assert (unknown.code, unknown.json["exit_code"]) == (2, 2)
    assert "--no-such-option" in unknown.json["error"]


@pytest.mark.slow
def test_the_skill_file_is_well_formed_and_names_commands_and_options_that_there_are(program: Program) -> None:
    _, front, body = SKILL.split("---\n", 2)
    head = YAML(typ="safe", pure=True).load(front)
    assert set(head) == {"name", "description"}
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", head["name"])
    assert len(head["name"]) <= 64
    assert 0 < len(head["description"]) <= 1024
    steps = re.findall(r"^\d+\. `sociarium (\S+)([^`]*)`", body, re.MULTILINE)
    assert len(steps) == 10
    for command, rest in steps:
        shown = program(command, "--help").out
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in shown, (command, option)
    for link in re.findall(r"\]\(([^)]+)\)", body):
        assert (ROOT / link).is_file()


def typed(program: Program) -> dict[str, list[str]]:
    """Each command as somebody would type it, over what was played."""
    small_sweep = small(sweep="{factors: {messages: 4}, replicates: 2}")
    conversation = program("run", program.file(small_sweep, "experiment.yaml"), "--json").json
    feed = program("run", program.file(small_feed(), "feed.yaml"), "--json").json
    runs = [one["run"] for one in program("list", "runs", "--sweep", conversation["sweep"], "--json").json]
    [visited, *_] = [one["run"] for one in program("list", "runs", "--sweep", feed["sweep"], "--json").json]
    assert program("export", conversation["experiment"], "--format", "archive", "--out", "out").code == 0
    [archive] = (program.folder / "out").iterdir()
    return {
        "menu": [],
        "new": [],
        "demo": [],
        "plan": ["experiment.yaml"],
        "run": ["experiment.yaml"],
        "resume": ["--replace", "older"],
        "status": ["--watch"],
        "list": ["runs"],
        "show": [runs[0]],
        "compare": runs,
        "results": [conversation["sweep"]],
        "analyze": [conversation["sweep"], "--out", "report"],
        "compare-humans": [conversation["sweep"], "--data", "humans.csv", "--map", "trust=trust"],
        "view": [runs[0], "--export", "pages"],
        "post": [visited, "Hello.", "--as", "newswire"],
        "like": [visited, "p1", "--as", "newswire"],
        "repost": [visited, "p1", "--as", "newswire"],
        "follow": [visited, "ada", "--as", "newswire"],
        "ask": [runs[0]],
        "measure": [conversation["sweep"], "--measure", "words"],
        "judge": [conversation["sweep"], "--rubric", "none.yaml"],
        "hypotheses": ["show", "experiment.yaml"],
        "pause": [conversation["sweep"]],
        "continue": [conversation["sweep"]],
        "steer": [conversation["sweep"]],
        "cancel": [conversation["sweep"]],
        "fork": [runs[0], "--at", "2"],
        "extend": [runs[0], "--messages", "6"],
        "replay": [conversation["sweep"]],
        "duplicate": [conversation["experiment"], "--edit"],
        "edit": [conversation["experiment"], "--note", "seen"],
        "delete": [runs[1]],
        "export": [conversation["sweep"], "--format", "txt", "--out", "texts"],
        "verify": [str(Path("out") / archive.name)],
        "forget": ["nobody"],
        "annotate": [conversation["sweep"]],
        "import": [str(Path("out") / archive.name)],
        "models": ["check", "experiment.yaml"],
        "doctor": ["experiment.yaml", "--migrate"],
        "schema": [],
    }


@pytest.mark.slow
def test_no_command_waits_for_a_terminal_that_is_not_there(program: Program) -> None:
    program.environment["EDITOR"] = "vi"
    lines = typed(program)
    assert set(lines) >= set(COMMANDS), "a new command is tried here, too"
    for command, words in lines.items():
        said = program(command, *words)
        assert said.code in {0, 1, 2}, (command, said.err)
        assert "fault of Sociarium" not in said.err, (command, said.err)
        if said.code:
            assert said.err, command


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["menu"], ["new"], ["delete", "RUN"], ["run", "mine.yaml"], ["duplicate", "Small", "--edit"]]
)
def test_a_closed_stdin_is_no_terminal_and_no_fault(program: Program, words: list[str]) -> None:
    program("run", program.file(small()))
    run = program("list", "runs", "--json").json[0]["run"]
    line = [sys.executable, str(ROOT / "main.py"), *(run if word == "RUN" else word for word in words)]
    done: Any = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *line],
        cwd=program.folder, env=program.environment, capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert "fault of Sociarium" not in done.stderr
    assert done.returncode == (0 if words[0] == "run" else 2), done.stderr
