"""What earlier versions left behind, under the commands of this one: read, told apart, played anew only when asked for.

The files are those of `tests/data`; whatever the protocol is now, here it is a later one than theirs.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from sociarium.bootstrap import open_store
from sociarium.cli.display.command_hints import pasteable
from sociarium.editing.drafts import FOLDER, drafts
from sociarium.environments.protocols import protocol_of
from sociarium.ports.store import Store
from sociarium.records.plans import Member
from sociarium.records.runs import CLEARED, Claim, Outcome, RunState
from sociarium.runner.library.clear_run import clear
from sociarium.runner.workers.process import this_worker
from tests.support.older_stores import DATA, Call, play_by, program, sweeps, unpack

FILES = DATA / "protocol_1"
NOW = max(protocol_of("conversation"), 2)
DOUBTFUL = {"68f7431bdca4262e0704", "ad7f8ef98c4be067b9f7"}
HALF_SAID, HALF_WRITTEN = "3d9edaf12cf27f0ac1ff", "fc65dfec7610e9cc9e51"
AT = "2026-03-01T08:00:00.000Z"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return unpack(1, tmp_path)


@pytest.fixture
def call(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """The program of a later protocol, in ada's hands, on the store of the version before."""
    play_by(NOW, monkeypatch)
    return program(url, tmp_path, monkeypatch, capsys)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.mark.slow
def test_runs_of_the_first_protocol_are_listed_and_shown(call: Call) -> None:
    assert len(call("list", "experiments", "--json").json) == 4
    runs = call("list", "runs", "--json").json
    assert len(runs) == 13
    assert {row["protocol"] for row in runs if row["state"] == "done"} == {1}
    for row in runs:
        shown = call("show", row["run"], "--json")
        assert (shown.code, shown.json["protocol"]) == (0, row["protocol"])
        assert len(shown.json.get("messages", shown.json.get("posts"))) >= row["messages"]
        assert call("show", row["run"]).code == 0
    for title, sweep in sweeps(call).items():
        assert call("status", sweep).code == 0, title
    assert call("show", HALF_WRITTEN).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("form", ["txt", "jsonl", "csv", "parquet", "yaml", "graphml", "archive"])
def test_runs_of_the_first_protocol_are_exported_in_every_format(call: Call, tmp_path: Path, form: str) -> None:
    titles = ["Harbour"] if form == "graphml" else sweeps(call)
    for title in titles:
        sweep = sweeps(call)[title]
        said = call("export", sweep, "--format", form, "--out", str(tmp_path / form / title))
        assert said.code == 0, said.err
    assert any((tmp_path / form).rglob("*.*"))


def test_a_table_of_runs_has_their_protocol(call: Call, tmp_path: Path) -> None:
    call("export", "Corridor", "--format", "csv", "--out", str(tmp_path / "out"))
    [table] = (tmp_path / "out").rglob("runs.csv")
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert {row["protocol"] for row in csv.DictReader(file)} == {"1"}


@pytest.mark.parametrize(("name", "runs"), [("corridor", 4), ("harbour", 1)])
def test_an_archive_is_imported(call: Call, tmp_path: Path, name: str, runs: int) -> None:
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    archive = str(FILES / f"{name}.sociarium.zip")
    assert call("import", archive, "--store", fresh).code == 0
    assert call("import", archive, "--store", fresh).code == 0
    listed = call("list", "runs", "--store", fresh, "--json").json
    assert [row["state"] for row in listed] == ["done"] * runs
    standing = call("status", "--store", fresh, "--json").json["older_rules"]
    assert {one["run"] for one in standing["doubtful"]} == (DOUBTFUL if name == "corridor" else set())


def test_status_tells_older_rules_apart_and_names_what_is_in_doubt(call: Call) -> None:
    sweep = sweeps(call)["Corridor"]
    told = call("status", sweep, "--json").json["older_rules"]
    assert {one["run"]: one["messages"] for one in told.pop("doubtful")} == dict.fromkeys(DOUBTFUL, 2)
    assert told == {"protocol": NOW, "finished": 4, "unfinished": 0, "unchecked": 0}
    shown = " ".join(call("status", sweep).out.split())
    assert "of other rules" in shown
    assert f"4 runs finished under other rules (protocol 1; this version plays by {NOW})" in shown
    assert "2 runs of them are in doubt: one agent spoke twice running, and 4 messages may be" in shown
    assert f"resume {sweep[:8]} --replace doubtful" in shown


