"""`annotate`: a codebook from a file, sheets out and in, agreement."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.support.definitions import small
from tests.support.played_stores import two_days
from tests.support.program import Program

CODEBOOK = """\
title: Tone
context: 1
items:
  - name: tone
    categories: [hostile, neutral, friendly]
  - name: force
    measurement: ordinal
    scale: {from: 1, to: 5}
"""


@pytest.fixture
def swept(program: Program) -> Program:
    """Eight conversations, and a codebook in a file."""
    assert program("run", program.file(two_days())).code == 0
    (program.folder / "tone.yaml").write_text(CODEBOOK, encoding="utf-8")
    return program


def fill(path: Path, values: list[tuple[str, int]]) -> None:
    book = openpyxl.load_workbook(path)
    page = book["Labels"]
    for row, (tone, force) in enumerate(values, start=2):
        page.cell(row, 5).value, page.cell(row, 6).value = tone, force
    book.save(path)


@pytest.mark.slow
def test_sheets_go_out_and_come_in_and_agreement_is_told(swept: Program) -> None:
    drawn = swept("annotate", "Two days", "--codebook", "tone.yaml", "--draw", "random:6", "--seed", "3", "--json").json
    assert (drawn["sample"]["size"], drawn["sample"]["of"], drawn["sample"]["probability"]) == (6, 40, 0.15)
    for who in ("bob", "cleo"):
        name = f"{who}.xlsx"
        report = swept("annotate", "Two days", "--codebook", "tone", "--out", name, "--annotator", who, "--json").json
        assert (report["rows"], report["annotator"]) == (6, who)
    order = {who: [row[0] for row in openpyxl.load_workbook(swept.folder / f"{who}.xlsx")["Labels"].values][1:]
             for who in ("bob", "cleo")}  # fmt: skip
    assert sorted(order["bob"]) == sorted(order["cleo"])
    label = {token: ("hostile" if at % 2 else "neutral", at % 5 + 1) for at, token in enumerate(order["bob"])}
    for who, tokens in order.items():
        fill(swept.folder / f"{who}.xlsx", [label[token] for token in tokens])
        assert swept("annotate", "--read", f"{who}.xlsx", "--json").json["changed"] == 12
    assert swept("annotate", "--read", "bob.xlsx", "--json").json["changed"] == 0
    [tone, force] = swept("annotate", "Two days", "--agreement", "--json").json["items"]
    assert (tone["units"], tone["percent"], tone["alpha"]["value"]) == (6, 1.0, 1.0)
    assert (force["annotators"], force["kappas"][0]["weights"]) == (["bob", "cleo"], "quadratic")
    rows = swept("results", "Two days", "--measure", "label:force", "--json").json["probes"]
    assert {row["probe"] for row in rows} == {"label:force"}
    assert sum(row["answers"] for row in rows) == 6
    assert "label:tone" in swept("results", "Two days", "--measure", "label:tone").out
    assert "no codebook has an item 'mood'" in swept("results", "Two days", "--measure", "label:mood").err
    screen = swept("annotate", "Two days", "--agreement").out
    assert "bob, cleo" in screen
    assert "under 20 a percentile bootstrap is too narrow" in screen


@pytest.mark.slow
def test_a_sheet_with_an_error_is_refused_as_a_whole(swept: Program) -> None:
    swept("annotate", "Two days", "--codebook", "tone.yaml", "--draw", "all", "--out", "a.xlsx")
    fill(swept.folder / "a.xlsx", [("hostile", 1), ("rude", 2)])
    result = swept("annotate", "--read", "a.xlsx")
    assert (result.code, "row 3: 'tone' has no value 'rude'" in result.err) == (2, True)
    assert swept("annotate", "Two days", "--agreement", "--json").json["items"][0]["reason"]
    fill(swept.folder / "a.xlsx", [("hostile", 1), ("neutral", 2)])
    assert swept("annotate", "--read", "a.xlsx").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Two days"], "there is no codebook"),
        (["Two days", "--codebook", "gone.yaml"], "there is no file gone.yaml"),
        (["Two days", "--codebook", "tone.yaml", "--draw", "some"], "no way to draw"),
        (["Two days", "--codebook", "tone.yaml", "--out", "a.xlsx"], "nothing was drawn"),
        (["Two days", "--codebook", "tone.yaml", "--draw", "all", "--out", "a.csv"], "ends in .xlsx"),
        (["--read", "gone.xlsx"], "there is no file gone.xlsx"),
        ([], "name what is to be labelled"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_mend(swept: Program, arguments: list[str], words: str) -> None:
    result = swept("annotate", *arguments)
    assert result.code == 2
    assert words in result.err
    assert "Traceback" not in result.err


@pytest.mark.slow
def test_who_labels_is_told_by_which_check_it_was_chosen_once_all_is_labelled(program: Program) -> None:
    said = "I will not move from this gate before it is dark."
    script = ", ".join([said] * 3)
    own = small(roles=f"{{guard: {{}}, prisoner: {{script: [{script}]}}}}", sweep="{factors: {messages: 6}}")
    assert program("run", program.file(own)).code == 0
    (program.folder / "tone.yaml").write_text(CODEBOOK, encoding="utf-8")

    drawn = program("annotate", "Small", "--codebook", "tone.yaml", "--draw", "check:repetition", "--out", "ada.xlsx")
    assert drawn.code == 0
    rows = len(list(openpyxl.load_workbook(program.folder / "ada.xlsx")["Labels"].values)) - 1
    told = [drawn.out, program("annotate", "Small", "--codebook", "tone").out]
    assert [one for one in told if "repetition" in one] == []
    fill(program.folder / "ada.xlsx", [("neutral", 1)] * rows)
    assert program("annotate", "--read", "ada.xlsx").code == 0
    assert "by the check 'repetition'" in program("annotate", "Small", "--codebook", "tone").out
    assert "by the check 'repetition'" in program("annotate", "Small", "--codebook", "tone", "--agreement").out
