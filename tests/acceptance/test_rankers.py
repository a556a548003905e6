"""Rankers of a researcher's own, as the program loads, checks and keeps track of them."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.support.deadlines import deadline
from tests.support.program import Program

CALM = """\
from dataclasses import dataclass


@dataclass
class Weight:
    of: float = 1.0


def calm(posts, reader, rng):
    return sorted(posts, key=lambda post: (Weight().of * post.replies, rng.random()))


def lossy(posts, reader, rng):
    return posts[1:]


def broken(posts, reader, rng):
    raise ValueError("no\\x1b[31m idea")
"""
PEOPLE = ", ".join(f"{{handle: p{n}, follows: [p{(n + 1) % 6}]}}" for n in range(6))


def experiment(ranking: str, title: str = "Ranked") -> str:
    return f"""\
title: {title}
environment: feed
models: {{dry: {{provider: offline}}}}
people: [{PEOPLE}]
feed: {{ranking: {ranking}}}
days: 3
"""


@pytest.fixture
def lab(program: Program) -> Program:
    package = program.folder / "my_lab"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "rankers.py").write_text(CALM, encoding="utf-8")
    return program


def run_id(lab: Program) -> str:
    [run] = lab("list", "runs", "--json").json
    return str(run["run"])


@pytest.mark.slow
def test_code_is_loaded_only_where_somebody_says_so(lab: Program) -> None:
    file = lab.file(experiment("my_lab.rankers:calm"))
    (lab.folder / "my_lab" / "rankers.py").write_text("print('loaded')", encoding="utf-8")
    for command in ("run", "plan"):
        answer = lab(command, file)
        assert "loaded\n" not in answer.out
        assert "--allow-code" in answer.err + answer.out
    assert lab("run", file).code == 2
    assert lab("list", "runs", "--json").json == []


@pytest.mark.slow
def test_a_run_with_one_replays_where_its_module_is_not(lab: Program) -> None:
    file = lab.file(experiment("my_lab.rankers:calm"))
    assert lab("plan", file, "--allow-code").code == 0
    assert lab("run", file, "--allow-code").code == 0
    shutil.rmtree(lab.folder / "my_lab")
    replayed = lab("replay", run_id(lab))
    assert replayed.code == 0, replayed.err
    assert lab("fork", run_id(lab), "--at", "day2", "--set", "policy=none").code == 2


@pytest.mark.slow
def test_a_fork_needs_the_code_of_its_own_run_alone(lab: Program) -> None:
    sweep = 'sweep: {factors: {feed.ranking: [chronological, "my_lab.rankers:calm"]}}\n'
    assert lab("run", lab.file(experiment("chronological") + sweep), "--allow-code").code == 0
    ranked = {row["condition"]["feed.ranking"]: row["run"] for row in lab("list", "runs", "--json").json}
    shutil.rmtree(lab.folder / "my_lab")
    forked = lab("fork", ranked["chronological"], "--at", "day1", "--set", "feed.ranking=popular", "--sham", "--json")
    assert forked.code == 0, forked.err
    assert lab("resume", forked.json["sweep"]).code == 0
    refused = lab("fork", ranked["my_lab.rankers:calm"], "--at", "day1", "--sham")
    assert (refused.code, "--allow-code" in refused.err) == (2, True)
    freed = lab("fork", ranked["my_lab.rankers:calm"], "--at", "day1", "--set", "feed.ranking=popular")
    assert freed.code == 0, freed.err


@pytest.mark.slow
def test_what_was_ordered_is_in_the_journal_and_differs_from_the_order_of_time(lab: Program) -> None:
    first, second = lab.file(experiment("my_lab.rankers:calm")), lab.file(experiment("chronological", "T"), "t.yaml")
    assert lab("run", first, "--allow-code").code == lab("run", second).code == 0
    shown = {
        row["experiment"]: [
            (one["person"], one["post"], one["rank"])
            for one in lab("show", row["run"], "--exposures", "--json").json["exposures"]
        ]
        for row in lab("list", "runs", "--json").json
    }
    one, other = shown.values()
    assert one != other


@pytest.mark.slow
def test_a_changed_module_is_refused_under_the_same_experiment_with_both_hashes(lab: Program) -> None:
    file = lab.file(experiment("my_lab.rankers:calm"))
    assert lab("run", file, "--allow-code", "--limit", "1").code == 0
    document = lab("export", run_id(lab), "--format", "yaml", "--out", "out")
    assert document.code == 0
    [exported] = Path(lab.folder / "out").rglob("*.yaml")
    assert "my_lab.rankers:" in exported.read_text(encoding="utf-8").split("code:")[1]
    (lab.folder / "my_lab" / "rankers.py").write_text(CALM + "\n# other\n", encoding="utf-8")
    for command in (["run", file], ["resume"], ["run", str(exported)]):
        refused = lab(*command, "--allow-code")
        assert refused.code == 2
        assert refused.err.count("SHA-256") == 1
        assert "has changed under this experiment" in refused.err
    assert len(lab("list", "runs", "--json").json) == 1
    assert lab("run", lab.file(experiment("my_lab.rankers:calm", "Other"), "other.yaml"), "--allow-code").code == 0


def test_a_ranker_that_drops_posts_fails_its_run_with_what_differed(lab: Program) -> None:
    file = lab.file(experiment("my_lab.rankers:lossy"))
    assert "dropped p" in lab("plan", file, "--allow-code").err
    answer = lab("run", file, "--allow-code")
    assert answer.code == 1
    [row] = lab("list", "runs", "--json").json
    assert row["state"] == "failed"
    assert "my_lab.rankers:lossy did not return the posts that it was given at day" in row["error"]
    assert "it dropped p" in row["error"]


def test_an_error_in_a_ranker_is_told_without_its_control_characters(lab: Program) -> None:
    answer = lab("run", lab.file(experiment("my_lab.rankers:broken")), "--allow-code")
    assert answer.code == 1
    assert "ValueError" in answer.out + answer.err
    assert "\x1b[31m idea" not in answer.out + answer.err
    assert "Traceback" not in answer.out + answer.err


@pytest.mark.parametrize(
    ("ranking", "words"),
    [
        ("my_lab.rankers:missing", "has no function 'missing'"),
        ("my_lab.nothing:calm", "there is no module my_lab.nothing"),
        ("nowhere.at_all:calm", "there is no module nowhere.at_all"),
        ("math:sqrt", "is no module of Python's source"),
        ("calm", "this is not one of 'chronological'"),
        ("my_lab.rankers:", "there is no such ranking"),
    ],
)
def test_what_cannot_be_loaded_is_refused_before_anything_is_stored(lab: Program, ranking: str, words: str) -> None:
    answer = lab("run", lab.file(experiment(f'"{ranking}"')), "--allow-code")
    assert answer.code == 2
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert lab("list", "experiments", "--json").json == []


@pytest.mark.slow
def test_a_module_beside_the_file_is_found_from_elsewhere(lab: Program) -> None:
    elsewhere = lab.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "beside.py").write_text(CALM, encoding="utf-8")
    file = lab.file(experiment("beside:calm"), "elsewhere/one.yaml")
    assert lab("run", file, "--allow-code").code == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no sessions to leave")
def test_a_sweep_in_the_background_finds_the_module_beside_its_file(lab: Program) -> None:
    elsewhere = lab.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "beside.py").write_text(CALM, encoding="utf-8")
    file = lab.file(experiment("beside:calm"), "elsewhere/one.yaml")
    assert lab("run", file, "--allow-code", "--detach").code == 0
    end = deadline()
    while (states := [row["state"] for row in lab("list", "runs", "--json").json]) != ["done"]:
        assert time.monotonic() < end, states
        time.sleep(0.2)
