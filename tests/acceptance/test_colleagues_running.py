"""Two people who run one experiment: whose each sweep is, what both find in it, and what neither can take away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.definitions import small
from tests.support.guided_terminal import CTRL_C, DOWN, ENTER, Guide
from tests.support.program import Program, Said, ended

SWEEP = "{factors: {messages: 4}, replicates: 3}"


def file(program: Program, name: str = "mine.yaml", **changes: str) -> str:
    return program.file(small(**({"sweep": SWEEP} | changes)), name)


def experiments(program: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program("list", "experiments", "--json").json
    return found


def sweeps(program: Program) -> list[tuple[str, str, int]]:
    """Whose, of which experiment, and how many runs of each are done."""
    found = program("list", "sweeps", "--json").json
    return [(one["creator"], one["experiment"], one["counts"]["done"]) for one in found]


def done(said: Said) -> dict[str, Any]:
    assert said.code == 0, said.err
    result: dict[str, Any] = said.json
    return result


@pytest.mark.slow
def test_bob_runs_adas_experiment_and_no_twin_is_made(ada: Program, bob: Program, hers: dict[str, str]) -> None:
    said = bob("run", "Small", "--json")
    his = done(said)
    assert his["experiment"] == hers["experiment"]
    assert his["sweep"] != hers["sweep"]
    assert (his["messages"], his["counts"]["done"]) == (0, 3)
    assert "'Small'" in said.err
    assert "is ada's: a sweep is added to it under your name, bob." in said.err
    [only] = experiments(ada)
    assert (only["creator"], only["sweeps"], only["versions"]) == ("ada", 2, 1)
    assert sweeps(ada) == [("bob", hers["experiment"], 3), ("ada", hers["experiment"], 3)]
    assert done(bob("run", hers["experiment"][:8], "--json"))["sweep"] == his["sweep"]
    assert done(ada("run", "Small", "--json"))["sweep"] == hers["sweep"]


@pytest.mark.slow
def test_what_bob_plays_is_not_played_again_by_ada_and_each_run_says_who_ran_it(ada: Program, bob: Program) -> None:
    ada("run", file(ada), "--limit", "1")
    his = done(bob("run", "Small", "--json"))
    assert (his["messages"], his["counts"]["done"]) == (8, 3)
    assert done(ada("run", "mine.yaml", "--json"))["messages"] == 0
    runs = ada("list", "runs", "--sweep", his["sweep"], "--json").json
    assert sorted(run["ran_by"] for run in runs) == ["ada", "bob", "bob"]
    assert "ran by" in ada("list", "runs").out
    by_bob = next(run["run"] for run in runs if run["ran_by"] == "bob")
    shown = ada("show", by_bob, "--json").json
    assert (shown["creator"], shown["ran_by"], shown["runners"]) == ("ada", "bob", ["bob"])
    assert "ran by bob" in ada("show", by_bob).out


@pytest.mark.slow
def test_changed_models_are_bobs_alone_and_never_what_the_experiment_is(
    ada: Program, bob: Program, hers: dict[str, str]
) -> None:
    said = bob("run", "Small", "--model", "dry=offline:other", "--json")
    his = done(said)
    assert (his["experiment"], his["messages"]) == (hers["experiment"], 12)
    assert "with your changes, which leave the experiment as it is." in said.err
    for person in (ada, bob):
        person("export", "Small", "--format", "yaml", "--out", f"out-{his['sweep']}")
        [exported] = (person.folder / f"out-{his['sweep']}").iterdir()
        assert "other" not in exported.read_text(encoding="utf-8")
        exported.unlink()
    assert "other" not in bob("duplicate", "Small", "--title", "Copy", "--json").out
    again = done(bob("run", "Small", "--model", "dry=offline:other", "--json"))
    assert (again["sweep"], again["messages"]) == (his["sweep"], 0)
    # Ada's own tables stay free of what bob changed, and say so.
    exported_ = ada("export", "Small", "--format", "csv", "--out", "tables", "--json")
    assert exported_.json["runs"] == 3
    assert f"Left out, because they were run with changes: bob's main ({his['sweep'][:8]})" in exported_.err
    assert ada("export", his["sweep"], "--format", "csv", "--out", "his", "--json").json["runs"] == 3


@pytest.mark.slow
def test_what_ada_edits_after_bob_changed_it_the_same_way_is_the_latest(ada: Program, bob: Program) -> None:
    ada("run", file(ada))
    his = done(bob("run", "Small", "--model", "dry=offline:other", "--json"))
    hers = done(ada("run", file(ada, models="{dry: {provider: offline, model: other}}"), "--json"))
    assert hers["experiment"] == his["experiment"]
    assert hers["sweep"] != his["sweep"]
    # Equal runs are shared, whoever asked for them first.
    assert (hers["messages"], hers["counts"]["done"]) == (0, 3)
    assert done(bob("run", "Small", "--json"))["messages"] == 0
    assert ada("list", "experiments", "--model", "other", "--json").json[0]["creator"] == "ada"


@pytest.mark.slow
def test_bobs_sweep_goes_on_as_it_began_when_ada_changes_her_file(ada: Program, bob: Program) -> None:
    ada("run", file(ada), "--limit", "1")
    his = done(bob("run", "Small", "--limit", "1", "--json"))
    assert his["counts"] == {"pending": 1, "running": 0, "done": 2, "failed": 0, "cancelled": 0}
    ada("run", file(ada, starting_message="Begin anew."))
    resumed = done(bob("resume", his["sweep"][:8], "--json"))
    assert (resumed["messages"], resumed["counts"]["done"]) == (4, 3)
    said = {ada("show", run["run"], "--json").json["starting_message"]
            for run in ada("list", "runs", "--sweep", his["sweep"], "--json").json}  # fmt: skip
    assert said == {"Start."}
    anew = done(bob("run", "Small", "--json"))
    assert anew["sweep"] != his["sweep"]
    assert (anew["messages"], anew["counts"]["done"]) == (0, 3)


@pytest.mark.slow
def test_bob_resumes_adas_sweep_which_stays_hers(ada: Program, bob: Program) -> None:
    hers = done(ada("run", file(ada), "--limit", "1", "--json"))
    said = bob("resume", hers["sweep"][:8], "--json")
    assert done(said)["counts"]["done"] == 3
    assert "ada began the sweep" in said.err
    assert sweeps(ada) == [("ada", hers["experiment"], 3)]
    assert ada("status", "--json").json["creator"] == "ada"
    ran = sorted(run["ran_by"] for run in ada("list", "runs", "--json").json)
    assert ran == ["ada", "bob", "bob"]
    assert ada("delete", hers["sweep"], "--yes", "--json").json == {"sweep": hers["sweep"], "runs": 3}


@pytest.mark.slow
def test_two_who_begin_one_experiment_at_the_same_moment_play_no_run_twice(ada: Program, bob: Program) -> None:
    many = "{factors: {messages: [4, 6]}, replicates: 12}"
    experiment = ada("import", file(ada, sweep=many), "--json").json["experiment"]
    for _ in range(2):
        both = [ended(person.begin("run", experiment, "--json")) for person in (ada, bob)]
        assert [one.json["counts"]["done"] for one in both] == [24, 24]
    at_once = [person.begin("run", experiment, "--model", "dry=offline:x", "--json") for person in (ada, bob)]
    both = [ended(one) for one in at_once]
    assert [one.json["counts"]["done"] for one in both] == [24, 24]
    assert sum(one.json["messages"] for one in both) == 120
    assert [one["creator"] for one in experiments(ada)] == ["ada"]


@pytest.mark.slow
def test_nothing_is_deleted_that_somebody_elses_sweep_uses(ada: Program, bob: Program, hers: dict[str, str]) -> None:
    his = done(bob("run", "Small", "--json"))
    for target in ("Small", hers["run"]):
        said = ada("delete", target, "--yes")
        assert (said.code, said.out) == (2, "")
        assert f"is used by sweeps of bob: bob's 'main' ({his['sweep'][:12]})" in said.err
    assert "is used by sweeps of ada" in bob("delete", hers["run"], "--yes").err
    assert "is bob's, and you are ada: only who began it may delete it" in ada("delete", his["sweep"], "--yes").err
    assert "is ada's, and you are bob" in bob("delete", "Small", "--yes").err
    assert sweeps(ada) == [("bob", hers["experiment"], 3), ("ada", hers["experiment"], 3)]
    # A run that two sweeps share stands once for each, and both are named.
    rows = [line.split() for line in ada("list", "runs").out.splitlines()]
    assert sorted(row[1] for row in rows) == sorted(["sweep", *[his["sweep"][:8]] * 3, *[hers["sweep"][:8]] * 3])
    assert "sweep" not in ada("list", "runs", "--sweep", his["sweep"]).out
    # His sweep goes, and the runs that hers has stay.
    assert "'Small', 0 runs, 0 messages would be deleted; say --yes" in bob("delete", his["sweep"]).err
    assert bob("delete", his["sweep"], "--yes", "--json").json == {"sweep": his["sweep"], "runs": 0}
    assert sweeps(ada) == [("ada", hers["experiment"], 3)]
    assert ada("delete", "Small", "--yes", "--json").json == {"experiment": hers["experiment"], "runs": 3}


@pytest.mark.slow
def test_what_a_colleague_asked_goes_with_a_run_and_is_named_before(
    ada: Program, bob: Program, hers: dict[str, str]
) -> None:
    for person in (ada, bob):
        assert person("ask", hers["run"], "Why?", "--agent", "role:guard", "--yes").code == 0
    for target in (hers["run"], "Small"):
        said = ada("delete", target)
        assert "with what others left beside them: 1 interview by bob would be deleted; say --yes" in said.err
    said = ada("delete", "Small", "--yes", "--json")
    assert said.json["of_others"] == [{"what": "interviews", "by": "bob", "count": 1}]


@pytest.mark.slow
def test_without_a_sweep_ones_own_latest_is_meant_and_a_colleagues_is_named(
    ada: Program, bob: Program, hers: dict[str, str]
) -> None:
    his = done(bob("run", "Small", "--json"))
    assert ada("pause", "--json").json["sweep"] == hers["sweep"]
    assert ada("status", "--json").json["sweep"] == hers["sweep"]
    assert (bob("resume").code, ada("continue", "--json").json["sweep"]) == (0, hers["sweep"])
    carol = bob.as_user("carol")
    said = carol("pause")
    assert f"Sweep {his['sweep'][:8]}: the sweep is paused" in said.out
    assert f"bob began the sweep {his['sweep'][:8]} of 'Small'; its `status` names who steers it." in said.err
    assert "carol: pause" in carol("status").out
    assert "began the sweep" not in bob("continue").err


@pytest.mark.slow
def test_of_a_sweep_those_runs_go_that_no_other_has(ada: Program, bob: Program, hers: dict[str, str]) -> None:
    his = done(bob("run", "Small", "--model", "dry=offline:other", "--json"))
    run = ada("list", "runs", "--sweep", his["sweep"], "--json").json[0]["run"]
    assert "is bob's, and you are ada" in ada("delete", run, "--yes").err
    assert bob("delete", run, "--yes").code == 0
    asked = bob("delete", his["sweep"])
    assert "2 runs, 8 messages would be deleted; say --yes" in asked.err
    assert bob("delete", his["sweep"], "--yes", "--json").json == {"sweep": his["sweep"], "runs": 2}
    assert sweeps(ada) == [("ada", hers["experiment"], 3)]
    assert len(ada("list", "runs", "--json").json) == 3


@pytest.mark.slow
def test_a_file_whose_title_somebody_else_uses_becomes_ones_own_and_that_is_said_once(
    ada: Program, bob: Program, hers: dict[str, str]
) -> None:
    said = bob("run", "mine.yaml", "--json")
    his = done(said)
    assert his["experiment"] != hers["experiment"]
    assert his["same_title"] == [{"experiment": hers["experiment"], "creator": "ada"}]
    assert f"'Small' is also the title of an experiment by ada ({hers['experiment'][:8]})" in said.err
    assert f"run {hers['experiment'][:8]}" in said.err
    again = bob("run", "mine.yaml", "--json")
    assert (again.json["same_title"], "also the title" in again.err) == ([], False)
    assert ada("run", "mine.yaml", "--json").json["same_title"] == []
    # By title everybody runs their own.
    assert done(bob("run", "Small", "--json"))["experiment"] == his["experiment"]
    assert done(ada("run", "small", "--json"))["experiment"] == hers["experiment"]


@pytest.mark.slow
def test_a_title_of_several_others_is_told_with_whose_they_are_and_their_notes(
    shared: Program, ada: Program, bob: Program
) -> None:
    hers = done(ada("run", file(ada, note="the harsh guards"), "--json"))["experiment"]
    his = done(bob("run", file(bob, note="the mild guards"), "--json"))["experiment"]
    said = shared.as_user("carl")("run", "SMALL")
    assert (said.code, said.out) == (2, "")
    assert "several people have an experiment 'SMALL'; name one by its id:" in said.err
    lines = [line.strip() for line in said.err.splitlines()]
    assert any(line.startswith(f"{hers[:12]}  ada") and line.endswith(": the harsh guards") for line in lines)
    assert any(line.startswith(f"{his[:12]}  bob") and line.endswith(": the mild guards") for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "archive"])
def test_bobs_sweep_comes_into_a_store_that_lacks_it(ada: Program, bob: Program, kind: str) -> None:
    ada("run", file(ada), "--limit", "1")
    ada("export", "Small", "--format", "archive", "--out", "before")
    same = done(bob("run", "Small", "--json"))
    changed = done(bob("run", "Small", "--model", "dry=offline:other", "--json"))
    if kind == "archive":
        ada("export", "Small", "--format", "archive", "--out", "after")
        [source] = map(str, (ada.folder / "after").iterdir())
    else:
        source = ada.environment["SOCIARIUM_STORE"]
    place = ("--store", "sqlite:///elsewhere.db")
    [before] = map(str, (ada.folder / "before").iterdir())
    assert ada("import", before, *place).code == 0
    merged = done(ada("import", source, *place, "--json"))
    assert (merged["conflicts"], merged["new"]["sweeps"], merged["new"]["versions"]) == ([], 2, 1)
    found = {one["sweep"]: one["creator"] for one in ada("list", "sweeps", *place, "--json").json}
    assert {found[same["sweep"]], found[changed["sweep"]]} == {"bob"}
    assert sorted(run["ran_by"] for run in ada("list", "runs", "--sweep", same["sweep"], *place, "--json").json) == [
        "ada",
        "bob",
        "bob",
    ]
    # What the experiment is stays hers there too.
    assert ada("list", "experiments", "--model", "other", *place, "--json").json == []
    assert done(bob("run", "Small", *place, "--json"))["sweep"] == same["sweep"]


@pytest.mark.slow
def test_perform_in_the_guided_program_adds_to_a_colleagues_experiment_and_says_so(ada: Program, bob: Program) -> None:
    hers = done(ada("run", file(ada, note="the harsh guards"), "--limit", "1", "--json"))["experiment"]
    guide = Guide(bob, "menu")
    guide.picks("What do you want to do?", 1)
    guide.reads("Which experiment?")
    guide.reads("the harsh guards")
    guide.terminal.send(ENTER)
    guide.picks("Small by ada:", 1)
    guide.reads("is ada's: a sweep is added to it under your name, bob.")
    guide.picks("Start these conversations?")
    guide.reads("3 of 3 runs done")
    guide.reads("What next?")
    guide.terminal.send(CTRL_C)
    assert guide.ends() == 130
    assert sweeps(ada) == [("bob", hers, 3), ("ada", hers, 3)]
    assert [one["creator"] for one in experiments(ada)] == ["ada"]


@pytest.mark.slow
def test_in_the_guided_program_whoever_added_conversations_deletes_them_and_only_then_the_experiment_goes(
    ada: Program, bob: Program, hers: dict[str, str]
) -> None:
    his = done(bob("run", "Small", "--model", "dry=offline:other", "--json"))["sweep"]
    guide = Guide(ada, "menu")
    guide.picks("What do you want to do?", 1)
    guide.picks("Which experiment?")
    guide.opens("Delete")
    guide.reads("is used by sweeps of bob")
    guide.quits()
    guide = Guide(bob, "menu")
    guide.picks("What do you want to do?", 1)
    guide.picks("Which experiment?")
    guide.reads("Small by ada:")
    guide.reads("Delete the conversations that you added (main, ")
    guide.terminal.send(DOWN * 5 + ENTER)
    guide.picks("Delete them for ever (main, ", 1)
    guide.reads(f"delete {his[:12]}")
    guide.reads("Small by ada:")
    guide.terminal.send(CTRL_C)
    assert guide.ends() == 130
    assert sweeps(ada) == [("ada", hers["experiment"], 3)]
    assert ada("delete", "Small", "--yes").code == 0
