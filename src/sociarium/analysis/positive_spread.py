"""Outcomes for which few runs make intervals by t too narrow: positive ones that vary much within conditions.

A sample's own skewness is no sign of it: of exponential values the samples that look even are covered worst. How large
their spread is beside their mean, few runs do show: the rule holds in 99 of 100 samples of exponential values in two
conditions with 5 runs each, and in none of normal values with a spread of a tenth of their mean (docs/statistics.md).
It needs no library, since results on terminals and pages say it, too.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean, stdev

from sociarium.analysis.result_rows import Answer, Condition, ProbeRow, SpreadMark, TalkRow
from sociarium.analysis.run_values import CHANGE, run_mean

VARIES_MUCH = 0.4
"""Standard deviation over mean within conditions (the root of the mean square over these)."""
SPREAD = "values are positive and spread by"
"""Begins the note."""
FEW = 30
"""Runs a level under which families of contrasts say for which outcomes their intervals hold."""
_COUNTED = ("messages", "words", "cost")
"""Of what was said, what is no share."""
_ADVICE = (
    "if this is a count, a length or a duration, 95 % intervals cover 91 to 95 % of differences and 82 to 92 % of "
    "single means, and 95 % with `logarithm: true` in a declared analysis; answers on a scale with two ends are "
    "covered as differences"
)
_MOST_NAMED = 6


def positive_spread_text(cells: Iterable[Sequence[float]], *, fewest: int) -> str:
    """What a reader of intervals is told of an outcome that is positive and varies much; empty for others.

    Args:
        cells: the values of each condition, one a run.
        fewest: runs behind the interval that has the fewest.
    """
    ratio = _ratio(cells, fewest)
    return "" if ratio is None else _text(f"{ratio:.0%}", fewest)


def spread_among(notes: Iterable[str]) -> str:
    """The note of this kind among all that is said of some intervals; empty where there is none."""
    return next((note for note in notes if note.startswith(SPREAD)), "")


def spreads_text(marks: Sequence[SpreadMark]) -> str:
    """What is told of several at once, so that a table has one sentence below it; empty where there are none."""
    if not marks:
        return ""
    if len(marks) == 1:
        return f"{_name(marks[0])}: {_text(f'{marks[0].ratio:.0%}', marks[0].runs)}"
    named = "; ".join(f"{_name(mark)} {mark.ratio:.0%}" for mark in marks[:_MOST_NAMED])
    more = f"; and {len(marks) - _MOST_NAMED} more" if len(marks) > _MOST_NAMED else ""
    return f"{named}{more}: {_text('so much', min(mark.runs for mark in marks))}"


def spread_notes(marks: Iterable[SpreadMark]) -> dict[tuple[str, str, str], str]:
    """Outcome, role and moment -> what is told of it beside each of its numbers, in the words of `spreads_text`."""
    return {(one.outcome, one.role, one.moment): spreads_text([one]) for one in marks}


def _ratio(cells: Iterable[Sequence[float]], fewest: int) -> float | None:
    """Standard deviation over mean within conditions; None where there is nothing to be said of it."""
    values = [cell for cell in cells if cell]
    if fewest >= FEW or not values or min(map(min, values)) <= 0:
        return None
    ratios = [stdev(cell) / fmean(cell) for cell in values if len(cell) > 1]
    ratio = math.sqrt(fmean(one * one for one in ratios)) if ratios else 0.0
    return ratio if ratio > VARIES_MUCH else None


def _text(how_much: str, fewest: int) -> str:
    return f"{SPREAD} {how_much} of their mean within conditions, over {fewest} runs; {_ADVICE}"


def _name(mark: SpreadMark) -> str:
    return ", ".join(part for part in (mark.outcome, mark.role, mark.moment) if part)


def answer_marks(
    groups: Mapping[Condition, Sequence[Sequence[Answer]]], rows: Iterable[ProbeRow]
) -> Iterator[SpreadMark]:
    """Marks of answers in numbers, by role and moment; differences between moments have none.

    Args:
        groups: whole condition -> the answers of each of its runs.
        rows: whose intervals are shown.
    """
    fewest: dict[tuple[str, str, str], int] = {}
    for row in rows:
        if row.option is None and row.estimate.low is not None and CHANGE not in row.moment:
            key = row.probe, row.role, row.moment
            fewest[key] = min(row.estimate.n, fewest.get(key, row.estimate.n))
    for (probe, role, moment), least in fewest.items():
        cells = [
            [
                mean
                for answers in runs
                for mean in [run_mean([one for one in answers if (one.probe, one.role) == (probe, role)], moment)]
                if mean is not None
            ]
            for runs in groups.values()
        ]
        if (ratio := _ratio(cells, least)) is not None:
            yield SpreadMark(probe, role, moment, ratio, least)


def talk_marks(
    groups: Mapping[Condition, Sequence[Mapping[str, float | None]]], rows: Iterable[TalkRow]
) -> Iterator[SpreadMark]:
    """Marks of what was said that is counted.

    Args:
        groups: whole condition -> the measures of each of its runs.
        rows: whose intervals are shown.
    """
    fewest: dict[str, int] = defaultdict(lambda: FEW)
    for row in rows:
        for name in _COUNTED:
            if (one := row.measures[name]).low is not None:
                fewest[name] = min(one.n, fewest[name])
    for name, least in fewest.items():
        cells = [[value for one in runs if (value := one[name]) is not None] for runs in groups.values()]
        if (ratio := _ratio(cells, least)) is not None:
            yield SpreadMark(name, "", "", ratio, least)
