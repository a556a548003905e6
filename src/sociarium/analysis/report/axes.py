"""What stands beside the axes of a report's figures: an outcome's name, and what its numbers are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from sociarium.analysis.corrections import CORRECTED
from sociarium.analysis.measures.registry import MEASURES as COMPUTED
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.analysis.report.outcomes import MEASURES
from sociarium.analysis.result_rows import MeasureUse
from sociarium.exchange.tables.read import TableSource
from sociarium.experiment.rubric import rubric_of
from sociarium.records.judgements import RUBRIC
from sociarium.runner.judging.records import rubrics


def units_of(source: TableSource, documents: Sequence[str], uses: Sequence[MeasureUse]) -> dict[str, str]:
    """Probe, or measure with its prefix -> the ends of its scale, or its unit; those alone of which it is known.

    Args:
        documents: of versions of the experiment; a probe with several scales in them has none here.
    """
    scales: dict[str, set[str]] = {}
    for name, scale in (one for document in documents for one in _scales(document)):
        scales.setdefault(name, set()).add(scale)
    units = {name: one.pop() for name, one in scales.items() if len(one) == 1}
    for use in uses:
        if use.name in COMPUTED:
            units[use.outcome] = COMPUTED[use.name].unit
        elif (record := rubrics(source.store, source.selection.experiment.id).get(use.version)) is not None:
            form = rubric_of(record.document[RUBRIC]).form
            units |= {use.outcome: f"{form.scale[0]} to {form.scale[1]}"} if form.scale else {}
    return units


def _scales(document: str) -> Iterator[tuple[str, str]]:
    for probe in json.loads(document).get("probes") or ():
        answer = probe.get("answer")
        if isinstance(answer, Mapping) and "from" in answer and "to" in answer:
            yield probe["name"], f"{answer['from']} to {answer['to']}"


def axis_title(inputs: ReportInputs, outcome: str) -> str:
    """The outcome, and what its numbers are as far as it is known."""
    if inputs.table is None and outcome in MEASURES:
        return MEASURES[outcome]
    if inputs.is_share(outcome) or inputs.is_corrected_share(outcome):
        return f"{outcome}, share"
    unit = _declared_ends(inputs, outcome) if inputs.table is not None else inputs.units.get(_unit_key(outcome))
    return f"{outcome}, {unit}" if unit else outcome


def _unit_key(outcome: str) -> str:
    """The probe or measure, without role, moment and correction."""
    return outcome.partition(" · ")[0].removesuffix(f" {CORRECTED}")


def _declared_ends(inputs: ReportInputs, outcome: str) -> str:
    """The ends of a scale in a table from elsewhere; of its logarithm none."""
    keys = inputs.declaration.keys.outcome_of(outcome) if inputs.declaration else None
    if keys is None or keys.from_ is None or keys.to is None or keys.logarithm:
        return ""
    return f"{keys.from_:g} to {keys.to:g}"
