"""What the tables of runs, messages, calls and probes come to, by condition. The unit is the run.

Where an agent is asked several times at a moment, its numbers are averaged, and the most frequent of its choices
counts. Answers of a run's agents are averaged within the run first; mean and interval are over these averages. Of a
probe with choices each option is such a value: the share of the run's answers that chose it; of two options one is, as
`counted_options` has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import TypeVar

from sociarium.analysis.asked_answers import asked_answers
from sociarium.analysis.label_measures import LabelMeasure, unit_values
from sociarium.analysis.options import counted_options
from sociarium.analysis.positive_spread import answer_marks, talk_marks
from sociarium.analysis.result_rows import Answer, Change, Condition, ProbeRow, Results, TalkRow
from sociarium.analysis.run_values import CHANGE, differences_of, moment_order, value_of, values_of
from sociarium.analysis.student_t import Estimate, estimate, share_estimate
from sociarium.analysis.talk import spoken_rows, talk_answers
from sociarium.exchange.tables.read import Cells, RunTables
from sociarium.experiment.definition import ProbeUse
from sociarium.experiment.sweep import Level
from sociarium.records.lists import label_of

T = TypeVar("T")

TABLES = ("runs", "messages", "calls", "probes", "posts")
"""What is read of each run."""

CHECK_ORDER: tuple[ProbeUse, ...] = ("awareness", "manipulation_check", "outcome")
"""What probes are for, in the order in which they are shown."""

_MEASURES: Mapping[str, tuple[float, float] | None] = {
    "messages": None, "words": None, "flagged": (0, 1), "empty": (0, 1), "cost": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunNumbers:
    """What is kept of a run once its rows are read: numbers, no texts but options.

    Attributes:
        talk: what was said, as `talk_answers` has it.
        is_feed: whether people posted in it.
    """

    conditions: tuple[Mapping[str, Level], ...]
    answers: tuple[Answer, ...]
    measures: Mapping[str, float | None]
    ended: str
    protocol: int | None
    offline: bool
    talk: tuple[Answer, ...] = ()
    is_feed: bool = False

    @property
    def is_flagged(self) -> bool:
        """Whether a message of it has a flag."""
        return bool(self.measures["flagged"])


def run_numbers(run: RunTables, cost_of: Callable[[Sequence[Cells]], float | None]) -> RunNumbers:
    """What the results need of a run.

    Args:
        cost_of: US dollars of some calls, where a run has no prices of its own; None where one is not known.
    """
    [row] = run.rows["runs"]
    spoken = spoken_rows(run)
    words = [len(one["content"].split()) for one in spoken]
    flags = [one["flags"].split() for one in spoken]
    return RunNumbers(
        run.conditions,
        asked_answers(run.rows["probes"]),
        {
            "messages": float(len(spoken)),
            "words": _mean(words),
            "flagged": _mean([bool(one) for one in flags]),
            "empty": _mean(["empty" in one or not count for one, count in zip(flags, words, strict=True)]),
            # What was imported with its words alone has no calls to count.
            "cost": None if row["protocol"] is None else cost_of(run.rows["calls"]) if run.cost is None else run.cost,
        },
        row["ended"] or "",
        row["protocol"],
        bool(row["offline"]),
        talk_answers(run),
        bool(run.rows["posts"]),
    )


def with_labels(numbers: RunNumbers, labels: Sequence[Cells], measure: LabelMeasure) -> RunNumbers:
    """A run's numbers with what people say of it, as if it were answers to a question.

    Args:
        labels: its rows of the table of labels.
    """
    labelled = tuple(Answer(measure.name, "", unit, "", value) for unit, value in unit_values(labels, measure))
    return replace(numbers, answers=(*numbers.answers, *labelled))


def results(
    runs: Sequence[RunNumbers],
    *,
    choices: Mapping[str, Sequence[str]],
    by: Sequence[str] | None = None,
    change: Change | None = None,
    probe: str | None = None,
    uses: Mapping[str, ProbeUse] | None = None,
) -> Results:
    """Means and shares by condition.

    Args:
        choices: probe -> its options, in order; an option that nobody chose has a row, too, and of two options one has.
        by: factors that rows differ by; all that differ where left out. Runs are averaged over the others.
        change: of the answers between two moments, instead of the answers.
        probe: only this one.
        uses: probe -> what it is for; an outcome where it is not named.
    """
    levels = _levels(runs)
    varying = [factor for factor, values in levels.items() if len(values) > 1]
    factors = tuple(by) if by is not None else tuple(varying)
    groups: dict[Condition, list[RunNumbers]] = defaultdict(list)
    for run in runs:
        for condition in dict.fromkeys(_condition(one, factors) for one in run.conditions):
            groups[condition].append(run)
    groups = {condition: groups[condition] for condition in sorted(groups, key=_level_order)}
    probes = _checks_first(_probe_rows(groups, choices, change, probe), uses or {})
    talk = tuple(TalkRow(condition, len(group), _talk(group)) for condition, group in groups.items())
    ended: dict[str, int] = defaultdict(int)
    free: dict[str, int] = defaultdict(int)
    for run in runs:
        ended[run.ended] += run.ended not in {"", "completed"}
        for answer in run.answers:
            free[answer.probe] += isinstance(answer.value, str) and answer.probe not in choices
    return Results(
        {factor: next(iter(values)) for factor, values in levels.items() if len(values) == 1 and None not in values},  # type: ignore[misc]  # without None
        factors,
        tuple(factor for factor in varying if factor not in factors),
        len(runs),
        probes,
        talk,
        {name: count for name, count in free.items() if count},
        {how: count for how, count in ended.items() if count},
        tuple(sorted({run.protocol for run in runs if run.protocol is not None})),
        sum(len(run.conditions) > 1 for run in runs),
        sum(run.offline for run in runs),
        sum(run.is_feed for run in runs),
        (),
        tuple(answer_marks(_by_condition(runs, lambda run: run.answers), probes)),
        tuple(talk_marks(_by_condition(runs, lambda run: run.measures), talk)),
    )


def _by_condition(runs: Iterable[RunNumbers], part: Callable[[RunNumbers], T]) -> dict[Condition, list[T]]:
    """Whole conditions, whichever factors rows differ by, with a part of each of their runs."""
    groups: dict[Condition, list[T]] = defaultdict(list)
    for run in runs:
        for condition in dict.fromkeys(tuple(one.items()) for one in run.conditions):
            groups[condition].append(part(run))
    return groups


def factors_of(runs: Iterable[RunNumbers]) -> tuple[str, ...]:
    """The factors that the conditions of runs name, in the order in which they come in the runs."""
    return tuple(dict.fromkeys(factor for run in runs for condition in run.conditions for factor in condition))


def moments_of(runs: Iterable[RunNumbers], probe: str | None = None) -> list[str]:
    """The moments at which probes were asked, in the order in which they come in the runs."""
    answers = (answer for run in runs for answer in run.answers if probe in {None, answer.probe})
    moments = dict.fromkeys(answer.moment for answer in answers)
    return sorted(moments, key=moment_order)


def _probe_rows(
    groups: Mapping[Condition, Sequence[RunNumbers]],
    choices: Mapping[str, Sequence[str]],
    change: Change | None,
    probe: str | None,
) -> list[ProbeRow]:
    rows: list[ProbeRow] = []
    for condition, group in groups.items():
        keys = dict.fromkeys(
            (one.probe, one.role, "" if change else one.moment)
            for run in group
            for one in run.answers
            if probe in {None, one.probe}
        )
        for name, role, moment in sorted(keys, key=lambda key: moment_order(key[2])):
            own = [[one for one in run.answers if (one.probe, one.role) == (name, role)] for run in group]
            options = counted_options(choices[name]) if name in choices else (None,)
            made = (_probe_row((name, condition, role, moment), own, option, change) for option in options)
            rows += [row for row in made if row.answers or row.missing]
    order = {name: number for number, name in enumerate(dict.fromkeys(row.probe for row in rows))}
    return sorted(rows, key=lambda row: order[row.probe])


def _checks_first(rows: Sequence[ProbeRow], uses: Mapping[str, ProbeUse]) -> tuple[ProbeRow, ...]:
    with_use = (replace(row, use=uses.get(row.probe, row.use)) for row in rows)
    return tuple(sorted(with_use, key=lambda row: CHECK_ORDER.index(row.use)))


def _probe_row(
    place: tuple[str, Condition, str, str], runs: Sequence[Sequence[Answer]], option: str | None, change: Change | None
) -> ProbeRow:
    name, condition, role, moment = place
    value = value_of(option)
    if change is not None:
        moment, bounds = CHANGE.join(change), (-1.0, 1.0)
        pairs = [differences_of(answers, change, value) for answers in runs]
    else:
        bounds = (0.0, 1.0)
        pairs = [values_of([one for one in answers if one.moment == moment], value) for answers in runs]
    means = [fsum(values) / len(values) for values, _ in pairs if values]
    if option is not None and change is None and all(len(values) <= 1 for values, _ in pairs):
        mean = share_estimate(means)
    else:
        mean = estimate(means, bounds=None if option is None else bounds)
    answers, missing = sum(len(values) for values, _ in pairs), sum(without for _, without in pairs)
    return ProbeRow(name, condition, role, moment, option, mean, answers, missing)


def _talk(group: Sequence[RunNumbers]) -> dict[str, Estimate]:
    means = {}
    for name, bounds in _MEASURES.items():
        values = [run.measures[name] for run in group]
        if name == "cost" and None in values:
            # A mean over those runs alone whose price is known would be of other runs.
            means[name] = Estimate(0, None, reason="no price is known")
        else:
            means[name] = estimate([value for value in values if value is not None], bounds=bounds)
    return means


def _levels(runs: Sequence[RunNumbers]) -> dict[str, dict[Level | None, None]]:
    """Factor -> the levels that it has; None among them where some condition lacks it."""
    conditions = [condition for run in runs for condition in run.conditions]
    return {factor: dict.fromkeys(condition.get(factor) for condition in conditions) for factor in factors_of(runs)}


def _condition(condition: Mapping[str, Level], factors: Sequence[str]) -> Condition:
    return tuple((factor, condition[factor]) for factor in factors if factor in condition)


def _level_order(condition: Condition) -> list[tuple[bool, float, str]]:
    """Numbers by size, before texts by letter; `null`, which leaves an option out, is read as a text."""
    return [
        (False, level, "") if isinstance(level, int | float) else (True, 0, label_of(level)) for _, level in condition
    ]


def _mean(values: Sequence[float]) -> float | None:
    return fsum(values) / len(values) if values else None
