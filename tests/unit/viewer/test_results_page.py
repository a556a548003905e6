"""Results in the pages: means with intervals, each a way to its runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from sociarium.analysis.load import load_runs
from sociarium.analysis.positive_spread import spread_notes, spreads_text
from sociarium.ports.prices import NoPrices
from sociarium.records.plans import SweepRecord
from sociarium.records.runs import RunState
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.pages.figures import sketches_of
from sociarium.viewer.pages.results import ResultsPage, ResultsQuery, results_page, results_source
from sociarium.viewer.pages.runs_behind import runs_page
from tests.support.definitions import small
from tests.support.played_stores import played
from tests.support.viewer import let_go, places

Client = Callable[..., TestClient]
PROBE = "[{name: trust, at: [start, end], ask: How much?, answer: {from: 0, to: 10}}]"


def asked(store: SqliteStore) -> SweepRecord:
    made = small(probes=PROBE, sweep="{factors: {messages: [2, 4], days: [1, 2]}, replicates: 3}")
    return played(store, made).sweep


def page(store: SqliteStore, sweep: SweepRecord, most: int | None = None, **query: object) -> ResultsPage:
    loaded = load_runs(results_source(store, sweep), NoPrices(), lambda _: None)
    return results_page(store, sweep, loaded, ResultsQuery(**query), most=most)  # type: ignore[arg-type]


def test_means_stand_by_condition_with_their_runs(store: SqliteStore) -> None:
    shown = page(store, asked(store))
    [measure] = shown.measures
    assert {row.levels for row in measure.rows} == {("2", "1"), ("2", "2"), ("4", "1"), ("4", "2")}
    assert {row.mean.n for row in measure.rows} == {3}
    for row in measure.rows:
        assert row.mean.at is not None
        if row.mean.low is not None and row.mean.high is not None:
            assert 8 <= row.mean.low <= row.mean.at <= row.mean.high <= 192


def test_rows_by_one_factor_pool_the_other_and_say_so(store: SqliteStore) -> None:
    shown = page(store, asked(store), by=("days",))
    assert {(row.levels, row.mean.n) for row in shown.measures[0].rows} == {(("1",), 6), (("2",), 6)}
    assert shown.computed.pooled == ("messages",)


def test_a_change_is_signed_and_has_zero_in_its_picture(store: SqliteStore) -> None:
    shown = page(store, asked(store), change="start:end")
    ends = [shown.extremes.low[1], shown.extremes.high[1]] if shown.extremes else []
    assert ends
    assert all(re.match(r"[+−]|0\.0*$", text) for text in ends), "a change has its sign, in the sentence too"
    assert shown.measures[0].zero == 100
    assert {row.moment for row in shown.measures[0].rows} == {"start → end"}
    assert all(row.mean.text[0] in "+−0" for row in shown.measures[0].rows)


def test_names_that_the_runs_do_not_know_change_nothing(store: SqliteStore) -> None:
    sweep = asked(store)
    odd = page(store, sweep, probe="<b>", by=("nothing",), change="x:y")
    assert odd == page(store, sweep)


def test_runs_that_failed_are_left_out_and_counted(store: SqliteStore) -> None:
    sweep = asked(store)
    let_go(store, places(store, sweep)[0], error="no")
    account = page(store, sweep).account
    assert (account.planned, account.taken, dict(account.left_out)) == (12, 11, {"failed": 1})


def test_the_runs_behind_a_number_are_those_with_its_levels(store: SqliteStore) -> None:
    sweep = asked(store)
    shown = runs_page(store, sweep, (("messages", "2"),))
    expected = [one.status.run for one in places(store, sweep) if dict(one.condition)["messages"] == 2]
    assert [one.run for one in shown.runs] == expected
    assert all(store.run_statuses([one.run])[0].state is RunState.DONE for one in shown.runs)


@pytest.mark.slow
def test_each_number_leads_to_its_runs(client: Client, store: SqliteStore) -> None:
    sweep, browser = asked(store), client()
    text = browser.get(f"/sweeps/{sweep.id}/results").text
    links = {part.partition('"')[0].replace("&amp;", "&") for part in text.split('href="')[1:] if "/runs?" in part[:90]}
    assert len({link.partition("probe=")[0].rstrip("?&") for link in links}) == 9
    for link in links:
        runs = "three" if "&where=" in link else "six" if "where=" in link else "12"
        assert f"{runs} finished runs" in browser.get(link).text.lower()


def test_runs_behind_a_number_stand_with_their_own_the_highest_first(client: Client, store: SqliteStore) -> None:
    sweep, browser = asked(store), client()
    text = unescape(browser.get(f"/sweeps/{sweep.id}/results").text)
    link = next(link for link in re.findall(r'href="(/sweeps/[^"]*where=[^"]*moment=end[^"]*)"', text))
    shown = browser.get(link).text
    values = [float(value) for value in re.findall(r'<b class="num">([\d.]+)</b>', shown)]
    assert "each with its own <bdi>trust (guard, end)</bdi>" in shown
    assert values == sorted(values, reverse=True)
    interval = r"(?:<span[^>]*>[^<]*</span>)?</td><td[^>]*>[^<]*</td>"
    mean = re.search(rf'<b>([\d.]+)</b>{interval}<td class="num"><a href="' + re.escape(link), text)
    assert mean
    assert round(sum(values) / len(values), 2) == float(mean[1])
    assert "replicate 1" in shown
    changed = browser.get(link.replace("moment=end", "moment=start%20%E2%86%92%20end")).text
    assert re.findall(r'<b class="num">([+−]?[\d.]+)</b>', changed) != [f"{value:.2f}" for value in values]
    plain = browser.get(link.replace("probe=trust", "probe=nothing")).text
    assert "by position in the sweep" in plain
    assert '<b class="num">' not in plain


def test_moments_stand_in_the_order_of_a_run_though_conditions_lack_some(store: SqliteStore) -> None:
    probes = PROBE.replace("at: [start, end]", "at: [start, each_day, end]")
    assert probes != PROBE
    text = small(probes=probes, sweep="{factors: {messages: 4, days: [1, 3]}, replicates: 2}")
    shown = page(store, played(store, text).sweep)
    moments = list(dict.fromkeys(row.moment for row in shown.measures[0].rows))
    assert moments == ["start", *sorted(set(moments) - {"start", "end"}), "end"]
    assert len(moments) > 3
    charts = [chart for chart, _ in sketches_of(shown.computed, "trust", lambda _: "")]
    assert all("end" in chart.title for chart in charts)
    assert not any(chart.title.endswith("day 2") for chart in charts)


def test_factors_stand_one_at_a_time_the_furthest_apart_first(store: SqliteStore) -> None:
    alone = page(store, asked(store)).one_at_a_time
    assert alone is not None
    assert (alone.name, alone.role, alone.moment) == ("trust", "guard", "end")
    assert {one.factor: [row.level for row in one.levels] for one in alone.factors} == {
        "messages": ["2", "4"],
        "days": ["1", "2"],
    }
    assert {row.mean.n for one in alone.factors for row in one.levels} == {6}
    assert [one.apart for one in alone.factors] == sorted((one.apart for one in alone.factors), reverse=True)


def test_one_factor_alone_is_the_table_itself(store: SqliteStore) -> None:
    sweep = played(store, small(probes=PROBE, sweep="{factors: {messages: [2, 4]}, replicates: 2}")).sweep
    assert page(store, sweep).one_at_a_time is None
    assert page(store, asked(store), by=("days",)).one_at_a_time is None


def test_of_many_conditions_rows_are_by_the_factor_that_lies_furthest_apart(store: SqliteStore) -> None:
    sweep = asked(store)
    shown = page(store, sweep, most=3)
    assert shown.one_at_a_time is not None
    furthest = shown.one_at_a_time.factors[0]
    assert (shown.computed.factors, shown.query.by, shown.crossed) == ((furthest.factor,), (furthest.factor,), 4)
    chosen = page(store, sweep, most=3, by=("messages", "days"))
    assert (len(chosen.measures[0].rows), chosen.crossed) == (16, 0)
    assert page(store, sweep, most=4).crossed == 0


@pytest.mark.slow
def test_a_large_design_is_answered_on_one_page(client: Client, store: SqliteStore) -> None:
    factors = "{messages: [2, 3, 4, 5, 6, 7, 8], days: [1, 2], speaker_selection: [round_robin, random]}"
    sweep = played(store, small(probes=PROBE, sweep=f"{{factors: {factors}, replicates: 1}}")).sweep
    text = client().get(f"/sweeps/{sweep.id}/results").text
    assert "28 conditions are more than a table can be read with" in text
    assert text.count("<tr data-row>") < 50
    assert "where=messages%3D2&amp;where=" not in text


def test_the_csv_holds_every_number_and_no_formula(client: Client, store: SqliteStore) -> None:
    made = small(probes=PROBE.replace("trust", "=SUM(A1)"))
    sweep = played(store, made).sweep
    answer = client().get(f"/sweeps/{sweep.id}/results.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["measure"] for row in rows} >= {"'=SUM(A1)", "words"}
    assert all(row["runs"] for row in rows)


def test_a_sweep_offers_its_results_and_says_when_there_are_none(client: Client, store: SqliteStore) -> None:
    sweep, browser = asked(store), client()
    assert f"/sweeps/{sweep.id}/results" in browser.get(f"/sweeps/{sweep.id}").text
    part = browser.get(f"/sweeps/{sweep.id}/results?part=1").text
    assert "<html" not in part
    assert "95 %" in part


def test_hostile_names_in_an_address_are_text(client: Client, store: SqliteStore) -> None:
    sweep, browser = asked(store), client()
    bad = quote('"><img src=x onerror=alert(1)>=x')
    for path in (f"results?probe={bad}&by={bad}&change={bad}", f"runs?where={bad}", f"results.csv?probe={bad}"):
        answer = browser.get(f"/sweeps/{sweep.id}/{path}")
        assert answer.status_code == 200
        assert "<img" not in answer.text


@pytest.mark.slow
def test_roles_and_moments_stand_over_all_conditions_each_with_its_runs(client: Client, store: SqliteStore) -> None:
    sweep = asked(store)
    shown = page(store, sweep)
    assert shown.overall is not None
    assert shown.overall.moments == ("start", "end")
    assert [(line.role, line.option) for line in shown.overall.lines] == [("guard", ""), ("prisoner", "")]
    for line in shown.overall.lines:
        rows = {moment: [row.mean for row in shown.measures[0].rows if (row.role, row.moment) == (line.role, moment)]
                for moment in shown.overall.moments}  # fmt: skip
        for mean, parts in zip(line.means, rows.values(), strict=True):
            assert mean is not None
            assert mean.n == sum(part.n for part in parts) == 12
            assert float(mean.text) == pytest.approx(sum(float(part.text) for part in parts) / 4, abs=0.011)
    [guard, prisoner] = shown.overall.sentences
    assert re.fullmatch(r"guard [\d.]+ at start, [\d.]+ at end", guard)
    body = unescape(client().get(f"/sweeps/{sweep.id}/results").text)
    assert f'href="/sweeps/{sweep.id}/runs?probe=trust&role=prisoner&moment=end"' in body
    assert prisoner in body


@pytest.mark.slow
def test_what_is_counted_over_whole_runs_names_no_moment(client: Client, store: SqliteStore) -> None:
    text = unescape(client().get(f"/sweeps/{asked(store).id}/results?probe=said.words").text)
    assert re.search(r"<strong><bdi>guard [\d.]+</bdi></strong>; <strong><bdi>prisoner [\d.]+</bdi></strong>", text)


@pytest.mark.slow
def test_who_chooses_otherwise_in_the_end_is_counted_by_role_and_said_first(client: Client, store: SqliteStore) -> None:
    made = small(
        probes="[{name: verdict, at: [start, end], ask: And?, answer: {choices: [guilty, not guilty, undecided]}}]",
        sweep="{factors: {messages: [2, 4], days: [1, 2]}, replicates: 4}",
    )
    sweep = played(store, made).sweep
    shown = page(store, sweep)
    assert shown.overall is not None
    guard = next(line for line in shown.overall.lines if (line.role, line.option) == ("guard", "another answer"))
    assert guard.means[0] is None
    assert guard.means[1] is not None
    [subject] = re.findall(r"Another verdict at end than at start", shown.overall.subject)
    assert f"guard {guard.means[1].text}" in shown.overall.sentences
    body = unescape(client().get(f"/sweeps/{sweep.id}/results").text)
    assert f"{subject}</bdi>: <strong>" in body
    [address] = re.findall(r'href="(\S+role=guard&moment=start%20%E2%86%92%20end&option=another%20answer)"', body)
    runs = client().get(address).text
    changed = runs.count(">100 %<")
    assert changed + runs.count(">0 %<") == 16
    [by_factor] = re.findall(r'href="(\S+/results\?probe=verdict&role=guard&change=start%3Aend:other)"', body)
    assert "One factor at a time" in client().get(by_factor).text
    assert guard.means[1].text == f"{changed / 16:.1%}".replace(".0%", "%").replace("%", " %")


@pytest.mark.slow
def test_what_makes_one_role_choose_otherwise_stands_by_factor_with_its_runs(
    client: Client, store: SqliteStore
) -> None:
    made = small(
        probes="[{name: verdict, at: [start, end], ask: And?, answer: {choices: [guilty, not guilty, undecided]}}, "
        "{name: mood, at: [end], ask: And?, answer: {choices: [good, bad]}}]",
        sweep="{factors: {messages: [2, 4], days: [1, 2]}, replicates: 4}",
    )
    sweep = played(store, made).sweep
    whole = page(store, sweep)
    assert (whole.changes, whole.roles) == (("start:end", "start:end:other"), ("guard", "prisoner"))
    assert whole.overall is not None
    [expected] = [line.means[1] for line in whole.overall.lines
                  if (line.role, line.option) == ("prisoner", "another answer")]  # fmt: skip
    shown = page(store, sweep, change="start:end:other", role="prisoner")
    assert shown.overall is None
    assert [(measure.outcome, measure.ends) for measure in shown.measures] == [("verdict", ("0 %", "100 %"))]
    assert {(row.role, row.moment, row.option) for row in shown.measures[0].rows} == {
        ("prisoner", "start → end", "another answer")
    }
    assert shown.one_at_a_time is not None
    assert (shown.one_at_a_time.role, shown.one_at_a_time.option) == ("prisoner", "another answer")
    one = shown.one_at_a_time.factors[0].levels
    assert expected is not None
    assert sum(float(level.mean.text[:-2]) for level in one) / 2 == pytest.approx(float(expected.text[:-2]), abs=0.11)
    address = f"/sweeps/{sweep.id}/results?change=start:end:other&role=prisoner"
    body = unescape(client().get(address).text)
    [behind] = set(re.findall(r'href="(\S+messages%3D2&probe=verdict&role=prisoner&moment=[^"]+)"', body)[:1])
    assert client().get(behind).text.count(">100 %<") == round(8 * float(
        next(level.mean.text for factor in shown.one_at_a_time.factors if factor.factor == "messages"
             for level in factor.levels if level.level == "2")[:-2]) / 100)  # fmt: skip
    assert page(store, sweep, change="end:start:other", role="nobody").query == whole.query


def test_a_form_sent_with_all_that_it_had_marked_keeps_what_stands_over_all_conditions(store: SqliteStore) -> None:
    sweep = asked(store)
    shown = page(store, sweep, by=("messages", "days"), change="start:end", most=24)
    assert shown.overall == page(store, sweep, change="start:end", most=24).overall
    assert shown.overall is not None
    assert shown.one_at_a_time is not None
    crossed = page(store, sweep, by=("messages", "days"), most=3)
    assert {len(row.levels) for row in crossed.measures[0].rows} == {2}


def test_what_is_said_over_all_conditions_gives_way_to_rows_that_were_chosen(store: SqliteStore) -> None:
    sweep = asked(store)
    assert page(store, sweep, by=("days",)).overall is None
    changed = page(store, sweep, change="start:end").overall
    assert changed is not None
    assert changed.sentences == ()


@pytest.mark.slow
def test_a_question_that_is_positive_and_varies_much_is_marked_in_the_words_of_reports(
    client: Client, store: SqliteStore
) -> None:
    probe = "[{name: trust, at: [start, end], ask: How much?, answer: {from: 1, to: 100}}]"
    sweep = played(store, small(probes=probe, sweep="{factors: {messages: [2, 4]}, replicates: 4}")).sweep
    marks = page(store, sweep).computed.spreads
    text = unescape(client().get(f"/sweeps/{sweep.id}/results").text)
    assert marks
    assert f"{spreads_text(marks)}." in text
    assert f"{spreads_text(marks)}." in unescape(client().get(f"/sweeps/{sweep.id}/figures?probe=trust").text)
    rows = list(csv.DictReader(io.StringIO(client().get(f"/sweeps/{sweep.id}/results.csv").text)))
    told = {(row["measure"], row["role"], row["moment"]): row["note"] for row in rows if row["note"]}
    assert told == spread_notes((*marks, *page(store, sweep).computed.talk_spreads))
