"""What is known of a run at its turns and on its days: answers of those days, measures of messages, judges' numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sociarium.analysis.measure_results import MeasureCount, corrected_answers, measured_answers, turns_of
from sociarium.analysis.result_rows import PREFIX, Answer
from sociarium.analysis.results import RunNumbers
from sociarium.analysis.talk import Over, over_of
from sociarium.exchange.tables.read import RunTables

MOMENT_COLUMNS = ("owner", "outcome", "moment", "at", "value")
"""The outcome of runs that a value goes into; the same without its moment; `turn` or `day`, and its number."""

MomentRow = tuple[str, str, str, int, float]
_OVERS: tuple[Over, ...] = ("turn", "day")


def moment_rows(
    run: RunTables, numbers: RunNumbers, measured: MeasureCount, choices: Mapping[str, Sequence[str]]
) -> Iterator[MomentRow]:
    """A run's values at its moments, as `MOMENT_COLUMNS`; of a choice one for each option, a yes or no.

    A judge's numbers that people's labels correct stand for those that are not corrected.
    """
    for whole, one in _answers(run, numbers, measured):
        moment = over_of(one.moment)
        if not moment or one.value is None:
            continue
        at = int(one.moment.removeprefix(f"{moment} "))
        owner, outcome = _name(one.probe, one.role, whole), _name(one.probe, one.role)
        if one.probe in choices:
            text = one.value if isinstance(one.value, str) else f"{one.value:g}"
            for option in choices[one.probe]:
                yield f"{owner} = {option}", f"{outcome} = {option}", moment, at, float(text == option)
        elif not isinstance(one.value, str):
            yield owner, outcome, moment, at, float(one.value)


def _answers(run: RunTables, numbers: RunNumbers, measured: MeasureCount) -> Iterator[tuple[str, Answer]]:
    """The moment of the outcome of runs that an answer goes into, and the answer with its own."""
    for one in numbers.answers:
        if not one.probe.startswith(PREFIX):
            yield one.moment, one
    if not measured.uses:
        return
    rows, turns = run.rows["measures"], turns_of(run)
    uses = measured.uncorrected_uses
    whole = [*measured_answers(rows, uses), *corrected_answers(run, measured.corrections)]
    for over in _OVERS:
        own = [
            *measured_answers(rows, uses, over=over, turns=turns),
            *corrected_answers(run, measured.corrections, over=over),
        ]
        for of_run, one in zip(whole, own, strict=True):
            if over_of(one.moment) == over:
                yield of_run.moment, one


def _name(*parts: str) -> str:
    return " · ".join(filter(None, parts))
