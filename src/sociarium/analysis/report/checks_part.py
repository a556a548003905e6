"""The part of the page that says what went wrong inside messages, where, and what is left out for it."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.analysis.checks.rates import CheckRates
from sociarium.analysis.report.html import Cell, Markup, fold, link, listing, paragraph, part, table, text
from sociarium.analysis.report.hypotheses_part import exclusions
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.analysis.report.records import CheckCase, Computed, TranscriptPages
from sociarium.analysis.statistics.design import condition_name
from sociarium.count_text import count_text
from sociarium.figures.charts import number_text

MOST_CASES = 12
"""Of a check on the page; the table has all."""
_MOST_CONDITIONS = 24
_EXCERPT = 80


def checks_part(inputs: ReportInputs, computed: Computed, pages: TranscriptPages | None) -> Markup:
    """What went wrong inside messages, with rates by condition and links to cases, and what is left out for it.

    Args:
        pages: the transcripts beside the report, to which cases link; without them their places alone are named.
    """
    rule = exclusions(inputs, computed)
    if inputs.table:
        return part("checks", "Exclusions", count_text(computed.finished, "run"), rule)
    content = (
        table(
            "Cases over all finished runs, and the condition with most; by condition in checks.csv, each in cases.csv",
            ["check", "cases", "messages", "share", "runs with any", "most in"],
            [_overall(inputs, check) for check in computed.checks],
            numeric=(1, 2, 3, 4),
        )
        if computed.checks
        else paragraph(computed.checks_note)
    )
    of_check = {check.name: [case for case in computed.cases if case.check == check.name] for check in computed.checks}
    details = [_details(inputs, check, of_check[check.name], pages) for check in computed.checks if check.links]
    quality = paragraph("No check was compared with people's labels here: its counts are matches.", css="meta")
    definitions = listing(
        [f"{one.name} (version {one.version}): {one.counts}. Limits: {one.limits}." for one in computed.checks]
    )
    folded = fold("What each check counts", definitions) if computed.checks else ""
    finished = f"{computed.finished} finished runs"
    return part("checks", "Checks and exclusions", finished, content, *details, rule, quality, folded)


def _overall(inputs: ReportInputs, check: CheckRates) -> list[Cell]:
    messages = sum(one.messages for one in check.conditions)
    rated = [one for one in check.conditions if one.rate]
    worst = max(rated, key=lambda one: one.rate or 0.0, default=None)
    where = "" if worst is None else f"{condition_name(list(inputs.factors), worst.levels)}: {_percent(worst.rate)}"
    return [
        check.name, len(check.links), messages, _percent(len(check.links) / messages if messages else None),
        len({run for run, _ in check.links}), where or None,
    ]  # fmt: skip


def _details(
    inputs: ReportInputs, check: CheckRates, cases: Sequence[CheckCase], pages: TranscriptPages | None
) -> Markup:
    """Rates by condition, and where the first case of each of some runs stands."""
    content = ""
    conditions = sorted(check.conditions, key=lambda one: inputs.order_of(list(inputs.factors), one.levels))
    if 1 < len(conditions) <= _MOST_CONDITIONS:
        rows: list[list[Cell]] = [
            [condition_name(list(inputs.factors), one.levels), one.runs, one.cases, _percent(one.rate),
             Markup(f"{_percent(one.low)} to {_percent(one.high)}") if one.low is not None else one.note or None]
            for one in conditions
        ]  # fmt: skip
        head = ["condition", "runs", "cases", "share of a run's messages", "95 %"]
        content += table(f"{check.name} by condition, t over runs", head, rows, numeric=(1, 2, 3))
    first: dict[str, CheckCase] = {}
    for case in cases:
        first.setdefault(case.run, case)
    shown = list(first.values())[:MOST_CASES]
    content += listing([_case(case, pages) for case in shown])
    left = len(cases) - len(shown)
    more = "" if not left else f", of which these are the first of {count_text(len(shown), 'run')}"
    return fold(f"{check.name}: where its {len(cases)} {'case' if len(cases) == 1 else 'cases'} stand{more}", content)


def _case(case: CheckCase, pages: TranscriptPages | None) -> Markup:
    one = case.message
    place = link(f"{case.run[:12]}, {one.place}", pages.link(one.address) if pages else None)
    words = " ".join(one.content.split())
    excerpt = words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}…"
    said = f": <bdi>“{text(excerpt)}”</bdi>" if excerpt else ""
    who = f"<bdi>{text(one.speaker)}</bdi>"
    where = f" ({text(case.condition)})" if case.condition else ""
    return Markup(f"{place} · {who}{where}{said}")


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{number_text(100 * share)} %"
