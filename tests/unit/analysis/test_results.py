"""What runs come to, against numbers reckoned by hand."""

from __future__ import annotations

from statistics import fmean, stdev
from typing import Any

import pytest

from sociarium.analysis.positive_spread import spreads_text
from sociarium.analysis.result_rows import Change, Results, SpreadMark
from sociarium.analysis.results import RunNumbers, moments_of, results, run_numbers
from sociarium.analysis.student_t import Estimate
from sociarium.exchange.tables.read import RunTables


def answer(agent: str, value: Any, at: str = "end", *, day: int = 1, name: str = "trust") -> dict[str, Any]:
    number = float(value) if isinstance(value, int) else None
    return {"name": name, "role": "guard", "agent": agent, "day": day, "at": at, "number": number,
            "answer": None if value is None else str(value)}  # fmt: skip


def message(content: str, flags: str = "") -> dict[str, Any]:
    return {"content": content, "flags": flags}


def run(tone: str, *answers: dict[str, Any], said: tuple[dict[str, Any], ...] = (), **more: Any) -> RunNumbers:
    row = {"ended": "completed", "protocol": 3, "offline": False, **more}
    conditions = more.pop("conditions", ({"tone": tone, "days": 2},))
    rows = {"runs": [row], "messages": said, "calls": [{"n": 1}], "probes": answers, "posts": []}
    return run_numbers(RunTables("r", conditions, rows), lambda calls: 0.5 * len(calls))


def of(*runs: RunNumbers, choices: dict[str, list[str]] | None = None, **options: Any) -> Results:
    return results(runs, choices=choices or {}, **options)


def test_agents_are_averaged_within_a_run_before_the_runs_are() -> None:
    # Runs of 1, 2 and 3 agents: means 2, 4 and 6, and not the 28 / 6 of all answers.
    made = of(
        run("mild", answer("a", 2)),
        run("mild", answer("a", 3), answer("b", 5)),
        run("mild", answer("a", 5), answer("b", 6), answer("c", 7)),
    )
    [row] = made.probes
    assert (row.estimate.n, row.estimate.mean, row.answers) == (3, 4, 6)
    assert (round(row.estimate.low or 0, 3), round(row.estimate.high or 0, 3)) == (-0.968, 8.968)
    assert (made.shared, made.factors) == ({"tone": "mild", "days": 2}, ())


def test_rows_differ_by_the_factors_that_differ_and_others_can_be_averaged_over() -> None:
    runs = [run("tense", answer("a", 2)), run("mild", answer("a", 4))]
    made = of(*runs)
    assert [(row.condition, row.estimate.mean) for row in made.probes] == [
        ((("tone", "mild"),), 4),
        ((("tone", "tense"),), 2),
    ]
    assert made.shared == {"days": 2}
    pooled = of(*runs, by=[])
    assert [(row.condition, row.estimate.mean, row.estimate.n) for row in pooled.probes] == [((), 3, 2)]
    assert pooled.pooled == ("tone",)


def test_a_level_that_leaves_an_option_out_stands_after_numbers() -> None:
    conditions: list[dict[str, Any]] = [{"option.max_tokens": limit} for limit in (None, 100, 20)]
    made = of(*(run("", answer("a", 2), conditions=(condition,)) for condition in conditions))
    assert [row.condition[0][1] for row in made.probes] == [20, 100, None]


def test_a_choice_is_a_share_of_each_runs_answers_and_an_option_that_nobody_chose_has_a_row() -> None:
    made = of(
        run("mild", answer("a", "yes"), answer("b", "no")),
        run("mild", answer("a", "yes"), answer("b", "yes")),
        choices={"trust": ["yes", "no", "unsure"]},
    )
    assert [(row.option, row.estimate.mean, row.estimate.reason) for row in made.probes] == [
        ("yes", 0.75, ""),
        ("no", 0.25, ""),
        ("unsure", 0, "all runs equal"),
    ]
    assert (made.probes[0].estimate.low, made.probes[0].estimate.high) == (0, 1)  # 0.75 +- 12.7 * 0.25, cut


