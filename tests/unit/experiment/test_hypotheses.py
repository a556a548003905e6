"""Hypotheses and exclusion rules in a file: checked against what it has, and hashed."""

from __future__ import annotations

from typing import Any

import pytest

from sociarium.experiment.canonical import fingerprint
from sociarium.experiment.definition import Definition
from sociarium.experiment.registration import registration_text
from tests.support.definitions import definition, small
from tests.support.refusals import the_problem

TRUST = "{name: trust, of: [guard], at: [end], ask: Trust?, answer: {from: 0, to: 10}}"
KNOWN = '{name: known, at: [end], ask: Known?, answer: {choices: ["yes", "no"]}, use: awareness}'
COMPARE = "compare: {factor: messages, level: 4, baseline: 2}"
SWEEP = "{factors: {messages: [2, 4]}, replicates: 12}"
FIRST = f"{{name: longer trusts, measure: probe trust of guard at end, {COMPARE}, direction: increase, smallest: 0.5}}"


def file(hypotheses: str = f"[{FIRST}]", **more: Any) -> str:
    return small(**{"probes": f"[{TRUST}, {KNOWN}]", "sweep": SWEEP, "hypotheses": hypotheses, **more})


def made(**more: Any) -> Definition:
    return definition(file(**more))


@pytest.mark.parametrize(
    ("hypothesis", "path", "words", "mend"),
    [
        (
            FIRST.replace("factor: messages", "factor: mesages"),
            "compare.factor",
            "'mesages' is not a factor",
            "messages?",
        ),
        (FIRST.replace("level: 4", "level: 5"), "compare.level", "5 is not a level of messages", "2, 4"),
        (FIRST.replace("baseline: 2", "baseline: 4"), "compare.baseline", "compared with itself", "another"),
        (FIRST.replace("probe trust", "probe truts"), "measure", "no probe 'truts'", "trust?"),
        (FIRST.replace("of guard", "of prisoner"), "measure", "not asked of 'prisoner'", "guard"),
        (FIRST.replace("at end", "at start"), "measure", "not asked at start", "end"),
        (FIRST.replace("trust of guard at end", "known at end = yes"), "measure", "several roles", "known of guard"),
        (FIRST.replace("trust of guard at end", "known of guard at end"), "measure", "missing or unknown", "= ANSWER"),
        (FIRST.replace("probe trust of guard at end", "mood"), None, "no measure", "messages, words"),
        (FIRST.replace(COMPARE, "formula: mesages, term: x"), "formula", "'mesages' is not a factor", "messages?"),
    ],
)
def test_what_a_hypothesis_names_must_be_there(hypothesis: str, path: str | None, words: str, mend: str) -> None:
    problem = the_problem(file(f"[{hypothesis}]"))
    assert problem.path == "hypotheses[0]" + (f".{path}" if path else "")
    assert words in problem.message
    assert mend in f"{problem.message} {problem.mend}"


def test_a_family_shares_one_alpha() -> None:
    second = FIRST.replace("longer trusts", "second").replace("direction:", "alpha: 0.01, direction:")
    assert the_problem(file(f"[{FIRST}, {second}]")).path == "hypotheses[1].alpha"


def test_an_end_by_width_of_what_is_tested_is_refused() -> None:
    sweep = SWEEP.replace("replicates: 12", "replicates: 12, stop_when: {measure: probe trust at end, width: 1}")
    problem = the_problem(file(sweep=sweep))
    assert "a hypothesis is about it" in problem.message
    assert problem.mend == "stop by a measure that no hypothesis is about, or declare looks with `sequential:` instead"


def test_the_hash_is_of_the_canonical_json_of_hypotheses_and_exclusions() -> None:
    one = made(exclusions="[{flag: empty}]")
    compare = {"factor": "messages", "level": 4, "baseline": 2}
    measure = "probe trust of guard at end"
    only = {"name": "longer trusts", "measure": measure, "direction": "increase", "smallest": 0.5, "compare": compare}
    assert one.hypotheses_hash == fingerprint({"exclusions": [{"flag": "empty"}], "hypotheses": [only]})


def test_an_address_changes_no_hash_and_everything_that_is_tested_does() -> None:
    plain = made().hypotheses_hash
    assert made(registered="https://osf.io/abcde").hypotheses_hash == plain
    assert made(note="Other words.").hypotheses_hash == plain
    changed = [
        made(hypotheses=f"[{FIRST.replace('smallest: 0.5', 'smallest: 0.6')}]"),
        made(hypotheses=f"[{FIRST.replace('increase', 'decrease')}]"),
        made(exclusions="[{ended: refused}]"),
    ]
    assert len({plain, *(one.hypotheses_hash for one in changed)}) == 4
    assert definition(small()).hypotheses_hash is None


@pytest.mark.parametrize(
    "rule", ["{}", "{flag: empty, ended: refused}", "{probe: trust}", "{flag: empty, below: 3}", "{ended: completed}"]
)
def test_an_exclusion_is_one_rule(rule: str) -> None:
    assert the_problem(file(exclusions=f"[{rule}]")).path.startswith("exclusions[0]")


def test_an_exclusion_by_a_probe_that_is_not_there_is_told_with_the_nearest() -> None:
    problem = the_problem(file(exclusions="[{probe: knwon, answer: 'yes'}]"))
    assert (problem.path, "known" in problem.mend) == ("exclusions[0].probe", True)


def test_the_registration_says_everything_that_is_tested_and_its_hash() -> None:
    one = made(exclusions="[{probe: known, answer: 'yes'}]", registered="https://osf.io/abcde")
    text = registration_text(one)
    for part in (one.hypotheses_hash or "", "https://osf.io/abcde", "an increase is expected", "matters is 0.5",
                 "messages: 4 against 2", "Holm within the family 'all'", "somebody answered 'yes' to known",
                 "2 conditions, 12 replicates, seed 0"):  # fmt: skip
        assert part in text
    assert "not externally registered" in registration_text(made())
