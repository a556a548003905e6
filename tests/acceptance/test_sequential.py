"""A sequential design from its first look to its last: what is played, tested, and told."""

from __future__ import annotations

import csv

import pytest

from sociarium.analysis.statistics.group_sequential import p_of_look
from tests.support.definitions import small
from tests.support.program import Program

HYPOTHESES = "[{name: longer, measure: words, compare: {factor: messages, level: 4, baseline: 2}}]"
SWEEP = "{factors: {messages: [2, 4]}, replicates: 12, sequential: {looks: [10, 12]}}"


def analyze(program: Program, name: str) -> tuple[str, dict[str, str]]:
    """The report's page, and what it has of the hypothesis."""
    told = program("analyze", "Small", "--out", name)
    assert told.code == 0, told.err
    page = (program.folder / name / "report.html").read_text(encoding="utf-8")
    [path] = (program.folder / name).rglob("hypotheses.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    return page, row


@pytest.mark.slow
def test_hypotheses_are_tested_at_declared_looks_alone_and_at_their_levels(program: Program) -> None:
    first = program("run", program.file(small(sweep=SWEEP, hypotheses=HYPOTHESES)))
    assert first.code == 3
    assert "look 1 of 2 is due, at 10 whole replicates" in " ".join(f"{first.out} {first.err}".split())
    page, row = analyze(program, "first")
    assert "This is look 1 of 2, at 10 whole replicates" in page
    assert "outcomes were looked at" not in page, "a declared look is no departure"
    p = float(row["p"])
    assert float(row["p_holm"]) == pytest.approx(p_of_look(p, (10 / 12,), "obrien_fleming"), rel=1e-4)
    assert float(row["p_holm"]) > p
    assert row["verdict"].startswith(("supported", "not shown", "the opposite"))

    assert program("resume", "--limit", "1").code in {0, 3}
    page, row = analyze(program, "between")
    assert "No look is due" in page
    assert (row["p_holm"], row["verdict"]) == ("", "not tested: no declared look is due")

    assert program("resume").code == 0
    page, row = analyze(program, "last")
    assert "This is look 2 of 2, at 12 whole replicates" in page
    assert "outcomes were looked at when 21 of 24 runs were finished" in page
    assert float(row["p_holm"]) == pytest.approx(p_of_look(float(row["p"]), (10 / 12, 1.0), "obrien_fleming"), rel=1e-4)
