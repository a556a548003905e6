"""What checks find in a report's messages: rates by condition, and every case with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sociarium.analysis.checks.rates import CheckRates, check_rates
from sociarium.analysis.report.inputs import PLACE, ReportInputs
from sociarium.analysis.report.records import CheckCase, PassageMessage
from sociarium.analysis.statistics.design import condition_name
from sociarium.errors import BadInput, NotEstimable


def check_results(inputs: ReportInputs) -> tuple[tuple[CheckRates, ...], str, tuple[CheckCase, ...]]:
    """Rates of all checks over finished runs, or why there are none; and their cases."""
    finished = inputs.finished
    messages = inputs.messages[inputs.messages[PLACE].isin(set(finished[PLACE]))]
    if messages.empty:
        return (), "no finished run has a message", ()
    try:
        rates = check_rates(messages, finished, factors=list(inputs.factors))
    except (BadInput, NotEstimable) as refused:
        return (), str(refused), ()
    return rates, "", _cases(inputs, rates)


def _cases(inputs: ReportInputs, rates: Sequence[CheckRates]) -> tuple[CheckCase, ...]:
    """A message of a run that stands in several conditions is told of the first."""
    marked = {link for check in rates for link in check.links}
    frame = inputs.messages
    frame = frame[[link in marked for link in zip(frame[PLACE], frame["seq"], strict=True)]]
    conditions = {row[PLACE]: condition_of(inputs, row) for row in inputs.finished.to_dict("records")}
    messages = {(row[PLACE], row["seq"]): row for row in frame.to_dict("records")}
    cases: dict[tuple[str, str, int], CheckCase] = {}
    for check in rates:
        for place, seq in check.links:
            row = messages[place, seq]
            case = CheckCase(check.name, str(row["id"]), conditions[place], passage_message(row))
            cases.setdefault((check.name, case.run, seq), case)
    return tuple(cases.values())


def condition_of(inputs: ReportInputs, row: Mapping[str, object]) -> str:
    """A run's condition as text."""
    return condition_name(list(inputs.factors), [str(row[factor]) for factor in inputs.factors])


def passage_message(row: Mapping[str, object]) -> PassageMessage:
    """A row of a report's messages with its place and the address of its page."""
    is_post = isinstance(row["index"], str)
    place = str(row["index"]) if is_post else f"{row['day']}.{row['index']}"
    address = f"/runs/{row['id']}/{'posts' if is_post else 'messages'}/{place}"
    return PassageMessage(place, str(row["role"]), str(row["speaker"]), str(row["content"]), address)
