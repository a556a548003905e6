"""What `results` says in short is what the report has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sociarium.analysis.report.brief import brief_of
from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.gather import gather
from sociarium.bootstrap import open_prices
from sociarium.cli.display.brief import brief_value, print_brief
from sociarium.cli.display.output import console
from sociarium.exchange.selection import RunFilter, Selection
from sociarium.exchange.tables.read import TableSource, table_source
from sociarium.ports.clock import SystemClock
from sociarium.records.plans import SweepRecord
from sociarium.runner.sweep.derive import ForkRequest
from sociarium.runner.sweep.forks import origin_of_sweep, place_sweep, plan_forks
from sociarium.stores.sqlite import SqliteStore
from tests.support.played_stores import played, two_days
from tests.support.stocked_store import fail
from tests.support.sweeps_in_process import play


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def source(store: SqliteStore, sweep: SweepRecord) -> TableSource:
    selection = Selection(store.experiment(sweep.experiment), store.version(sweep.version), (sweep,))
    return table_source(store, selection, RunFilter())


def forked(store: SqliteStore) -> SweepRecord:
    request = ForkRequest(at="2", changes={"first_speaker": "prisoner"}, sham=True)
    origin = origin_of_sweep(store, played(store, two_days()).sweep)
    begun = place_sweep(store, plan_forks(store, origin, request, creator="ada", clock=SystemClock()))
    play(store, begun)
    return begun.sweep


@pytest.mark.slow
def test_forks_likeness_and_loss_are_those_of_the_report(store: SqliteStore) -> None:
    sweep = forked(store)
    whole = compute(gather(source(store, sweep), open_prices(), lambda _: None), {})
    inputs = gather(source(store, sweep), open_prices(), lambda _: None, with_checks=False)

    brief = brief_of(inputs, ["trust"])

    assert "content" not in inputs.messages
    assert any(row.outcome == "words" and row.effect for row in brief.forks)
    assert brief.forks == whole.forks
    assert {one.outcome: one.values for one in brief.likeness} == {
        one.name: one.likeness for one in whole.outcomes if one.likeness
    }
    assert (brief.losses, brief.loss_note) == (whole.losses, whole.loss_note)


def test_another_question_is_not_shown_when_one_is_chosen(store: SqliteStore) -> None:
    inputs = gather(source(store, forked(store)), open_prices(), lambda _: None, with_checks=False)

    shown = {row.outcome for row in brief_of(inputs, []).forks}

    assert "words" in shown
    assert not any(name.startswith("trust") for name in shown)


def test_losses_are_told_with_their_test_and_where_most_are(
    store: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep = played(store, two_days()).sweep
    for slot in [one for one in store.slots(sweep.id) if one.condition["messages"] == 6]:
        fail(store, slot, "the server went away")
    brief = brief_of(gather(source(store, sweep), open_prices(), lambda _: None, with_checks=False), ["trust"])

    print_brief(console(), brief)

    out = capsys.readouterr().out
    assert "Changed forks" not in out
    assert "4 of 8 (4 failed); does it depend on messages (factor)? p .029 (exact); most at 6: 4 of 4" in out
    assert brief_value(brief)["losses"][0]["tests"][0]["kind"] == "any"


def test_where_the_statistics_are_absent_json_says_that_nothing_was_computed() -> None:
    assert brief_value(None) == {"forks": None, "likeness": None, "losses": None}
