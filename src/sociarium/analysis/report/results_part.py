"""The part of the page that has the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sociarium.analysis.positive_spread import SPREAD
from sociarium.analysis.report.html import Cell, Markup, fold, interval, listing, p_text, paragraph, part, table, text
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.analysis.report.records import Computed, ContrastRow, ForkRow, ModelResult, OddsRow, OutcomeResult
from sociarium.analysis.report.wordings_table import wordings_table
from sociarium.analysis.statistics.correlation import ROWS_IN_RUNS, Icc
from sociarium.analysis.statistics.models import Term
from sociarium.count_text import count_text
from sociarium.figures.charts import Chart, CurvesChart, number_text
from sociarium.figures.render import themed_svg


def results_part(inputs: ReportInputs, computed: Computed, drawn: Mapping[str, str]) -> Markup:
    """Every outcome with its means, contrasts, odds ratios and figures; models where they are declared."""
    forks = _forks(computed.forks)
    number = [0]
    content = [_outcome(inputs, computed, one, drawn, number) for one in computed.outcomes]
    if computed.curves:
        content.append(Markup("<h3>Over turns and days</h3>"))
    unit = "replicates (runs of one are averaged first)" if inputs.shared else "runs"
    for name, chart in computed.curves:
        told = (
            f"Means over {unit} with 95 % t intervals, each of its moment alone; {_told_apart(chart)}; "
            "numbers in curves.csv."
        )
        content.append(_figure(name, drawn, number, f"{chart.title}. {told}"))
    if not computed.outcomes:
        content.append(paragraph("No finished run has an outcome: there is nothing to compute a result from."))
    content.append(_models(computed.models))
    kind = "declared family" if inputs.is_family else "exploratory"
    once = " A judge's numbers that people's labels correct count once, as corrected." if inputs.superseded else ""
    note = paragraph(_what_p_is(inputs, computed) + once)
    return part("results", "Results", f"{kind} · {computed.finished} finished runs", note, forks, *content)


def _what_p_is(inputs: ReportInputs, computed: Computed) -> str:
    over = f"over all {computed.comparisons} comparisons of this report"
    tested = ""
    if computed.tested:
        over = f"over {computed.comparisons} comparisons"
        tested = "Those that a hypothesis of the experiment is about are tested above and not among them. "
    if inputs.declaration is not None and inputs.is_family:
        return (
            f"Comparisons are the family that {inputs.declaration.name} declares; p is corrected {over} (Holm), "
            f"intervals are of one comparison each. {tested}Whether the file was written before anybody saw outcomes, "
            "this program does not know: deposit it, or its SHA-256 (in Methods), beforehand."
        )
    if computed.tested:
        return (
            "Checks of awareness and manipulation come first. Comparisons here are exploratory but for those that a "
            f"hypothesis is about, which are tested above. p is corrected over {computed.comparisons} exploratory "
            "comparisons (Benjamini and Hochberg); intervals are of one comparison each."
        )
    return (
        f"No hypothesis was declared before the runs: every comparison is exploratory. p is corrected {over} "
        "(Benjamini and Hochberg); intervals are of one comparison each."
    )


def _outcome(
    inputs: ReportInputs, computed: Computed, one: OutcomeResult, drawn: Mapping[str, str], number: list[int]
) -> Markup:
    intake = f"{one.runs} finished runs have a value; {one.runs_without} have none and do not count."
    means: list[list[Cell]] = [
        [row.label, row.mean, interval(row.low, row.high), row.n, row.note or None] for row in one.means
    ]
    limits = [note for note in one.notes if not one.spread or SPREAD not in note]
    content = [
        Markup(f'<h3 dir="auto">{text(one.name)}</h3>'),
        paragraph(f"{one.meaning}. {intake}", css="meta"),
        *(_figure(f"{_slug(one, kind)}", drawn, number, _caption(one, kind)) for kind, _ in one.charts),
        table(
            f"Means with 95 % {one.interval} intervals over {one.unit}",
            ["condition", "mean", "95 %", f"n {one.unit}", "note"],
            means,
            numeric=(1, 2, 3),
        ),
        paragraph(f"Look at these intervals with care: {one.spread}.") if one.spread else Markup(""),
        listing([_likeness(icc) for icc in one.likeness]),
        _contrasts(inputs, one.contrasts),
        _odds([row for row in computed.odds if row.outcome == one.name]),
        *(wordings_table(slot, effects) for slot, effects in one.wordings),
        listing([f"Not estimable: {why}" for why in one.refused]),
        fold("Where these intervals do not hold", listing(limits)) if limits else Markup(""),
    ]
    return Markup("".join(content))


def _told_apart(chart: Chart) -> str:
    """By what a reader tells the series of a figure of curves apart."""
    if not isinstance(chart, CurvesChart) or not chart.has_panels:
        return "series differ by shape and dash"
    beside = f", beside the baseline {chart.reference} (dashed)" if chart.reference else ""
    return f"a panel each on the same axes{beside}"


def _slug(one: OutcomeResult, kind: str) -> str:
    return f"{one.name}-{kind}"


def _caption(one: OutcomeResult, kind: str) -> str:
    dots = "small dots are runs" if one.unit == "runs" else "runs of a replicate are averaged first"
    return {
        "means": f"{one.name}: squares are means, bars their 95 % {one.interval} intervals over {one.unit} (n beside "
        f"each); {dots}. A mean without a bar has no interval; the table says why.",
        "distribution": f"{one.name}: how many of {one.runs} finished runs have which value; no interval.",
        "heat": f"{one.name}: mean of finished runs where two levels meet; the number says how much, and n of "
        "how many runs; without intervals, which the table has.",
    }[kind]


def _likeness(icc: Icc) -> str:
    """An intraclass correlation as a sentence."""
    kind = "ICC(1)" if icc.kind == ROWS_IN_RUNS else "ICC(3,1)"
    value = f"no value: {icc.note}" if icc.value is None else number_text(icc.value)
    return f"{kind} of {icc.kind}, means of conditions removed: {value} ({icc.clusters} groups of {icc.size:.3g})"


def _contrasts(inputs: ReportInputs, rows: tuple[ContrastRow, ...]) -> Markup:
    if not rows:
        return Markup("")
    cells: list[list[Cell]] = []
    for row in rows:
        first, other = row.result, row.without
        n = f"{row.n[0]} / {row.n[1]}" + (f", {count_text(row.pairs, 'replicate')}" if row.pairs else "")
        cells.append([
            f"{row.factor}: {row.level} less {row.baseline}",
            first.estimate if first else None,
            interval(first.low, first.high) if first else row.note,
            p_text(first.p if first else None),
            "declared" if row.is_declared else "see corrected" if row.is_superseded else p_text(row.p_adjusted),
            row.standardized,
            row.correlation,
            n if first else None,
            other.estimate if other else None,
            interval(other.low, other.high) if other else row.without_note,
        ])  # fmt: skip
    methods = ", ".join(sorted({row.method for row in rows if row.method})) or "none could be estimated"
    contrast = "contrast" if inputs.is_family else "contrast (exploratory)"
    head = [contrast, "difference", "95 %", "p", "p corrected", "in SD", "r of pairs", "runs", inputs.second, "95 %"]
    caption = (
        f"Contrasts, averaged over the other factors ({methods}); r is the correlation of the two sides of a pair, "
        "which Welch's t has not"
    )
    return table(caption, head, cells, numeric=(1, 3, 4, 5, 6, 8))


def _forks(rows: tuple[ForkRow, ...]) -> Markup:
    """Changed forks less their shams."""
    if not rows:
        return Markup("")
    cells: list[list[Cell]] = []
    for row in rows:
        effect = row.effect
        result = effect.result if effect else None
        cells.append([
            f"{row.outcome} · {row.arm} less sham",
            result.estimate if result else None,
            interval(result.low, result.high) if result else row.note,
            p_text(result.p if result else None),
            p_text(row.p_adjusted),
            effect.correlation if effect else None,
            effect.origins if effect else None,
            effect.unpaired if effect else None,
        ])  # fmt: skip
    head = ["forks", "difference", "95 %", "p", "p corrected", "r of pairs", "origins", "without a partner"]
    caption = "Changed forks less the sham forks of the same origin, t over origins; p is corrected over this table"
    about = (
        "A sham is a fork in which nothing was changed. Effects are changed less sham, not changed less original: runs "
        "that were picked because they went far fall back to the mean when they are played again, changed or not. Both "
        "forks share their origin's random draws after the moment, not the words that models sample. Outcomes of a "
        "whole run count its beginning, too, the same in both, which makes a difference smaller. Contrasts by arm "
        "below do not pair by origin: this table is the one to cite."
    )
    return Markup("<h3>Forks against their sham</h3>" + paragraph(about)
                  + table(caption, head, cells, numeric=(1, 3, 4, 5, 6, 7)))  # fmt: skip


def _odds(rows: Sequence[OddsRow]) -> Markup:
    """Odds ratios of what is a yes or no."""
    if not rows:
        return Markup("")
    if not any(row.term for row in rows):
        return fold("No odds ratio could be estimated", listing([row.note for row in rows]))
    cells: list[list[Cell]] = []
    for row in rows:
        ratio = row.term.odds_ratio if row.term else None
        cells.append([
            f"{row.factor}: {row.level} against {row.baseline}",
            ratio[0] if ratio else None,
            interval(ratio[1], ratio[2]) if ratio else row.note,
            p_text(row.term.p if row.term else None),
            row.share,
            row.share_baseline,
            row.rows or None,
            row.clusters or None,
            row.note if ratio else None,
        ])  # fmt: skip
    head = ["odds of a yes", "ratio", "95 %", "p", "share", "share, baseline", "rows", "clusters", "note"]
    caption = (
        "Odds ratios (GEE, Mancl and DeRouen's covariance, t) over the answers, messages or rows: the same comparisons "
        "on another scale; p is of one comparison"
    )
    return table(caption, head, cells, numeric=(1, 3, 4, 5, 6, 7))


def _odds_cells(term: Term) -> tuple[Cell, ...]:
    return (term.odds_ratio[0], interval(*term.odds_ratio[1:])) if term.odds_ratio else ()


def _models(results: tuple[ModelResult, ...]) -> Markup:
    """Declared models, term by term."""
    content: list[str] = ["<h3>Models by formula</h3>"] if results else []
    for one in results:
        if one.fit is None:
            content.append(paragraph(f"{one.kind} · {one.formula} · over {one.over}. Not estimable: {one.refused}"))
            continue
        fit = one.fit
        cells: list[list[Cell]] = [
            [term.name, term.estimate, interval(term.low, term.high), term.se,
             None if term.df == float("inf") else term.df, p_text(term.p), *_odds_cells(term)]
            for term in fit.terms
        ]  # fmt: skip
        odds = any(term.odds_ratio for term in fit.terms)
        head = ["term", "estimate", "95 %", "SE", "df", "p", *(["odds ratio", "95 %"] if odds else [])]
        clusters = f", {fit.clusters} clusters by {fit.cluster}" if fit.cluster else ""
        caption = (
            f"{one.kind} · {one.formula} · {fit.n} {one.over}{clusters}; {fit.missing} left out for an empty column; "
            f"{fit.covariance}"
        )
        content += [table(caption, head, cells, numeric=(1, 3, 4, 5, 6)),
                    listing([*([_likeness(fit.icc)] if fit.icc else []), *fit.notes])]  # fmt: skip
    return Markup("".join(content))


def _figure(name: str, drawn: Mapping[str, str], number: list[int], caption: str) -> Markup:
    if name not in drawn:
        return Markup("")
    number[0] += 1
    picture = themed_svg(drawn[name], label=text(caption))
    return Markup(
        f'<figure><div class="scroll" tabindex="0" role="group" aria-label="Figure {number[0]}">{picture}</div>'
        f"<figcaption><b>Figure {number[0]}.</b> {text(caption)}</figcaption></figure>"
    )
