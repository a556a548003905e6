"""How a sweep of an earlier version goes on: each way is a list's words and a command's options."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from sociarium.cli.command_call import run_command
from sociarium.cli.hub.what_next import continuations
from sociarium.cli.questions.prompts import QuestionPrompts
from sociarium.cli.wizard.context import WizardContext
from sociarium.config import load
from sociarium.environments.protocols import protocol_of
from sociarium.records.lists import ExperimentQuery
from tests.support.older_stores import play_by, unpack


def test_runs_of_older_rules_are_offered_to_be_played_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play_by(max(protocol_of("conversation"), 2), monkeypatch)
    url = unpack(1, tmp_path)
    context = WizardContext(load(), QuestionPrompts(Console(), str), url, is_configured=True, call_command=run_command)
    with context.store() as store:
        sweeps = [
            sweep
            for listed in store.list_experiments(ExperimentQuery())
            for sweep in store.sweeps(listed.experiment.id)
        ]
    ways = {way.options: way for sweep in sweeps for way in continuations(context, sweep)}
    assert {("--restart", "--retry-failed"), ("--replace", "doubtful"), ("--replace", "older")} <= set(ways)
    # What takes words away asks once more, in the command's own words.
    assert {options for options, way in ways.items() if way.asks} == {("--replace", "doubtful"), ("--replace", "older")}
