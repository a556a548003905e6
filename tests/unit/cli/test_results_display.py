"""Results on a screen: what has no run with a value is counted, and no row of it is shown."""

from __future__ import annotations

import pytest
from rich.console import Console

from sociarium.analysis.positive_spread import spreads_text
from sociarium.analysis.result_rows import ProbeRow, Results, SpreadMark, TalkRow
from sociarium.analysis.student_t import Estimate
from sociarium.cli.display.results import Flagged, as_json_value, print_results, print_tsv
from sociarium.exchange.tables.read import RunAccount


def row(probe: str, tone: str, value: Estimate, missing: int) -> ProbeRow:
    return ProbeRow(probe, (("tone", tone),), "guard", "end", None, value, value.n, missing)


def show(*rows: ProbeRow, free_text: dict[str, int] | None = None) -> None:
    talk = (TalkRow((("tone", "mild"),), 2, dict.fromkeys(["messages", "words", "flagged", "empty", "cost"], NOTHING)),)
    made = Results({}, ("tone",), (), 4, rows, talk, free_text or {}, {}, (3,), 0, 0)
    print_results(Console(width=200), "Wing", made, RunAccount(4, 4, {}), Flagged(0, left_out=False), None)


SOME, NOTHING = Estimate(2, 4.25, 4, 4.5), Estimate(0, None, reason="no run")


def test_a_condition_whose_answers_all_have_no_value_is_said_and_has_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    show(row("trust", "mild", SOME, 0), row("trust", "tense", NOTHING, 2))
    shown = capsys.readouterr().out
    assert "4.25" in shown
    assert "tense" not in shown
    assert "left out, for they have no value: 2 of trust" in shown
    assert "trust: 1 of 2 rows has no run with a value and is not shown" in shown


def test_draws_are_called_shared_where_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    made = Results({}, (), (), 2, (row("trust", "mild", SOME, 0),), (), {}, {}, (3,), 0, 0)
    for shares in (True, False):
        account = RunAccount(2, 2, {}, shares_draws=shares)
        print_results(Console(width=400), "Wing", made, account, Flagged(0, left_out=False), None)
        assert ("the same random draws in every condition" in capsys.readouterr().out) is shares


def test_answers_in_words_of_which_one_is_missing_are_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    show(row("plan", "mild", NOTHING, 1), free_text={"plan": 3})
    shown = capsys.readouterr().out
    assert "plan of guard" not in shown
    assert "3 answers in words" in shown
    assert "1 of plan" in shown
    assert "not shown" not in shown


def test_an_outcome_that_varies_much_is_said_below_the_tables_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    mark = SpreadMark("trust", "guard", "end", 0.6, 5)
    made = Results({}, (), (), 2, (row("trust", "mild", SOME, 0),), (), {}, {}, (3,), 0, 0, spreads=(mark,))
    account, flagged = RunAccount(2, 2, {}), Flagged(0, left_out=False)
    print_results(Console(width=200), "Wing", made, account, flagged, None)
    assert "! trust, guard, end: values are positive and spread by 60%" in capsys.readouterr().out
    assert as_json_value(made, account, flagged)["spreads"][0]["ratio"] == mark.ratio
    print_tsv(made)
    head, first = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert first[head.index("note")] == spreads_text([mark])
