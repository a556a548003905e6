"""Odds ratios beside the differences of what is a yes or no, without anybody's declaration."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.contrast_rows import baselines_of
from sociarium.analysis.report.formula_rows import odds_rows
from sociarium.analysis.report.inputs import PLACE, ReportInputs
from sociarium.analysis.report.page import Heading, page
from sociarium.analysis.report.records import OddsRow
from sociarium.experiment.rng import Draws
from sociarium.records.events import Event
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.cluster_errors import written_out
from tests.support.measured_sweeps import gathered, measure_messages, messages_of
from tests.support.played_stores import SIX_REPLICATES, played, two_days


def gave_in(run: str, event: Event) -> str:
    share = 0.2 + 0.5 * (int(run[:2], 16) / 255)
    return "yes" if Draws("gave in", run, event.seq).random() < share else "no"


def rows_of(inputs: ReportInputs, outcome: str) -> list[OddsRow]:
    return [one for one in odds_rows(inputs, baselines_of(inputs, {})) if one.outcome == outcome]


@pytest.mark.slow
def test_a_category_of_messages_has_odds_ratios_from_the_messages_with_replicates_as_clusters(
    store: SqliteStore, sweep_of_six: SweepRecord
) -> None:
    measure_messages(store, sweep_of_six, "mine:gave_in", gave_in)
    inputs = gathered(store, sweep_of_six, "mine:gave_in")
    rows = rows_of(inputs, "measure.mine:gave_in · guard · messages = yes")
    assert [(row.factor, row.level) for row in rows] == [("messages (factor)", "6"), ("first_speaker", "prisoner")]
    frame = pd.DataFrame(
        [
            (run, gave_in(run, one) == "yes")
            for run, _, one in messages_of(store, sweep_of_six)
            if one.happening.role == "guard"
        ],
        columns=[PLACE, "yes"],
    ).merge(inputs.runs, on=PLACE)
    for row in rows:
        x = sm.add_constant((frame[row.factor] == row.level).astype(float))
        groups = frame["replicate"].to_numpy()
        fit = written_out(frame["yes"].to_numpy(dtype=float), x.to_numpy(), groups, sm.families.Binomial())
        estimate, reach = fit.params[1], stats.t.ppf(0.975, fit.df[1]) * fit.errors[1]
        assert row.term is not None
        assert row.term.odds_ratio == pytest.approx(tuple(np.exp([estimate, estimate - reach, estimate + reach])))
        assert (row.rows, row.clusters) == (len(frame), 6)
    assert not rows_of(inputs, "words")


@pytest.mark.slow
def test_a_truth_value_is_a_yes_or_no_and_a_number_is_not(store: SqliteStore, sweep_of_six: SweepRecord) -> None:
    measure_messages(store, sweep_of_six, "mine:truth", lambda run, one: gave_in(run, one) == "yes")
    measure_messages(store, sweep_of_six, "mine:length", lambda _run, one: len(one.happening.content))
    inputs = gathered(store, sweep_of_six, "mine:truth", "mine:length")
    assert all(row.term for row in rows_of(inputs, "measure.mine:truth · guard · messages"))
    assert not rows_of(inputs, "measure.mine:length · guard · messages")


@pytest.mark.slow
def test_odds_that_cannot_be_estimated_say_why(store: SqliteStore) -> None:
    few = played(store, two_days(title="Few", sweep=SIX_REPLICATES.replace("6}", "3}"))).sweep
    measure_messages(store, few, "mine:gave_in", gave_in)
    inputs = gathered(store, few, "mine:gave_in")
    rows = rows_of(inputs, "measure.mine:gave_in · guard · messages = yes")
    assert [row.term for row in rows] == [None, None]
    assert all("3 clusters carry 2 parameters; 5 are the least" in row.note for row in rows)
    baselines = baselines_of(inputs, {})
    text = page(Heading("", "", "", {}, ""), inputs, compute(inputs, baselines), {}, baselines)
    assert text.count("No odds ratio could be estimated") == 2
