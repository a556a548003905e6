"""The page: one HTML file with its style and figures inside, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sociarium.analysis.report.declared_parts import hypotheses_part
from sociarium.analysis.report.gather import Gathered
from sociarium.analysis.report.html import Cell, Markup, fold, interval, listing, p_text, paragraph, part, table, text
from sociarium.analysis.report.parts import checks_part, design_part, missing_part, models_part, passages_part
from sociarium.analysis.report.records import Computed, ContrastRow, OutcomeResult
from sociarium.analysis.report.style import STYLE
from sociarium.analysis.report.wordings_table import wordings_table
from sociarium.exchange.archive.manifest import COVERS
from sociarium.figures.charts import number_text
from sociarium.figures.render import themed_svg


@dataclass(frozen=True, slots=True)
class Heading:
    """What the report is about.

    Attributes:
        target: experiment and sweeps, by name and id.
        versions: of the program and its libraries.
        manifest: hash of the records, as the manifest of an archive of them has it.
        ends: how sweeps came to their declared end, a sentence each.
        steered: what people ordered of the sweeps while these were played, a line each with when, who and why.
    """

    title: str
    note: str
    target: str
    versions: Mapping[str, str]
    manifest: str
    ends: tuple[str, ...] = ()
    steered: tuple[str, ...] = ()


def page(
    heading: Heading, gathered: Gathered, computed: Computed, drawn: Mapping[str, str], baselines: dict[str, str]
) -> str:
    """The report as HTML.

    Args:
        drawn: file name -> SVG of the figures.
    """
    parts = [
        hypotheses_part(gathered, computed),
        design_part(gathered, baselines),
        missing_part(gathered, computed, heading.steered),
        checks_part(gathered, computed),
        _results(computed, drawn),
        models_part(gathered),
        passages_part(computed.passages),
        _methods(heading, gathered, computed),
    ]
    anchors = ("hypotheses", "design", "ran", "checks", "results", "models", "passages", "methods")
    links = "".join(f'<li><a href="#{one}">{one.capitalize()}</a></li>' for one in anchors)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(heading.title)} · report</title><style>{STYLE}</style></head><body><main>"
        f'<p class="meta">Sociarium · report · {text(heading.target)}</p><h1 dir="auto">{text(heading.title)}</h1>'
        f"{_lede(gathered, computed)}{_question(heading)}{_offline(gathered)}"
        f'<nav aria-label="Parts"><ul>{links}</ul></nav>{_facts(gathered, computed)}{"".join(parts)}'
        "</main></body></html>\n"
    )


def _lede(gathered: Gathered, computed: Computed) -> Markup:
    account = gathered.account
    sure = [
        (one, row)
        for one in computed.outcomes
        for row in one.contrasts
        if row.result and row.p_adjusted is not None and row.p_adjusted < 0.05
    ]
    begun = f"<strong>{computed.finished} of {account.planned} runs</strong> are finished. "
    if not computed.comparisons:
        return Markup(f'<p class="lede">{begun}There is nothing to compare: no factor differs.</p>')
    if not sure:
        none = f"<strong>None of {computed.comparisons} comparisons</strong> differs after correction."
        return Markup(f'<p class="lede">{begun}{none}</p>')
    one, row = max(sure, key=lambda pair: abs(pair[1].result.t) if pair[1].result else 0.0)
    assert row.result is not None
    return Markup(
        f'<p class="lede">{begun}<strong>{len(sure)} of {computed.comparisons} comparisons</strong> '
        "differ after correction; "
        f"the clearest is <strong>{text(one.name)}</strong>, where {text(row.factor)} {text(row.level)} differs from "
        f"{text(row.baseline)} by {number_text(row.result.estimate)} "
        f"({number_text(row.result.low)} to {number_text(row.result.high)}).</p>"
    )


def _question(heading: Heading) -> Markup:
    note = paragraph(heading.note) if heading.note else paragraph("The experiment has no note.", css="meta")
    return Markup("".join([note, *(paragraph(sentence) for sentence in heading.ends)]))


def _offline(gathered: Gathered) -> Markup:
    if not gathered.offline:
        return Markup("")
    return paragraph(
        f"{gathered.offline} of {gathered.account.taken} runs are offline: their words are stand-ins that no model "
        "wrote. "
        "Their numbers show how a report looks, and are no findings.",
        css="alert",
    )


def _facts(gathered: Gathered, computed: Computed) -> Markup:
    conditions = len(gathered.runs.groupby(list(gathered.factors))) if gathered.factors else 1
    calls = sum(one.calls for one in gathered.models)
    facts = {
        "runs finished": f"{computed.finished:,}",
        "conditions": f"{conditions:,}",
        "replicates": f"{gathered.replicates:,}",
        "messages": f"{len(gathered.messages):,}",
        "calls": f"{calls:,}",
        "outcomes": f"{len(computed.outcomes):,}",
    }
    return Markup(
        '<dl class="facts">'
        + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
        + "</dl>"
    )


def _results(computed: Computed, drawn: Mapping[str, str]) -> Markup:
    note = paragraph(
        "Checks of awareness and manipulation come first. Comparisons here are exploratory but for those that a "
        f"hypothesis is about, which are tested above. p is corrected over {computed.comparisons} exploratory "
        "comparisons (Benjamini and Hochberg); intervals are of one comparison each."
        if computed.tested
        else "No hypothesis was declared before the runs: every comparison is exploratory. p is corrected over all "
        f"{computed.comparisons} comparisons of this report (Benjamini and Hochberg); intervals are of one comparison "
        "each."
    )
    number = [0]
    content = [_outcome(one, drawn, number) for one in computed.outcomes]
    for name, chart in computed.curves:
        content.append(_figure(name, drawn, number, f"{chart.title}. Means over finished runs with 95 % t intervals; "
                               "series differ by shape and dash."))  # fmt: skip
    if not computed.outcomes:
        content.append(paragraph("No finished run has an outcome: there is nothing to compute a result from."))
    return part("results", "Results", f"exploratory · {computed.finished} finished runs", note, *content)


def _outcome(one: OutcomeResult, drawn: Mapping[str, str], number: list[int]) -> Markup:
    intake = f"{one.runs} finished runs have a value; {one.runs_without} have none and do not count."
    means: list[list[Cell]] = [
        [row.label, row.mean, interval(row.low, row.high), row.n, row.note or None] for row in one.means
    ]
    content = [
        Markup(f'<h3 dir="auto">{text(one.name)}</h3>'),
        paragraph(f"{one.meaning}. {intake}", css="meta"),
        *(_figure(f"{_slug(one, kind)}", drawn, number, _caption(one, kind)) for kind, _ in one.charts),
        table(
            f"Means with 95 % t intervals over {one.unit}",
            ["condition", "mean", "95 %", f"n {one.unit}", "note"],
            means,
            numeric=(1, 2, 3),
        ),
        _contrasts(one.contrasts),
        *(wordings_table(slot, effects) for slot, effects in one.wordings),
        listing([f"Not estimable: {why}" for why in one.refused]),
        fold("Where these intervals do not hold", listing(one.notes)) if one.notes else Markup(""),
    ]
    return Markup("".join(content))


def _slug(one: OutcomeResult, kind: str) -> str:
    return f"{one.name}-{kind}"


def _caption(one: OutcomeResult, kind: str) -> str:
    dots = "small dots are runs" if one.unit == "runs" else "runs of a replicate are averaged first"
    return {
        "means": f"{one.name}: squares are means, bars their 95 % t intervals over {one.unit} (n beside each); {dots}. "
        "A mean without a bar has no interval; the table says why.",
        "distribution": f"{one.name}: how many of {one.runs} finished runs have which value; no interval.",
        "heat": f"{one.name}: mean of finished runs where two levels meet; the number says how much, and n of "
        "how many runs; without intervals, which the table has.",
    }[kind]


def _contrasts(rows: tuple[ContrastRow, ...]) -> Markup:
    if not rows:
        return Markup("")
    cells: list[list[Cell]] = []
    for row in rows:
        first, second = row.result, row.without
        n = f"{row.n[0]} / {row.n[1]}" + (f", {row.pairs} replicates" if row.pairs else "")
        cells.append([
            f"{row.factor}: {row.level} less {row.baseline}",
            first.estimate if first else None,
            interval(first.low, first.high) if first else row.note,
            p_text(first.p if first else None),
            "declared" if row.is_declared else p_text(row.p_adjusted),
            n if first else None,
            second.estimate if second else None,
            interval(second.low, second.high) if second else row.without_note,
        ])  # fmt: skip
    methods = ", ".join(sorted({row.method for row in rows if row.method})) or "none could be estimated"
    head = ["contrast (exploratory)", "difference", "95 %", "p", "p corrected", "runs", "without excluded", "95 %"]
    return table(f"Contrasts, averaged over the other factors ({methods})", head, cells, numeric=(1, 3, 4, 6))


def _figure(name: str, drawn: Mapping[str, str], number: list[int], caption: str) -> Markup:
    if name not in drawn:
        return Markup("")
    number[0] += 1
    picture = themed_svg(drawn[name], label=text(caption))
    return Markup(
        f'<figure><div class="scroll" tabindex="0" role="group" aria-label="Figure {number[0]}">{picture}</div>'
        f"<figcaption><b>Figure {number[0]}.</b> {text(caption)}</figcaption></figure>"
    )


def _methods(heading: Heading, gathered: Gathered, computed: Computed) -> Markup:
    shared = (
        "Contrasts pair runs within replicate and other factors, are averaged in the replicate and tested by t over "
        "replicates"
        if gathered.shared
        else "Contrasts are Welch's t over runs, cell by cell of the other factors with equal weights"
    )
    seeds = ", ".join(map(str, gathered.seeds)) or "none"
    protocols = ", ".join(map(str, gathered.protocols)) or "of an import"
    served = sorted({f"{use.name}: {one}" for use in gathered.models for one in use.served})
    items = [
        f"The unit is the run. Outcomes below the run are averaged in it first. {shared}; intervals are 95 %, "
        f"p two-sided, corrected by Benjamini and Hochberg over {computed.comparisons} comparisons.",
        f"{computed.finished} finished runs of {gathered.account.planned} planned; seeds {seeds}; "
        f"{gathered.replicates} replicates; rules (protocol) {protocols}.",
        "Models: " + ("; ".join(served) or "none kept") + ".",
        "Versions: " + ", ".join(f"{name} {version}" for name, version in heading.versions.items()) + ".",
    ]
    digest = Markup(f"SHA-256 of all rows that went in: <code>{text(gathered.digest)}</code>.")
    manifest = Markup(
        f"Hash of the records as they stood when this was written: <code>{text(heading.manifest)}</code>. An archive "
        "of them (<code>sociarium export --format archive</code>) has it in its manifest, and "
        "<code>sociarium verify</code> "
        f"compares. {text(COVERS)}"
    )
    return part("methods", "Methods", "", *(paragraph(one) for one in items), paragraph(digest), paragraph(manifest))
