"""fork and extend as commands: what they print, what they refuse, and what other commands say of the new runs."""

from __future__ import annotations

import pytest

import sociarium
from tests.support.definitions import small
from tests.support.played_stores import two_days
from tests.support.program import Program


@pytest.fixture
def swept(program: Program) -> Program:
    """A finished sweep of eight conversations."""
    assert program("run", program.file(two_days()), "--yes").code == 0
    return program


def _first_run(program: Program, **condition: object) -> str:
    rows = program("list", "runs", "--json").json
    return next(row["run"] for row in rows if condition.items() <= row["condition"].items())


def _sweep(program: Program) -> str:
    return program("list", "sweeps", "--json").json[-1]["sweep"]


@pytest.mark.slow
def test_a_fork_of_a_run_is_said_in_json_and_shown_from_both_sides(swept: Program) -> None:
    run = _first_run(swept, messages=4)

    said = swept("fork", run, "--at", "day1/turn2", "--set", "speaker_selection=random", "--json")

    forked = said.json
    assert said.code == 0
    assert (forked["origin"], forked["at"], forked["counts"]["done"]) == (run, "day1/turn2", 1)
    assert swept("show", forked["run"], "--json").json["lineage"]["origin"] == {
        "run": run, "at": "day1/turn2", "kind": "fork",
        "changes": {"set": {"speaker_selection": "random"}, "branches": 1, "sham": False},
        "acts_left_behind": 0,
    }  # fmt: skip
    assert f"fork of run {run[:12]} at day1/turn2" in swept("show", forked["run"]).out
    assert f"runs that go on from it: {forked['run'][:8]} (day1/turn2)" in swept("show", run).out
    assert "main, fork at day1/turn2" in swept("list", "sweeps").out
    assert swept("replay", forked["sweep"]).code == 0


@pytest.mark.slow
def test_a_forked_sweep_has_a_sham_beside_each_and_says_what_is_left_out(swept: Program) -> None:
    said = swept("fork", _sweep(swept), "--all", "--at", "2", "--set", "first_speaker=guard")

    assert said.code == 0
    assert "8 forks of 4 runs at 2" in said.err
    assert "! 4 runs left out: first_speaker is guard already; nothing would change" in said.err
    arms = [row["condition"]["arm"] for row in swept("list", "runs", "--json").json if "arm" in row["condition"]]
    assert sorted(arms) == ["first_speaker=guard"] * 4 + ["sham"] * 4
    forks = next(row["sweep"] for row in swept("list", "sweeps", "--json").json if row["sweep"] != _sweep(swept))
    result = swept("results", forks, "--json").json
    assert {row["arm"] for row in result["forks"]} == {"first_speaker=guard"}
    assert {row["effect"]["origins"] for row in result["forks"] if row["effect"]} == {4}
    assert next(loss["tests"][0]["lost"] for loss in result["losses"]) == 0
    assert "Changed forks less the sham of their origin" in swept("results", forks).out


@pytest.mark.slow
def test_the_same_fork_again_plays_nothing_twice(swept: Program) -> None:
    arguments = ("fork", _sweep(swept), "--all", "--at", "2", "--set", "first_speaker=guard", "--json")
    first, again = swept(*arguments).json, swept(*arguments).json

    assert first["sweep"] == again["sweep"]
    assert (first["messages"] > 0, again["messages"]) == (True, 0)


@pytest.mark.slow
def test_an_extension_adds_days_and_leaves_the_old_run(swept: Program) -> None:
    run = _first_run(swept, messages=4)
    before = swept("show", run, "--json").json

    extended = swept("extend", run, "--days", "3", "--json").json

    after = swept("show", extended["run"], "--json").json
    assert [one["content"] for one in after["messages"][:4]] == [one["content"] for one in before["messages"]]
    assert [one["day"] for one in after["messages"]] == [1, 1, 2, 2, 3, 3]
    assert (extended["messages"], extended["at"]) == (2, "end")
    assert swept("show", run, "--json").json["messages"] == before["messages"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--at", "2", "--set", "first_speaker=guard"), "is a sweep; --all forks every finished run of it"),
        (("--all", "--at", "2", "--no-sham"), "nothing would be changed"),
        (("--all", "--at", "99", "--set", "first_speaker=guard"), "there is no message 99"),
        (("--all", "--at", "2", "--set", "first_speaker"), "is not FACTOR=LEVEL"),
        (("--all", "--at", "2", "--set", "first_speeker=guard"), "did you mean first_speaker?"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(swept: Program, arguments: tuple[str, ...], words: str) -> None:
    said = swept("fork", _sweep(swept), *arguments)

    assert said.code == 2
    assert words in said.err
    assert len(swept("list", "sweeps", "--json").json) == 1


@pytest.mark.slow
def test_archives_carry_forks_with_where_they_come_from(swept: Program) -> None:
    run = _first_run(swept, messages=4)
    forked = swept("fork", run, "--at", "1", "--set", "speaker_selection=random", "--json").json["run"]
    assert swept("export", "Two days", "--format", "archive", "--out", "archive").code == 0
    [archive] = [path for path in (swept.folder / "archive").rglob("*") if path.is_file()]

    other = swept.as_user("eve", SOCIARIUM_STORE="sqlite:///other.db")
    assert other("import", str(archive)).code == 0

    assert other("show", forked, "--json").json["lineage"]["origin"]["run"] == run
    assert other("replay", forked).code == 0


@pytest.mark.slow
def test_python_forks_and_extends(swept: Program) -> None:
    run = _first_run(swept, messages=4)
    [path] = swept.folder.rglob("*.db")

    forked = sociarium.fork(run, at=2, changes={"speaker_selection": "random"}, store=path)
    extended = sociarium.extend(run, days=3, store=path)

    assert (forked.counts.done, extended.counts.done) == (1, 1)
    assert extended.messages == 2


def test_a_fork_that_lets_others_learn_of_what_is_changed_says_so_and_is_played(
    program: Program,
) -> None:
    prompts = "{guard: {variants: {hard: Be hard., soft: Be soft.}}, prisoner: You sit.}"
    own = small(sections=f"[{{title: Starting prompt, private: {prompts}}}]")
    assert program("run", program.file(own), "--yes").code == 0
    run = _first_run(program)
    said = program("fork", run, "--at", "2", "--set", "section.Starting prompt.guard=soft", "--json")
    assert said.code == 0
    assert " ".join(said.err.split()).count("! the texts of guard vary, and others read its name") == 1
    assert len(said.json["warnings"]) == 1
    [path] = program.folder.rglob("*.db")
    with pytest.warns(UserWarning, match="the texts of guard vary, and others read its name"):
        sociarium.fork(run, at=3, changes={"section.Starting prompt.guard": "soft"}, store=path)
