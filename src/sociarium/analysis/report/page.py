"""The page: one HTML file with its style and figures inside, no script, nothing from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sociarium.analysis.report.checks_part import checks_part
from sociarium.analysis.report.html import Markup, paragraph, part, text
from sociarium.analysis.report.hypotheses_part import hypotheses_part
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.analysis.report.parts import design_part, missing_part, models_part, passages_part
from sociarium.analysis.report.records import Computed, TranscriptPages
from sociarium.analysis.report.results_part import results_part
from sociarium.analysis.report.style import STYLE
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.archive.manifest import COVERS
from sociarium.exchange.folder import Folder
from sociarium.figures.charts import number_text
from sociarium.records.canary import CanaryAnswer


@dataclass(frozen=True, slots=True)
class Heading:
    """What the report is about.

    Attributes:
        target: experiment and sweeps, by name and id.
        versions: of the program and its libraries.
        manifest: hash of the records, as the manifest of an archive of them has it; empty without a store.
        ends: how sweeps came to their declared end, a sentence each.
        canary: what hosted models answered to the sweeps' canary, in their order, for each sweep.
        steered: what people ordered of the sweeps while these were played, a line each with when, who and why.
    """

    title: str
    note: str
    target: str
    versions: Mapping[str, str]
    manifest: str
    ends: tuple[str, ...] = ()
    steered: tuple[str, ...] = ()
    canary: tuple[tuple[CanaryAnswer, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class FurtherPart:
    """A part of the page that comes from elsewhere.

    Attributes:
        anchor: its id on the page.
        write: writes the files that belong to it into a folder.
    """

    anchor: str
    content: Markup
    write: Callable[[Folder], list[Path]]


def page(
    heading: Heading,
    inputs: ReportInputs,
    computed: Computed,
    drawn: Mapping[str, str],
    baselines: dict[str, str],
    *,
    further: FurtherPart | None = None,
    pages: TranscriptPages | None = None,
) -> str:
    """The report as HTML.

    Args:
        drawn: file name -> SVG of the figures.
        further: a part that stands after the results.
        pages: the transcripts beside the report.
    """
    parts = [
        # Nobody knows what was declared before the runs of a table.
        *([] if inputs.table else [hypotheses_part(inputs, computed)]),
        design_part(inputs, baselines),
        missing_part(inputs, computed, heading.steered),
        checks_part(inputs, computed, pages),
        results_part(inputs, computed, drawn),
        *([further.content] if further else []),
        *([] if inputs.table else [models_part(inputs, heading.canary), passages_part(computed.passages, pages)]),
        _methods(heading, inputs, computed),
    ]
    anchors = [*([] if inputs.table else ["hypotheses"]), "design", "ran", "checks", "results"]
    anchors += [*([further.anchor] if further else []), *([] if inputs.table else ["models", "passages"]), "methods"]
    links = "".join(f'<li><a href="#{one}">{one.capitalize()}</a></li>' for one in anchors)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(heading.title)} · report</title><style>{STYLE}</style></head><body><main>"
        f'<p class="meta">Sociarium · report · {text(heading.target)}</p><h1 dir="auto">{text(heading.title)}</h1>'
        f"{_lede(inputs, computed)}{_question(heading)}{_offline(inputs)}"
        f'<nav aria-label="Parts"><ul>{links}</ul></nav>{_facts(inputs, computed)}{"".join(parts)}'
        "</main></body></html>\n"
    )


def _lede(inputs: ReportInputs, computed: Computed) -> Markup:
    """What came of it in a sentence or two: of hypotheses, then of what is exploratory."""
    planned, are = count_text(inputs.account.planned, "run"), one_or_many(computed.finished, "is", "are")
    begun = f"<strong>{computed.finished} of {planned}</strong> {are} finished. "
    return Markup(f'<p class="lede">{begun}{_of_hypotheses(computed)}{_of_comparisons(inputs, computed)}</p>')


def _of_hypotheses(computed: Computed) -> str:
    if not computed.tested:
        return ""
    verdicts = Counter(one.verdict.partition(";")[0].partition(":")[0] for one in computed.tested)
    said = ", ".join(f"{count} {text(verdict)}" for verdict, count in verdicts.items())
    number = len(computed.tested)
    return f"Of <strong>{number} {'hypothesis' if number == 1 else 'hypotheses'}</strong>: {said}. "


def _of_comparisons(inputs: ReportInputs, computed: Computed) -> str:
    """Of comparisons that no hypothesis is about; one that could not be estimated shows nothing, and is counted."""
    every = [(one, row) for one in computed.outcomes for row in one.contrasts if row.counts]
    estimated = [(one, row) for one, row in every if row.result]
    sure = [(one, row) for one, row in estimated if row.p_adjusted is not None and row.p_adjusted < 0.05]
    if not every:
        if computed.tested:
            return ""
        why = "no finished run has an outcome" if inputs.factors else "no factor differs"
        return f"There is nothing to compare: {why}."
    refused = len(every) - len(estimated)
    left = f" {refused} further {'one' if refused == 1 else 'ones'} could not be estimated." if refused else ""
    if not estimated:
        return f"<strong>None of {refused} comparisons</strong> could be estimated; each says why."
    if not sure:
        return f"<strong>None of {len(estimated)} comparisons</strong> shows a difference after correction.{left}"
    one, row = max(sure, key=lambda pair: abs(pair[1].result.t) if pair[1].result else 0.0)
    assert row.result is not None
    return (
        f"<strong>{len(sure)} of {len(estimated)} comparisons</strong> differ after correction; "
        f"the clearest is <strong>{text(one.name)}</strong>, where {text(row.factor)} {text(row.level)} differs from "
        f"{text(row.baseline)} by {number_text(row.result.estimate)} "
        f"({number_text(row.result.low)} to {number_text(row.result.high)}).{left}"
    )


def _question(heading: Heading) -> Markup:
    note = paragraph(heading.note) if heading.note else paragraph("There is no note.", css="meta")
    return Markup("".join([note, *(paragraph(sentence) for sentence in heading.ends)]))


def _offline(inputs: ReportInputs) -> Markup:
    if not inputs.offline:
        return Markup("")
    return paragraph(
        f"{inputs.offline} of {count_text(inputs.account.taken, 'run')} {one_or_many(inputs.offline, 'is', 'are')} "
        "offline: their words are stand-ins that no model "
        "wrote. "
        "Their numbers show how a report looks, and are no findings.",
        css="alert",
    )


def _facts(inputs: ReportInputs, computed: Computed) -> Markup:
    conditions = len(inputs.runs.groupby(list(inputs.factors))) if inputs.factors else 1
    calls = sum(one.calls for one in inputs.models)
    counts = {
        "replicates": f"{inputs.replicates:,}",
        "messages": f"{len(inputs.messages):,}",
        "calls": f"{calls:,}",
    }
    if inputs.table:
        counts = {"rows": f"{len(inputs.table.rows):,}"}
        if inputs.shared:
            counts["blocks"] = f"{inputs.replicates:,}"
    facts = {
        "runs finished": f"{computed.finished:,}",
        "conditions": f"{conditions:,}",
        **counts,
        "outcomes": f"{len(computed.outcomes):,}",
    }
    return Markup(
        '<dl class="facts">'
        + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
        + "</dl>"
    )


def _methods(heading: Heading, inputs: ReportInputs, computed: Computed) -> Markup:
    shared = (
        "Contrasts pair runs within replicate and other factors, are averaged in the replicate and tested by t over "
        "replicates"
        if inputs.shared
        else "Contrasts are Welch's t over runs, cell by cell of the other factors with equal weights"
    )
    correction = "Holm" if inputs.is_family else "Benjamini and Hochberg"
    exploratory = " exploratory" if computed.tested else ""
    items = [
        f"The unit is the run. Outcomes below the run are averaged in it first. {shared}; intervals are 95 %, "
        f"p two-sided, corrected by {correction} over {computed.comparisons}{exploratory} comparisons.",
        *_origin(inputs, computed),
        "Versions: " + ", ".join(f"{name} {version}" for name, version in heading.versions.items()) + ".",
    ]
    digest = Markup(f"SHA-256 of all rows that went in: <code>{text(inputs.digest)}</code>.")
    if not heading.manifest:
        return part("methods", "Methods", "", *(paragraph(one) for one in items), paragraph(digest))
    manifest = Markup(
        f"Hash of the records as they stood when this was written: <code>{text(heading.manifest)}</code>. An archive "
        "of them (<code>sociarium export --format archive</code>) has it in its manifest, and "
        "<code>sociarium verify</code> "
        f"compares. {text(COVERS)}"
    )
    return part("methods", "Methods", "", *(paragraph(one) for one in items), paragraph(digest), paragraph(manifest))


def _origin(inputs: ReportInputs, computed: Computed) -> list[str]:
    """Where the runs come from, and what declares how they are looked at."""
    declared = []
    if inputs.declaration is not None:
        declared = [f"Declared in {inputs.declaration.name}, SHA-256 {inputs.declaration.digest}."]
    if inputs.table is not None:
        return [
            f"{count_text(computed.finished, 'finished run')} of {inputs.account.planned} in {inputs.table.name}.",
            *declared,
        ]
    seeds = ", ".join(map(str, inputs.seeds)) or "none"
    protocols = ", ".join(map(str, inputs.protocols)) or "of an import"
    served = sorted({f"{use.name}: {one}" for use in inputs.models for one in use.served})
    return [
        f"{count_text(computed.finished, 'finished run')} of {inputs.account.planned} planned; seeds {seeds}; "
        f"{count_text(inputs.replicates, 'replicate')}; rules (protocol) {protocols}.",
        "Models: " + ("; ".join(served) or "none kept") + ".",
        *declared,
    ]
