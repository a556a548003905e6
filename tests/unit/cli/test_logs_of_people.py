"""What people do stands in the log: who, with which experiment and which sweep."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.definitions import small, small_feed
from tests.support.older_stores import Call, play_by, program, sweeps, unpack


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    (tmp_path / "small.yaml").write_text(small(), encoding="utf-8")
    return program(f"sqlite:///{tmp_path / 's.db'}", tmp_path, monkeypatch, capsys)


def logged(folder: Path) -> str:
    """What was logged since the last look, without times."""
    logs = sorted((folder / "logs").glob("*.log"))
    lines = [re.sub(r"^\S+ \| \w+ +\| ", "", line) for log in logs for line in log.read_text("utf-8").splitlines()]
    for log in logs:
        log.write_text("", encoding="utf-8")
    return "\n".join(lines)


@pytest.mark.slow
def test_who_saved_an_experiment_and_began_a_sweep_is_logged_with_both(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = call("run", "small.yaml", "--json").json
    experiment, sweep = made["experiment"], made["sweep"]
    log = logged(tmp_path)
    assert f"ada created the experiment {experiment} 'Small'" in log
    assert f"ada began the sweep {sweep} (main) of the experiment {experiment} 'Small': 1 run" in log
    assert f"ada plays the sweep {sweep} (main), begun by ada, of the experiment {experiment} 'Small': 1 run" in log
    call("run", "small.yaml")
    log = logged(tmp_path)
    assert "created the experiment" not in log
    assert "began the sweep" not in log
    monkeypatch.setenv("SOCIARIUM_USER", "bob")
    call("resume", sweep)
    assert f"bob plays the sweep {sweep} (main), begun by ada, of the experiment {experiment}" in logged(tmp_path)
    his = call("run", experiment, "--json").json["sweep"]
    assert f"bob began the sweep {his} (main) of the experiment {experiment} 'Small'" in logged(tmp_path)


@pytest.mark.slow
def test_who_began_a_fork_or_an_extension_is_logged_with_what_it_is(call: Call, tmp_path: Path) -> None:
    made = call("run", "small.yaml", "--json").json
    [row] = call("list", "runs", "--json").json
    logged(tmp_path)
    for words, command in {
        "main, fork at 2": ("fork", row["run"], "--at", "2", "--set", "option.temperature=0.5"),
        "main, extension": ("extend", row["run"], "--days", "2"),
    }.items():
        sweep = call(*command, "--json").json["sweep"]
        log = logged(tmp_path)
        assert f"ada began the sweep {sweep} ({words}) of the experiment {made['experiment']} 'Small'" in log
        assert f"ada plays the sweep {sweep} ({words}), begun by ada" in log
        assert f"the sweep {sweep} goes on from {row['run']}: {{" in log
        call(*command)
        assert "began the sweep" not in logged(tmp_path)


@pytest.mark.slow
def test_a_changed_file_is_logged_as_a_version(call: Call, tmp_path: Path) -> None:
    experiment = call("run", "small.yaml", "--json").json["experiment"]
    (tmp_path / "small.yaml").write_text(small(starting_message="Begin."), encoding="utf-8")
    logged(tmp_path)
    call("run", "small.yaml")
    log = logged(tmp_path)
    assert f"ada made version 2 of the experiment {experiment} 'Small'" in log
    assert "created the experiment" not in log


def test_an_experiment_that_a_file_brings_is_logged(call: Call, tmp_path: Path) -> None:
    made = call("import", "small.yaml", "--json").json
    assert f"ada created the experiment {made['experiment']} 'Small'" in logged(tmp_path)


@pytest.mark.slow
def test_what_is_taken_away_is_logged_with_who_did_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    play_by(3, monkeypatch)
    call = program(unpack(1, tmp_path), tmp_path, monkeypatch, capsys)
    call("resume", sweeps(call)["Staircase"], "--restart")
    assert "ada took away what the run 3d9edaf12cf27f0ac1ff held" in logged(tmp_path)
    monkeypatch.setenv("SOCIARIUM_USER", "bob")
    call("resume", sweeps(call)["Staircase"], "--restart")
    assert "took away" not in logged(tmp_path)


def test_who_spoke_into_a_feed_and_who_migrated_a_store_is_logged(call: Call, tmp_path: Path) -> None:
    (tmp_path / "feed.yaml").write_text(small_feed(sweep="{replicates: 2}"), encoding="utf-8")
    call("run", "feed.yaml", "--max-tokens", "1", "--concurrency", "1")
    run = next(row["run"] for row in call("list", "runs", "--json").json if row["state"] != "done")
    logged(tmp_path)
    assert call("post", run, "It rains.", "--as", "newswire").code == 0
    assert f"ada let @newswire speak in the run {run}: input 1" in logged(tmp_path)
    assert call("doctor", "--migrate", "--yes").code == 0
    assert "ada brings sqlite:///" in logged(tmp_path)
