"""What the list of experiments, and an experiment's page, are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from sociarium.errors import NotFound
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.runner.library.duplicate import duplicate
from sociarium.runner.workers.process import this_worker
from sociarium.stores.sqlite import SqliteStore
from sociarium.viewer.pages import experiments
from sociarium.viewer.pages.experiment import ExperimentPage, experiment_page
from sociarium.viewer.pages.experiments import ExperimentFilter, ExperimentsPage, experiments_page
from sociarium.viewer.sweep_digest import SweepDigests, digest
from tests.support.definitions import small
from tests.support.played_stores import played, saved, two_days
from tests.support.viewer import give_back, let_go, places


def page(store: Store, **query: object) -> ExperimentsPage:
    return experiments_page(
        store,
        ExperimentFilter(**query),  # type: ignore[arg-type]
        me="ada",
        now=datetime.now(UTC),
        digest_of=lambda sweep: digest(store, sweep, me=this_worker()),
    )


def titles(shown: ExperimentsPage) -> list[str]:
    return [row.title for row in shown.rows]


@pytest.fixture
def three(store: SqliteStore, sweep: SweepRecord) -> SweepRecord:
    """Ada's two days, and two of bob's."""
    played(store, small(title="Harbour", roles="{guard: {}, owner: {}}", note="of wages",
           sections='[{title: Starting prompt, private: {guard: "You keep a lighthouse.", owner: "Own."}}]'),
           creator="bob")  # fmt: skip
    saved(store, small(title="Almost a harbor"), creator="bob")
    return sweep


def test_the_latest_activity_is_first(store: SqliteStore, three: SweepRecord) -> None:
    assert titles(page(store)) == ["Almost a harbor", "Harbour", "Two days"]
    assert titles(page(store, order="title")) == ["Almost a harbor", "Harbour", "Two days"]
    assert titles(page(store, order="runs"))[0] == "Two days"


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ({"text": "WAGES"}, ["Harbour"]),
        ({"text": "lighthouse"}, ["Harbour"]),
        ({"person": "bob"}, ["Almost a harbor", "Harbour"]),
        ({"role": "owner"}, ["Harbour"]),
        ({"kind": "feed"}, []),
        ({"starred": True}, []),
    ],
)
def test_filters_leave_what_is_asked_for(
    store: SqliteStore, three: SweepRecord, query: dict[str, object], matches: list[str]
) -> None:
    assert titles(page(store, **query)) == matches


def test_who_misspells_a_title_is_shown_the_near_one(store: SqliteStore, three: SweepRecord) -> None:
    shown = page(store, text="harborage")
    assert shown.rows == ()
    assert {row.title for row in shown.close} == {"Harbour", "Almost a harbor"}


def test_only_what_is_mine_can_be_changed(store: SqliteStore, three: SweepRecord) -> None:
    assert [(row.creator, row.is_mine) for row in page(store).rows] == [("bob", False), ("bob", False), ("ada", True)]


def test_the_night_counts_sweeps_and_failures(store: SqliteStore, three: SweepRecord) -> None:
    let_go(store, places(store, three)[0], error="gone 1")
    let_go(store, places(store, three)[1], error="gone 2")
    night = page(store).night
    assert (night.ended, night.failed, night.causes) == (2, 2, 1)


def test_the_night_counts_a_sweep_that_was_left_before_a_run_of_it_ended(store: SqliteStore) -> None:
    begun = played(store, two_days(), limit=1).sweep
    give_back(store, places(store, begun)[0])
    shown = experiments_page(
        store,
        ExperimentFilter(),
        me="ada",
        now=datetime(2026, 1, 2, 3, 14, 5, tzinfo=UTC),
        digest_of=lambda sweep: digest(store, sweep, me=this_worker()),
    )
    assert (shown.night.ended, shown.night.stopped) == (0, 1)


def test_sweeps_that_ended_and_sweeps_that_were_left_are_told_in_words(
    client: Callable[..., TestClient], store: SqliteStore
) -> None:
    played(store, two_days(title="One"))
    played(store, two_days(title="Two"), limit=3)
    page = client().get("/experiments").text
    assert "<strong>one sweep ended</strong> and <strong>one sweep was left before the end</strong>" in page


def test_a_page_of_the_list_is_never_beyond_its_end(
    store: SqliteStore, three: SweepRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiments, "SHOWN", 2)
    shown = page(store, page=99)
    assert (shown.query.page, shown.pages, len(shown.rows), shown.first) == (2, 2, 1, 3)


def test_what_is_complete_is_read_once_and_what_changes_again_after_a_while(
    store: SqliteStore, sweep: SweepRecord
) -> None:
    clock = [0.0]
    digests = SweepDigests(store, this_worker(), now=lambda: clock[0])
    complete = digests.of(sweep)
    let_go(store, places(store, played(store, two_days(title="Other")).sweep)[0], error="x")
    other = store.sweeps()[0]
    first = digests.of(other)
    assert digests.of(other) is first
    clock[0] = 60.0
    assert digests.of(other) is not first
    assert digests.of(sweep) is complete


def one(store: Store, begun: SweepRecord, **choices: object) -> ExperimentPage:
    return experiment_page(
        store,
        begun.experiment,
        me="ada",
        digest_of=lambda record: digest(store, record, me=this_worker()),
        **choices,  # type: ignore[arg-type]
    )


@pytest.mark.slow
def test_prompts_are_those_of_the_chosen_condition(store: SqliteStore) -> None:
    text = small(
        title="Chosen",
        sections='[{title: Starting prompt, private: {guard: "I am <SELF_NAME>.", prisoner: "I am."}}, '
        "{title: Rule, shared: {variants: {mild: Be kind., harsh: Be stern.}}}]",
        sweep="{factors: {section.Rule: [mild, harsh], messages: 2}}",
    )
    sweep = played(store, text).sweep
    mild, harsh = one(store, sweep), one(store, sweep, condition=1)
    assert "Be kind." in mild.prompts[0].text
    assert "Be stern." in harsh.prompts[0].text
    assert [choice.label for choice in mild.conditions] == ["Rule mild", "Rule harsh"]
    rule = next(section for section in mild.sections if section.title == "Rule")
    assert [(passage.variant, passage.text) for passage in rule.passages] == [
        ("mild", "Be kind."),
        ("harsh", "Be stern."),
    ]


def test_a_condition_that_is_none_is_not_found(store: SqliteStore, sweep: SweepRecord) -> None:
    with pytest.raises(NotFound, match="numbered from 0"):
        one(store, sweep, condition=4)
    with pytest.raises(NotFound, match="no sweep"):
        one(store, sweep, sweep="other")


def test_an_experiment_knows_its_copies_and_a_copy_its_origin(store: SqliteStore, sweep: SweepRecord) -> None:
    copy = duplicate(store, store.experiment(sweep.experiment), me="bob", clock=SystemClock(), title="Mine now")
    assert [related.title for related in one(store, sweep).copies] == ["Mine now"]
    shown = experiment_page(store, copy.experiment.id, me="bob",
                            digest_of=lambda record: digest(store, record, me=this_worker()))  # fmt: skip
    assert shown.origin
    assert (shown.origin.title, shown.origin.creator) == ("Two days", "ada")
