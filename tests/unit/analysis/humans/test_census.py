"""Shares of a population beside a census: differences with intervals over populations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from sociarium.analysis.humans.census import CensusPerson, census_comparison, distinct_people
from sociarium.errors import BadInput
from sociarium.exchange.tables.csv_reading import CsvTable, read_csv


def census(folder: Path, *lines: str) -> CsvTable:
    path = folder / "census.csv"
    path.write_text("\n".join(["attribute,value,share", *lines]))
    return read_csv(path)


def population(name: str, parties: Sequence[str | None]) -> list[CensusPerson]:
    return [CensusPerson(name, {"party": party} if party else {"age": "40"}) for party in parties]


def test_shares_are_means_over_populations_with_their_t_interval(tmp_path: Path) -> None:
    shares = [0.6, 0.8, 0.5, 0.7]
    people = [
        person
        for number, share in enumerate(shares)
        for person in population(str(number), ["left"] * round(10 * share) + ["right"] * round(10 - 10 * share))
    ]
    result = census_comparison(census(tmp_path, "party,left,55", "party,right,45"), people)
    left = result.rows[0]
    reference = stats.ttest_1samp(np.array(shares), 0.55).confidence_interval()
    assert (left.share, left.people, left.census) == (pytest.approx(0.65), 26, 0.55)
    assert (left.low, left.high) == pytest.approx((reference.low - 0.55, reference.high - 0.55))
    assert result.apart["party"] == pytest.approx(0.1)


def test_one_population_has_wilsons_interval_and_says_what_it_rests_on(tmp_path: Path) -> None:
    people = population("p", ["left"] * 30 + ["right"] * 15 + [None] * 5)
    result = census_comparison(census(tmp_path, "party,left,0.5", "party,right,0.5"), people)
    left = result.rows[0]
    low, high = proportion_confint(30, 50, method="wilson")
    assert (left.low, left.high) == pytest.approx((low - 0.5, high - 0.5))
    assert left.note == "one population, its people taken for independent draws"
    assert result.without == {"party": 5}
    # .6, .3 and .1 beside .5, .5 and 0.
    assert result.apart["party"] == pytest.approx(0.2)


def test_people_of_a_population_that_several_runs_share_count_once() -> None:
    rows = [("p", "ada", {"party": "left"}), ("p", "ada", {"party": "left"}), ("q", "ada", {"party": "left"})]
    assert [person.population for person in distinct_people(rows)] == ["p", "q"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["party,left,0.5", "party,right,0.3"], "add up to 0.8, neither 1 nor 100"),
        (["partei,left,1"], "no persona has a field 'partei'; did you mean party?"),
        (["party,left,half"], "line 2: share is 'half'"),
        (["party,left,", "party,right,1"], "line 2: a cell is empty"),
        (["party,left,0.5", "party,left,0.5"], "line 3: party=left stands twice"),
    ],
)
def test_a_census_that_cannot_be_meant_is_refused(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(BadInput) as caught:
        census_comparison(census(tmp_path, *lines), population("p", ["left", "right"]))
    assert message in str(caught.value)
