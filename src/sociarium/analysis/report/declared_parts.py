"""The parts of the page about what was declared: hypotheses with their tests, exclusions, departures."""

from __future__ import annotations

from sociarium.analysis.report.gather import Gathered
from sociarium.analysis.report.html import Cell, Markup, interval, listing, p_text, paragraph, part, table, text
from sociarium.analysis.report.records import Computed, TestedHypothesis
from sociarium.analysis.statistics.intervals import TEstimate
from sociarium.experiment.registration import expectation_text, method_text


def hypotheses_part(gathered: Gathered, computed: Computed) -> Markup:
    """Hypotheses, their tests over confirmatory runs, where they are deposited, and departures."""
    declared = gathered.declaration
    if declared.hash is None:
        none = paragraph("No hypothesis was declared before the runs: every comparison is exploratory.")
        return part("hypotheses", "Hypotheses", "none declared", none)
    deposited = (
        paragraph(f"Deposited at {declared.registered}, by the word of the file.")
        if declared.registered
        else paragraph("The hypotheses are not externally registered.", css="alert")
    )
    digest = Markup(f"SHA-256 of hypotheses and exclusions: <code>{text(declared.hash)}</code>.")
    confirmatory = paragraph(
        f"Confirmatory are the {computed.confirmatory} of {computed.finished} finished runs whose first claim carries "
        "this hash. Tests are two-sided and corrected by Holm within their family; runs that the exclusion rules leave "
        "out do not count, and do in the last columns."
    )
    said = listing([f"{one.hypothesis.name}: {expectation_text(one.hypothesis)}" for one in computed.tested])
    went = listing(gathered.departures) or paragraph("None is known to the store.")
    note = paragraph(
        "Looks by `results` and `analyze` are kept; those at pages, exports and single runs are not.", css="meta"
    )
    tests, departed = _tests(computed.tested), Markup("<h3>Departures</h3>")
    content = (said, paragraph(digest), deposited, confirmatory, tests, departed, went, note)
    return part("hypotheses", "Hypotheses", f"{len(computed.tested)} declared", *content)


def exclusions(gathered: Gathered, computed: Computed) -> Markup:
    """How many finished runs each rule leaves out, and how many all of them do."""
    rules = gathered.declaration.exclusions
    if not rules:
        return paragraph(
            f"Exclusion: {computed.excluded} of {computed.finished} finished runs have a message with a flag. "
            "Contrasts are given with all finished runs, and again without these."
        )
    finished = gathered.finished.drop_duplicates("id")
    rows: list[list[Cell]] = [
        [f"{number}. {rule.words}", int(sum(number in broken for broken in finished["excluded"]))]
        for number, rule in enumerate(rules, start=1)
    ]
    counted = table(
        "Rules of the file, and finished runs that each leaves out", ["a run where", "runs"], rows, numeric=(1,)
    )
    whole = paragraph(
        f"Together they leave out {computed.excluded} of {computed.finished} finished runs. Contrasts are given with "
        "all finished runs, and again without these; hypotheses are tested without them, and again with all."
    )
    return Markup(counted + whole)


def _tests(tested: tuple[TestedHypothesis, ...]) -> Markup:
    rows: list[list[Cell]] = []
    for one in tested:
        family = f"{one.hypothesis.family}, {one.hypothesis.alpha:g}"
        what = f"{one.hypothesis.measure}; {method_text(one.hypothesis)}"
        result, shown = one.result, _cells(one.result, one.note)
        tests = [p_text(result.p if result else None), p_text(one.p_holm)]
        rows.append([one.hypothesis.name, what, *shown, *tests, family, one.runs, one.verdict,
                     *_cells(one.every, one.every_note)])  # fmt: skip
    head = ["hypothesis", "test", "estimate", "95 %", "p", "p Holm", "family, alpha", "runs", "verdict",
            "with excluded", "95 %"]  # fmt: skip
    return table("Confirmatory tests", head, rows, numeric=(2, 4, 5, 7, 9))


def _cells(result: TEstimate | None, note: str) -> list[Cell]:
    return [None, note] if result is None else [result.estimate, interval(result.low, result.high)]