def test_one_choice_a_run_has_wilsons_interval_and_several_agents_or_a_change_have_it_not() -> None:
    yes, no = run("mild", answer("a", "yes")), run("mild", answer("a", "no"))
    [row] = of(yes, yes, no, choices={"trust": ["yes", "no"]}).probes
    # Wilson's, of 2 of 3, by hand: centre 0.5731, half 0.3654.
    assert (round(row.estimate.low or 0, 3), round(row.estimate.high or 0, 3)) == (0.208, 0.939)
    both = run("mild", answer("a", "yes"), answer("b", "yes"))
    [row] = of(both, both, no, choices={"trust": ["yes", "no"]}).probes
    assert (row.estimate.low, row.estimate.high) == (0, 1)
    changed = run("mild", answer("a", "no", "start"), answer("a", "yes"))
    [row] = of(changed, changed, choices={"trust": ["yes", "no"]}, change=("start", "end")).probes
    assert row.estimate.reason == "all runs equal"


@pytest.mark.parametrize(("change", "mean"), [(("start", "end"), 1.5), (("day 1", "end"), -1.0)])
def test_a_change_is_within_agents_who_answered_at_both_moments(change: Change, mean: float) -> None:
    first = run("mild", answer("a", 1, "start"), answer("b", 9, "start"), answer("a", 5, "each_day"),
                answer("a", 4), answer("b", None), answer("c", 8))  # fmt: skip
    second = run("mild", answer("a", 3, "start"), answer("a", 4, "each_day"), answer("a", 3))
    assert moments_of([first, second]) == ["start", "day 1", "end"]
    [row] = of(first, second, change=change).probes
    assert row.estimate.mean == mean
    assert row.missing == 2


def test_answers_without_a_value_are_left_out_and_counted() -> None:
    [row] = of(run("mild", answer("a", None), answer("b", 4)), run("mild", answer("a", None))).probes
    assert (row.estimate, row.answers, row.missing) == (Estimate(1, 4, reason="one run"), 1, 2)


def test_answers_in_words_are_counted_and_not_averaged() -> None:
    made = of(run("mild", answer("a", "I would go.", name="plan"), answer("b", 4)))
    assert [row.probe for row in made.probes] == ["trust"]
    assert made.free_text == {"plan": 1}


def test_messages_words_flags_emptiness_and_cost_are_over_runs() -> None:
    made = of(
        run("mild", said=(message("one two three"), message("", "empty"))),
        run("mild", said=(message("one", "trimmed"), message("one"), message("one"), message("one"))),
    )
    [talk] = made.talk
    means = {name: value.mean for name, value in talk.measures.items()}
    assert means == {"messages": 3, "words": 1.25, "flagged": 0.375, "empty": 0.25, "cost": 0.5}


def test_a_run_without_calls_on_record_has_no_cost() -> None:
    made = of(run("mild", protocol=None), run("mild"))
    assert made.talk[0].measures["cost"] == Estimate(0, None, reason="no price is known")


def test_a_run_of_several_conditions_counts_in_each() -> None:
    both = ({"tone": "mild", "days": 2}, {"tone": "tense", "days": 2})
    made = of(run("", answer("a", 3), conditions=both), run("tense", answer("a", 5)))
    assert [(row.estimate.n, row.estimate.mean) for row in made.probes] == [(1, 3), (2, 4)]
    assert made.several == 1


def test_how_runs_ended_and_under_which_rules_is_told() -> None:
    made = of(run("mild", ended="refused"), run("mild", protocol=4, offline=True))
    assert (made.ended, made.protocols, made.offline) == ({"refused": 1}, (3, 4), 1)


