"""Rates of checks by condition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from sociarium.analysis.checks.rates import check_rates
from sociarium.errors import BadInput


def sweep(counts: dict[str, list[int]], length: int = 10) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Runs by goal, each with so many empty messages."""
    runs = [(f"{goal}{number}", goal, count) for goal, every in counts.items() for number, count in enumerate(every)]
    messages = [
        {
            "run": run,
            "seq": seq,
            "speaker": "a",
            "role": "a",
            "content": "" if seq <= count else f"word {seq}",
            "flags": "",
        }
        for run, _, count in runs
        for seq in range(1, length + 1)
    ]
    return pd.DataFrame(messages), pd.DataFrame(runs, columns=["run", "goal", "count"])


def test_rates_have_intervals_over_runs() -> None:
    messages, runs = sweep({"x": [0, 2, 5, 1], "y": [0, 0, 0, 1]})
    (empty,) = check_rates(messages, runs, factors=("goal",), names=["empty"])
    x, y = empty.conditions
    shares = DescrStatsW(np.array([0, 2, 5, 1]) / 10)
    assert (x.rate, x.messages, x.cases, x.runs) == (pytest.approx(shares.mean), 40, 8, 4)
    assert (x.low, x.high) == (0.0, pytest.approx(shares.tconfint_mean()[1]))
    assert x.runs_with is not None
    assert (x.runs_with.count, x.runs_with.n) == (3, 4)
    assert (x.runs_with.low, x.runs_with.high) == pytest.approx(proportion_confint(3, 4, method="wilson"))
    assert y.levels == ("y",)


def test_every_case_has_a_link() -> None:
    messages, runs = sweep({"x": [2, 1]})
    (empty,) = check_rates(messages, runs, factors=("goal",), names=["empty"])
    assert empty.links == (("x0", 1), ("x0", 2), ("x1", 1))


def test_a_check_without_a_case_has_the_share_of_runs_and_no_interval() -> None:
    messages, runs = sweep({"x": [0, 0, 0]})
    (empty,) = check_rates(messages, runs, factors=("goal",), names=["empty"])
    (x,) = empty.conditions
    assert (x.rate, x.low, x.high) == (0.0, None, None)
    assert "same rate" in x.note
    assert x.runs_with is not None
    assert x.runs_with.high == pytest.approx(proportion_confint(0, 3, method="wilson")[1])


def test_runs_without_messages_and_messages_without_runs_are_counted() -> None:
    messages, runs = sweep({"x": [1, 2], "y": [1]})
    kept = messages[messages.run != "x0"]
    (empty,) = check_rates(kept, runs[runs.goal == "x"], factors=("goal",), names=["empty"])
    (x,) = empty.conditions
    assert (x.runs, x.silent, x.cases, empty.unplaced) == (1, 1, 2, 10)
    (nothing,) = check_rates(messages.head(0), runs, factors=("goal",), names=["empty"])
    assert [(one.runs, one.silent, one.rate) for one in nothing.conditions] == [(0, 2, None), (0, 1, None)]


def test_all_checks_run_unless_some_are_named() -> None:
    messages, runs = sweep({"x": [1, 2]})
    assert len(check_rates(messages, runs, factors=("goal",))) == 10
    with pytest.raises(BadInput, match="several rows"):
        check_rates(messages, pd.concat([runs, runs]), factors=("goal",))