def test_under_their_own_rules_nothing_is_said_of_rules(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    play_by(1, monkeypatch)
    said = call("status", sweeps(call)["Staircase"])
    assert "rules" not in said.out


def test_replay_says_by_which_rules_a_run_was_played(call: Call) -> None:
    run = min(DOUBTFUL)
    said = call("replay", run)
    assert said.code == 2
    assert "protocol 1 of a conversation" in said.out
    assert f"plays by protocol {NOW}, so it cannot verify it" in " ".join(said.out.split())
    assert "diverge" not in said.out
    [row] = call("replay", run, "--json").json
    assert (row["verifiable"], row["ended"]) == (False, None)
    whole = call("replay", sweeps(call)["Corridor"])
    assert whole.code == 2
    assert "4 were played under other rules, and are not verified by this version." in whole.out


@pytest.mark.slow
def test_unfinished_runs_are_told_and_played_anew_when_asked_for(call: Call, store: Store) -> None:
    sweep = sweeps(call)["Staircase"]
    before = store.journal(HALF_SAID)
    assert len(before) == 2
    said = call("resume", sweep)
    assert said.code == 3
    assert "runs are left" not in said.out
    assert "1 run began under other rules and did not finish" in said.out
    assert f"resume {sweep[:8]} --restart" in said.out
    assert store.journal(HALF_SAID) == before
    assert call("status", sweep, "--json").json["older_rules"]["unfinished"] == 1
    ended = call("resume", sweep, "--restart", "--json")
    assert ended.json["counts"] == {"pending": 0, "running": 0, "done": 6, "failed": 0, "cancelled": 0}
    assert ended.json["outdated"] == []
    [row] = call("replay", HALF_SAID, "--json").json
    assert (row["verifiable"], row["error"], row["ended"]) == (True, None, "completed")
    [listed] = [row for row in call("list", "sweeps", "--json").json if row["sweep"] == sweep]
    assert listed["done_by_protocol"] == {"1": 2, str(NOW): 4}
    assert f"6 (2 by rules 1, 4 by rules {NOW})" in call("list", "sweeps").out


@pytest.mark.slow
def test_a_restart_leaves_what_somebody_else_began_and_names_them(
    call: Call, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = sweeps(call)["Staircase"]
    before = store.journal(HALF_SAID)
    # It was not kept who began it, so it is its creator's; bob goes on with her sweep.
    monkeypatch.setenv("SOCIARIUM_USER", "bob")
    ended = call("resume", sweep, "--restart", "--json")
    assert ended.code == 3
    assert (ended.json["left_to_others"], ended.json["outdated"]) == ({HALF_SAID: "ada"}, [HALF_SAID])
    assert (ended.json["counts"]["pending"], ended.json["counts"]["done"]) == (1, 5)
    said = " ".join(call("resume", sweep, "--restart").out.split())
    assert f"1 run ({HALF_SAID[:8]}) stayed unchanged: ada began it" in said
    assert f"Ask ada for `{pasteable('resume', sweep[:8], '--restart')}`" in said
    assert store.journal(HALF_SAID) == before
    monkeypatch.setenv("SOCIARIUM_USER", "ada")
    assert call("resume", sweep, "--restart", "--json").json["counts"]["done"] == 6


def test_who_began_a_run_has_it_begun_anew_although_the_sweep_is_not_theirs(
    call: Call, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = sweeps(call)["Staircase"]
    [status] = store.run_statuses([HALF_SAID])
    # What she began is begun anew and left again, by bob.
    cleared = clear(store, status, me=this_worker("bob"), at=AT)
    assert cleared is not None
    bob = replace(this_worker("bob"), id="bob's")
    store.record_heartbeat(bob)
    store.claim(Claim(HALF_SAID, cleared.token + 1, bob.id, AT, 1, by="bob"))
    store.claim(Claim(HALF_SAID, cleared.token + 2, bob.id, AT, outcome=Outcome(RunState.PENDING), by="bob"))
    assert call("resume", sweep, "--restart", "--json").json["left_to_others"] == {HALF_SAID: "bob"}
    monkeypatch.setenv("SOCIARIUM_USER", "bob")
    ended = call("resume", sweep, "--restart", "--json")
    assert (ended.json["left_to_others"], ended.json["counts"]["done"]) == ({}, 6)


@pytest.mark.slow
def test_people_of_older_rules_stay_and_newer_runs_have_their_own(call: Call, store: Store, tmp_path: Path) -> None:
    sweep = sweeps(call)["Quay"]
    before = store.journal(HALF_WRITTEN)
    assert call("resume", sweep, "--restart", "--json").json["counts"]["done"] == 2
    assert store.journal(HALF_WRITTEN) == before
    written = set()
    for place in store.slots(sweep):
        people = call("show", place.status.run, "--json").json["people"]
        written |= {person["population"] for person in people if person["generated"]}
    [newer] = written
    assert newer != HALF_WRITTEN
    assert store.run_statuses([newer])[0].protocol == NOW
    assert call("replay", newer).code == 0
    assert call("replay", HALF_WRITTEN).code == 2
    call("export", sweep, "--format", "archive", "--out", str(tmp_path / "out"))
    [archive] = (tmp_path / "out").glob("*.zip")
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    assert call("import", str(archive), "--store", fresh).code == 0
    assert call("show", newer, "--store", fresh).code == call("show", HALF_WRITTEN, "--store", fresh).code == 0


def test_people_of_a_finished_feed_lead_to_those_who_were_written_for_it(call: Call, store: Store) -> None:
    [place] = store.slots(sweeps(call)["Harbour"])
    people = call("show", place.status.run, "--json").json["people"]
    [written] = {person["population"] for person in people if person["generated"]}
    assert call("show", written, "--json").json["population"] == "troll"


def test_nothing_is_replaced_unasked(call: Call, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = sweeps(call)["Corridor"]
    before = {run: store.journal(run) for run in DOUBTFUL}
    said = call("resume", sweep, "--replace", "doubtful")
    assert said.code == 2
    assert f"export {sweep[:8]} --format archive --out before" in said.err
    assert "2 finished runs of 'Corridor'" in said.err
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    asked: list[str] = []
    monkeypatch.setattr(typer, "confirm", lambda text, **_: bool(asked.append(text)))
    said = call("resume", sweep, "--replace", "older")
    assert (said.code, len(asked)) == (0, 1)
    assert "There is no way back" in said.err
    monkeypatch.setenv("SOCIARIUM_USER", "bob")
    said = call("resume", sweep, "--replace", "doubtful", "--yes")
    assert said.code == 2
    assert "ada's" in said.err
    assert {run: store.journal(run) for run in DOUBTFUL} == before


@pytest.mark.slow
def test_doubtful_runs_are_played_anew_wherever_they_stand(call: Call, store: Store) -> None:
    sweep = sweeps(call)["Corridor"]
    record = store.save_sweep(replace(store.sweep(sweep), id="ab" * 10, name="again", creator="bob"))
    store.place_runs([Member(record.id, at, run, 1, {}) for at, run in enumerate(sorted(DOUBTFUL))], [])
    ended = call("resume", sweep, "--replace", "doubtful", "--yes", "--json")
    assert ended.json["replaced"] == 2
    assert ended.json["counts"] == {"pending": 0, "running": 0, "done": 4, "failed": 0, "cancelled": 0}
    told = call("status", sweep, "--json").json["older_rules"]
    assert (told["finished"], told["doubtful"]) == (2, [])
    for status in store.run_statuses(sorted(DOUBTFUL)):
        assert (status.state, status.protocol) == (RunState.DONE, NOW)
        assert call("replay", status.run).code == 0
    assert [place.status.run for place in store.slots(record.id)] == sorted(DOUBTFUL)
    assert call("resume", sweep, "--replace", "doubtful", "--json").json["replaced"] == 0


def test_all_of_older_rules_can_be_played_anew(call: Call) -> None:
    sweep = sweeps(call)["Corridor"]
    assert call("resume", sweep, "--replace", "older", "--yes", "--json").json["replaced"] == 4
    assert call("status", sweep, "--json").json["older_rules"]["finished"] == 0
    assert call("replay", sweep).code == 0


def test_taking_away_that_was_stopped_in_the_middle_is_finished_by_whoever_comes(call: Call, store: Store) -> None:
    run = min(DOUBTFUL)
    gone = replace(this_worker(), id="gone", pid=2**22 + 1, started="1")
    store.record_heartbeat(gone)
    [status] = store.run_statuses([run])
    store.claim(Claim(run, status.token + 1, gone.id, AT, CLEARED))
    assert store.journal(run)
    ended = call("resume", sweeps(call)["Corridor"], "--json")
    assert ended.json["counts"]["done"] == 4
    assert {entry.token for entry in store.journal(run)} == {status.token + 3}, "earlier answers were taken over"
    assert call("replay", run).code == 0


def test_of_two_who_begin_a_run_anew_one_does(store: Store) -> None:
    [status] = store.run_statuses([HALF_SAID])
    one, other = (replace(this_worker(), id=id_) for id_ in ("one", "other"))
    claim = clear(store, status, me=one, at=AT)
    assert claim is not None
    assert store.journal(HALF_SAID) == []
    assert clear(store, status, me=other, at=AT) is None
    assert clear(store, status, me=one, at=AT) == claim


def test_an_archive_of_what_was_taken_away_takes_nothing_away_elsewhere(
    call: Call, store: Store, tmp_path: Path
) -> None:
    run = min(DOUBTFUL)
    clear(store, store.run_statuses([run])[0], me=this_worker(), at=AT)
    call("export", "Corridor", "--format", "archive", "--out", str(tmp_path / "out"))
    [archive] = (tmp_path / "out").glob("*.zip")
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    call("import", str(FILES / "corridor.sociarium.zip"), "--store", fresh)
    said = call("import", str(archive), "--store", fresh)
    assert "was taken away there" in said.out + said.err
    opened = open_store(fresh)
    assert (opened.run_statuses([run])[0].state, len(opened.journal(run))) == (RunState.DONE, 12)
    opened.close()


def test_a_draft_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    FOLDER.mkdir(parents=True)
    [draft] = FILES.glob("*.json")
    (FOLDER / draft.name).write_bytes(draft.read_bytes())
    [found] = drafts()
    assert (found.title, list(found.document["roles"])) == ("Lighthouse", ["keeper", "sailor"])
