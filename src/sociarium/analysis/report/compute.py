"""The numbers of a report, from what was gathered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from sociarium.analysis.report.axes import axis_title
from sociarium.analysis.report.check_rows import check_results, condition_of
from sociarium.analysis.report.contrast_rows import by_replicate, contrast_rows, with_adjusted_p
from sociarium.analysis.report.curve_rows import curve_charts, curve_rows
from sociarium.analysis.report.fork_rows import fork_rows
from sociarium.analysis.report.formula_rows import model_results, odds_rows
from sociarium.analysis.report.hypothesis_tests import confirmatory_tests, declared_contrasts
from sociarium.analysis.report.inputs import BLOCK, PLACE, ReportInputs
from sociarium.analysis.report.likeness_rows import likeness_of
from sociarium.analysis.report.losses import losses_of
from sociarium.analysis.report.records import Computed, MeanRow, OutcomeResult, Passage
from sociarium.analysis.report.wordings import wording_effects
from sociarium.analysis.statistics.design import BlockDesign, condition_name
from sociarium.analysis.statistics.means import Means, condition_means, means_of_shares
from sociarium.analysis.statistics.spread import positive_spread_note
from sociarium.errors import BadInput, NotEstimable
from sociarium.figures.charts import (
    Chart,
    DistributionChart,
    HeatCell,
    HeatMap,
    Mean,
    MeansChart,
    histogram,
)

# isort: split
import pandas as pd

MOST_CONDITIONS = 24
"""More of them are shown by the levels of each factor, and one by one in a table of their own."""
_MOST_DOTS = 1_500
_PASSAGE = 3


def compute(inputs: ReportInputs, baselines: Mapping[str, str]) -> Computed:
    """Everything that the page shows.

    Args:
        baselines: factor -> level that others are compared with.
    """
    results = [_outcome(inputs, name, meaning, baselines) for name, meaning in inputs.outcomes.items()]
    tested = confirmatory_tests(inputs, inputs.registered.hypotheses)
    outcomes, comparisons = with_adjusted_p(
        [one for one in results if one.runs], declared_contrasts(inputs, tested), inputs.correction, inputs.superseded
    )
    losses, loss_note = losses_of(inputs)
    checks, checks_note, cases = check_results(inputs)
    finished, rows = inputs.finished, curve_rows(inputs)
    return Computed(
        outcomes, losses, loss_note, checks, checks_note, curve_charts(inputs, rows, baselines), _passages(inputs),
        comparisons, finished["id"].nunique(), finished[inputs.is_left_out]["id"].nunique(),
        tested, inputs.confirmatory["id"].nunique(), model_results(inputs, baselines),
        odds_rows(inputs, baselines), fork_rows(inputs), rows, cases,
    )  # fmt: skip


def condition_table(inputs: ReportInputs, outcome: str) -> Means | None:
    """Means of all conditions; None where they cannot be had."""
    try:
        return _means_of_runs(inputs, inputs.primary, inputs.design(outcome))
    except (BadInput, NotEstimable):
        return None


def _means_of_runs(inputs: ReportInputs, frame: pd.DataFrame, design: BlockDesign) -> Means:
    """Means of conditions over runs; of one yes or no a run with Wilson's intervals, as `results` has them."""
    if inputs.is_one_yes_or_no_a_run(design.outcome):
        return _in_order(inputs, means_of_shares(frame, design))
    return _means_in_bounds(inputs, frame, design)


def _in_order(inputs: ReportInputs, means: Means) -> Means:
    """Means with their conditions in the order of the file."""
    conditions = sorted(means.conditions, key=lambda one: inputs.order_of(means.factors, one.levels))
    return replace(means, conditions=tuple(conditions))


def _means_in_bounds(inputs: ReportInputs, frame: pd.DataFrame, design: BlockDesign) -> Means:
    """Means of conditions; t intervals of shares are cut at 0 and 1, as `results` cuts them."""
    means = _in_order(inputs, condition_means(frame, design))
    means = replace(means, notes=inputs.limits(design.outcome, means.notes))
    if not inputs.is_share(design.outcome):
        return means
    cut = [
        one if one.low is None or one.high is None else replace(one, low=max(0.0, one.low), high=min(1.0, one.high))
        for one in means.conditions
    ]
    return replace(means, conditions=tuple(cut))


def _outcome(inputs: ReportInputs, name: str, meaning: str, baselines: Mapping[str, str]) -> OutcomeResult:
    rows = inputs.primary
    values = rows.dropna(subset=[name])
    runs, without = values["id"].nunique(), rows["id"].nunique() - values["id"].nunique()
    if not runs:
        return OutcomeResult(name, meaning, "runs", (), (), (), (), 0, without, ())
    conditions = len(values.groupby(list(inputs.factors))) if inputs.factors else 1
    few = conditions <= MOST_CONDITIONS
    means, notes = _condition_rows(inputs, values, name) if few else _level_rows(inputs, values, name)
    contrasts, refused, limits = contrast_rows(inputs, name, baselines)
    charts = _charts(inputs, values, name, means, few=few)
    unit = "runs" if few or not inputs.shared else "replicates"
    return OutcomeResult(
        name, meaning, unit, means, tuple(contrasts), tuple(refused), (*notes, *limits), runs, without, charts,
        wording_effects(inputs, name, baselines), likeness_of(inputs, values, name),
        "Wilson's" if unit == "runs" and inputs.is_one_yes_or_no_a_run(name) else "t",
        _spread(inputs, values, name, few=few),
    )  # fmt: skip


