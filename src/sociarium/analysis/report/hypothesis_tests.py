"""What was declared beforehand, and what became of it: hypotheses with their tests, exclusions, departures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.intervals import TEstimate

# isort: split
import pandas as pd

from sociarium.analysis.report.inputs import BLOCK, CALLED_ALIKE, ReportInputs
from sociarium.analysis.report.looks import look_at_hand
from sociarium.analysis.report.records import TestedHypothesis
from sociarium.analysis.statistics.contrasts import contrasts
from sociarium.analysis.statistics.design import level_name
from sociarium.analysis.statistics.models import linear_model
from sociarium.analysis.statistics.multiplicity import adjusted_p
from sociarium.errors import BadInput, NotEstimable
from sociarium.experiment.hypotheses import Hypothesis, probe_measure


def outcome_column(hypothesis: Hypothesis, columns: Sequence[str]) -> str | None:
    """The column of runs that a hypothesis measures; None where no run has it."""
    measure = probe_measure(hypothesis.measure)
    if measure is None:
        name = {"flags": "flagged"}.get(hypothesis.measure, hypothesis.measure)
        return name if name in columns else None
    moment = measure.moment.replace("day", "day ")
    option = "" if measure.option is None else f" = {measure.option}"
    ends = f" · {moment}{option}"
    roles = [one for one in columns if one.startswith(f"{measure.name} · ") and one.endswith(ends)]
    exact = f"{measure.name} · {measure.role}{ends}"
    return next((one for one in roles if measure.role is None or one == exact), None)


def confirmatory_tests(inputs: ReportInputs, hypotheses: Sequence[Hypothesis]) -> tuple[TestedHypothesis, ...]:
    """Every hypothesis with Holm's correction within its family; a refused test counts in the size of its family.

    A declared analysis changes none of them: rules of the experiment's file alone leave runs out here, and what is
    measured need not be among the declared outcomes. Where looks are declared, nothing is tested but at one of them: p
    is corrected for the looks until then before Holm's correction, and intervals hold at all of them.
    """
    tested = [_test_of(inputs, one) for one in hypotheses]
    if inputs.registered.sequential is not None:
        return _tests_at_look(inputs, tested)
    return _with_holm(tested, [result.p if (result := one.result) else None for one in tested])


def _tests_at_look(inputs: ReportInputs, tested: Sequence[TestedHypothesis]) -> tuple[TestedHypothesis, ...]:
    look = look_at_hand(inputs)
    if look is None:
        return tuple(replace(one, verdict="not tested: no declared look is due") for one in tested)
    at_look = [look.at_this_look(one) for one in tested]
    return _with_holm(at_look, [look.p(one.result.p if one.result else None) for one in at_look])


def _with_holm(tests: Sequence[TestedHypothesis], p_values: Sequence[float | None]) -> tuple[TestedHypothesis, ...]:
    """Tests with their corrected p and their verdict.

    Args:
        p_values: of the tests, before Holm's correction.
    """
    tested, hypotheses = list(tests), [one.hypothesis for one in tests]
    for family in dict.fromkeys(one.family for one in hypotheses):
        members = [at for at, one in enumerate(hypotheses) if one.family == family]
        for at, p in zip(members, adjusted_p([p_values[at] for at in members], "holm"), strict=True):
            tested[at] = replace(tested[at], p_holm=p, verdict=_verdict(tested[at], p))
    return tuple(tested)


def _test_of(inputs: ReportInputs, one: Hypothesis) -> TestedHypothesis:
    column = outcome_column(one, inputs.measured_columns)
    confirmatory = inputs.confirmatory
    if column is None:
        return TestedHypothesis(one, one.measure, None, None, 0, "no run has this measure", None, "")
    kept = confirmatory[~confirmatory["left_out"].astype(bool)]
    (result, runs), note = _attempt(inputs, one, column, kept)
    (every, _), every_note = _attempt(inputs, one, column, confirmatory)
    if result is None:
        runs = kept.dropna(subset=[column])["id"].nunique()
    return TestedHypothesis(one, column, result, None, runs, note, every, every_note)


def _attempt(
    inputs: ReportInputs, one: Hypothesis, column: str, rows: pd.DataFrame
) -> tuple[tuple[TEstimate | None, int], str]:
    """The estimate and the runs that it rests on; or neither, and why."""
    if rows.empty:
        return (None, 0), "no confirmatory run is finished"
    try:
        return _estimate(inputs, one, column, rows), ""
    except (BadInput, NotEstimable) as refused:
        return (None, 0), str(refused)


def _estimate(inputs: ReportInputs, one: Hypothesis, column: str, rows: pd.DataFrame) -> tuple[TEstimate, int]:
    if one.compare is not None:
        baseline, level = level_name(one.compare.baseline), level_name(one.compare.level)
        factor = inputs.factor_column(one.compare.factor)
        family = contrasts(rows, inputs.design(column), factor=factor, baseline=baseline, levels=[level])
        [contrast] = family.contrasts
        if contrast.result is None:
            raise contrast.refused or NotEstimable("too few", what="nothing", where=one.name, mend="run more")
        return contrast.result, contrast.n + contrast.n_baseline
    cluster = BLOCK if inputs.shared else None
    formula = one.formula or ""
    rows = _with_names_of_file(inputs, rows, formula, column)
    named = {factor.removesuffix(CALLED_ALIKE): levels for factor, levels in inputs.factors.items()}
    baselines = {factor: levels[0] for factor, levels in named.items() if factor in formula}
    fit = linear_model(f"`{column}` ~ {formula}", rows, cluster=cluster, baselines=baselines)
    term = next((each for each in fit.terms if each.name == one.term), None)
    if term is None:
        raise BadInput(
            f"the model has no coefficient {one.term!r}; it has {', '.join(each.name for each in fit.terms)}"
        )
    return TEstimate(term.estimate, term.se, term.df, term.low, term.high, term.statistic, term.p), fit.n


def _with_names_of_file(inputs: ReportInputs, rows: pd.DataFrame, formula: str, outcome: str) -> pd.DataFrame:
    """Rows for a formula, whose names are factors even where an outcome is called alike."""
    for column in inputs.factors:
        name = column.removesuffix(CALLED_ALIKE)
        if name == column or name not in formula:
            continue
        if name == outcome:
            raise BadInput(
                f"{name!r} is a factor and what is measured, which a formula cannot tell apart; use compare:"
            )
        rows = rows.drop(columns=[name], errors="ignore").rename(columns={column: name})
    return rows


def _verdict(tested: TestedHypothesis, p: float | None) -> str:
    one, result = tested.hypothesis, tested.result
    if result is None or p is None:
        return "not tested"
    upwards = result.estimate > 0
    as_expected = one.direction == "difference" or upwards == (one.direction == "increase")
    finding = "supported" if as_expected else "the opposite of what was expected"
    shown = finding if p < one.alpha else "not shown"
    return shown + _size(result, one.smallest)


def _size(result: TEstimate, smallest: float | None) -> str:
    """What the interval says of the smallest effect that matters."""
    if smallest is None:
        return ""
    if max(abs(result.low), abs(result.high)) < smallest:
        return "; smaller than matters"
    if result.low >= smallest or result.high <= -smallest:
        return "; as large as matters"
    return "; whether it is as large as matters stays open"


def declared_contrasts(inputs: ReportInputs, tested: Sequence[TestedHypothesis]) -> set[tuple[str, str, str, str]]:
    """Outcome, factor, level and baseline of the contrasts that hypotheses test.

    One about the share of a choice is about that of the other of two choices, too.
    """
    twins = {one: other for pair in inputs.mirrors.items() for one, other in (pair, pair[::-1])}
    return {
        (outcome, inputs.factor_column(pair.factor), level_name(pair.level), level_name(pair.baseline))
        for one in tested
        if (pair := one.hypothesis.compare) is not None
        for outcome in dict.fromkeys((one.outcome, twins.get(one.outcome, one.outcome)))
    }