def test_of_an_agent_asked_several_times_numbers_are_averaged_and_the_most_frequent_choice_counts() -> None:
    numbers = of(run("mild", answer("a", 2), answer("a", 4), answer("b", 6)))
    [row] = numbers.probes
    assert (row.estimate.mean, row.answers) == (4.5, 2)
    verdicts = [answer("a", value) for value in ("no", "yes", "yes", None)] + [answer("b", "no"), answer("b", "yes")]
    chosen = of(run("mild", *verdicts), choices={"trust": ["yes", "no"]})
    assert [(row.option, row.estimate.mean, row.answers) for row in chosen.probes] == [("yes", 0.5, 2)]


@pytest.mark.parametrize(
    ("options", "counted"),
    [(["stay", "leave"], "stay"), (["no", "yes"], "yes"), (["Yes", "No"], "Yes"), (["0", "1"], "1")],
)
def test_two_choices_mirror_each_other_and_are_one_row_of_the_affirmative_or_else_the_first(
    options: list[str], counted: str
) -> None:
    runs = [run("mild", answer("a", options[0])), run("mild", answer("a", options[1]))]
    assert [row.option for row in of(*runs, choices={"trust": options}).probes] == [counted]


def test_checks_stand_before_outcomes() -> None:
    answers = [answer("a", 1, name=name) for name in ("trust", "noticed", "study")]
    uses: Any = {"noticed": "manipulation_check", "study": "awareness"}
    made = of(run("mild", *answers), uses=uses)
    assert [(row.probe, row.use) for row in made.probes] == [
        ("study", "awareness"),
        ("noticed", "manipulation_check"),
        ("trust", "outcome"),
    ]


def test_answers_that_are_positive_and_vary_much_are_marked_in_the_words_of_reports() -> None:
    values = {"mild": (1, 2, 9), "tense": (2, 3, 10)}
    runs = [
        run(tone, answer("a", value), answer("b", value, "start")) for tone, some in values.items() for value in some
    ]
    first, second = of(*runs).spreads
    assert (first.outcome, first.role, {first.moment, second.moment}) == ("trust", "guard", {"start", "end"})
    ratio = fmean((stdev(some) / fmean(some)) ** 2 for some in values.values()) ** 0.5
    assert (first.ratio, first.runs) == (pytest.approx(ratio), 3)
    # Averaged over tones, what is within conditions is the same, and the interval is of six runs.
    assert (of(*runs, by=[]).spreads[0].ratio, of(*runs, by=[]).spreads[0].runs) == (pytest.approx(ratio), 6)


def test_several_marks_are_told_in_one_sentence() -> None:
    one = SpreadMark("trust", "guard", "end", 0.6, 5)
    assert spreads_text([]) == ""
    assert spreads_text([one]).startswith("trust, guard, end: values are positive and spread by 60% of their mean")
    many = spreads_text([one, *(SpreadMark(f"q{number}", "", "", 0.5, 4) for number in range(8))])
    assert many.startswith("trust, guard, end 60%; q0 50%;")
    assert many.count("values are positive") == 1
    assert (
        "; and 3 more: values are positive and spread by so much of their mean within conditions, over 4 runs" in many
    )


@pytest.mark.parametrize("values", [(8, 9, 10), (0, 2, 9), (3,)])
def test_answers_that_vary_little_or_reach_zero_or_have_no_interval_are_not_marked(values: tuple[int, ...]) -> None:
    assert not of(*(run("mild", answer("a", value)) for value in values)).spreads


def test_a_change_and_shares_of_choices_are_not_marked() -> None:
    runs = [run("mild", answer("a", 1, "start"), answer("a", value)) for value in (2, 5, 19)]
    assert of(*runs).spreads
    assert not of(*runs, change=("start", "end")).spreads
    assert not of(*runs, choices={"trust": ["1", "2", "5", "19"]}).spreads


def test_messages_and_words_that_vary_much_are_marked() -> None:
    said = [tuple(message("word " * 5) for _ in range(count)) for count in (1, 2, 9)]
    [mark] = of(*(run("mild", said=one) for one in said)).talk_spreads
    assert (mark.outcome, mark.moment) == ("messages", "")
