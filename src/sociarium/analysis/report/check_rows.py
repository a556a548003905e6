"""What checks find in a report's messages: rates by condition, and every case with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sociarium.analysis.checks.rates import CheckRates, rates_of_cases
from sociarium.analysis.report.inputs import PLACE, ReportInputs
from sociarium.analysis.report.records import CheckCase
from sociarium.analysis.statistics.design import condition_name
from sociarium.errors import BadInput, NotEstimable


def check_results(inputs: ReportInputs) -> tuple[tuple[CheckRates, ...], str, tuple[CheckCase, ...]]:
    """Rates of all checks over finished runs, or why there are none; and their cases."""
    finished = inputs.finished
    messages = {place: inputs.cases.messages.get(place, 0) for place in finished[PLACE]}
    if not any(messages.values()):
        return (), "no finished run has a message", ()
    links = {name: [link for link in own if link[0] in messages] for name, own in inputs.cases.links.items()}
    try:
        rates = rates_of_cases(links, messages, finished, factors=list(inputs.factors))
    except (BadInput, NotEstimable) as refused:
        return (), str(refused), ()
    return rates, "", _cases(inputs, rates)


def _cases(inputs: ReportInputs, rates: Sequence[CheckRates]) -> tuple[CheckCase, ...]:
    """A message of a run that stands in several conditions is told of the first."""
    columns = inputs.finished[[PLACE, "id", *inputs.factors]]
    # Under the names of the factors themselves: a factor may be called as no field can be.
    rows = dict(zip(columns[PLACE], columns.to_dict("records"), strict=True)) if any(one.links for one in rates) else {}
    cases: dict[tuple[str, str, int], CheckCase] = {}
    for check in rates:
        for place, seq in check.links:
            row = rows[place]
            run = str(row["id"])
            if (check.name, run, seq) not in cases:
                case = CheckCase(check.name, run, condition_of(inputs, row), inputs.cases.where[run, seq])
                cases[check.name, run, seq] = case
    return tuple(cases.values())


def condition_of(inputs: ReportInputs, row: Mapping[str, object]) -> str:
    """A run's condition as text."""
    return condition_name(list(inputs.factors), [str(row[factor]) for factor in inputs.factors])
