"""Lists can be read on a narrow terminal, cut by other programs, sorted, and say what a filter misspells."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest

from tests.support.definitions import small
from tests.support.program import Program

SWEEP = "{factors: {messages: [2, 4], days: 1, section.Goal and its reasons.guard: [order, peace]}, replicates: 2}"
SECTIONS = (
    '[{title: Starting prompt, private: {guard: "You guard.", prisoner: "You sit."}},'
    ' {title: Goal and its reasons, private: {guard: {variants: {order: "Keep order.", peace: "Keep peace."}}}}]'
)


@pytest.fixture
def listed(program: Program) -> Program:
    """A folder with a sweep of eight runs."""
    text = small(title="The long way to the harbour and back", sections=SECTIONS, sweep=SWEEP)
    assert program("run", program.file(text), "--yes").code == 0
    return program


def test_piped_each_row_is_one_line_with_all_that_differs(listed: Program) -> None:
    head, *rows = listed("list", "runs").out.splitlines()
    assert head.split() == ["run", "messages", "Goal", "and", "its", "re…", "#", "state", "msgs", "cost", "when"]
    assert len(rows) == 8
    assert all(re.match(r"[0-9a-f]{8}  [24] ", row) for row in rows)


@pytest.mark.slow
def test_tab_separated_rows_hold_everything_whole(listed: Program) -> None:
    head, *rows = (line.split("\t") for line in listed("list", "runs", "--tsv").out.splitlines())
    assert {"run", "title", "messages", "days", "section.Goal and its reasons.guard"} <= set(head)
    assert {len(row) for row in rows} == {len(head)}
    runs = {row["run"] for row in listed("list", "runs", "--json").json}
    assert {row[head.index("run")] for row in rows} == runs
    assert listed("list", "runs", "--tsv", "--json").code == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("mesages=2", "no sweep here has a factor 'mesages'; did you mean messages?"),
        ("messages=7", "messages has no level '7'; known here: 2, 4"),
    ],
)
def test_a_misspelt_filter_is_no_empty_list(listed: Program, where: str, words: str) -> None:
    title = "The long way to the harbour and back"
    for command in (("list", "runs"), ("results", title), ("export", title, "--format", "csv")):
        said = listed(*command, "--where", where)
        assert said.code == 2
        assert words in said.err
    assert not (listed.folder / "export").exists()


@pytest.mark.slow
def test_a_filter_and_an_order_take_factors_as_lists_show_them(listed: Program) -> None:
    runs = listed("list", "runs", "--json", "--where", "Goal and its re…=peace").json
    assert [run["condition"]["section.Goal and its reasons.guard"] for run in runs] == ["peace"] * 4
    title = "The long way to the harbour and back"
    results = listed("results", title, "--json", "--where", "goal and its reasons.guard=peace").json
    assert results["shared"]["section.Goal and its reasons.guard"] == "peace"
    assert listed("results", title, "--by", "goal and its reasons.guard").code == 0
    ordered = listed("list", "runs", "--json", "--sort", "-goal and its reasons.guard").json
    assert ordered[0]["condition"]["section.Goal and its reasons.guard"] == "peace"


def test_a_filter_that_leaves_none_is_an_empty_list(listed: Program) -> None:
    said = listed("list", "runs", "--where", "messages=2", "--state", "failed")
    assert (said.code, "the filters" in said.out) == (0, True)


@pytest.mark.slow
def test_rows_are_sorted_by_a_column_or_a_factor(listed: Program) -> None:
    def column(name: str, sort: str) -> list[object]:
        rows = listed("list", "runs", "--json", "--sort", sort).json
        return [row.get(name, row["condition"].get(name)) for row in rows]

    assert column("messages", "messages") == [2, 2, 2, 2, 4, 4, 4, 4]
    assert column("replicate", "-replicate") == [2, 2, 2, 2, 1, 1, 1, 1]
    assert column("replicate", "-#") == [2, 2, 2, 2, 1, 1, 1, 1]
    assert column("messages", "msgs") == [2, 2, 2, 2, 4, 4, 4, 4]
    assert listed("list", "sweeps", "--sort", "done").code == 0
    said = listed("list", "runs", "--sort", "mesages")
    assert (said.code, "did you mean messages" in said.err) == (2, True)


@pytest.mark.slow
def test_a_list_says_who_changed_a_colleagues_experiment(listed: Program) -> None:
    bob = listed.as_user("bob")
    [sweep] = bob("list", "sweeps", "--json").json
    assert sweep["changed_by"] is None
    assert bob("run", sweep["experiment"][:8], "--model", "dry=offline:other", "--yes").code == 0
    assert [row["changed_by"] for row in bob("list", "sweeps", "--json").json] == ["bob", None]
    assert "changed by" in bob("list", "sweeps").out
    his = bob("list", "sweeps", "--json").json[0]["sweep"]
    assert listed("extend", his, "--days", "2", "--yes").code == 0
    assert [row["changed_by"] for row in listed("list", "sweeps", "--json").json] == ["bob", "bob", None]


def test_the_version_is_printed_and_a_misspelt_command_proposed(program: Program) -> None:
    assert program("--version").out == f"sociarium {version('sociarium')}\n"
    said = program("statuss")
    assert (said.code, "did you mean status?" in said.err) == (2, True)
    assert program("help", "list").out == program("list", "--help").out
    assert program("help", "help").out == program("--help").out
    assert program("--help").out.count("\n  --install-completion ") == 1
