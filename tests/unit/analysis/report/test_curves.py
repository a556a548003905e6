"""Curves by turn and day: what people's tables and figures of a report say of measures, judges and words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sociarium.analysis.declaration import read_declaration
from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.curve_rows import curve_charts, curve_rows
from sociarium.analysis.report.declare import declare
from sociarium.analysis.report.inputs import PLACE, ReportInputs
from sociarium.analysis.report.page import Heading, page
from sociarium.analysis.report.records import CurveRow
from sociarium.errors import BadInput
from sociarium.figures.charts import CurvesChart
from sociarium.figures.render import svg
from sociarium.records.events import Event
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.measured_sweeps import gathered, measure_messages, messages_of
from tests.support.played_stores import played, two_days


def rows_of(inputs: ReportInputs, outcome: str, moment: str, factor: str) -> list[CurveRow]:
    rows = [one for one in curve_rows(inputs) if (one.outcome, one.moment, one.factor) == (outcome, moment, factor)]
    assert rows
    return rows


def heat(run: str, event: Event) -> float:
    return float(event.seq % 5) + int(run[:4], 16) / 65_536


@pytest.mark.parametrize("moment", [pytest.param("turn", marks=pytest.mark.slow), "day"])
def test_a_measure_of_messages_has_a_curve_by_role_over_replicates_for_every_factor(
    store: SqliteStore, sweep: SweepRecord, moment: str
) -> None:
    measure_messages(store, sweep, "mine:heat", heat)
    inputs = gathered(store, sweep, "mine:heat")
    assert inputs.shared
    frame = pd.DataFrame(
        [
            (run, turn, one.happening.day, one.happening.role, heat(run, one))
            for run, turn, one in messages_of(store, sweep)
        ],
        columns=[PLACE, "turn", "day", "role", "y"],
    ).merge(inputs.runs, on=PLACE)
    assert len(inputs.factors) == 2
    for factor in inputs.factors:
        for role, own in frame.groupby("role"):
            for row in rows_of(inputs, f"measure.mine:heat · {role}", moment, factor):
                at = own[(own[moment] == row.at) & (own[factor] == row.level)]
                units = at.groupby(["replicate", PLACE])["y"].mean().groupby("replicate").mean()
                reference = stats.ttest_1samp(units, 0).confidence_interval(0.95)
                assert row.n == len(units) == 2
                assert row.mean == pytest.approx(units.mean())
                assert (row.low, row.high) == pytest.approx((reference.low, reference.high))
    names = dict(curve_charts(inputs, curve_rows(inputs)))
    assert {f"measure.mine:heat · guard-by-{moment}-and-{factor}" for factor in inputs.factors} <= set(names)


@pytest.mark.slow
def test_categories_have_a_curve_of_their_share(store: SqliteStore, sweep: SweepRecord) -> None:
    measure_messages(store, sweep, "mine:mood", lambda _run, one: ["calm", "tense", "torn"][one.seq % 3])
    inputs = gathered(store, sweep, "mine:mood")
    curves = {one.outcome for one in curve_rows(inputs) if one.outcome.startswith("measure.")}
    assert curves == {
        f"measure.mine:mood · {role} = {mood}" for role in ("guard", "prisoner") for mood in ("calm", "tense", "torn")
    }
    shares = [one for one in curve_rows(inputs) if one.outcome.startswith("measure.") and one.moment == "turn"]
    assert len({one.mean for one in shares}) > 1
    ends = [end for one in shares for end in (one.low, one.mean, one.high) if end is not None]
    assert min(ends) == 0
    assert max(ends) == 1


def test_a_declaration_has_curves_of_its_outcomes_alone(store: SqliteStore, sweep: SweepRecord, tmp_path: Path) -> None:
    measure_messages(store, sweep, "mine:heat", heat)
    declared = tmp_path / "spec.yaml"
    declared.write_text('outcomes: {"measure.mine:heat · guard · messages": {type: number}}\n')
    inputs = declare(gathered(store, sweep, "mine:heat"), read_declaration(declared, of_table=False))
    assert {one.outcome for one in curve_rows(inputs)} == {"words", "measure.mine:heat · guard"}


def test_without_measures_words_alone_have_curves_and_figures_of_one_factor(
    store: SqliteStore, sweep: SweepRecord
) -> None:
    inputs = gathered(store, sweep)
    rows = curve_rows(inputs)
    assert {(one.outcome, one.factor) for one in rows} == {("words", factor) for factor in inputs.factors}
    assert [name for name, _ in curve_charts(inputs, rows)] == ["words-by-turn", "words-by-day"]


@pytest.mark.slow
def test_a_factor_of_many_levels_has_a_panel_for_each_beside_the_baseline(store: SqliteStore) -> None:
    many = "{factors: {messages: [2, 3, 4, 5, 6, 7]}, replicates: 2}"
    inputs = gathered(store, played(store, two_days(sweep=many)).sweep)
    computed = compute(inputs, {"messages (factor)": "3"})
    charts = dict(computed.curves)
    chart = charts["words-by-turn"]
    assert isinstance(chart, CurvesChart)
    assert chart.has_panels
    assert chart.series == tuple(f"messages (factor)={count}" for count in range(2, 8))
    assert chart.reference == "messages (factor)=3"
    drawn = {name: svg(one) for name, one in charts.items()}
    text = page(Heading("", "", "", {}, ""), inputs, computed, drawn, {"messages (factor)": "3"})
    assert text.count("beside the baseline messages (factor)=3 (dashed)") >= 2


def test_a_logarithm_of_runs_stands_beside_what_hypotheses_are_about(
    store: SqliteStore, sweep: SweepRecord, tmp_path: Path
) -> None:
    declared = tmp_path / "spec.yaml"
    declared.write_text("outcomes: {words: {logarithm: true}}\n")
    before = gathered(store, sweep)
    inputs = declare(before, read_declaration(declared, of_table=False))
    assert list(inputs.outcomes) == ["log words"]
    assert list(inputs.runs["log words"]) == pytest.approx(list(np.log(before.runs["words"])))
    assert list(inputs.runs["words"]) == list(before.runs["words"])
    declared.write_text("outcomes: {flagged: {logarithm: true}}\n")
    with pytest.raises(BadInput, match="a run has 0, which has no logarithm"):
        declare(before, read_declaration(declared, of_table=False))
