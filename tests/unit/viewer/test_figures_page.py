"""Figures of a question in the pages: each mark leads to its runs, and names are text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from starlette.testclient import TestClient

from sociarium.api.measuring import chosen_measures, measure_target
from sociarium.records.plans import SweepRecord
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import played, two_days

Client = Callable[..., TestClient]


def figures(browser: TestClient, sweep: SweepRecord, query: str) -> str:
    answer = browser.get(f"/sweeps/{sweep.id}/figures?{query}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.slow
def test_where_two_factors_meet_each_cell_leads_to_its_runs(client: Client, sweep: SweepRecord) -> None:
    browser = client()
    page = figures(browser, sweep, "probe=trust&by=messages&by=first_speaker")
    links = [unescape(one) for one in re.findall(rf'<a href="(/sweeps/{sweep.id}/runs\?[^"]+)"', page)]
    # Two roles, four cells each.
    assert len(links) == 8
    assert len({link.partition("&probe=")[0] for link in links}) == 4
    for link in set(links):
        assert "two finished runs" in browser.get(link).text.lower()
    assert "link.invalid" not in page


@pytest.mark.slow
def test_one_factor_has_means_with_intervals(client: Client, sweep: SweepRecord) -> None:
    page = figures(client(), sweep, "probe=trust&by=messages")
    assert page.count("Means of finished runs with 95 % intervals") >= 2
    assert "where=messages%3D6" in page


@pytest.mark.slow
def test_several_moments_have_curves(client: Client, store: SqliteStore) -> None:
    text = two_days(title="Curves", probes="[{name: trust, at: [start, end], ask: Trust?, answer: {from: 0, to: 10}}]")
    page = figures(client(), played(store, text).sweep, "probe=trust&by=messages")
    assert {">moment</text>", ">start</text>", ">end</text>"} <= set(re.findall(r">[a-z]+</text>", page))


def test_a_figure_of_nothing_says_what_to_choose(client: Client, store: SqliteStore) -> None:
    assert "There is nothing to draw" in figures(client(), played(store, small()).sweep, "")


@pytest.mark.slow
def test_question_and_factors_are_chosen_where_the_figures_are(client: Client, sweep: SweepRecord) -> None:
    page = figures(client(), sweep, "")
    assert f'action="/sweeps/{sweep.id}/figures"' in page
    assert 'name="by"' in page
    assert page.count('class="drawn"') == figures(client(), sweep, "probe=trust").count('class="drawn"') > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><a href="https://evil.example">', ' href="https://link.invalid/99"']
)
def test_names_of_colleagues_are_text_in_figures(client: Client, store: SqliteStore, name: str) -> None:
    probes = f"[{{name: {name!r}, at: [end], ask: Trust?, answer: {{from: 0, to: 10}}}}]"
    sweep = played(store, two_days(title="Hostile", probes=probes)).sweep
    page = client().get(f"/sweeps/{sweep.id}/figures", params={"probe": name, "by": "messages"}).text
    assert "<script>alert" not in page
    assert '<a href="https://' not in page
    assert "<figure" in page


def outcomes_in(page: str) -> dict[str, str]:
    """What can be chosen: value and label."""
    return {
        unescape(value): unescape(label) for value, label in re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)<', page)
    }


@pytest.mark.slow
def test_what_was_said_is_an_outcome_too_and_its_turns_stand_at_their_numbers(
    client: Client, sweep: SweepRecord
) -> None:
    browser = client()
    results = browser.get(f"/sweeps/{sweep.id}/results?probe=said.words&over=day&by=messages").text
    assert outcomes_in(results)["said.words"] == "words a message"
    assert "Words a message</bdi></h2>" in results
    assert "trust</bdi></h2>" not in results
    assert set(re.findall(r'<td class="nb">([^<]*)</td>', results)) == {"day 1", "day 2"}
    page = figures(browser, sweep, "probe=said.words&over=turn&by=messages")
    assert ">turn</text>" in page
    assert {">1</text>", ">4</text>", ">6</text>"} <= set(re.findall(r">\d+</text>", page))
    assert ">moment</text>" not in page


@pytest.mark.slow
def test_a_stored_measure_is_an_outcome_by_day_and_by_turn(
    client: Client, store: SqliteStore, sweep: SweepRecord
) -> None:
    browser = client()
    assert "measure.characters" not in outcomes_in(figures(browser, sweep, ""))
    measure_target(store, sweep.id, chosen_measures(["characters"], allow_code=False), creator="ada")
    assert outcomes_in(figures(browser, sweep, ""))["measure.characters"] == "characters"
    by_day = figures(browser, sweep, "probe=measure.characters&over=day&by=messages")
    assert by_day.count("<figcaption>Means of finished runs over moments") == 2
    assert ">day</text>" in by_day
    table = browser.get(f"/sweeps/{sweep.id}/results.csv?probe=measure.characters&over=turn&by=messages").text
    rows = list(csv.DictReader(io.StringIO(table)))
    moments = {row["moment"] for row in rows if row["measure"] == "measure.characters"}
    assert moments == {f"turn {number}" for number in range(1, 7)}


@pytest.mark.slow
def test_an_outcome_that_nobody_knows_is_as_if_none_were_named(client: Client, sweep: SweepRecord) -> None:
    browser = client()
    plain = browser.get(f"/sweeps/{sweep.id}/results").text
    for name in ("said.nothing", "measure.none", "said."):
        text = browser.get(f"/sweeps/{sweep.id}/results?probe={name}").text
        assert text.count("<section") == plain.count("<section")