def _spread(inputs: ReportInputs, values: pd.DataFrame, name: str, *, few: bool) -> str:
    """The note on a positive outcome that varies much, by the fewest runs behind an interval that is shown."""
    if inputs.is_share(name) or inputs.is_corrected_share(name):
        return ""
    factors = list(inputs.factors)
    shown = [factors] if few else [[one] for one in factors]
    fewest = min(int(values.groupby(one).size().min()) for one in shown) if factors else len(values)
    return positive_spread_note(values, inputs.design(name), fewest=fewest)


Rows = tuple[tuple[MeanRow, ...], tuple[str, ...]]


def _condition_rows(inputs: ReportInputs, values: pd.DataFrame, name: str) -> Rows:
    # Not by blocks: each condition's own interval is over its runs.
    design = BlockDesign(tuple(inputs.factors), name, PLACE, BLOCK, shared=False)
    return _mean_rows(partial(_means_of_runs, inputs, values, design), len(values))


def _level_rows(inputs: ReportInputs, values: pd.DataFrame, name: str) -> Rows:
    rows: list[MeanRow] = []
    notes: dict[str, None] = {}
    for factor in inputs.factors:
        units = by_replicate(values, factor, name) if inputs.shared else values
        compute_means = _means_in_bounds if inputs.shared else _means_of_runs
        design = BlockDesign((factor,), name, PLACE, BLOCK, shared=False)
        means, limits = _mean_rows(partial(compute_means, inputs, units, design), len(units))
        rows += means
        notes.update(dict.fromkeys(limits))
    return tuple(rows), tuple(notes)


def _mean_rows(compute_means: Callable[[], Means], units: int) -> Rows:
    try:
        means = compute_means()
    except (BadInput, NotEstimable) as refused:
        return (MeanRow("all runs", units, None, None, None, str(refused)),), ()
    return (
        tuple(
            MeanRow(condition_name(means.factors, one.levels), one.n, one.mean, one.low, one.high, "; ".join(one.notes))
            for one in means.conditions
        ),
        means.notes,
    )


def _charts(
    inputs: ReportInputs, values: pd.DataFrame, name: str, means: tuple[MeanRow, ...], *, few: bool
) -> tuple[tuple[str, Chart], ...]:
    dots: tuple[tuple[str, float], ...] = ()
    if few and len(values) <= _MOST_DOTS:
        dots = tuple((condition_of(inputs, row), float(row[name])) for row in values.to_dict("records"))
    marks = tuple(Mean(one.label, one.mean, one.low, one.high, one.n) for one in means if one.mean is not None)
    axis = axis_title(inputs, name)
    charts: list[tuple[str, Chart]] = [
        ("means", MeansChart(f"{name}, by condition" if few else f"{name}, by level", axis, marks, dots))
    ]
    once = [float(value) for value in values.drop_duplicates("id")[name]]
    if len(set(once)) > 1:
        charts.append(("distribution", _distribution(inputs, name, once)))
    two = [factor for factor, levels in inputs.factors.items() if len(levels) <= 8][:2]
    if len(two) == 2:
        # The factor with more levels goes down the side, where names have room.
        row_factor, column_factor = sorted(two, key=lambda factor: -len(inputs.factors[factor]))
        cells = values.groupby(two, sort=False)[name].agg(["mean", "size"]).reset_index()
        heat = tuple(
            HeatCell(str(one[row_factor]), str(one[column_factor]), float(one["mean"]), int(one["size"]))
            for one in cells.to_dict("records")
        )
        order = [inputs.factors[factor] for factor in (row_factor, column_factor)]
        heat = tuple(sorted(heat, key=lambda one: (order[0].index(one.row), order[1].index(one.column))))
        charts.append(
            ("heat", HeatMap(f"{name}, by {row_factor} and {column_factor}", axis, row_factor, column_factor, heat))
        )
    return tuple(charts)


def _distribution(inputs: ReportInputs, name: str, values: list[float]) -> DistributionChart:
    """How many runs have which value; of what each run says yes or no to, how many said which."""
    if inputs.is_one_yes_or_no_a_run(name):
        return DistributionChart(f"{name}, runs", name, bars=(("no", values.count(0.0)), ("yes", values.count(1.0))))
    return DistributionChart(f"{name}, runs", axis_title(inputs, name), histogram(values))


def _passages(inputs: ReportInputs) -> tuple[Passage, ...]:
    """The ends of three runs, chosen by the first outcome that differs between runs and not by anybody's taste."""
    rows = inputs.finished.drop_duplicates("id")
    counts = inputs.messages[PLACE].value_counts()
    heard = rows[rows[PLACE].isin(counts.index)]
    name = next((one for one in inputs.outcomes if one in heard and heard[one].nunique() > 1), None)
    if name is None:
        return ()
    ranked = heard.dropna(subset=[name]).sort_values([name, "id"]).to_dict("records")
    result = []
    for which, row in (("highest", ranked[-1]), ("median", ranked[(len(ranked) - 1) // 2]), ("lowest", ranked[0])):
        last = tuple(inputs.read_messages(str(row["id"]))[-_PASSAGE:])
        length = int(counts[row[PLACE]])
        result.append(Passage(which, name, float(row[name]), str(row["id"]), condition_of(inputs, row), last, length))
    return tuple(result)
