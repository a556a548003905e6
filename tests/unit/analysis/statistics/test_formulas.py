"""Formulas: columns by their own names, and nothing that runs."""

from __future__ import annotations

import pytest

from sociarium.analysis.statistics.formulas import parse_formula
from sociarium.errors import BadInput

COLUMNS = (
    "outcome",
    "factor",
    "factor.goal",
    "section.Risk note",
    "agents.0.model",
    "a-b",
    "a",
    "b",
    "class",
    "größe",
    "0",
)


@pytest.mark.parametrize(
    ("text", "safe", "columns"),
    [
        ("outcome ~ factor.goal", "zq0zq ~ zq1zq", ("outcome", "factor.goal")),
        ("outcome ~ factor + factor.goal", "zq0zq ~ zq1zq + zq2zq", ("outcome", "factor", "factor.goal")),
        ("outcome~section.Risk note*class", "zq0zq ~ zq1zq*zq2zq", ("outcome", "section.Risk note", "class")),
        ("outcome ~ C(agents.0.model) : größe", "zq0zq ~ C(zq1zq) : zq2zq", ("outcome", "agents.0.model", "größe")),
        ("outcome ~ a-b", "zq0zq ~ zq1zq", ("outcome", "a-b")),
        ("outcome ~ a - b", "zq0zq ~ zq1zq - zq2zq", ("outcome", "a", "b")),
        ("outcome ~ 0 + `a` + Q('b') + `0`", "zq0zq ~ 0 + zq1zq + zq2zq + zq3zq", ("outcome", "a", "b", "0")),
        ("outcome ~ (a + b)**2", "zq0zq ~ (zq1zq + zq2zq)**2", ("outcome", "a", "b")),
    ],
)
def test_columns_are_known_by_their_own_names(text: str, safe: str, columns: tuple[str, ...]) -> None:
    formula = parse_formula(text, COLUMNS)
    assert (formula.safe, formula.columns, formula.outcome) == (safe, columns, "outcome")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("outcome ~ factor.gaol", "no column 'factor.gaol'; did you mean 'factor.goal'"),
        ("outcome ~ `gone`", "no column 'gone'"),
        ("outcome ~ __import__('os').system('true')", "no part of formulas"),
        ("outcome ~ I(a)", r"I\(...\) is no part of formulas"),
        ("outcome ~ a.__class__", "no column 'a.__class__'"),
        ("outcome ~ a[0]", r"'\[' is no part of one"),
        ("outcome ~ a + 7", "'7' is no part"),
        ("outcome ~ a ** 99", r"'\*' is no part|no part"),
        ("outcome a", "one tilde"),
        ("outcome ~ a ~ b", "one tilde"),
        ("a + b ~ factor", "one column stands left"),
        ("outcome ~ outcome", "cannot explain itself"),
    ],
)
def test_what_is_no_formula_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        parse_formula(text, COLUMNS)


def test_terms_are_named_in_the_researchers_words() -> None:
    formula = parse_formula("outcome ~ factor.goal * C(agents.0.model)", COLUMNS)
    assert formula.term_name("zq1zq[T.escape]:C(zq2zq)[T.a:b]") == "factor.goal[escape]:agents.0.model[a:b]"
    assert formula.columns_of("zq1zq[T.x]:C(zq2zq)[T.y]") == ("factor.goal", "agents.0.model")
