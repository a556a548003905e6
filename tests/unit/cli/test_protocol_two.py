"""What the last version with protocol 2 left behind: read, told apart, played anew only when asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sociarium.bootstrap import open_store
from sociarium.environments.protocols import PROTOCOLS, protocol_of
from tests.support.older_stores import DATA, Call, play_by, program, sweeps, unpack

FILES = DATA / "protocol_2"
NOW = max(protocol_of("conversation"), 3)
HALF_SAID, HALF_WRITTEN = "3d9edaf12cf27f0ac1ff", "e2e261c66c267156458e"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return unpack(2, tmp_path)


@pytest.fixture
def call(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    play_by(NOW, monkeypatch)
    return program(url, tmp_path, monkeypatch, capsys)


def test_every_kind_is_played_by_the_same_later_protocol() -> None:
    assert set(PROTOCOLS.values()) == {4}


@pytest.mark.slow
def test_everything_opens_and_is_shown_with_summaries_probes_and_written_people(call: Call) -> None:
    assert {row["title"] for row in call("list", "experiments", "--json").json} == set(sweeps(call))
    runs = call("list", "runs", "--json").json
    assert len(runs) == 13
    assert {row["protocol"] for row in runs if row["state"] == "done"} == {2}
    shown = [call("show", row["run"], "--json") for row in runs]
    assert {one.code for one in shown} == {0}
    talks = [one.json for one in shown if one.json.get("summaries")]
    assert len(talks) == 4
    assert all(talk["probes"] for talk in talks)
    [feed] = [one.json for one, row in zip(shown, runs, strict=True) if row["state"] == "done" and "people" in one.json]
    assert [person["generated"] for person in feed["people"]].count(True) == 2
    assert all(call("show", row["run"]).code == 0 for row in runs)
    assert call("show", HALF_WRITTEN).code == 0


@pytest.mark.parametrize("form", ["txt", "jsonl", "csv", "yaml", "archive"])
def test_runs_of_the_second_protocol_are_exported_in_every_format(call: Call, tmp_path: Path, form: str) -> None:
    for title, sweep in sweeps(call).items():
        said = call("export", sweep, "--format", form, "--out", str(tmp_path / form / title))
        assert said.code == 0, said.err


@pytest.mark.parametrize(("name", "runs"), [("corridor", 4), ("harbour", 1)])
def test_an_archive_is_imported(call: Call, tmp_path: Path, name: str, runs: int) -> None:
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    for _ in range(2):
        assert call("import", str(FILES / f"{name}.sociarium.zip"), "--store", fresh).code == 0
    listed = call("list", "runs", "--store", fresh, "--json").json
    assert [(row["state"], row["protocol"]) for row in listed] == [("done", 2)] * runs


def test_replay_and_status_say_by_which_rules_they_were_played(call: Call) -> None:
    sweep = sweeps(call)["Corridor"]
    said = call("replay", sweep)
    assert said.code == 2
    assert "4 were played under other rules" in said.out
    told = call("status", sweep, "--json").json["older_rules"]
    assert told == {"protocol": NOW, "finished": 4, "unfinished": 0, "unchecked": 0, "doubtful": []}


def test_under_their_own_rules_nothing_is_said_of_rules(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    play_by(2, monkeypatch)
    for sweep in sweeps(call).values():
        # What agents said last, which is indented, may have the word.
        said = [line for line in call("status", sweep).out.splitlines() if not line.startswith("  ")]
        assert "rules" not in " ".join(said)


def test_unfinished_conversations_are_offered_a_restart_and_keep_their_words_until_then(url: str, call: Call) -> None:
    sweep = sweeps(call)["Staircase"]
    store = open_store(url)
    before = store.journal(HALF_SAID)
    assert len(before) == 2
    said = call("resume", sweep)
    assert said.code == 3
    assert f"resume {sweep[:8]} --restart" in said.out
    assert store.journal(HALF_SAID) == before
    store.close()
    assert call("resume", sweep, "--restart", "--json").json["counts"]["done"] == 6
    [row] = call("replay", HALF_SAID, "--json").json
    assert (row["verifiable"], row["error"], row["ended"]) == (True, None, "completed")


@pytest.mark.slow
def test_a_half_written_population_stays_and_newer_runs_have_their_own(url: str, call: Call) -> None:
    sweep = sweeps(call)["Quay"]
    store = open_store(url)
    before = store.journal(HALF_WRITTEN)
    assert call("resume", sweep, "--restart", "--json").json["counts"]["done"] == 2
    assert store.journal(HALF_WRITTEN) == before
    people = [call("show", place.status.run, "--json").json["people"] for place in store.slots(sweep)]
    store.close()
    [newer] = {person["population"] for some in people for person in some if person["generated"]}
    assert newer != HALF_WRITTEN
    assert call("replay", newer).code == 0
