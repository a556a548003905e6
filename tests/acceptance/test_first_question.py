"""The guided program asks before it loads what its answers need, and before a server answers."""

from __future__ import annotations

import json
import socket
import sys

import pexpect

from tests.support.guided_terminal import CTRL_C, ENTER, Guide
from tests.support.program import Program

SHOWS_MODULES = """
import json, sys
from sociarium.cli.questions.answers import Leave
from sociarium.cli.questions.prompts import QuestionPrompts

def choose(self, question, entries, **_):
    print("ASKED " + json.dumps(sorted(sys.modules)) + " END")
    raise Leave

QuestionPrompts.choose = choose
from sociarium.cli.app import main
main([])
"""
LATE = {"altair", "bm25s", "fastapi", "httpx", "inflect", "networkx", "numpy", "ollama", "openai", "pandas", "pyarrow",
        "pydantic", "pymongo", "pyreqwest", "ruamel", "starlette", "typeguard"}  # fmt: skip
"""Libraries that the first question does without."""
MAY_BE_THERE = (
    "api.silence", "cli.app", "cli.command_call", "cli.command_names", "cli.commands.menu", "cli.display.",
    "cli.error_listeners", "cli.error_report",
    "cli.external_editor", "cli.hub.menu", "cli.logs",
    "cli.output_stream", "cli.questions.", "cli.wizard.", "bootstrap", "config", "count_text", "editing.drafts",
    "editing.former_drafts", "errors", "exchange.quantity_text", "exchange.sanitize", "experiment.address",
    "experiment.canonical", "experiment.identity", "experiment.feed.default_role", "experiment.level",
    "experiment.listing_tags", "experiment.problems", "experiment.prompts.", "experiment.run_length",
    "model_routes", "ports.", "records.",
    "stores.schema_version", "stores.sqlite.", "stores.urls", "typed_path", "version",
)  # fmt: skip
"""Modules, and packages (with a dot at the end), that the first question needs."""


def test_the_first_question_waits_for_nothing_that_only_its_answers_need(program: Program) -> None:
    environment = program.environment | {"SOCIARIUM_STORE": "sqlite:///mine.db", "TERM": "xterm"}
    terminal = pexpect.spawn(sys.executable, ["-c", SHOWS_MODULES], cwd=str(program.folder), env=environment,
                             encoding="utf-8", timeout=60)  # fmt: skip
    terminal.expect(r"ASKED (\[.*\]) END")
    modules = json.loads(terminal.match[1])
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert {name.partition(".")[0] for name in modules} & LATE == set()
    own = [name.removeprefix("sociarium.") for name in modules if name.startswith("sociarium.")]
    packages = {name for name in own if any(other.startswith(f"{name}.") for other in own)}
    packages.add("api")  # itself alone, which silences the log of a library
    assert [name for name in own if name not in packages and not f"{name}.".startswith(_dotted())] == []


def _dotted() -> tuple[str, ...]:
    return tuple(name if name.endswith(".") else f"{name}." for name in MAY_BE_THERE)


def test_a_server_that_keeps_silent_is_not_waited_for_before_the_first_question(program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"mongodb://127.0.0.1:{port}/lab?serverSelectionTimeoutMS=300&connectTimeoutMS=300"
        guide = Guide(program, SOCIARIUM_STORE=url, SOCIARIUM_USER="ada")
        guide.reads("You are ada. Experiments are kept in mongodb://127.0.0.1")
        guide.reads("What do you want to do?")
        silent.settimeout(0)
        try:
            silent.accept()
        except BlockingIOError:
            pass
        else:
            raise AssertionError("the server was asked before anything needed it")
        # What needs it says that it does not answer, and asks where else to work.
        guide.terminal.send(ENTER)
        guide.reads("The store of your configuration cannot be opened")
        guide.presses("Where should experiments", CTRL_C)
        assert guide.ends() == 130
