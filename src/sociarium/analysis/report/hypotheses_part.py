"""The parts of the page about what was declared: hypotheses with their tests, exclusions, departures."""

from __future__ import annotations

from sociarium.analysis.report.html import Cell, Markup, interval, listing, p_text, paragraph, part, table, text
from sociarium.analysis.report.inputs import ReportInputs
from sociarium.analysis.report.looks import look_at_hand, whole_replicates
from sociarium.analysis.report.records import Computed, TestedHypothesis
from sociarium.analysis.statistics.intervals import TEstimate
from sociarium.count_text import count_text
from sociarium.experiment.registration import expectation_text, method_text


def hypotheses_part(inputs: ReportInputs, computed: Computed) -> Markup:
    """Hypotheses, their tests over confirmatory runs, where they are deposited, and departures."""
    declared = inputs.registered
    if declared.hash is None:
        # A family that a file of its own declares is said where its comparisons stand.
        kind = "" if inputs.is_family else ": every comparison is exploratory"
        none = paragraph(f"No hypothesis was declared before the runs{kind}.")
        return part("hypotheses", "Hypotheses", "none declared", none)
    deposited = (
        paragraph(f"Deposited at {declared.address}, by the word of the file.")
        if declared.address
        else paragraph("The hypotheses are not externally registered.", css="alert")
    )
    digest = Markup(f"SHA-256 of hypotheses and exclusions: <code>{text(declared.hash)}</code>.")
    confirmatory = paragraph(
        f"Confirmatory are the {computed.confirmatory} of {computed.finished} finished runs whose first claim carries "
        "this hash. Tests are two-sided and corrected by Holm within their family; runs that the experiment's rules "
        "leave out do not count, and do in the last columns."
    )
    expectations = listing([f"{one.hypothesis.name}: {expectation_text(one.hypothesis)}" for one in computed.tested])
    went = listing(inputs.departures) or paragraph("None is known to the store.")
    note = paragraph(
        "Looks by `results`, `analyze`, `compare-humans`, `export`, pages of results and `sociarium.table` are kept, "
        "once for each person, way and hour; looks at single runs are not.",
        css="meta",
    )
    tests, departed = _tests(computed.tested), Markup("<h3>Departures</h3>")
    content = (expectations, paragraph(digest), deposited, confirmatory, *_look(inputs), tests, departed, went, note)
    return part("hypotheses", "Hypotheses", f"{len(computed.tested)} declared", *content)


def _look(inputs: ReportInputs) -> list[Markup]:
    """Which declared look this is, and what a test is held against."""
    design = inputs.registered.sequential
    if design is None:
        return []
    look = look_at_hand(inputs)
    if look is None:
        replicates = whole_replicates(inputs)
        stand = (
            "a replicate is not whole"
            if replicates is None
            else f"{count_text(replicates, 'replicate is', 'replicates are')} whole"
        )
        return [paragraph(f"Sequential: {design.words}. No look is due, for {stand}: nothing is tested here, and the "
                          "numbers below decide nothing.", css="alert")]  # fmt: skip
    alphas = sorted({one.alpha for one in inputs.registered.hypotheses})
    levels = ", ".join(f"{look.level(alpha):.3g} for an alpha of {alpha:g}" for alpha in alphas)
    return [
        paragraph(f"Sequential: {design.words}. This is look {look.number} of {len(design.looks)}, at "
                  f"{look.replicates} whole replicates: a single test is made at {levels}. "
                  "P Holm is corrected for the looks until now, "
                  "and may be held against alpha itself; intervals hold at all looks together. Levels are those of "
                  "normal statistics, applied to p of t tests.")
    ]  # fmt: skip


def exclusions(inputs: ReportInputs, computed: Computed) -> Markup:
    """How many finished runs each rule leaves out, of the experiment and of a declaration, and how many all of them do;
    a run counts once in each rule that leaves it out, and once in all of them."""
    rules = inputs.registered.exclusions
    count = f"{computed.excluded} of {computed.finished} finished runs"
    if inputs.table and not inputs.exclusions:
        return paragraph("The declaration excludes no run.")
    if not rules and not inputs.exclusions:
        return paragraph(
            f"Exclusion: {count} have a message with a flag. "
            "Contrasts are given with all finished runs, and again without these."
        )
    broken = inputs.finished.drop_duplicates("id")["excluded"] if rules else ()
    listed = [
        f"{rule.words}: {count_text(sum(number in one for one in broken), 'run')}, by the experiment's file"
        for number, rule in enumerate(rules, start=1)
    ]
    origin = inputs.declaration.name if inputs.declaration else ""
    listed += [f"{rule.words}: {count_text(rule.runs, 'run')}, by {origin}" for rule in inputs.exclusions]
    whole = f"Rules leave out {count}; a run counts once here, and below in each rule that leaves it out. "
    return Markup(paragraph(whole + _with_and_without(inputs)) + listing(listed))


def _with_and_without(inputs: ReportInputs) -> str:
    """Which results count runs that are left out."""
    if not inputs.exclusions:
        return (
            "Contrasts are given with all finished runs, and again without these; hypotheses are tested without them, "
            "and again with all."
        )
    sentence = "Results are without these; contrasts are given again with them."
    if inputs.registered.hash is None:
        return sentence
    return (
        f"{sentence} Hypotheses are tested without those that the experiment's own rules leave out, and again with all."
    )


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
