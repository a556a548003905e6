"""`forget`: shown first, asked for, then gone; archives are named."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pexpect import EOF

from tests.support.definitions import small_feed
from tests.support.played_stores import two_days
from tests.support.program import Program

POST = "The mill wheel stands still since Tuesday."
FEED = small_feed(
    title="The weir", days="1",
    people=f"[{{handle: mill_owl, consent: form 7, history: [{{kind: post, text: {POST}}}]}}, {{handle: bob}}]",
)  # fmt: skip


@pytest.fixture
def held(program: Program) -> Program:
    """A store, an archive in a folder of its own, and a draft, all of which hold somebody."""
    assert program("run", program.file(FEED)).code == 0
    assert program("run", program.file(two_days(), "other.yaml")).code == 0
    for title, out in (("The weir", "kept"), ("Two days", "kept")):
        assert program("export", title, "--format", "archive", "--out", out).code == 0
    drafts = program.folder / "experiments" / "drafts"
    drafts.mkdir(parents=True)
    document = {"people": [{"handle": "mill_owl", "history": [{"text": POST}]}]}
    for name, tree in (("one", document), ("two", {"title": "Another"})):
        content = {"format": 2, "document": tree, "position": []}
        (drafts / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return program


def titles(program: Program) -> list[str]:
    return [one["title"] for one in program("list", "experiments", "--json").json]


@pytest.mark.slow
def test_nothing_goes_before_somebody_says_yes(held: Program) -> None:
    result = held("forget", "mill_owl")
    assert result.code == 2
    assert "The weir" in result.err
    assert "say --yes" in result.err
    assert "The_weir" in result.err
    assert "Two_days" not in result.err
    assert "It cannot be known" in result.err
    assert sorted(titles(held)) == ["The weir", "Two days"]
    assert (held.folder / "experiments" / "drafts" / "one.json").exists()


@pytest.mark.slow
def test_somebody_is_gone_from_store_and_drafts_and_archives_are_named(held: Program) -> None:
    told = held("forget", "@mill_owl", "--yes", "--json").json
    assert (len(told["experiments"]), told["remaining"]) == (1, {})
    assert [one["what"] for one in told["archives"]] == ["holds them"]
    assert "The_weir" in told["archives"][0]["path"]
    assert titles(held) == ["Two days"]
    assert [path.name for path in (held.folder / "experiments" / "drafts").iterdir()] == ["two.json"]
    for path in (held.folder / "experiments").rglob("*"):
        assert not path.is_file() or POST.encode() not in path.read_bytes()


@pytest.mark.slow
def test_who_left_nothing_is_said_so(held: Program) -> None:
    result = held("forget", "nobody", "--yes")
    assert (result.code, "Taken away: 0 experiments" in result.out) == (0, True)
    assert "holds no history, post or label of 'nobody'" in result.err
    assert held("forget", "@").code == 2


@pytest.mark.slow
def test_what_is_a_colleagues_stays_with_exit_code_1(held: Program) -> None:
    colleague = replace(held, environment={**held.environment, "SOCIARIUM_USER": "grace"})
    result = colleague("forget", "mill_owl", "--yes")
    assert result.code == 1
    assert "remains" in result.err
    assert "The weir" in titles(held)


@pytest.mark.slow
def test_on_a_terminal_it_is_asked(held: Program) -> None:
    for answer, remaining in (("n", ["The weir", "Two days"]), ("y", ["Two days"])):
        terminal = held.terminal("forget", "mill_owl")
        terminal.expect("Forget")
        terminal.sendline(answer)
        terminal.expect(EOF)
        assert sorted(titles(held)) == remaining
