"""What an export leaves out, why, and what brings it in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.definitions import small, small_feed
from tests.support.older_stores import Call, program
from tests.support.played_stores import two_days


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return program(f"sqlite:///{tmp_path / 's.db'}", tmp_path, monkeypatch, capsys)


def begun(call: Call, text: str, *options: str) -> str:
    """The id of a sweep that was begun and not finished."""
    Path("mine.yaml").write_text(text, encoding="utf-8")
    assert call("run", "mine.yaml", *options).code in {0, 3}
    [sweep] = call("list", "sweeps", "--json").json
    return str(sweep["sweep"])


@pytest.mark.slow
def test_runs_that_are_not_in_an_export_are_told_with_the_command_that_plays_them(call: Call) -> None:
    sweep = begun(call, two_days(), "--limit", "3")
    told = call("export", "Two days")
    assert "! 3 of 8 runs are in; not: 5 not begun. Go on with: " in told.err
    assert f"resume {sweep[:8]}" in told.err
    told = call("export", sweep, "--state", "pending", "--format", "csv")
    assert "0 runs in " in told.out
    assert "! 0 of 8 runs are in; not: 3 done, 5 not begun. Go on with: " in told.err
    told = call("export", sweep, "--where", "messages=4", "--json")
    assert told.json["runs"] + sum(told.json["left_out"].values()) == told.json["planned"] == 8
    assert "! 5 not begun" not in call("export", sweep, "--format", "archive", "--out", "kept").err
    assert call("resume", sweep).code == 0
    assert call("export", "Two days", "--out", "whole").err == ""


def test_a_run_that_waits_to_go_on_is_exported_as_far_as_it_is(call: Call) -> None:
    sweep = begun(call, small(sweep="{factors: {messages: 40}}"), "--max-tokens", "400")
    [run] = call("list", "runs", "--json").json
    assert (run["state"], bool(run["messages"])) == ("pending", True)
    told = call("export", sweep, "--json")
    assert (told.json["runs"], told.json["planned"], told.json["left_out"]) == (1, 1, {})
    told = call("export", sweep, "--state", "done")
    assert "! 0 of 1 run is in; not: 1 waiting to go on. Go on with: " in told.err


def test_a_run_of_two_sweeps_that_is_not_begun_is_told_with_the_command_that_plays_it(call: Call) -> None:
    text = small(
        sweep=None, sweeps="{all: {factors: {messages: [2, 4]}}, part: {factors: {messages: [2, 4]}, replicates: 2}}"
    )
    begun(call, text, "--sweep", "all", "--limit", "1")
    assert call("run", "mine.yaml", "--sweep", "part", "--limit", "1").code in {0, 3}
    sweeps = {one["name"]: str(one["sweep"]) for one in call("list", "sweeps", "--json").json}
    waiting = next(one["run"] for one in call("list", "runs", "--json").json if one["state"] == "pending")
    told = call("export", waiting)
    assert "! 0 of 1 run is in; not: 1 not begun. Go on with: " in told.err
    assert told.err.rstrip().endswith(f"resume {sweeps['part'][:8]}")


def test_an_experiment_that_was_not_played_says_so(call: Call) -> None:
    Path("mine.yaml").write_text(small(), encoding="utf-8")
    assert call("import", "mine.yaml").code == 0
    told = call("export", "Small")
    assert "! No run is in: it was not played yet. Play it: " in told.err
    assert " run " in told.err


def test_people_who_are_written_are_no_runs_that_are_packed_or_deleted(call: Call) -> None:
    begun(call, small_feed(people="[{generate: 2, model: dry, prompt: Write somebody.}]", days="1"))
    [run] = call("list", "runs", "--json").json
    assert call("export", "Small", "--format", "archive").out.startswith("1 run in 1 file ")
    told = call("delete", "Small", "--yes")
    assert f", 1 run, {run['messages']} message" in told.out
