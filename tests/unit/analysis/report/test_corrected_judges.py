"""A judge's numbers and the same as people's labels correct them are one fact, which a report tests once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.contrast_rows import baselines_of
from sociarium.analysis.report.inputs import PLACE, ReportInputs
from sociarium.analysis.report.page import Heading, page
from sociarium.analysis.report.records import Computed
from sociarium.api.validating import validate_judges
from sociarium.experiment.rubric import Rubric
from sociarium.runner.judging.records import save_rubric
from sociarium.stores.sqlite import SqliteStore
from tests.support.interviewed import Replying
from tests.support.judging import judge_in_process, rubric
from tests.support.labelled import AT, draw_sample, labelled
from tests.support.measured_sweeps import gathered
from tests.support.played_stores import SIX_REPLICATES, played, two_days

FOUR = "{factors: {messages: [4, 6], days: 2, first_speaker: [guard, prisoner]}, replicates: 2}"


def judged(store: SqliteStore, asked: Rubric, *, drawn: int = 20, sweep: str = FOUR) -> tuple[ReportInputs, Computed]:
    """A sweep of which every message is judged and labelled, and some drawn; its report."""
    begun = played(store, two_days(sweep=sweep))
    runs = [slot.status.run for slot in store.slots(begun.sweep.id)]
    numbers = iter(range(10_000))
    values = asked.values

    def says(_request: object) -> str:
        value = values[next(numbers) % 7 % len(values)]
        return f'{{"answer": {value}}}' if isinstance(value, int) else str(value)

    judge_in_process(store, asked, runs, model=Replying(says=says), concurrency=1)
    save_rubric(store, begun.experiment.id, asked, creator="ada", now=AT)
    codebook = labelled(store, begun.experiment.id, runs, lambda event: values[event.seq % len(values)])
    if drawn:
        draw_sample(store, begun.sweep, codebook, drawn)
    validate_judges(store, asked, codebook, item=None, seed=0, dev=0.5, creator="ada")
    inputs = gathered(store, begun.sweep, "judge:tone")
    return inputs, compute(inputs, baselines_of(inputs, {}))


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["{from: 1, to: 5}", "{choices: [cold, warm]}", "{choices: [cold, cool, warm]}"])
def test_corrected_numbers_are_corrected_for_and_the_judges_own_are_not_counted(
    store: SqliteStore, answer: str
) -> None:
    inputs, computed = judged(store, rubric(answer=answer))
    own = [one for one in computed.outcomes if one.name.startswith("measure.judge:tone · ")]
    corrected = [one for one in computed.outcomes if one.name.startswith("measure.judge:tone corrected")]
    assert len(own) == len(corrected) == {"{from: 1, to: 5}": 2, "{choices: [cold, warm]}": 2}.get(answer, 6)
    assert inputs.superseded.keys() == {one.name for one in own}
    assert set(inputs.superseded.values()) == {one.name for one in corrected}
    assert all(row.is_superseded and row.p_adjusted is None for one in own for row in one.contrasts)
    rows = [row for one in computed.outcomes if one not in own for row in one.contrasts]
    assert computed.comparisons == len(rows)
    raw = [row.result.p if row.result else 1.0 for row in rows]
    reference = multipletests(raw, method="fdr_bh")[1]
    assert [row.p_adjusted for row in rows if row.result] == pytest.approx(
        [p for p, row in zip(reference, rows, strict=True) if row.result]
    )
    text = page(Heading("", "", "", {}, ""), inputs, computed, {}, baselines_of(inputs, {}))
    assert "see corrected" in text
    assert "count once, as corrected" in text


@pytest.mark.slow
def test_numbers_that_nothing_corrects_are_counted(store: SqliteStore) -> None:
    inputs, computed = judged(store, rubric(), drawn=0)
    assert not inputs.superseded
    assert computed.comparisons == sum(len(one.contrasts) for one in computed.outcomes)


@pytest.mark.slow
def test_corrected_shares_have_odds_ratios_and_the_judges_own_are_marked(store: SqliteStore) -> None:
    inputs, computed = judged(store, rubric(answer="{choices: [cold, warm]}"), sweep=SIX_REPLICATES, drawn=100)
    corrected = [row for row in computed.odds if " corrected = " in row.outcome]
    assert {row.outcome for row in corrected} == set(inputs.superseded.values())
    assert all(row.term and row.clusters == 6 for row in corrected)
    for row in corrected:
        assert row.term is not None
        values = pd.DataFrame(inputs.answers[row.outcome], columns=[PLACE, "agent", "y"]).merge(inputs.runs, on=PLACE)
        level, base = (values[values[row.factor] == one].y.mean() for one in (row.level, row.baseline))
        assert row.term.estimate == pytest.approx(np.log(level / (1 - level)) - np.log(base / (1 - base)))
        assert (row.share, row.share_baseline) == pytest.approx((level, base))
    own = [row for row in computed.odds if row.outcome in inputs.superseded]
    assert own
    assert all("not corrected by people's labels" in row.note for row in own)
